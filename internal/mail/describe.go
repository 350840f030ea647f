package mail

import "strings"

// describe fills in what the header of p, a part inside path, says about it: type, name, disposition.
func (r *reader) describe(p *Part, path, defaultType string) {
	p.Declared = p.Header.Raw("Content-Type")
	ct := parseContentType(p.Declared, "")
	p.Declared = strings.TrimSpace(p.Declared)
	p.Params = ct.params
	disposition := parseContentType(p.Header.Raw("Content-Disposition"), "")
	p.Disposition = dispositionType(disposition.mediaType)
	p.Name = fileName(disposition.params.Get("filename"), disposition.params.Get("name"), ct.params.Get("name"), ct.params.Get("filename"))
	p.ContentID = strings.Trim(cleanID(p.Header.Raw("Content-ID")), "<> ")
	mediaType, ok := effectiveType(ct, p, defaultType)
	p.setType(mediaType, path)
	if !ok {
		r.problem(p, "content type "+quote(p.Declared)+" unreadable; read as "+mediaType)
	}
}

func dispositionType(s string) string {
	switch s {
	case "", "inline", "attachment":
		return s
	}
	// RFC 2183, 2.8: an unknown disposition is an attachment.
	return "attachment"
}

// fileName is the first of candidates that is not empty, without the folders in front of it and without what
// cannot stand in a name.
func fileName(candidates ...string) string {
	for _, name := range candidates {
		if i := strings.LastIndexAny(name, `/\`); i >= 0 {
			name = name[i+1:]
		}
		name = strings.TrimSpace(cleanLine(validText(name)))
		if name != "" && name != "." && name != ".." {
			return name
		}
	}
	return ""
}

// effectiveType is the media type to read p as; ok is false where the declared one was unreadable.
func effectiveType(ct contentType, p *Part, defaultType string) (mediaType string, ok bool) {
	major, minor, slash := strings.Cut(ct.mediaType, "/")
	switch {
	case slash && isToken(major) && isToken(minor):
		return ct.mediaType, true
	case p.Declared == "":
		if p.Name != "" {
			return "application/octet-stream", true
		}
		return defaultType, true
	case ct.params.Get("boundary") != "":
		return "multipart/mixed", false
	case ct.mediaType == "html" || major == "text" && strings.HasPrefix(minor, "html"):
		return "text/html", false
	case major == "multipart":
		return "multipart/mixed", false
	case p.Name != "" || p.Disposition == "attachment":
		return "application/octet-stream", false
	}
	return "text/plain", false
}

// isToken tells whether s is a token of RFC 2045, 5.1.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7F || strings.IndexByte(`()<>@,;:\"/[]?=`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
