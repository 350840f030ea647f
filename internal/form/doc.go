// Package form is the desk's door for people with a browser: a public page on which one tells of an incident, in Japanese or
// English, and a private page that says what became of it.
//
// What is typed becomes one message (RFC 5322 and RFC 2045 to 2047, file names by RFC 2231, a key by RFC 3156, section 7) and goes
// the way of all mail: it is deposited before anybody is told that it was received, and read afterwards. Its text is the form
// "todoke-form" of package formats/forms.
//
// The pages are whole without a script. The script adds a list of the chosen files, keeps a draft while the tab is open, looks
// for the number on the receipt, and works off a puzzle when the desk is flooded. Nothing is loaded from elsewhere, and the policy
// in every answer (CSP) forbids it. Nothing typed is lost: each refusal shows the form again as it was, and the files that came
// with it are kept on a shelf for a while.
//
// Floods are held off by the desk itself: buckets for each client and for all (rate.go), a field that people do not see, a
// signed stamp that tells how old a form is and that it came from here (stamp.go), and, only when the bucket of all is dry, a
// puzzle or a wait (queue.go). Bodies (RFC 7578, upload.go) are read within bounds of size, number, memory (room.go) and time
// (pace.go). Limits hold for one node: behind a balancer each counts its own, and a file that one keeps another does not know.
package form
