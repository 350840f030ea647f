package publish

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"todoke/internal/count"
	"todoke/internal/publish/chart"
)

// CSVTable is one table for machines: English headers, plain numbers, and in each row the unit of its number.
type CSVTable struct {
	Name   string // of its file, without ".csv"
	Header []string
	Rows   [][]string
}

// Bytes writes the table as CSV (RFC 4180).
func (t CSVTable) Bytes() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	w.Write(SafeCells(t.Header)) // a bytes.Buffer takes every write
	for _, row := range t.Rows {
		w.Write(SafeCells(row))
	}
	w.Flush()
	return b.Bytes()
}

// SafeCells returns the cells such that no spreadsheet takes one for a formula: what begins with = + - @, a tab or a line
// break, and is no number, gets an apostrophe before it.
func SafeCells(cells []string) []string {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = cell
		if cell == "" || !strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
			continue
		}
		if _, err := strconv.ParseFloat(cell, 64); err != nil {
			safe[i] = "'" + cell
		}
	}
	return safe
}

// CSVs returns the edition's tables.
func CSVs(e Edition) []CSVTable {
	f := e.Figures
	tables := []CSVTable{
		countersTable(f.Counters),
		monthsTable(f),
		table("types", "addresses", []string{"type"}, f.Types, func(r count.TypeRow) ([]string, int) { return []string{r.Type}, r.Addresses }),
		table("reporter-tlds", "reports", []string{"tld"}, f.ReporterTLDs, func(r count.TLDRow) ([]string, int) { return []string{r.TLD}, r.Reports }),
		table("scan-ports", "addresses", []string{"proto", "port", "service", "worm_suspected"}, f.ScanPorts, func(r count.PortRow) ([]string, int) {
			return []string{r.Proto, strconv.Itoa(r.Port), r.Service, strconv.FormatBool(r.Worm)}, r.Addresses
		}),
		table("phishing-brands", "addresses", []string{"origin"}, f.PhishingBrands, func(r count.BrandRow) ([]string, int) { return []string{r.Origin}, r.Addresses }),
		table("intrusion-ways", "addresses", []string{"way"}, f.Intrusion.Ways, func(r count.WayRow) ([]string, int) { return []string{r.Way}, r.Addresses }),
		table("intrusion-aftermath", "addresses", []string{"aftermath"}, f.Intrusion.Aftermath, func(r count.AftermathRow) ([]string, int) { return []string{r.Aftermath}, r.Addresses }),
		table("not-counted", "messages", []string{"kind"}, sortedKeys(f.NotCounted), func(kind string) ([]string, int) { return []string{kind}, f.NotCounted[kind] }),
		identitiesTable(f.Identities),
	}
	if e.Erratum != nil {
		tables = append(tables, erratumTable(*e.Erratum))
	}
	for _, figure := range Charts(e, "en") {
		tables = append(tables, chartTable("chart-"+strconv.Itoa(figure.Number), figure.Chart))
	}
	return tables
}

// table makes a table of rows that each have some words and one number, in a unit.
func table[R any](name, unit string, heads []string, rows []R, cells func(R) ([]string, int)) CSVTable {
	t := CSVTable{Name: name, Header: append(heads, "count", "unit")}
	for _, r := range rows {
		words, n := cells(r)
		t.Rows = append(t.Rows, append(words, strconv.Itoa(n), unit))
	}
	return t
}

func countersTable(k count.Counters) CSVTable {
	t := CSVTable{Name: "counters", Header: []string{"counter", "count", "unit"}}
	add := func(counter string, n int, unit string) {
		t.Rows = append(t.Rows, []string{counter, strconv.Itoa(n), unit})
	}
	add("reports", k.Reports, "reports")
	add("messages", k.Messages, "messages")
	add("addresses", k.Addresses, "addresses")
	add("distinct_addresses", k.DistinctAddresses, "addresses")
	add("notices", k.Notices, "notices")
	add("inquiries", k.Inquiries, "threads")
	if k.Incidents != nil {
		add("incidents", *k.Incidents, "incidents")
	}
	if k.Requests != nil {
		add("requests", *k.Requests, "requests")
	}
	return t
}

func identitiesTable(identities []count.Identity) CSVTable {
	t := CSVTable{Name: "identities", Header: []string{"identity", "tables", "rows", "holds"}}
	for _, i := range identities {
		t.Rows = append(t.Rows, []string{i.Name, strconv.Itoa(i.Left), strconv.Itoa(i.Right), strconv.FormatBool(i.Holds)})
	}
	return t
}

// monthsTable has one row a month; each column's unit is its own name.
func monthsTable(f count.Figures) CSVTable {
	t := CSVTable{Name: "months", Header: []string{"month", "messages", "reports", "addresses", "notices", "inquiries"}}
	types := make([]string, 0, len(f.Types))
	for _, r := range f.Types {
		types = append(types, r.Type)
		t.Header = append(t.Header, r.Type+"_addresses")
	}
	for _, m := range f.Months {
		row := []string{m.Month}
		for _, n := range []int{m.Messages, m.Reports, m.Addresses, m.Notices, m.Inquiries} {
			row = append(row, strconv.Itoa(n))
		}
		for _, typ := range types {
			row = append(row, strconv.Itoa(m.Types[typ]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// chartTable holds the values that a chart draws; the cell of a gap is empty.
func chartTable(name string, c chart.Chart) CSVTable {
	t := CSVTable{Name: name, Header: []string{"period", "series", "count", "unit"}}
	for _, s := range c.Series {
		for i, v := range s.Values {
			n := ""
			if v.Known {
				n = strconv.Itoa(v.N)
			}
			t.Rows = append(t.Rows, []string{c.Columns[i], s.Name, n, c.Unit})
		}
	}
	return t
}
