package form

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"time"
)

// stamp is what a form carries to show that it was shown here, when, and to which browser: the stamp is signed together with the
// browser's cookie, which other sites can neither read nor (SameSite) have sent along. A stamp is good for one report.
type stamp struct {
	nonce  [16]byte
	issued time.Time // whole seconds
	ready  time.Time // a place in the line: taken from then on; zero for none
	zeros  int       // bits of the puzzle that was given, 0 for none
}

// Why a stamp is not taken. Each shows the form again with a new stamp.
var (
	errForeign = errors.New("not our stamp, or another browser's") // also: the browser keeps no cookies
	errOld     = errors.New("the form is too old")
	errFast    = errors.New("the form was filled faster than people do")
)

const (
	payloadLen = 16 + 8 + 8 + 1
	macLen     = 16
)

func newStamp(issued time.Time) stamp {
	s := stamp{issued: issued}
	rand.Read(s.nonce[:])
	return s
}

func (s stamp) payload() []byte {
	p := make([]byte, 0, payloadLen)
	p = append(p, s.nonce[:]...)
	p = binary.BigEndian.AppendUint64(p, uint64(s.issued.Unix()))
	ready := int64(0)
	if !s.ready.IsZero() {
		ready = s.ready.Unix()
	}
	p = binary.BigEndian.AppendUint64(p, uint64(ready))
	return append(p, byte(s.zeros))
}

// stampText has one text for each stamp.
var stampText = base64.RawURLEncoding.Strict()

// seal writes a stamp for the browser that has the cookie.
func (h *Handler) seal(s stamp, cookie string) string {
	p := s.payload()
	return stampText.EncodeToString(append(p, h.sign(p, cookie)...))
}

func (h *Handler) sign(payload []byte, cookie string) []byte {
	mac := hmac.New(sha256.New, h.cfg.Key)
	mac.Write([]byte("form stamp"))
	mac.Write(payload)
	mac.Write([]byte(cookie))
	return mac.Sum(nil)[:macLen]
}

// open reads a stamp that came with a form. With errOld and errFast the stamp is ours and is returned too.
func (h *Handler) open(text, cookie string, now time.Time) (stamp, error) {
	raw, err := stampText.DecodeString(text)
	if err != nil || len(raw) != payloadLen+macLen || cookie == "" || !hmac.Equal(raw[payloadLen:], h.sign(raw[:payloadLen], cookie)) {
		return stamp{}, errForeign
	}
	s := stamp{issued: unix(raw[16:24]), zeros: int(raw[32])}
	copy(s.nonce[:], raw)
	if ready := unix(raw[24:32]); ready.Unix() != 0 {
		s.ready = ready
	}
	switch age := now.Sub(s.issued); {
	case age > h.cfg.MaxAge:
		return s, errOld
	case age < h.cfg.MinAge:
		return s, errFast
	}
	return s, nil
}

func unix(b []byte) time.Time { return time.Unix(int64(binary.BigEndian.Uint64(b)), 0) }

// cookieName names the cookie that binds a stamp to a browser. It holds random bits and is gone with the browser's session.
const cookieName = "todoke-form"

// cookieLen is the length of rand.Text.
const cookieLen = 26

// cookie is the browser's cookie, "" where it sends none that could be ours.
func cookie(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil || len(c.Value) != cookieLen {
		return ""
	}
	return c.Value
}

// giveCookie is the browser's cookie, a new one where it has none.
func (h *Handler) giveCookie(w http.ResponseWriter, r *http.Request) string {
	if have := cookie(r); have != "" {
		return have
	}
	c := &http.Cookie{Name: cookieName, Value: rand.Text(), Path: "/report", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: h.cfg.Proxies.Client(r).TLS}
	http.SetCookie(w, c)
	return c.Value
}
