// Package desk is the domain of an incident desk: messages, reports, incidents, notices, their kinds, classes and roles,
// and the Reading that is made of one message. It knows no SQL, no HTTP and no mail syntax, so that every other package
// can speak its words.
//
// The words are those of a national CSIRT's quarterly report: a Report (届出) is one matter told by one or more messages;
// an Incident is one address doing one kind of harm; a Notice (通知連絡) is one request to act, sent to one party; an
// Inquiry is a question, not a report. Figures count these four and the messages themselves.
package desk
