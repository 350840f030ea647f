package blame

import (
	"strings"

	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

func (r *reader) fromLog(f *Finding) {
	line := &r.ev.Logs[f.Log]
	e := &line.Event
	if marked := r.excuse(&r.ev.Passages[line.Passage], e.Source.End); marked != "" {
		f.set(desk.RoleReporter, "the log line is marked \""+marked+"\"")
		return
	}
	switch {
	case f.isEnd(&e.Source):
		f.side.way = from
		f.accused = e.Outcome
		switch {
		case e.Blames():
			f.Harm = desk.Class(e.Class)
			f.set(desk.RoleSource, e.What)
		case e.Outcome == logline.Succeeded && r.ev.success > r.ev.failure && len(r.guessed()) == 0 && !r.cfg.isReporters(f.Host):
			f.Harm = desk.IntrusionAccount
			f.set(desk.RoleSource, "logged in, and nobody else is accused by a log line")
		case e.Outcome == logline.Succeeded && r.account(line) != " " && r.guessed()[r.account(line)] && r.ev.success > r.ev.failure:
			f.Harm = desk.IntrusionAccount
			f.set(desk.RoleSource, "logged in to the account whose password was guessed")
		}
	case f.isEnd(&e.Target):
		f.set(desk.RoleTarget, "the target in a log line")
	case isHost(f) && r.ev.mail.Of(desk.MalwareSite) > 0 && fetched(r.ev.Text(f.PartIndex)[line.Start:max(line.Start, f.Start)]):
		f.Harm = desk.MalwareSite
		f.set(desk.RoleSource, "the intruder fetched a file from there")
	case r.visits(f, line):
		f.Harm = desk.MalwareC2
		f.set(desk.RoleSource, "an infected machine went there")
	case isHost(f) && included(e) && r.ev.mail.Of(desk.MalwareSite) > 0:
		f.Leads, f.Harm = true, desk.MalwareSite
		f.set(desk.RoleSource, "the file that the request wanted to have run lies there")
	default:
		f.inert = true
		f.Why = "inside a log line"
	}
}

// fetched tells whether the words before a URL in a log line are a command that fetches a file.
func fetched(before string) bool {
	before = before[max(0, len(before)-24):]
	return containsAny(before, "wget ", "curl ", "fetch ", "ftpget ", "lwp-download ")
}

// visits tells whether a proxy's log line shows a way to the finding and the message tells of a command server.
func (r *reader) visits(f *Finding, line *Log) bool {
	best, _ := r.ev.mail.Best()
	before := r.ev.Text(f.PartIndex)[line.Start:max(line.Start, f.Start)]
	return best == desk.MalwareC2 && (strings.HasSuffix(before, "CONNECT ") || f.Kind == desk.IndicatorURL && endsIn(before, "GET", "POST"))
}

// included tells whether a request names a file on another machine that the attacked one should fetch and run.
func included(e *logline.Event) bool {
	return e.Injection == logline.FileInclusion || e.Injection == logline.CodeInjection
}

// isEnd tells whether the finding is one end of a log event.
func (f *Finding) isEnd(e *logline.Endpoint) bool {
	return e.End > e.Start && f.Start < e.End && e.Start < f.End || e.Addr.IsValid() && e.Addr.String() == f.Value || e.Host != "" && e.Host == f.Value
}

// marked gives the word by which a reporter excuses a line ("← これは私です"), "" where there is none.
func (r *reader) marked(passage int) string {
	return r.excuse(&r.ev.Passages[passage], 0)
}

// writes tells whether a host wrote log lines of the message: it stands before the sender in one of them (RFC 5424, section 6.2.4).
// "banned 203.0.113.5 from web1" accuses no web1.
func (r *reader) writes(host string) bool {
	if r.writers == nil {
		r.writers = map[string]bool{}
		for i := range r.ev.Findings {
			f := &r.ev.Findings[i]
			if f.Log < 0 || f.Kind != desk.IndicatorHost {
				continue
			}
			if e := &r.ev.Logs[f.Log].Event; f.End <= e.Source.Start && !f.isEnd(&e.Source) {
				r.writers[f.Host] = true
			}
		}
	}
	return r.writers[host]
}

// guessed are the accounts on which log lines tell of tries: who logs in to one of them after a break-in is no user.
func (r *reader) guessed() map[string]bool {
	if r.users == nil {
		r.users = map[string]bool{}
		for i := range r.ev.Logs {
			if l := &r.ev.Logs[i]; l.Event.Blames() {
				r.users[r.account(l)] = true
			}
		}
	}
	return r.users
}

// account is the user that a line of a login service names: "Accepted password for test from …"; a space where it names none.
func (r *reader) account(l *Log) string {
	if l.Event.User != "" {
		return l.Event.User
	}
	_, rest, _ := strings.Cut(r.ev.Text(l.PartIndex)[l.Start:l.End], " for ")
	for _, skip := range []string{"invalid user ", "illegal user "} {
		rest = strings.TrimPrefix(rest, skip)
	}
	user, _, _ := strings.Cut(rest, " ")
	if user == "" {
		return " "
	}
	return user
}
