package form

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// upload is what came in one body: the typed values and the attached files.
type upload struct {
	values map[string][]string
	files  []file
	// What was left out. The form is then shown again.
	cut       []string // fields with more bytes than any text may have
	tooBig    bool     // the attachments together, or the body
	tooMany   bool     // attachments
	tooFull   bool     // there was no room in memory for an attachment
	heldBytes int64    // of the room
}

// file is one attachment. It is never opened, executed or shown; it goes into the message as it is.
type file struct {
	Name string // for people, without a path and without control characters
	Type string // as the browser says
	Data []byte
}

func (u *upload) value(name string) string {
	if v := u.values[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Bounds on a body beside those of the settings.
const (
	maxText   = 2 << 20  // bytes of one text
	maxTexts  = 4 << 20  // bytes of all texts
	maxParts  = 200      // texts and files
	chunk     = 64 << 10 // bytes taken of the room at a time
	escaped   = 6        // bytes that one byte of a text may become on the page that shows it again
	maxName   = 200      // code points of a file's name
	maxHidden = 100      // values of one name
)

var (
	errNoRoom    = errors.New("no room for the body")
	errMalformed = errors.New("not a form's body")
)

// readUpload reads the body of a form (RFC 7578). Texts stand before files in our form, so that they are there when a file
// turns out too large. The caller gives heldBytes back to the room.
func (h *Handler) readUpload(w http.ResponseWriter, r *http.Request) (*upload, error) {
	u := &upload{values: map[string][]string{}}
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "multipart/form-data" || params["boundary"] == "" {
		return u, errMalformed
	}
	body := &paced{
		body: http.MaxBytesReader(w, r.Body, 2*h.cfg.MaxUpload+maxTexts), conn: http.NewResponseController(w),
		start: time.Now(), grace: h.cfg.Grace, minSpeed: h.cfg.MinSpeed,
	}
	reader := uploadReader{upload: u, room: &h.room, maxUpload: h.cfg.MaxUpload, maxFiles: h.cfg.MaxFiles}
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
	room      *room
	maxUpload int64
	maxFiles  int
	texts     int   // bytes so far
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
	limit := min(maxText, maxTexts-u.texts)
	data, whole, err := u.read(part, int64(limit))
	if err != nil {
		return err
	}
	shown := int64(len(data)) * escaped
	if data == nil && !whole || !u.room.take(shown) {
		return errNoRoom
	}
	u.heldBytes += shown
	u.texts += len(data)
	if !whole {
		u.cut = append(u.cut, name)
	}
	if name != "" && len(u.values[name]) < maxHidden {
		u.values[name] = append(u.values[name], strings.ToValidUTF8(string(data), "\uFFFD"))
	}
	return nil
}

func (u *uploadReader) file(part *multipart.Part) error {
	name := fileName(part.FileName())
	if len(u.files) >= u.maxFiles {
		n, err := io.Copy(io.Discard, part)
		u.tooMany = u.tooMany || n > 0
		return err
	}
	data, whole, err := u.read(part, u.maxUpload-u.attached)
	switch {
	case err != nil:
		return err
	case !whole && data == nil:
		u.tooFull = true
	case !whole:
		u.tooBig = true
	case len(data) == 0 && part.FileName() == "":
		// The field was left empty: browsers send a file without name and content.
	default:
		u.attached += int64(len(data))
		u.files = append(u.files, file{Name: name, Type: part.Header.Get("Content-Type"), Data: data})
	}
	return nil
}

// read reads a part to its end and keeps at most limit bytes of it; whole tells whether that is all. Where the room is full
// nothing is kept.
func (u *uploadReader) read(part io.Reader, limit int64) (data []byte, whole bool, err error) {
	data = []byte{}
	for held := 0; int64(len(data)) <= limit; {
		if held == len(data) {
			if !u.room.take(chunk) {
				_, err := io.Copy(io.Discard, part)
				return nil, false, err
			}
			u.heldBytes += chunk
			held += chunk
			data = slices.Grow(data, chunk)
		}
		n, err := part.Read(data[len(data):held])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, false, err
		}
	}
	if int64(len(data)) <= limit {
		return data, true, nil
	}
	_, err = io.Copy(io.Discard, part)
	return data[:limit], false, err
}

// fileName makes a name that can be shown and put into a header: without a path, control characters and what turns the
// direction of writing.
func fileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = oneLine(name)
	if utf8.RuneCountInString(name) > maxName {
		runes := []rune(name)
		name = string(runes[:maxName/2]) + "…" + string(runes[len(runes)-maxName/2+1:])
	}
	if strings.Trim(name, ".") == "" {
		return "file"
	}
	return name
}

// oneLine is a text without line ends, control characters and marks that turn the direction of writing, which would show a
// file "exe.pdf" for one "fdp.exe".
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
