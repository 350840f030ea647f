package mailauth

import (
	"context"
	"net"
	"strings"
	"time"
)

// Resolver asks DNS. *net.Resolver is one; names are given to it with the dot at the end, so that no search list is
// applied. An error that is a *net.DNSError with IsNotFound says that there are no such records; every other error is taken
// for passing trouble.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) // A and AAAA
	LookupAddr(ctx context.Context, addr string) ([]string, error)       // PTR
}

// Bounds of one answer.
const (
	maxRecords = 100     // records, more are left out
	maxTXT     = 8 << 10 // bytes of a TXT record; keys of 8192 bits have 1.5 KB. A longer one is left out
	maxName    = 253     // bytes of a name
)

// thrifty is a resolver for one mail: it asks each question once, and only so many.
type thrifty struct {
	inner Resolver
	left  int           // questions that may still be asked
	wait  time.Duration // for one answer
	spent bool          // a question was not asked since there were too many
	txt   map[string]txtAnswer
}

type txtAnswer struct {
	records []string
	err     error
}

func newThrifty(inner Resolver, questions int, wait time.Duration) *thrifty {
	return &thrifty{inner: inner, left: questions, wait: wait, txt: make(map[string]txtAnswer)}
}

// LookupTXT remembers its answers: many signatures have one key.
func (t *thrifty) LookupTXT(ctx context.Context, name string) ([]string, error) {
	name = rooted(name)
	if answer, known := t.txt[name]; known {
		return answer.records, answer.err
	}
	records, err := ask(ctx, t, name, 1, t.inner.LookupTXT)
	var short []string
	for _, record := range records {
		if len(record) <= maxTXT {
			short = append(short, record)
		}
	}
	t.txt[name] = txtAnswer{short, err}
	return short, err
}

func (t *thrifty) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	return ask(ctx, t, rooted(name), 1, t.inner.LookupMX)
}

func (t *thrifty) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	return ask(ctx, t, rooted(host), 2, t.inner.LookupIPAddr)
}

func (t *thrifty) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	return ask(ctx, t, addr, 1, t.inner.LookupAddr)
}

// ask asks what costs that many questions. Its errors are *net.DNSError of three kinds: not found, passing trouble, and,
// being neither, asked too much.
func ask[T any](ctx context.Context, t *thrifty, name string, cost int, look func(context.Context, string) ([]T, error)) ([]T, error) {
	if !askable(name) {
		return nil, &net.DNSError{Err: "no name of DNS", Name: name, IsNotFound: true}
	}
	if t.left < cost {
		t.spent = true
		return nil, &net.DNSError{Err: "too many questions for one mail", Name: name}
	}
	t.left -= cost
	ctx, cancel := context.WithTimeout(ctx, t.wait)
	defer cancel()
	answer, err := look(ctx, name)
	if len(answer) > maxRecords {
		answer = answer[:maxRecords]
	}
	return answer, plainError(err, name)
}

// plainError makes every error that does not say that there is no record one of passing trouble.
func plainError(err error, name string) error {
	if err == nil {
		return nil
	}
	if dns, ok := err.(*net.DNSError); ok && (dns.IsNotFound || dns.Temporary()) {
		return dns
	}
	return &net.DNSError{Err: err.Error(), Name: name, IsTemporary: true}
}

// rooted is the name with the dot at the end. One that macros of SPF made too long loses labels on the left (RFC 7208,
// section 7.3).
func rooted(name string) string {
	name = strings.TrimSuffix(name, ".")
	for len(name) > maxName {
		_, rest, more := strings.Cut(name, ".")
		if !more {
			return ""
		}
		name = rest
	}
	return name + "."
}

// askable tells whether a name may be asked for: macros of SPF can put anything into one.
func askable(name string) bool {
	for i := range len(name) {
		if name[i] <= ' ' || name[i] >= 0x7F {
			return false
		}
	}
	return len(name) > 1
}
