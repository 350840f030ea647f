package blame

import (
	"strings"

	"todoke/internal/blame/cue"
	"todoke/internal/desk"
)

// Rows of a table tell by their columns who did it and whom it met: the head of a column says so, and where no head does, the
// column of the victims is that which stays in one network while the other changes.

// sideOfColumn reads the cell of a heading that stands above a finding; ok is false where the heading is no row of column heads that
// name an end.
func (r *reader) sideOfColumn(f *Finding, heading int) (s side, ok bool) {
	head := &r.ev.Passages[heading]
	text := r.ev.Text(head.PartIndex)
	start := head.Start + strings.LastIndexByte(strings.TrimRight(text[head.Start:head.End], " \t\n"), '\n') + 1
	heads := cellsOf(text[start:head.End])
	if len(heads) < 3 {
		return s, false
	}
	row := &r.ev.Passages[f.Passage]
	cells := cellsOf(text[row.Start:row.End])
	if len(cells) < len(heads)-1 || len(cells) > len(heads)+1 {
		return s, false
	}
	at := cellAt(cells, f.Start-row.Start)
	for k, cell := range heads {
		end, word := endOfCell(head.Cues, start+cell.start, start+cell.end)
		ok = ok || end != nowhere
		if k == at && end != nowhere {
			s = side{noun: end, why: "\"" + word + "\" heads its column", above: true}
		}
	}
	return s, ok
}

// endOfCell is the end that the first telling word of a cell names.
func endOfCell(cues []cue.Match, start, end int) (direction, string) {
	for _, c := range cues {
		if c.Start < start || c.End > end || c.Rule.Sense != cue.Role {
			continue
		}
		switch c.Rule.Value {
		case "source":
			return from, c.Rule.Name
		case "target", "own", "own-here", "trap":
			return to, c.Rule.Name
		}
	}
	return nowhere, ""
}

// cellsOf splits a row at tabs, bars, semicolons or commas, else at wide blanks.
func cellsOf(line string) []stretch {
	for _, mark := range []string{"\t", "|", "│", ";", ","} {
		if strings.Count(line, mark) > 1 {
			return splitAt(strings.TrimRight(line, "\n"), mark)
		}
	}
	return splitAt(strings.ReplaceAll(strings.TrimRight(line, " \n"), "　", "   "), "  ")
}

// splitAt gives the cells between separators, without empty ones at the edges or between wide blanks.
func splitAt(line, mark string) []stretch {
	var cells []stretch
	for at := 0; at <= len(line); {
		n := strings.Index(line[at:], mark)
		if n < 0 {
			n = len(line) - at
		}
		if blank := strings.TrimSpace(line[at:at+n]) == ""; !blank || mark != "  " && at > 0 && at+n < len(line) {
			cells = append(cells, stretch{at, at + n})
		}
		at += n + len(mark)
	}
	return cells
}

// cellAt is the index of the cell that holds a place, -1 where none does.
func cellAt(cells []stretch, place int) int {
	for k, cell := range cells {
		if cell.start <= place && place < cell.end {
			return k
		}
	}
	return -1
}

// row is a line that names two IPs of which nothing is said.
type row struct{ first, second *Finding }

// victimColumns finds the column of the victims in rows of two IPs each.
func (r *reader) victimColumns() {
	if best, _ := r.ev.mail.Best(); isSite(best) {
		return
	}
	var rows []row
	list := r.ev.Findings
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && list[j].Passage == list[i].Passage && list[j].PartIndex == list[i].PartIndex {
			j++
		}
		if line, ok := r.openRow(list[i:j]); ok {
			rows = append(rows, line)
		}
		i = j
	}
	for k, is := range victimsOf(rows) {
		if !is {
			continue
		}
		for _, line := range rows {
			f := []*Finding{line.first, line.second}[k]
			f.set(desk.RoleTarget, "the column that stays in one network")
		}
	}
}

// openRow gives the two IPs of a line of a list or a log where nothing is said of either.
func (r *reader) openRow(line []Finding) (row, bool) {
	if p := line[0].Passage; p < 0 || r.ev.Passages[p].Kind == Prose || !r.ev.Passages[p].Speaks() {
		return row{}, false
	}
	var ips []*Finding
	for i := range line {
		f := &line[i]
		if !isIP(f) {
			continue
		}
		if f.Explicit && f.Role != desk.RoleTarget || f.own || f.side.told() && f.Log < 0 {
			return row{}, false
		}
		ips = append(ips, f)
	}
	if len(ips) != 2 || ips[0].Value == ips[1].Value {
		return row{}, false
	}
	return row{ips[0], ips[1]}, true
}

// victimsOf tells which of the two columns of rows is that of the victims: the one that stays in one network while the other does
// not, or that changes inside one network while the other is one address.
func victimsOf(rows []row) (victims [2]bool) {
	if len(rows) < 2 {
		return victims
	}
	var ips [2]map[string]bool
	var sites [2]nets
	var known [2]bool // by what the log itself says
	for k := range ips {
		ips[k], sites[k] = map[string]bool{}, nets{}
		for _, line := range rows {
			value := []*Finding{line.first, line.second}[k].Value
			ips[k][value] = true
			known[k] = known[k] || []*Finding{line.first, line.second}[k].Role == desk.RoleTarget
			if p, ok := siteNet(value); ok {
				sites[k][p] = true
			}
		}
	}
	if known[0] != known[1] {
		return known
	}
	for k := range victims {
		other := 1 - k
		victims[k] = len(sites[k]) == 1 && (len(sites[other]) > 1 || len(ips[other]) == 1 && len(ips[k]) > 1) || k == 1 && len(ips[0]) == 1 && len(ips[1]) == 1
	}
	return victims
}
