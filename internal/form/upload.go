package form

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
)

// upload is what came in one body: the typed values and the attached files.
type upload struct {
	values map[string][]string
	files  []file
	// What was left out. The form is then shown again.
	cut     []string // fields with more bytes than any text may have
	tooBig  bool     // the attachments together, or the body
	tooMany bool     // attachments
	tooFull bool     // there was no room in memory for an attachment

	texts, attachments held
}

// leave gives back what the upload holds.
func (u *upload) leave() {
	for _, h := range []*held{&u.texts, &u.attachments} {
		h.room.give(h.client, h.bytes)
		h.bytes = 0
	}
}

// file is one attachment. It is never opened, executed or shown; it goes into the message as it is.
type file struct {
	Name string // for people, without a path and without control characters
	Type string // as the browser says
	Data pieces
}

func (u *upload) value(name string) string {
	if v := u.values[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Bounds on a body beside those of the settings.
const (
	maxText   = 2 << 20 // bytes of one text
	maxTexts  = 4 << 20 // bytes of all texts
	maxParts  = 200     // texts and files
	escaped   = 6       // bytes that one byte of a text may become on the page that shows it again
	maxHidden = 100     // values of one name
)

var errMalformed = errors.New("not a form's body")

// readUpload reads the body of a form (RFC 7578). Texts stand before files in our form, so that they are there when a file
// turns out too large. The caller ends it by leave, also after an error.
func (h *Handler) readUpload(w http.ResponseWriter, r *http.Request) (*upload, error) {
	client := h.cfg.Proxies.Client(r).Network()
	u := &upload{values: map[string][]string{}, texts: held{room: h.texts, client: client}, attachments: held{room: h.uploads, client: client}}
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "multipart/form-data" || params["boundary"] == "" {
		return u, errMalformed
	}
	body := newPaced(http.MaxBytesReader(w, r.Body, 2*h.cfg.MaxUpload+maxTexts), http.NewResponseController(w), time.Now, h.cfg)
	reader := uploadReader{upload: u, maxUpload: h.cfg.MaxUpload, maxFiles: h.cfg.MaxFiles}
	err = reader.parts(multipart.NewReader(body, params["boundary"]))
	body.answer()
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		body.done()
		return u, nil
	case errors.As(err, &tooLarge):
		u.tooBig = true
		return u, nil
	case errors.Is(err, errSlow), errors.Is(err, errNoRoom):
		return u, err
	}
	return u, fmt.Errorf("%w: %w", errMalformed, err)
}

// uploadReader goes through the parts of a body.
type uploadReader struct {
	*upload
	maxUpload int64
	maxFiles  int
	typed     int   // bytes so far
	attached  int64 // bytes so far
}

func (u *uploadReader) parts(r *multipart.Reader) error {
	for range maxParts {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, isFile := params(part)["filename"]; isFile {
			err = u.file(part)
		} else {
			err = u.text(part)
		}
		if err != nil {
			return err
		}
	}
	u.tooMany = true
	return nil
}

// params are the parameters of a part's Content-Disposition.
func params(part *multipart.Part) map[string]string {
	_, p, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return nil
	}
	return p
}

func (u *uploadReader) text(part *multipart.Part) error {
	name := part.FormName()
	read, err := readPieces(part, int64(min(maxText, maxTexts-u.typed)), textPiece, &u.texts)
	if errors.Is(err, errTooLong) {
		u.cut = append(u.cut, name)
	} else if err != nil {
		return err
	}
	if !u.texts.take(read.size() * escaped) {
		return errNoRoom
	}
	u.typed += int(read.size())
	if name != "" && len(u.values[name]) < maxHidden {
		u.values[name] = append(u.values[name], strings.ToValidUTF8(string(read.join()), "\uFFFD"))
	}
	return nil
}

func (u *uploadReader) file(part *multipart.Part) error {
	if len(u.files) >= u.maxFiles {
		n, err := io.Copy(io.Discard, part)
		u.tooMany = u.tooMany || n > 0
		return err
	}
	read, err := readPieces(part, u.maxUpload-u.attached, filePiece, &u.attachments)
	switch {
	case errors.Is(err, errNoRoom):
		u.tooFull = true
	case errors.Is(err, errTooLong):
		u.tooBig = true
	case err != nil:
		return err
	case len(read) == 0 && part.FileName() == "":
		// The field was left empty: browsers send a file without name and content.
	default:
		u.attached += read.size()
		u.files = append(u.files, file{Name: fileName(part.FileName()), Type: part.Header.Get("Content-Type"), Data: read})
	}
	return nil
}
