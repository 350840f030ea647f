package blame

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"todoke/internal/blame/cue"
	"todoke/internal/blame/indicator"
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
)

// maxText is how many bytes of all texts together are read; what lies behind is cut and said to be.
const maxText = 4 << 20

// maxFindings is how many indicators of all texts together are read, so that a mail that is nothing but addresses takes
// neither memory nor time out of proportion: some hundreds of bytes are kept of each. A log of some five thousand lines stays below.
const maxFindings = 10_000

// SubjectPart is the PartIndex of the subject, which is read like a text.
const SubjectPart = -1

// SubjectPath is the path of the subject in places and evidence.
const SubjectPath = "subject"

// Find reads a document and gives each indicator with its place, its role and the reason for it.
func Find(doc Document, cfg Config) Evidence {
	r := &reader{doc: doc, cfg: compile(doc, cfg), ev: Evidence{pairOf: map[string]string{}, netOf: map[string]string{}}, left: maxText, most: maxFindings}
	r.text(SubjectPart, Part{Path: SubjectPath, Text: doc.Subject})
	for i, part := range doc.Parts {
		r.text(i, part)
		r.links(i, part)
	}
	r.sortFindings()
	r.weigh()
	r.resemble()
	r.forgedFrom()
	r.readSides()
	r.findPairs()
	r.assign()
	r.excuseShared()
	return r.ev
}

// reader reads one document.
type reader struct {
	doc  Document
	cfg  settled
	ev   Evidence
	left int // bytes that may still be read
	most int // indicators that may still be found
	logs logline.Reader
	ips  map[int]int // how many distinct IPs stand in a passage: 1, or 2 for more

	users    map[string]bool // accounts on which there were tries; nil until asked for
	writers  map[string]bool // hosts that wrote log lines; nil until asked for
	servers  map[string]bool // name servers that were asked; nil until asked for
	trueSite map[int]bool    // passages in which a site stands that they call the true one

	shared map[string]bool // IPs of shared networks that were told beside a host: the host is the address
}

func (r *reader) text(index int, part Part) {
	text := part.Text
	if len(text) > r.left {
		text = text[:r.left]
		r.ev.Truncated = true
	}
	r.left -= len(text)
	text, found := r.within(text, firstIndicators(text, r.most))
	folded := cue.Fold(text)
	r.ev.texts, r.ev.folded = append(r.ev.texts, text), append(r.ev.folded, folded)
	if text == "" {
		return
	}
	lines := machineLines(r.logs.Lines(text), text)
	lay := layout{text: text, part: index, found: found, logs: lines, segments: part.Segments}
	passages := lay.read()
	base := len(r.ev.Passages)
	for i := range passages {
		passages[i].Foreign = part.Embedded || passages[i].Segment == SegmentForwarded
		if passages[i].Heading >= 0 {
			passages[i].Heading += base
		}
	}
	spreadCues(passages, chosen(text, outside(cue.Default().Find(folded), found)))
	r.ev.Passages = append(r.ev.Passages, passages...)
	r.addLogs(index, part.Path, lines, base)
	first := len(r.ev.Findings)
	r.addFindings(index, part.Path, text, found, base)
	r.keys(text, first)
	r.addEnds(index, part.Path, text)
	r.printed(index, text)
}

// stretchBytes is how much of a text is looked through for indicators at once: looking takes several times the memory of the text.
const stretchBytes = 256 << 10

// firstIndicators finds the indicators of a text in order, and goes no further once it has more than most.
func firstIndicators(text string, most int) []indicator.Finding {
	var all []indicator.Finding
	for from := 0; from < len(text) && len(all) <= most; {
		end := min(len(text), from+stretchBytes)
		if line := strings.LastIndexByte(text[from:end], '\n') + 1; end < len(text) && line > 0 {
			end = from + line
		}
		found := indicator.Find(text[from:end])
		for i := range found {
			found[i].Start, found[i].End = found[i].Start+from, found[i].End+from
		}
		if all == nil {
			all = found
		} else {
			all = append(all, found...)
		}
		from = end
	}
	return all
}

// within cuts a text that holds more indicators than may still be found, at the end of a line where it has any.
func (r *reader) within(text string, found []indicator.Finding) (string, []indicator.Finding) {
	if len(found) > r.most {
		r.ev.Truncated = true
		end := found[r.most].Start
		if line := strings.LastIndexByte(text[:end], '\n') + 1; line > 0 {
			end = line
		}
		n := r.most
		for n > 0 && found[n-1].End > end {
			n--
		}
		text, found = text[:end], found[:n]
	}
	r.most -= len(found)
	r.ev.Findings = slices.Grow(r.ev.Findings, len(found))
	return text, found
}

// machineLines leaves out lines that only look like a log: a sentence that begins with a date, or that has a daemon's words in
// it ("we saw a port scan from …").
func machineLines(lines []logline.Line, text string) []logline.Line {
	kept := lines[:0]
	for _, line := range lines {
		if e := &line.Event; e.Product != "table" && e.Product != "windows" && isSentence(text[line.Start:line.End], e.TimeKnown) {
			continue
		}
		kept = append(kept, line)
	}
	return kept
}

