package blame

import (
	"strings"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// readSides reads the words around each finding, one run of listed addresses at a time.
func (r *reader) readSides() {
	r.trueSite = map[int]bool{}
	list := r.ev.Findings
	for i := 0; i < len(list); {
		f := &list[i]
		j := i + 1
		if f.Passage < 0 || f.Log >= 0 {
			i = j
			continue
		}
		text := r.ev.Text(f.PartIndex)
		for j < len(list) && list[j].Passage == f.Passage && r.together(text, &list[j-1], &list[j]) {
			j++
		}
		p := &r.ev.Passages[f.Passage]
		prev, next := p.Start, p.End
		if i > 0 && list[i-1].Passage == f.Passage {
			prev = list[i-1].End
		}
		if j < len(list) && list[j].Passage == f.Passage {
			next = list[j].Start
		}
		s := sideOf(text, p, f.Start, max(f.Start, list[j-1].End), min(prev, f.Start), max(next, list[j-1].End))
		if !s.told() {
			s.wholeKey(text[p.Start:max(p.Start, f.Start)])
		}
		inColumns := false
		if !s.told() && p.Heading >= 0 && p.Kind != Prose {
			s, inColumns = r.sideOfList(f)
		}
		if !s.told() && r.namedOwn(f.Passage, text[p.Start:max(p.Start, f.Start)]) {
			s.own, s.why = true, "it was called the author's own before"
		}
		if s.legit && !s.above {
			r.trueSite[f.Passage] = true
		}
		for k := i; k < j; k++ {
			list[k].side = s
			if inColumns {
				list[k].side, _ = r.sideOfColumn(&list[k], p.Heading)
			}
		}
		i = j
	}
}

// namedOwn tells whether the subject of a sentence ("踏み台は …", "the router is …") was called the author's own before: "うちの踏み台".
func (r *reader) namedOwn(passage int, lead string) bool {
	lead = strings.ToLower(strings.Trim(lead, " 　>\n"))
	noun, ok := strings.CutSuffix(lead, "は")
	if !ok {
		noun, ok = strings.CutSuffix(strings.TrimPrefix(lead, "the "), " is")
	}
	if noun = strings.Trim(noun, " 　"); !ok || len(noun) < 4 || len(noun) > 30 || strings.Contains(noun, "\n") {
		return false
	}
	for i := max(0, passage-8); i < passage; i++ {
		p := &r.ev.Passages[i]
		text := r.ev.Text(p.PartIndex)
		for _, c := range p.Cues {
			if c.Rule.Sense == cue.Role && c.Rule.Value == "own" && strings.HasPrefix(strings.ToLower(strings.TrimLeft(text[c.End:min(len(text), c.End+60)], " 　の\n>")), noun) {
				return true
			}
		}
	}
	return false
}

// wholeKey takes a key that is nothing but the word for an end, whatever stands between it and the address: "ローカル   203.0.113.5".
func (s *side) wholeKey(key string) {
	key = key[strings.LastIndexByte(strings.TrimRight(key, "\n"), '\n')+1:]
	switch strings.ToLower(strings.Trim(key, " 　\t\n|│:：=-・*>[]【】")) {
	case "ローカル", "local", "内側", "内部", "内部ip", "internal", "inside", "自", "自分側", "local address", "local ip":
		s.noun, s.why = to, "\"local\" is its key"
	case "リモート", "remote", "外側", "外部", "外部ip", "external", "outside", "相手", "peer":
		s.noun, s.why = from, "\"remote\" is its key"
	}
}

// sideOfList reads what stands above the list in which a finding stands; inColumns tells whether that are heads of columns.
func (r *reader) sideOfList(f *Finding) (s side, inColumns bool) {
	p := &r.ev.Passages[f.Passage]
	text := r.ev.Text(f.PartIndex)
	if s, inColumns = r.sideOfColumn(f, p.Heading); !inColumns {
		s = r.sideOfHeading(p.Heading)
	}
	if p.Kind != KeyValue {
		return s, inColumns
	}
	switch {
	case s.leads && (!namesAddress(text[p.Start:max(p.Start, f.Start)]) || keyTells(text, p, f.Start, desk.IntrusionDefacement)):
		s = side{} // the key begins another subject
	case s.noun == from && r.serves(text, p, f):
		s = side{noun: to, why: "the server beside a client"}
	}
	return s, inColumns
}

// keyTells tells whether the key before a finding names a harm itself, as one altered page among the scripts that it loads.
func keyTells(text string, p *Passage, at int, harm desk.Class) bool {
	for _, c := range p.Cues {
		if c.End <= at && c.Rule.Sense == cue.Harm && desk.Class(c.Rule.Value) == harm {
			return true
		}
	}
	return false
}

// serves tells whether the key before a finding says "server" in a record that names the client as well.
func (r *reader) serves(text string, p *Passage, f *Finding) bool {
	key := strings.ToLower(text[p.Start:max(p.Start, f.Start)])
	if !containsAny(key, "server", "サーバ", "vhost", "virtual host") {
		return false
	}
	client := false
	r.ev.block(f.Passage, func(i int) {
		q := &r.ev.Passages[i]
		line := strings.ToLower(r.ev.Text(q.PartIndex)[q.Start:q.End])
		client = client || q.Kind == KeyValue && (strings.HasPrefix(line, "client") || strings.HasPrefix(line, "クライアント"))
	})
	return client
}

// together tells whether two findings of a passage play one part.
func (r *reader) together(text string, a, b *Finding) bool {
	between := text[a.End:max(a.End, b.Start)]
	if joined(between) {
		return true
	}
	return (isHost(a) && isIP(b) || isIP(a) && isHost(b)) && r.besideWhy(a, b) != ""
}

// joined tells whether what stands between two addresses makes them one list.
func joined(between string) bool {
	b := strings.Trim(strings.ToLower(between), " \t\n　,、・/()（）[]「」<>\"'|&+;＜＞")
	switch b {
	case "", "と", "や", "か", "及び", "および", "ならびに", "並びに", "または", "又は", "and", "or", "ip", "ipアドレス", "ip address", "そして", "~", "～", "グローバルは", "グローバルipは", "外部からは", "外側は", "公開側は", "global", "public", "external":
		return true
	}
	return false
}

// sideOfHeading reads what the words above a list say of it. Where the last sentence speaks of the victim, the one before
// may announce the list.
func (r *reader) sideOfHeading(heading int) side {
	s := r.sideOfSentence(heading)
	for back := 1; back <= 2 && s.noun != from && s.way != from && !s.legit && !s.leads; back++ {
		i := heading - back
		if i < 0 || r.ev.Passages[heading].Kind != Prose || r.ev.Passages[i].PartIndex != r.ev.Passages[heading].PartIndex || r.ev.Passages[i].Block != r.ev.Passages[heading].Block || r.ev.Passages[i].Kind != Prose {
			break
		}
		if earlier := r.sideOfSentence(i); earlier.sends() || earlier.leads || earlier.legit {
			s = earlier
		}
	}
	if s.trap {
		s.noun = nowhere // what the trap saw is no trap
	}
	s.infrastructure, s.trap, s.named, s.blameless = false, false, false, false
	if r.ev.Passages[heading].Kind == Prose {
		s.legit = s.legit && (r.breaksOff(heading) || !r.imitationTold(heading) && !r.toldApart(heading))
		s.own, s.innocent, s.reference = false, false, s.reference && s.way == nowhere && r.announces(heading) && !r.ev.scores[heading].any()
	}
	if s.told() {
		s.above = true
		s.why += " above the list"
	}
	return s
}

// imitationTold tells whether a sentence speaks of a copy: what is listed below is the copy, not what it imitates.
func (r *reader) imitationTold(passage int) bool {
	for _, c := range r.ev.Passages[passage].Cues {
		if c.Rule.Sense == cue.Role && c.Rule.Value == "imitates" {
			return true
		}
	}
	return false
}

// breaksOff tells whether a sentence ends in an open bracket, so that what stands on the next line is named in it.
func (r *reader) breaksOff(passage int) bool {
	p := &r.ev.Passages[passage]
	text := r.ev.Text(p.PartIndex)[p.Start:p.End]
	return strings.LastIndexAny(text, "(（") > strings.LastIndexAny(text, ")）")
}

// toldApart tells whether a sentence says that what it speaks of is not the true one: "本物とはアドレスが違います".
func (r *reader) toldApart(passage int) bool {
	p := &r.ev.Passages[passage]
	return containsAny(strings.ToLower(r.ev.Text(p.PartIndex)[p.Start:p.End]), "違い", "違う", "違っ", "異な", "とは別", "ではない", "ではあり", "different from", "differs from", "not the real", "not the genuine", "not the official")
}

// announces tells whether a sentence ends with a colon: what follows is what it speaks of.
func (r *reader) announces(passage int) bool {
	p := &r.ev.Passages[passage]
	text := strings.TrimRight(r.ev.Text(p.PartIndex)[p.Start:p.End], " 　\n")
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：")
}

// sideOfSentence reads a heading at its pointing word ("以下の", "the following"), else at its end.
func (r *reader) sideOfSentence(heading int) side {
	p := &r.ev.Passages[heading]
	text := r.ev.Text(p.PartIndex)
	var s side
	if p.Kind == KeyValue {
		at := p.Start + itemStart(text[p.Start:p.End])
		at += keyEnd(text[at:p.End])
		s = sideOf(text, p, at, at, p.Start, at)
	}
	for i := len(p.Cues) - 1; i >= 0 && !s.told(); i-- {
		c := p.Cues[i]
		if c.Rule.Sense == cue.Role && c.Rule.Value == "pointer" {
			s = sideOf(text, p, c.Start, c.End, p.Start, p.End)
		}
	}
	if !s.told() {
		end := p.Start + len(strings.TrimRight(text[p.Start:p.End], " \t\n:：。.」】)）"))
		s = sideOf(text, p, end, end, p.Start, end)
		if s.way != nowhere && !endsInPreposition(text[p.Start:end]) {
			s.way = nowhere
		}
	}
	s.legit = s.legit && !r.trueSite[heading] // else it is said of a site that stands in the sentence itself
	return s
}

// endsInPreposition tells whether a heading breaks off before the list: "attacks from".
func endsInPreposition(heading string) bool {
	word := strings.ToLower(heading[strings.LastIndexAny(heading, " \n")+1:])
	switch word {
	case "from", "by", "to", "against", "at", "on":
		return true
	}
	return strings.HasSuffix(heading, "→") || strings.HasSuffix(heading, "->")
}
