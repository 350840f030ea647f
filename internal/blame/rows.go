package blame

import (
	"strings"
)

// rowPairs joins the one host and the one IP that a row of a table gives: "http://www.example.com/x,203.0.113.5,brand". What
// stands in one row of a list of sites is one site.
func (r *reader) rowPairs() {
	list := r.ev.Findings
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && list[j].Passage == list[i].Passage {
			j++
		}
		if p := list[i].Passage; p >= 0 && (r.ev.Passages[p].Kind == Bare && r.isRow(p) || r.inTable(&list[i]) || r.isEntry(list[i:j])) {
			if host, ip := onlyTwo(list[i:j]); host != nil && ip != nil && (r.ev.mail.tellsOfSites() || r.ev.scores[p].any() && r.ev.scores[p].tellsOfSites()) {
				r.pair(host.Host, ip.Value, "in one row")
			}
		}
		i = j
	}
}

// inTable tells whether a finding stands in a row below column heads.
func (r *reader) inTable(f *Finding) bool {
	return f.Log >= 0 && r.ev.Logs[f.Log].Event.Product == "table"
}

// isEntry tells whether findings are the two ends of one line: a site, words on it and behind a bar its IP.
func (r *reader) isEntry(line []Finding) bool {
	first, last := &line[0], &line[len(line)-1]
	if first == last || !isHost(first) || !isIP(last) || first.Log >= 0 {
		return false
	}
	p := &r.ev.Passages[first.Passage]
	text := r.ev.Text(p.PartIndex)
	between := strings.TrimRight(text[first.End:max(first.End, last.Start)], " 　")
	wide := strings.HasPrefix(text[first.End:], "  ") && strings.HasSuffix(text[:last.Start], "  ")
	return len(strings.Trim(text[p.Start:max(p.Start, first.Start)], " 　\t*-・>")) <= 4 && strings.TrimSpace(text[last.End:max(last.End, p.End)]) == "" &&
		!strings.Contains(between, "\n") && (wide || strings.HasSuffix(between, "/") || strings.HasSuffix(between, "|"))
}

// isRow tells whether a line has columns.
func (r *reader) isRow(passage int) bool {
	p := &r.ev.Passages[passage]
	line := r.ev.Text(p.PartIndex)[p.Start:p.End]
	return columns(line) > 0 || strings.Count(line, ",") == 1 || strings.Count(line, ";") > 0
}

// onlyTwo gives the only host and the only IP among findings, nil where there is none or more than one.
func onlyTwo(row []Finding) (host, ip *Finding) {
	for i := range row {
		f := &row[i]
		one := &host
		switch {
		case isIP(f):
			one = &ip
		case !isHost(f):
			continue
		}
		if *one != nil && (*one).Host != f.Host {
			return nil, nil
		}
		*one = f
	}
	return host, ip
}
