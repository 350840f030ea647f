package publish

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"todoke/internal/count"
)

// Number returns the number that a figure's key stands for (reports, type:scan, port:tcp/22, brand:domestic, tld:jp,
// not-counted:spam …), or false where the figures have no such number. The list of rows behind the key has as many rows.
func Number(f count.Figures, key string) (int, bool) {
	n, ok := numbers(f).of[key]
	return n, ok
}

// numbered are all numbers of some figures by key, in the order of the report.
type numbered struct {
	keys []string
	of   map[string]int
	sums map[string]bool // keys whose number is the sum of others
}

func (n *numbered) add(key string, value int) {
	if _, there := n.of[key]; !there {
		n.keys = append(n.keys, key)
	}
	n.of[key] += value
}

func numbers(f count.Figures) numbered {
	n := numbered{of: map[string]int{}, sums: map[string]bool{}}
	n.counters(f)
	for _, row := range f.Types {
		n.add("type:"+row.Type, row.Addresses)
	}
	for _, row := range f.ScanPorts {
		port := strconv.Itoa(row.Port)
		n.add("port:"+port, row.Addresses) // of any protocol
		if row.Proto != "" {
			n.add("port:"+row.Proto+"/"+port, row.Addresses)
			n.sums["port:"+port] = true
		}
	}
	for _, row := range f.PhishingBrands {
		n.add("brand:"+row.Origin, row.Addresses)
	}
	for _, row := range f.Intrusion.Ways {
		n.add("way:"+row.Way, row.Addresses)
	}
	for _, row := range f.Intrusion.Aftermath {
		n.add("aftermath:"+row.Aftermath, row.Addresses)
	}
	for _, row := range f.ReporterTLDs {
		n.add("tld:"+row.TLD, row.Reports)
	}
	for _, kind := range slices.Sorted(maps.Keys(f.NotCounted)) {
		n.add("not-counted:"+kind, f.NotCounted[kind])
	}
	n.months(f)
	return n
}

func (n *numbered) counters(f count.Figures) {
	k := f.Counters
	n.add("messages", k.Messages)
	n.add("reports", k.Reports)
	n.add("addresses", k.Addresses)
	n.add("distinct_addresses", k.DistinctAddresses)
	n.add("notices", k.Notices)
	n.add("inquiries", k.Inquiries)
	if k.Incidents != nil {
		n.add("incidents", *k.Incidents)
	}
	if k.Requests != nil {
		n.add("requests", *k.Requests)
	}
	n.add("unconfirmed:reports", f.Unconfirmed.Reports)
	n.add("unconfirmed:addresses", f.Unconfirmed.Addresses)
	n.add("reports_without_incident", f.ReportsWithoutIncident)
}

// months adds the counters of each month; they have no rows of their own, which the month as a period has.
func (n *numbered) months(f count.Figures) {
	for _, m := range f.Months {
		key := "month:" + m.Month + ":"
		n.add(key+"messages", m.Messages)
		n.add(key+"reports", m.Reports)
		n.add(key+"addresses", m.Addresses)
		n.add(key+"notices", m.Notices)
		n.add(key+"inquiries", m.Inquiries)
		for _, typ := range slices.Sorted(maps.Keys(m.Types)) {
			n.add(key+"type:"+typ, m.Types[typ])
		}
		for _, origin := range slices.Sorted(maps.Keys(m.Brands)) {
			n.add(key+"brand:"+origin, m.Brands[origin])
		}
	}
}

// FigureName names a figure's key for people.
func FigureName(lang, key string) string {
	group, member, of := strings.Cut(key, ":")
	say := func(n name) string {
		if lang == "ja" {
			return n.ja
		}
		return n.en
	}
	if !of {
		return in(lang, counterNames, key)
	}
	switch group {
	case "month":
		month, counter, _ := strings.Cut(member, ":")
		return month + say(name{" の", ": "}) + FigureName(lang, counter)
	case "unconfirmed":
		return say(name{"未確認：", "Not yet confirmed: "}) + in(lang, counterNames, member)
	case "way":
		return say(name{"入り込んだ方法：", "Way in: "}) + in(lang, wayNames, member)
	case "aftermath":
		return say(name{"入り込んだ後：", "Afterwards: "}) + in(lang, aftermathNames, member)
	case "type":
		return in(lang, typeNames, member)
	case "brand":
		return say(name{"フィッシング：", "Phishing: "}) + in(lang, originNames, member)
	case "tld":
		if member == "" {
			return say(name{"メールドメインのない届出者", "Reporters without a mail domain"})
		}
		return fmt.Sprintf(say(name{".%s の届出者", "Reporters under .%s"}), member)
	case "not-counted":
		return say(name{"数えていないメール：", "Not counted: "}) + in(lang, kindNames, member)
	case "port":
		if member == "0" {
			return say(name{"ポートが示されなかったスキャン", "Scans without a told port"})
		}
		return say(name{"スキャンされたポート ", "Scans of port "}) + member
	}
	return key
}

var counterNames = map[string]name{
	"messages":  {"届出のメールとファクス", "Messages of reports"},
	"reports":   {"届出", "Reports"},
	"addresses": {"インシデント（アドレスごと）", "Incidents by address"},
	"notices":   {"通知連絡", "Notices"},
	"inquiries": {"問い合わせ", "Inquiries"},

	"distinct_addresses":       {"異なるアドレス", "Distinct addresses"},
	"incidents":                {"インシデント件数", "Incidents"},
	"requests":                 {"調整件数", "Requests to act"},
	"reports_without_incident": {"インシデントのない届出", "Reports without an incident"},
}
