package publish

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

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
	table := func(name string, header ...string) *CSVTable { return &CSVTable{Name: name, Header: header} }
	row := func(t *CSVTable, cells ...any) {
		var texts []string
		for _, cell := range cells {
			switch cell := cell.(type) {
			case int:
				texts = append(texts, strconv.Itoa(cell))
			case bool:
				texts = append(texts, strconv.FormatBool(cell))
			case string:
				texts = append(texts, cell)
			}
		}
		t.Rows = append(t.Rows, texts)
	}

	counters := table("counters", "counter", "count", "unit")
	row(counters, "reports", f.Counters.Reports, "reports")
	row(counters, "messages", f.Counters.Messages, "messages")
	row(counters, "addresses", f.Counters.Addresses, "addresses")
	row(counters, "distinct_addresses", f.Counters.DistinctAddresses, "addresses")
	row(counters, "notices", f.Counters.Notices, "notices")
	row(counters, "inquiries", f.Counters.Inquiries, "threads")
	if f.Counters.Incidents != nil {
		row(counters, "incidents", *f.Counters.Incidents, "incidents")
	}
	if f.Counters.Requests != nil {
		row(counters, "requests", *f.Counters.Requests, "requests")
	}

	types := table("types", "type", "count", "unit")
	for _, r := range f.Types {
		row(types, r.Type, r.Addresses, "addresses")
	}
	tlds := table("reporter-tlds", "tld", "count", "unit")
	for _, r := range f.ReporterTLDs {
		row(tlds, r.TLD, r.Reports, "reports")
	}
	ports := table("scan-ports", "proto", "port", "service", "worm_suspected", "count", "unit")
	for _, r := range f.ScanPorts {
		row(ports, r.Proto, r.Port, r.Service, r.Worm, r.Addresses, "addresses")
	}
	brands := table("phishing-brands", "origin", "count", "unit")
	for _, r := range f.PhishingBrands {
		row(brands, r.Origin, r.Addresses, "addresses")
	}
	ways := table("intrusion-ways", "way", "count", "unit")
	for _, r := range f.Intrusion.Ways {
		row(ways, r.Way, r.Addresses, "addresses")
	}
	aftermath := table("intrusion-aftermath", "aftermath", "count", "unit")
	for _, r := range f.Intrusion.Aftermath {
		row(aftermath, r.Aftermath, r.Addresses, "addresses")
	}
	uncounted := table("not-counted", "kind", "count", "unit")
	for _, kind := range sortedKeys(f.NotCounted) {
		row(uncounted, kind, f.NotCounted[kind], "messages")
	}
	identities := table("identities", "identity", "tables", "rows", "holds")
	for _, r := range f.Identities {
		row(identities, r.Name, r.Left, r.Right, r.Holds)
	}
	tables := []CSVTable{*counters, monthsTable(e), *types, *tlds, *ports, *brands, *ways, *aftermath, *uncounted, *identities}
	for _, figure := range Charts(e, "en") {
		tables = append(tables, chartTable("chart-"+strconv.Itoa(figure.Number), figure.Chart))
	}
	return tables
}

func monthsTable(e Edition) CSVTable {
	t := CSVTable{Name: "months", Header: []string{"month", "messages", "reports", "addresses", "notices", "inquiries"}}
	types := make([]string, 0, len(e.Figures.Types))
	for _, r := range e.Figures.Types {
		types = append(types, r.Type)
		t.Header = append(t.Header, r.Type+"_addresses")
	}
	for _, m := range e.Figures.Months {
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
