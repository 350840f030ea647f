// Package forms reads the text forms in which Japanese desks take reports: one fills the blanks behind printed labels and
// mails the whole. Read are the forms of JPCERT/CC (version 3.02 and those like it: numbered items, the purpose chosen by
// number), of NTT-CERT (version 1.1), and the two of IPA (virus and unauthorised access: boxes turned from □ to ■). The form on
// the desk's own page is written here too (WriteTodoke), so that what writes it and what reads it stay together.
//
// Filled forms come back changed: letters and digits in full width, other colons, lines wrapped or quoted, items missing,
// renumbered or answered below their label. So nothing depends on the place of a line. A form is known by its title or by
// enough of its labels; a label by the words in it and by the section in which it stands; and a value ends where the next
// label, heading or rule begins. What the form itself prints is no value.
package forms
