// Package store keeps all that the desk knows: the messages as they came and what was read in them, reports, incidents,
// notices and inquiries, what handlers decided, and the published editions. It holds all SQL of the project, for SQLite
// (one person's desk, a file) and PostgreSQL (a team's), behind one set of methods that gives the same results on both.
//
// An import has two steps. Accept keeps messages that have been read, each once, and indexes their text; a message is
// safe when Accept returns. Match takes the waiting messages in order of receipt, has package match decide what belongs
// together, and writes the decisions; it is the only writer of reports and incidents beside the handlers' operations.
// Each call is one transaction, so a process may die at any moment: whoever comes next goes on where it stopped.
//
// Figures are tallied from rows by Facts, and Rows lists the rows behind each number by the same conditions. What a tally
// counts and what its counterpart in count.Totals counts are different columns, written apart, so that a damaged row
// shows.
//
// Times are microseconds since 1970 UTC in both databases.
package store
