package blame

import (
	"todoke/internal/blame/cue"
	"todoke/internal/blame/logline"
	"todoke/internal/desk"
	"todoke/internal/likeness"
)

// Evidence is what was found in a document.
type Evidence struct {
	// Findings are the indicators in order of part and place, each with its role.
	Findings []Finding
	// Logs are the log lines.
	Logs []Log
	// Pairs are hosts that are said to be an IP.
	Pairs []Pair
	// Passages are the sentences, headings and lines of all texts, in order; the subject is the first part.
	Passages []Passage
	// Truncated says that only the beginning of a long document was read.
	Truncated bool

	texts    []string          // of the subject and the parts
	folded   []cue.Text        // the same, as cues are looked for in them
	pairOf   map[string]string // host to IP
	netOf    map[string]string // IP to the told network that it lies in
	scores   []Scores          // by passage
	mail     Scores
	said     desk.Class          // by the rules, of the whole message
	likes    []likeness.Likeness // how much it is like the mails of each class
	like     desk.Class          // of the mails that this one is like
	features []string            // of the words

	success, failure, aftermath float64 // cues of the whole message
}

// Finding is one indicator, its role and where it stood.
type Finding struct {
	desk.Indicator
	Host       string // of a URL or mail address; of a host itself
	Port       int    // written with the address
	PartIndex  int    // in the document's parts; -1 is the subject
	Start, End int    // bytes in the part's text
	Line       int    // from 1
	Passage    int    // index in Evidence.Passages, -1 where the indicator stood outside of the text
	Log        int    // index in Evidence.Logs of the line it stood in, -1 where none
	Explicit   bool   // the role was told, not taken by default
	Imitated   bool   // told to be the true site that a false one imitates

	// Harm is the class that its role rests on, "" where only the whole message says.
	Harm desk.Class
	// Leads says that an altered page leads there.
	Leads bool

	side     side
	deceives bool            // shown in place of the link's real target
	own      bool            // told or taken to be the reporter's own
	echo     bool            // in the subject of an answer
	soft     bool            // taken for a reference by a word beside it that may mean much
	printed  bool            // in an example that a form prints
	keyed    direction       // the end that the keys of JSON or XML around it tell
	inert    bool            // inside of a log line or header, at neither end
	accused  logline.Outcome // of the log line whose source it is
}

// Log is one log line.
type Log struct {
	PartIndex int
	Path      string
	logline.Line
	Passage int
}

// Pair is a host that stands with an IP.
type Pair struct {
	Host, IP string
	Why      string
}

// PassageKind says what a passage is in the layout of a text.
type PassageKind int

// The kinds of passage.
const (
	Prose    PassageKind = iota
	Heading              // a line that announces what follows
	KeyValue             // "攻撃元: 203.0.113.5"
	Bare                 // a line of indicators alone
	LogLine
)

// Passage is one sentence, heading, list item or log line, and the cues in it.
type Passage struct {
	Kind       PassageKind
	PartIndex  int
	Start, End int // bytes in the part's text
	First      int // line number, from 1
	Last       int
	Block      int // paragraph; the same number for passages without a blank line between them
	Heading    int // index of the passage that announces this one, -1 where none
	Segment    string
	Held       bool
	Foreign    bool // of a mail that is passed on: its words are the sender's, not the reporter's
	Cues       []cue.Match
}

// Indicators lists the findings in the contract's form.
func (e *Evidence) Indicators() []desk.Indicator {
	list := make([]desk.Indicator, len(e.Findings))
	for i, f := range e.Findings {
		list[i] = f.Indicator
	}
	return list
}

// AddressOf is the address under which a finding is counted: the IP of its host where one is told, else itself. It
// is "" for what cannot be an address.
func (e *Evidence) AddressOf(f *Finding) string {
	switch f.Kind {
	case desk.IndicatorIP, desk.IndicatorCIDR:
		return e.network(f.Value)
	case desk.IndicatorHost, desk.IndicatorURL:
		if ip, ok := e.pairOf[f.Host]; ok {
			return e.network(ip)
		}
		return e.network(f.Host)
	}
	return ""
}

// network is the network at fault that an IP lies in, the address itself where there is none: a CIDR is one address, and its
// machines are samples of it.
func (e *Evidence) network(address string) string {
	if net, ok := e.netOf[address]; ok {
		return net
	}
	return address
}

