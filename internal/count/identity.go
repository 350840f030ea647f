package count

// identities checks the sums that the seed's own tables keep. The left side adds up what the tables print, the right side
// is a total that the store counted without the columns by which the tables are cut.
func identities(f Figures, facts Facts) []Identity {
	all := []Identity{
		identity("types", sumOf(f.Types, func(r TypeRow) int { return r.Addresses }), facts.Totals.Addresses),
		identity("ports", sumOf(f.ScanPorts, func(r PortRow) int { return r.Addresses }), facts.Totals.ScanAddresses),
		identity("brands", sumOf(f.PhishingBrands, func(r BrandRow) int { return r.Addresses }), facts.Totals.PhishAddresses),
		identity("tlds", sumOf(f.ReporterTLDs, func(r TLDRow) int { return r.Reports }), facts.Totals.Reports),
		identity("months.reports", sumOf(f.Months, func(r MonthRow) int { return r.Reports }), facts.Totals.Reports),
		identity("months.messages", sumOf(f.Months, func(r MonthRow) int { return r.Messages }), facts.Totals.Messages),
		identity("months.addresses", sumOf(f.Months, monthTypes), facts.Totals.Addresses),
		identity("months.notices", sumOf(f.Months, func(r MonthRow) int { return r.Notices }), facts.Totals.Notices),
		identity("months.inquiries", sumOf(f.Months, func(r MonthRow) int { return r.Inquiries }), facts.Totals.Inquiries),
		identity("inquiries-disjoint", facts.Totals.InquiriesInReport, 0),
	}
	if f.Counters.Requests != nil {
		all = append(all, identity("requests", *f.Counters.Requests, facts.Totals.Requests))
	}
	return all
}

func identity(name string, left, right int) Identity {
	return Identity{Name: name, Left: left, Right: right, Holds: left == right}
}

// monthTypes adds up the types of a month, so that an address without a type breaks the sum.
func monthTypes(row MonthRow) int {
	n := 0
	for _, addresses := range row.Types {
		n += addresses
	}
	return n
}

func sumOf[Row any](rows []Row, n func(Row) int) int {
	total := 0
	for _, row := range rows {
		total += n(row)
	}
	return total
}
