package publish

import (
	"fmt"
	"strconv"
	"strings"

	"todoke/internal/count"
)

// Number returns the number that a figure's key stands for (reports, type:scan, port:tcp/22, brand:domestic, tld:jp,
// not-counted:spam), or false where the figures have no such number. The list of rows behind the key has as many rows.
func Number(f count.Figures, key string) (int, bool) {
	group, member, of := strings.Cut(key, ":")
	if !of {
		counters := map[string]int{"messages": f.Counters.Messages, "reports": f.Counters.Reports, "addresses": f.Counters.Addresses,
			"notices": f.Counters.Notices, "inquiries": f.Counters.Inquiries}
		n, ok := counters[key]
		return n, ok
	}
	switch group {
	case "type":
		return find(f.Types, func(r count.TypeRow) (bool, int) { return r.Type == member, r.Addresses })
	case "brand":
		return find(f.PhishingBrands, func(r count.BrandRow) (bool, int) { return r.Origin == member, r.Addresses })
	case "tld":
		return find(f.ReporterTLDs, func(r count.TLDRow) (bool, int) { return r.TLD == member, r.Reports })
	case "not-counted":
		n, ok := f.NotCounted[member]
		return n, ok
	case "port":
		return portNumber(f.ScanPorts, member)
	}
	return 0, false
}

func find[R any](rows []R, match func(R) (bool, int)) (int, bool) {
	for _, row := range rows {
		if ok, n := match(row); ok {
			return n, true
		}
	}
	return 0, false
}

// portNumber takes tcp/22, or 22 for a port of any protocol.
func portNumber(rows []count.PortRow, member string) (int, bool) {
	total, found := 0, false
	for _, row := range rows {
		port := strconv.Itoa(row.Port)
		if member == port || row.Proto != "" && member == row.Proto+"/"+port {
			total, found = total+row.Addresses, true
		}
	}
	return total, found
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
}
