package blame

import (
	"todoke/internal/blame/cue"
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

func (r *reader) fromLog(f *Finding) {
	line := &r.ev.Logs[f.Log]
	e := &line.Event
	if marked := r.marked(line.Passage); marked != "" {
		f.set(desk.RoleReporter, "the log line is marked \""+marked+"\"")
		return
	}
	switch {
	case f.isEnd(&e.Source):
		f.side.way = from
		f.accused = e.Outcome
		if e.Blames() {
			f.Harm = desk.Class(e.Class)
			f.set(desk.RoleSource, e.What)
		}
	case f.isEnd(&e.Target):
		f.set(desk.RoleTarget, "the target in a log line")
	case isHost(f) && included(e) && r.ev.mail.Of(desk.MalwareSite) > 0:
		f.Leads, f.Harm = true, desk.MalwareSite
		f.set(desk.RoleSource, "the file that the request wanted to have run lies there")
	default:
		f.inert = true
		f.Why = "inside a log line"
	}
}

// included tells whether a request names a file on another machine that the attacked one should fetch and run.
func included(e *logline.Event) bool {
	return e.Injection == logline.FileInclusion || e.Injection == logline.CodeInjection
}

// isEnd tells whether the finding is one end of a log event.
func (f *Finding) isEnd(e *logline.Endpoint) bool {
	return e.End > e.Start && f.Start < e.End && e.Start < f.End || e.Addr.IsValid() && e.Addr.String() == f.Value || e.Host != "" && e.Host == f.Value
}

// marked gives the word by which a reporter excuses a log line ("← これは私です"), "" where there is none.
func (r *reader) marked(passage int) string {
	for _, c := range r.ev.Passages[passage].Cues {
		if c.Rule.Sense == cue.Role && (c.Rule.Value == "own" || c.Rule.Value == "innocent") {
			return c.Rule.Name
		}
	}
	return ""
}
