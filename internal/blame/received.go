package blame

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"todoke/internal/blame/indicator"
	"todoke/internal/desk"
)

// received reads the Received lines of forwarded or pasted mails (RFC 5321, section 4.4). Each is written by the machine
// that received; the topmost from outside the recipient's own domain tells who handed the mail in, and those below may be
// forged. For forged mail and spam that client is at fault; of a phishing mail the site is, not the relay.
func (r *reader) received() {
	for i, part := range r.doc.Parts {
		if part.Embedded && part.Header != "" && (i == 0 || r.doc.Parts[i-1].Header != part.Header) {
			r.trace(i, part.Path, part.Header)
		}
	}
	done := map[int]bool{}
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Passage < 0 || done[f.Passage] || !isIP(f) {
			continue
		}
		p := &r.ev.Passages[f.Passage]
		text := r.ev.Text(f.PartIndex)
		if !isReceived(text[p.Start:min(len(text), p.Start+24)]) {
			continue
		}
		done[f.Passage] = true
	}
	r.traceText(done)
}

func isReceived(line string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimLeft(line, " \t>|　")), "received:")
}

// traceText blames the client of the topmost outside hop among pasted Received lines, and nobody else in them.
func (r *reader) traceText(lines map[int]bool) {
	if len(lines) == 0 {
		return
	}
	blamed := map[int]bool{} // by part
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if f.Passage < 0 || !r.inReceived(f, lines) || f.Explicit && f.Role != desk.RoleSource {
			continue
		}
		f.Explicit, f.Role, f.Why, f.own = false, desk.RoleUnknown, "in a Received line", false
		f.inert = true
		text := r.ev.Text(f.PartIndex)
		p := &r.ev.Passages[f.Passage]
		before := strings.ToLower(text[p.Start:f.Start])
		if !isIP(f) || blamed[f.PartIndex] || strings.Contains(before, " by ") || isPrivate(f.Value) {
			continue
		}
		if sender, by := hop(text[p.Start:min(len(text), f.End+160)]); sameDomain(sender, by) || r.cfg.isReporters(sender) && !strings.Contains(strings.ToLower(text[p.Start:f.End]), "helo") {
			continue
		}
		blamed[f.PartIndex] = true
		r.blameClient(f)
	}
}

func (r *reader) inReceived(f *Finding, lines map[int]bool) bool {
	if lines[f.Passage] {
		return true
	}
	// a folded line: the next passages up to two lines below
	p := &r.ev.Passages[f.Passage]
	for back := 1; back <= 2; back++ {
		q := f.Passage - back
		if q >= 0 && lines[q] && r.ev.Passages[q].PartIndex == p.PartIndex && p.First-r.ev.Passages[q].First <= 2 {
			text := r.ev.Text(f.PartIndex)
			return p.Start > 0 && (text[p.Start] == ' ' || text[p.Start] == '\t' || strings.HasPrefix(strings.TrimLeft(text[p.Start:p.End], " >"), "by "))
		}
	}
	return false
}

// blameClient makes the machine that handed a mail in a source, where the harm is done by mail.
func (r *reader) blameClient(f *Finding) {
	scores := r.ev.HarmAt(f.Passage)
	mail := scores.Of(desk.ForgedSpoof) + scores.Of(desk.ForgedBackscatter) + scores.Of(desk.Spam)
	if scores.Of(desk.PhishingSite)+scores.Of(desk.MalwareSite) > mail+scores.Of(desk.MalwareInfected) && r.siteTold() {
		return
	}
	f.inert = false
	if f.Harm, _ = scores.Best(); f.Harm == "" {
		f.Harm = desk.Spam
	}
	f.set(desk.RoleSource, "handed the mail in (topmost outside Received line)")
}

// siteTold tells whether the message names a place that may be at fault for what its victims visit.
func (r *reader) siteTold() bool {
	for i := range r.ev.Findings {
		f := &r.ev.Findings[i]
		if (f.Kind == desk.IndicatorURL || f.Role == desk.RoleSource && !f.side.sends()) && !f.inert && f.Log < 0 && (!f.Explicit || f.Role == desk.RoleSource) && !r.cfg.isReporters(f.Host) {
			return true
		}
	}
	return false
}

