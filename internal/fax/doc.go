// Package fax is the desk's door for paper. A fax reaches the desk as a mail: of a gateway that took the call (HylaFAX, a machine in
// the office, a provider), or of a handler who typed in what lay in the tray.
//
// [Profiles.Recognise] tells whether a mail is a fax, and reads the caller's number, the count of pages and the time as far as the
// gateway says them: by a profile of the gateway, which is data (profiles.toml). It is pure.
//
// [Opener.Pages] makes pictures (PNG) of a TIFF or PDF, and [Opener.OCR] text of such a picture. TIFF and PDF have a history of
// holes, so neither is opened in the process that holds the keys and the database: [RunChild] starts the program itself once more as
// a child that has nothing (see [Child]), gives it the document by standard input, and takes back frames of bounded size. PDF
// is rendered by poppler's pdftoppm and text is read by tesseract, as programs of that child.
//
// [Typed] writes the message of a fax that was typed in.
//
// Specifications: TIFF 6.0, ITU-T T.4 and T.6 (sub-packages tiff and ccitt); RFC 2301 and RFC 3949 (fax in TIFF); RFC 3191 and
// RFC 3192 (a number in a mail address); ITU-T E.164 (numbers).
package fax
