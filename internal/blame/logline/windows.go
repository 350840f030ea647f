package logline

import "strings"

// The security log of Windows writes an event over some thirty lines. Its
// number or first sentence says what happened, and the line "Source Network
// Address:" from where.
var windowsLabels = [...]string{
	"source network address:", "ソース ネットワーク アドレス:", "ソース ネットワーク アドレス：", "source address:", "発信元アドレス:", "送信元アドレス:", "client address:", "クライアント アドレス:", "ipaddress:", "ipaddress\">", "<data name='ipaddress'>",
}

// windowsOutcome gives what a line says about the event it belongs to.
func windowsOutcome(low string) (Outcome, bool) {
	switch {
	case contains(low, "failed to log on", "ログオンに失敗", "an account failed", "logon failure", "4625", "4771", "4776", "event id: 529", "イベント id: 529", "audit failure", "失敗の監査", "監査の失敗", "エラーの監査"):
		return Tried, true
	case contains(low, "successfully logged on", "正常にログオン", "successful logon", "event id: 4624", "audit success", "成功の監査", "監査の成功", "4624"):
		return Succeeded, true
	}
	return "", false
}

// remoteDesktop tells whether a line of an event says that the logon was an interactive one from remote (type 10).
func remoteDesktop(low string) bool {
	return contains(low, "logon type:\t\t\t10", "logon type: 10", "logon type:10", "logon type 10", "logontype=10", "logontype: 10", "logontype\":10", "logontype\": 10", "logontype\":\"10\"", "ログオン タイプ 10", "ログオンタイプ 10", "ログオンタイプ: 10", "ログオンタイプ:10", "ログオン タイプ: 10", "ログオンの種類: 10", "ログオン タイプ:\t\t\t10")
}

func contains(s string, any ...string) bool {
	for _, w := range any {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// readWindows reads an event that is told in one line.
func readWindows(e *entry) (Event, bool) {
	outcome, ok := windowsOutcome(e.low)
	if !ok {
		return Event{}, false
	}
	return windowsAddress(e, outcome)
}

// windowsAddress reads the line with the address of an event whose outcome is known.
func windowsAddress(e *entry, outcome Outcome) (Event, bool) {
	for _, label := range windowsLabels {
		at := strings.Index(e.low, label)
		if at < 0 {
			continue
		}
		i := at + len(label)
		for i < len(e.line) && strings.IndexByte(" \t", e.line[i]) >= 0 {
			i++
		}
		source, _, ok := readEndpoint(e.line, i)
		if !ok || !source.Addr.IsValid() {
			continue
		}
		ev := Event{Product: "windows", Source: source, Proto: "tcp", Outcome: outcome, What: "windows: logon"}
		if outcome == Tried {
			ev.accuse(ScanBruteforce, "windows: logon failed")
		}
		if remoteDesktop(e.low) {
			ev.attacked(3389)
		}
		return ev, true
	}
	return Event{}, false
}