// trace reads the header of an embedded mail and blames the client of its topmost outside hop.
func (r *reader) trace(index int, path string, header string) {
	for _, line := range receivedLines(header) {
		sender, by := hop(line)
		if sameDomain(sender, by) {
			continue
		}
		for _, found := range indicator.Find(line[:fromClause(line)]) {
			if found.Kind != indicator.IP || isPrivate(found.Value) || r.cfg.isOwn(found.Value) {
				continue
			}
			r.ev.Findings = append(r.ev.Findings, Finding{
				Indicator: desk.Indicator{Kind: desk.IndicatorIP, Value: found.Value, Role: desk.RoleUnknown, Part: path, Why: "in a Received line"},
				Host:      found.Value, PartIndex: index, Line: 1, Passage: -1, Log: -1, inert: true,
			})
			r.blameClient(&r.ev.Findings[len(r.ev.Findings)-1])
			return
		}
	}
}

// fromClause is the length of what a Received line says of the sender. ToLower may change lengths, hence the three spellings.
func fromClause(line string) int {
	for _, by := range []string{" by ", " By ", " BY "} {
		if i := strings.Index(line, by); i >= 0 {
			return i
		}
	}
	return len(line)
}

// receivedLines are the Received fields of a header, topmost first, each on one line.
func receivedLines(header string) []string {
	var lines []string
	on := false
	for line := range strings.Lines(header) {
		switch {
		case line[0] == ' ' || line[0] == '\t':
			if on {
				lines[len(lines)-1] += " " + strings.TrimSpace(line)
			}
		default:
			if on = isReceived(line); on && len(lines) < 50 {
				lines = append(lines, strings.TrimSpace(line))
			} else {
				on = false
			}
		}
	}
	return lines
}

// hop gives the names of the sender and the receiver in a Received line.
func hop(line string) (sender, by string) {
	fields := strings.Fields(strings.ToLower(line))
	for i, f := range fields {
		if i+1 == len(fields) {
			break
		}
		switch f {
		case "from":
			sender = strings.Trim(fields[i+1], "()[];")
		case "by":
			return sender, strings.Trim(fields[i+1], "()[];")
		}
	}
	return sender, by
}

func sameDomain(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	da, err := publicsuffix.EffectiveTLDPlusOne(a)
	if err != nil {
		return false
	}
	db, err := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && da == db
}

// forgedFrom notices a pasted or forwarded header whose From is the reporter: who shows us mail from himself shows
// forged mail.
func (r *reader) forgedFrom() {
	for _, part := range r.doc.Parts {
		if part.Embedded && r.tellsOfMail() && strings.Contains(fromLine(part.Header), "@") && r.isReporterAddress(fromLine(part.Header)) {
			r.ev.mail.Add(desk.ForgedSpoof, 3)
			return
		}
	}
	received := false
	for i := range r.ev.Passages {
		p := &r.ev.Passages[i]
		text := r.ev.Text(p.PartIndex)[p.Start:p.End]
		received = received || isReceived(text)
		if received && p.Kind == KeyValue && r.isReporterAddress(fromLine(text)) {
			r.ev.mail.Add(desk.ForgedSpoof, 3)
			return
		}
	}
}

// tellsOfMail tells whether the message speaks of mail that does harm: else a colleague's report is passed on.
func (r *reader) tellsOfMail() bool {
	m := &r.ev.mail
	return m.Of(desk.ForgedSpoof)+m.Of(desk.ForgedBackscatter)+m.Of(desk.Spam)+m.Of(desk.PhishingSite)+m.Of(desk.MalwareSample)+m.Of(desk.Targeted) > 0
}

// fromLine is the From line of a header, "" where it has none.
func fromLine(header string) string {
	for line := range strings.Lines(header) {
		line = strings.TrimLeft(line, " \t>|")
		if len(line) > 5 && strings.EqualFold(line[:5], "from:") {
			return strings.ToLower(line[5:])
		}
	}
	return ""
}

// isReporterAddress tells whether a From line names the reporter's address, or one of the reporter's own domain.
func (r *reader) isReporterAddress(line string) bool {
	if address := strings.ToLower(r.doc.From.Address); address != "" && strings.Contains(line, address) {
		return true
	}
	_, domain, ok := strings.Cut(strings.TrimRight(line, "> \r\n\t"), "@")
	return ok && r.cfg.isReporters(strings.TrimRight(domain, ">\" "))
}
