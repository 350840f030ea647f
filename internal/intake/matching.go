package intake

import (
	"net/url"
	"slices"
	"strings"

	"todoke/internal/desk"
)

// refs lists the messages that a reading answers: In-Reply-To first, then References from the newest to the oldest.
func refs(reading *desk.Reading) []string {
	refs := slices.Clone(reading.InReplyTo)
	for _, ref := range slices.Backward(reading.References) {
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// people lists the addresses of who wrote the message, lower-case, each once.
func people(reading *desk.Reading) []string {
	return lower([]string{reading.From.Address, reading.ReplyTo, reading.Form.Fields["email"]})
}

func lower(addresses []string) []string {
	var lowered []string
	for _, address := range addresses {
		address = strings.ToLower(address)
		if address != "" && !slices.Contains(lowered, address) {
			lowered = append(lowered, address)
		}
	}
	return lowered
}

// mentions lists the addresses and hosts that our own mail names, so that a notice finds its incidents.
func mentions(reading *desk.Reading) []string {
	var named []string
	for _, indicator := range reading.Indicators {
		switch indicator.Kind {
		case desk.IndicatorIP, desk.IndicatorCIDR, desk.IndicatorHost:
			named = append(named, indicator.Value)
		case desk.IndicatorURL:
			if u, err := url.Parse(indicator.Value); err == nil {
				named = append(named, u.Hostname())
			}
		}
	}
	slices.Sort(named)
	return slices.Compact(named)
}