// isSentence tells whether a person wrote the line: Japanese with its particles, or, without a time before it, English with
// pronouns and articles.
func isSentence(s string, timed bool) bool {
	if len(s) > maxSentence {
		return false
	}
	hiragana := 0
	for _, r := range s {
		if r >= 0x3041 && r <= 0x3096 {
			hiragana++
		}
	}
	if hiragana > 4 || timed {
		return hiragana > 4
	}
	padded := " " + strings.ToLower(s) + " "
	for _, word := range []string{" we ", " our ", " my ", " i ", " your ", " you ", " please ", " the ", " is ", " are ", " has ", " was ", " been "} {
		if strings.Contains(padded, word) {
			return true
		}
	}
	return false
}

// outside leaves out the cues inside of indicators: the "http" of a URL names no service.
func outside(cues []cue.Match, found []indicator.Finding) []cue.Match {
	kept := cues[:0]
	for _, c := range cues {
		for len(found) > 0 && found[0].End <= c.Start {
			found = found[1:]
		}
		if len(found) > 0 && found[0].Start <= c.Start && c.End <= found[0].End && found[0].Kind != indicator.Port {
			continue
		}
		kept = append(kept, c)
	}
	return kept
}

// spreadCues gives each passage its cues.
func spreadCues(passages []Passage, cues []cue.Match) {
	for i := range passages {
		p := &passages[i]
		for len(cues) > 0 && cues[0].Start < p.Start {
			cues = cues[1:]
		}
		n := 0
		for n < len(cues) && cues[n].Start < p.End {
			n++
		}
		p.Cues, cues = cues[:n], cues[n:]
	}
}

func (r *reader) addLogs(index int, path string, lines []logline.Line, base int) {
	at := base
	for _, line := range lines {
		for at < len(r.ev.Passages)-1 && r.ev.Passages[at].End < line.Start {
			at++
		}
		r.ev.Logs = append(r.ev.Logs, Log{PartIndex: index, Path: path, Line: line, Passage: at})
	}
}

func (r *reader) addFindings(index int, path, text string, found []indicator.Finding, base int) {
	counter := runeCounter{text: text}
	passage, log := base, len(r.ev.Logs)
	for log > 0 && r.ev.Logs[log-1].PartIndex == index {
		log--
	}
	for _, f := range found {
		for passage < len(r.ev.Passages)-1 && r.ev.Passages[passage].End <= f.Start {
			passage++
		}
		for log < len(r.ev.Logs) && r.ev.Logs[log].End <= f.Start {
			log++
		}
		finding := Finding{
			Indicator: desk.Indicator{Kind: desk.IndicatorKind(f.Kind), Value: f.Value, Role: desk.RoleUnknown, Defanged: f.Defanged, Part: path, Offset: counter.at(f.Start)},
			Host:      f.Host, Port: f.Port, PartIndex: index, Start: f.Start, End: f.End, Line: counter.line, Passage: -1, Log: -1,
		}
		if passage < len(r.ev.Passages) && r.ev.Passages[passage].Start <= f.Start {
			finding.Passage = passage
		}
		if log < len(r.ev.Logs) && r.ev.Logs[log].Start <= f.Start {
			finding.Log = log
		}
		r.ev.Findings = append(r.ev.Findings, finding)
	}
}

// addEnds adds the ends of log lines that were not found as indicators: "203.0.113.7.4411 > 192.0.2.5.23".
func (r *reader) addEnds(index int, path string, text string) {
	known := map[int]bool{}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.PartIndex == index && f.Log >= 0 {
			known[f.Start] = true
		}
	}
	counter := runeCounter{text: text}
	for i := range r.ev.Logs {
		l := &r.ev.Logs[i]
		if l.PartIndex != index {
			continue
		}
		ends := []logline.Endpoint{l.Event.Source, l.Event.Target}
		if ends[0].Start > ends[1].Start {
			ends[0], ends[1] = ends[1], ends[0]
		}
		for _, e := range ends {
			if !e.Addr.IsValid() || e.End <= e.Start || known[e.Start] || e.Start < counter.byte {
				continue
			}
			value := e.Addr.String()
			r.ev.Findings = append(r.ev.Findings, Finding{
				Indicator: desk.Indicator{Kind: desk.IndicatorIP, Value: value, Role: desk.RoleUnknown, Part: path, Offset: counter.at(e.Start)},
				Host:      value, Port: e.Port, PartIndex: index, Start: e.Start, End: e.End, Line: counter.line, Passage: l.Passage, Log: i,
			})
		}
	}
}

// runeCounter turns ascending byte offsets into code points and lines.
type runeCounter struct {
	text        string
	byte, runes int
	line        int
}

func (c *runeCounter) at(offset int) int {
	if c.line == 0 {
		c.line = 1
	}
	c.runes += utf8.RuneCountInString(c.text[c.byte:offset])
	c.line += strings.Count(c.text[c.byte:offset], "\n")
	c.byte = offset
	return c.runes
}