// Speaks tells whether the passage is the reporter's telling or foreign text passed on, not a signature or what we hold.
func (p *Passage) Speaks() bool {
	return !p.Held && p.Segment != SegmentSignature && p.Segment != SegmentDisclaimer
}

// Around calls visit for each passage that says something about what stands in the given one, with how much its words
// weigh there: the passage itself, what announces it, and its paragraph.
func (e *Evidence) Around(passage int, visit func(passage int, weight float64)) {
	if passage < 0 {
		return
	}
	p := &e.Passages[passage]
	visit(passage, 4)
	if p.Heading >= 0 {
		visit(p.Heading, 3)
		e.block(p.Heading, func(i int) {
			if e.Passages[i].Kind == Prose && e.Passages[i].Block != p.Block {
				visit(i, 2)
			}
		})
	}
	e.block(passage, func(i int) {
		if i != p.Heading {
			visit(i, 1.5)
		}
	})
}

// block calls visit for the passages of the same paragraph, up to four on each side.
func (e *Evidence) block(passage int, visit func(int)) {
	p := &e.Passages[passage]
	for _, step := range []int{-1, 1} {
		for i := passage + step; i >= 0 && i < len(e.Passages) && (i-passage)*step <= 4; i += step {
			if e.Passages[i].Block != p.Block || e.Passages[i].PartIndex != p.PartIndex {
				break
			}
			visit(i)
		}
	}
}

// HarmAt weighs what harm is told at a passage: in itself, above it, around it, and in the whole message. Where it is
// told that a try worked, what is said of the try counts for the intrusion.
func (e *Evidence) HarmAt(passage int) Scores {
	var s Scores
	whole, near := 0.5, 1.0
	if passage >= 0 && e.Passages[passage].Foreign {
		whole, near = 2, 0.3 // what a forwarded mail says is what it wants to be believed
	}
	s.Plus(&e.mail, whole)
	e.Around(passage, func(i int, weight float64) { s.Plus(&e.scores[i], near*weight) })
	if e.Succeeded(passage) {
		if e.aftermath > 0 {
			s.Add(desk.IntrusionSystem, 1)
		}
		s.promote()
	}
	s.settle()
	return s
}

// Succeeded tells whether the words around a passage, and those of the whole message, say that a try worked.
func (e *Evidence) Succeeded(passage int) bool {
	yes, no := e.success, e.failure
	e.Around(passage, func(i int, weight float64) {
		y, n := e.outcome(i)
		yes += weight * y
		no += weight * n
	})
	return yes > no
}

// outcome counts the cues of success and failure in a passage. A guess ("probably compromised") tells nothing.
func (e *Evidence) outcome(passage int) (success, failure float64) {
	p := &e.Passages[passage]
	if !p.Speaks() || p.Kind == LogLine {
		return 0, 0
	}
	for i, c := range p.Cues {
		switch {
		case c.Rule.Sense == cue.Harm && (c.Rule.Value == string(desk.IntrusionDefacement)):
			if pol := e.Polarity(p, i); !pol.Negated && !pol.Hedged {
				success++
			}
		case c.Rule.Sense != cue.Outcome:
		case c.Rule.Value == "success":
			switch pol := e.Polarity(p, i); {
			case pol.Negated:
				failure++
			case !pol.Hedged:
				success++
			}
		case c.Rule.Value == "failure":
			failure += 1.5
		case c.Rule.Value == "try":
			failure += 0.4
		}
	}
	return success, failure
}

// Text is the text of a part as it was read; SubjectPart is the subject.
func (e *Evidence) Text(part int) string { return e.texts[part+1] }

// Folded is the same text as cues are looked for in it.
func (e *Evidence) Folded(part int) cue.Text { return e.folded[part+1] }

// Polarity says how cue i of a passage is meant.
func (e *Evidence) Polarity(p *Passage, i int) Polarity {
	return polarityOf(e.Text(p.PartIndex), p.Cues, i)
}

// Sends tells whether the finding is said to be where something came from.
func (f *Finding) Sends() bool {
	return (f.Kind == desk.IndicatorIP || f.Kind == desk.IndicatorCIDR) && f.side.sends()
}

// Failed tells whether the message speaks of tries that failed.
func (e *Evidence) Failed() bool { return e.failure > 0 }

// Own tells whether the reporter says expressly that the address is the reporter's own.
func (f *Finding) Own() bool { return f.side.own && f.own }
