// Package blind holds quarters and single mails that were written, with their truth, by people who had not seen the rules of
// the program, and holds the program to them. They are invented mail: no person, site or incident in them is real.
//
// A quarter is testdata/quarter-X.zip: mails/*.eml and truth.json, whose counts its writer worked out from what each mail
// tells by the rules of counting alone. The bounds are those that a desk can live with: each counter within 1% or 1, each row
// of a table within 2% or 2, addresses blamed with precision and recall of 0.99, and the type of 98% of them right.
package blind