// weigh scores the harm of each passage and of the whole message.
func (r *reader) weigh() {
	e := &r.ev
	e.scores = make([]Scores, len(e.Passages))
	r.weighURLs()
	for i := range e.Passages {
		p := &e.Passages[i]
		if !p.Speaks() || len(p.Cues) == 0 {
			continue
		}
		scores := scoresOf(r.ev.Text(p.PartIndex), p)
		e.scores[i].Plus(&scores, 1)
		if p.Kind == LogLine {
			continue // a remark in a row is about that row
		}
		weight := 1.0
		if p.PartIndex == SubjectPart {
			weight = 2
		}
		e.mail.Plus(&e.scores[i], weight)
		success, failure := e.outcome(i)
		e.success += success
		e.failure += failure
		for _, c := range p.Cues {
			if c.Rule.Sense == cue.Aftermath && c.Rule.Value != "defacement" {
				e.aftermath++
			}
		}
	}
}

// weighURLs takes what URLs themselves tell: one that bears a brand's name, or is shown as another, wants to deceive.
func (r *reader) weighURLs() {
	e := &r.ev
	for i := range e.Findings {
		f := &e.Findings[i]
		if f.Kind != desk.IndicatorURL || f.Passage < 0 || f.Log >= 0 || !e.Passages[f.Passage].Speaks() {
			continue
		}
		weight := 0.0
		if r.disguised(f.Value) {
			weight = 2
		}
		if i > 0 && r.shownAs(f, &e.Findings[i-1]) {
			weight = 3
		}
		if isInstaller(f.Value) {
			e.scores[f.Passage].Add(desk.MalwareSite, 2)
		}
		e.scores[f.Passage].Add(desk.PhishingSite, weight)
		e.mail.Add(desk.PhishingSite, weight)
	}
}

// isInstaller tells whether a URL ends in the name of a program that a visitor would run.
func isInstaller(url string) bool {
	for _, end := range []string{".exe", ".scr", ".pif", ".apk", ".msi", ".bat"} {
		if strings.HasSuffix(url, end) {
			return true
		}
	}
	return false
}

// shownAs tells whether f is the target of a link that shows the URL of another host: "https://bank.example/ <http://…>".
func (r *reader) shownAs(f, shown *Finding) bool {
	if shown.Passage != f.Passage || !isHost(shown) || shown.Host == f.Host || shown.PartIndex != f.PartIndex {
		return false
	}
	between := strings.TrimLeft(r.ev.Text(f.PartIndex)[shown.End:max(shown.End, f.Start)], " \n")
	if between != "<" && between != "＜" {
		return false
	}
	shown.side.legit, shown.deceives = true, true
	return true
}

// disguised tells whether a URL bears a known brand's host where it is not the host: before an @, in the path, or as the first
// labels of a longer name.
func (r *reader) disguised(url string) bool {
	_, rest, ok := strings.Cut(url, "://")
	if !ok || len(rest) > 400 {
		return false
	}
	host, path, _ := strings.Cut(rest, "/")
	if user, real, ok := strings.Cut(host, "@"); ok {
		user, _, _ = strings.Cut(user, "%")
		if r.cfg.legitimate(user) {
			return true
		}
		host = real
	}
	if r.cfg.legitimate(host) {
		return false
	}
	for i := 0; i < len(host); i++ {
		if host[i] == '.' && r.cfg.legitimate(host[:i]) {
			return true
		}
	}
	for step := range strings.SplitSeq(path, "/") {
		if strings.Count(step, ".") > 0 && r.cfg.legitimate(strings.ToLower(step)) {
			return true
		}
	}
	return false
}

// links gives the targets of an HTML text's links that are not written in the text.
func (r *reader) links(index int, part Part) {
	seen := map[string]bool{}
	for i := range r.ev.Findings {
		if f := &r.ev.Findings[i]; f.PartIndex == index {
			seen[f.Value] = true
		}
	}
	for _, link := range part.Links {
		for _, f := range indicator.Find(link.URL) {
			if f.Kind != indicator.URL || seen[f.Value] {
				continue
			}
			if r.most--; r.most < 0 {
				r.most, r.ev.Truncated = 0, true
				return
			}
			seen[f.Value] = true
			r.ev.Findings = append(r.ev.Findings, Finding{
				Indicator: desk.Indicator{Kind: desk.IndicatorURL, Value: f.Value, Role: desk.RoleUnknown, Part: part.Path},
				Host:      f.Host, Port: f.Port, PartIndex: index, Line: 1, Passage: -1, Log: -1,
			})
		}
	}
}

// sortFindings puts findings in order of part and place.
func (r *reader) sortFindings() {
	sort.SliceStable(r.ev.Findings, func(i, j int) bool {
		a, b := &r.ev.Findings[i], &r.ev.Findings[j]
		if a.PartIndex != b.PartIndex {
			return a.PartIndex < b.PartIndex
		}
		return a.Start < b.Start
	})
}
