package blame

import (
	"strings"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// maxRemarks is how many remarks on lines of a log are read; nobody makes more, and each costs a look at the whole log.
const maxRemarks = 16

// remarks reads what a reporter says below a log of one of its lines: "最後の1行は正常な通信です", "the last entry is me". The
// address of that line is not to blame.
func (r *reader) remarks() {
	if len(r.ev.Logs) < 2 {
		return
	}
	r.excuseNamed()
	left := maxRemarks
	for i := range r.ev.Passages {
		p := &r.ev.Passages[i]
		if p.Kind != Prose && p.Kind != KeyValue || !p.Speaks() || p.PartIndex == SubjectPart || left == 0 {
			continue
		}
		word := r.excuse(p, 0)
		if word == "" {
			continue
		}
		text := strings.ToLower(r.ev.Text(p.PartIndex)[p.Start:p.End])
		first, last := nameOneLine(text)
		if first || last {
			left--
			r.excuseLine(i, last, word)
		}
	}
}

// excuseNamed takes the blame from the lines of a log whose source is called innocent by its address: "the lines with 203.0.113.9 are
// our own monitoring".
func (r *reader) excuseNamed() {
	innocent := map[string]string{}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Log < 0 && f.Passage >= 0 && isIP(f) && f.side.innocent && !f.side.above && r.ev.Passages[f.Passage].Speaks() {
			innocent[f.Value] = f.side.why
		}
	}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.Log >= 0 && innocent[f.Value] != "" {
			f.set(desk.RoleReporter, "not to blame: "+innocent[f.Value])
		}
	}
}

// nameOneLine tells whether a sentence speaks of the first or of the last line of a log.
func nameOneLine(sentence string) (first, last bool) {
	for _, w := range []string{"最後の", "末尾の", "最終行", "一番下の", "いちばん下の", "the last line", "the last entry", "the last one", "last line is", "last line was", "last entry is", "the bottom line", "the final line", "the final entry"} {
		if strings.Contains(sentence, w) {
			return false, true
		}
	}
	for _, w := range []string{"最初の行", "最初の1行", "先頭の", "1行目", "一行目", "一番上の", "the first line", "the first entry", "the first one", "the top line"} {
		if strings.Contains(sentence, w) {
			return true, false
		}
	}
	return false, false
}

// excuse is the word by which a passage calls something its own or innocent, "" where there is none.
func (r *reader) excuse(p *Passage, from int) string {
	text := r.ev.Text(p.PartIndex)
	for _, c := range p.Cues {
		switch {
		case c.Start < from || c.Rule.Sense != cue.Role:
		case c.Rule.Value == "innocent":
			return c.Rule.Name
		case c.Rule.Value == "own" && !isObject(text[c.End:min(len(text), c.End+120)]) && !isGoal(text[p.Start:c.Start]):
			return c.Rule.Name
		}
	}
	return ""
}

// isGoal tells whether the words before an owner's word make the owner the one who was met: "-> vnc on our network".
func isGoal(before string) bool {
	before = strings.TrimRight(before, " ")
	word := strings.ToLower(before[strings.LastIndexAny(before, " \n")+1:])
	switch word {
	case "on", "at", "in", "of", "to", "into", "against", "by", "with", "across", "through", "after":
		return true
	}
	return doing[word] || did[word]
}

// excuseLine marks the sources of the first or last line of the log above a passage.
func (r *reader) excuseLine(passage int, last bool, word string) {
	logs := r.logsAbove(passage)
	if len(logs) < 2 {
		return
	}
	line := logs[0]
	if last {
		line = logs[len(logs)-1]
	}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Log == line && f.isEnd(&r.ev.Logs[line].Event.Source) {
			f.set(desk.RoleReporter, "the log line is said to be \""+word+"\"")
		}
	}
}

// logsAbove are the log lines of the part that stand before a passage, back to the last words above them.
func (r *reader) logsAbove(passage int) []int {
	p := &r.ev.Passages[passage]
	var logs []int
	for i := range r.ev.Logs {
		if l := &r.ev.Logs[i]; l.PartIndex == p.PartIndex && l.Passage < passage {
			logs = append(logs, i)
		}
	}
	return logs
}
