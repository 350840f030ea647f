package logline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// read gives the brief of every event of a text, and checks the spans.
func read(t *testing.T, text string) []string {
	t.Helper()
	var r Reader
	var got []string
	for _, l := range r.Lines(text) {
		got = append(got, brief(l.Event, true))
		if l.Start < 0 || l.End > len(text) || strings.Contains(text[l.Start:l.End], "\n") {
			t.Errorf("line %d spans %d to %d", l.No, l.Start, l.End)
		}
		if s := l.Event.Source; s.End > 0 && s.Addr.IsValid() {
			if a, _, ok := readAddr(text[s.Start:s.End], 0); !ok || a != s.Addr {
				t.Errorf("line %d: span %q is not %v", l.No, text[s.Start:s.End], s.Addr)
			}
		}
	}
	return got
}

func TestReader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why, text string
		want      []string
	}{
		{"Japanese headings, tabs", "日時\t攻撃元IP\t宛先IP\t宛先ポート\tプロトコル\n2008/06/11 02:09:40\t203.0.113.5\t192.0.2.1\t22\tTCP\n2008/06/11 02:09:41\t203.0.113.6\t192.0.2.1\t23\tTCP\n",
			[]string{"table: 203.0.113.5 ssh/22 tried scan.port", "table: 203.0.113.6 telnet/23 tried scan.port"}},
		{"a heading behind the mark of a comment", "# time  action  src  sport  dst  dport  proto\n2009-12-09T11:51:45 deny 203.0.113.5 32588 192.0.2.1 23 tcp\n",
			[]string{"table: 203.0.113.5 telnet/23 tried scan.port"}},
		{"a heading behind its label", "# weekly feed - format: ip,proto,port,attempts\n203.0.113.5,tcp,22,453\n", []string{"table: 203.0.113.5 ssh/22 neutral  x453"}},
		{"a source alone accuses nobody", "Time,Source Address,Destination Address,Destination Port\n2008-06-11 02:09:40,203.0.113.5,192.0.2.1,80\n",
			[]string{"table: 203.0.113.5 http/80 neutral "}},
		{"the other column of addresses is the target", "which | remote | service | result\n192.0.2.1 | 203.0.113.5 | imap/993 | bad password, failed\n",
			[]string{"table: 203.0.113.5 imap/993 tried scan.bruteforce"}},
		{"the other column of addresses is the source", "種別,発生,端末,着,着ポート\nポート走査,2018/10/01 03:10,203.0.113.5,192.0.2.1,8888\n",
			[]string{"table: 203.0.113.5 /8888 neutral "}},
		{"of two columns for targets the first is to blame", "件,対象,内容,被害側\n1,203.0.113.5,総当たり,192.0.2.1\n",
			[]string{"table: 203.0.113.5 /0 tried scan.port"}},
		{"log-ins", "Date (UTC)        User   IP               Result\n2021-06-01 01:10  u1     203.0.113.5      50126 failure\n2021-06-01 01:12  u3     203.0.113.5      0 success\n",
			[]string{"table: 203.0.113.5 /0 tried scan.bruteforce", "table: 203.0.113.5 /0 succeeded "}},
		{"names and cells in quotation marks", "\"No\" \"Action\" \"Source\" \"Destination\" \"Service\"\n\"1\" \"drop\" \"203.0.113.5\" \"192.0.2.1\" \"8080\"\n",
			[]string{"table: 203.0.113.5 http/8080 tried scan.port"}},
		{"names with single blanks", "time src dst dport action\n11:04:10 203.0.113.5 192.0.2.1 445 drop\n", []string{"table: 203.0.113.5 smb/445 tried scan.port"}},
		{"semicolons", "num;action;src;s_port;dst;service;proto\n892;drop;203.0.113.5;2019;192.0.2.1;3389;tcp\n",
			[]string{"table: 203.0.113.5 rdp/3389 tried scan.port"}},
		{"a list of pages is no log", "ip;url;what\n203.0.113.5;http://a.example.net/load.exe;dropper\n", nil},
		{"the action accuses", "| Source IP | Destination IP | Port | Action |\n|---|---|---|---|\n| 203.0.113.5 | 192.0.2.1 | 3389 | deny |\n| 203.0.113.4 | 192.0.2.1 | 443 | allow |\n",
			[]string{"table: 203.0.113.5 rdp/3389 tried scan.port", "table: 203.0.113.4 https/443 neutral "}},
		{"quoted in a mail", "> Attacker IP,Target IP,Port\n> 203.0.113.5,192.0.2.1,22\n", []string{"table: 203.0.113.5 ssh/22 tried scan.port"}},
		{"aligned columns with counts", "送信元IP         宛先ポート   アクション   回数\n203.0.113.5      22          遮断        12\n",
			[]string{"table: 203.0.113.5 ssh/22 tried scan.port x12"}},
		{"iis", "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n2008-06-11 02:09:40 192.0.2.1 GET /item.asp id=1;declare%20@s 80 - 203.0.113.5 Mozilla/4.0 200\n2008-06-11 02:09:41 192.0.2.1 GET /index.htm - 80 - 203.0.113.4 Mozilla/4.0 200\n",
			[]string{"iis: 203.0.113.5 http/80 tried scan.web sql-injection", "iis: 203.0.113.4 http/80 neutral "}},
		{"iis logged a request with its blanks", "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n2008-06-11 02:09:40 192.0.2.1 GET /item.asp id=1;declare @s varchar(99) 80 - 203.0.113.5 Mozilla/4.0 500\n",
			[]string{"iis: 203.0.113.5 http/80 tried scan.web sql-injection"}},
		{"slashes between the columns, the service beside its protocol", "No / 攻撃元 / 対象 / 回数\n1 / 203.0.113.5 / 137/udp / 46\n2 / 203.0.113.6 / 23/tcp / 9\n",
			[]string{"table: 203.0.113.5 netbios/137 tried scan.port x46", "table: 203.0.113.6 telnet/23 tried scan.port x9"}},
		{"columns that touch", "attacker ip   sport  dst ip       dport pkts\n203.0.113.5   60001  192.0.2.1    1433  1\n203.0.113.6 60002 192.0.2.1 445 1\n",
			[]string{"table: 203.0.113.5 mssql/1433 tried scan.port", "table: 203.0.113.6 smb/445 tried scan.port"}},
		{"an answer is a flow of who asked", "2008-06-11 02:09:40 TCP 203.0.113.5:1234 -> 192.0.2.1:22\n2008-06-11 02:09:40 TCP 192.0.2.1:22 -> 203.0.113.5:1234\n",
			[]string{"flow: 203.0.113.5 ssh/22 neutral ", "flow: 203.0.113.5 ssh/22 neutral "}},
		{"windows tells of a remote desktop before the address", "An account failed to log on.\n\tLogon Type: 10\n\tSource Network Address: 203.0.113.5\n",
			[]string{"windows: 203.0.113.5 rdp/3389 tried scan.bruteforce"}},
		{"zeek", "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n1212345678.1\tC1\t203.0.113.5\t1234\t192.0.2.1\t22\ttcp\n",
			[]string{"zeek: 203.0.113.5 ssh/22 neutral "}},
		{"snort, full", "[**] [1:1418:11] SNMP request tcp [**]\n[Classification: Attempted Information Leak] [Priority: 2]\n08/09-14:22:33.123456 203.0.113.5:1234 -> 192.0.2.1:161\nTCP TTL:64 TOS:0x0 ID:1\n",
			[]string{"snort: 203.0.113.5 snmp/161 tried scan.port"}},
		{"windows", "Event ID: 4625\r\nAn account failed to log on.\r\n\r\nNetwork Information:\r\n\tWorkstation Name:\tX\r\n\tSource Network Address:\t203.0.113.5\r\n\tSource Port:\t1234\r\n",
			[]string{"windows: 203.0.113.5 /0 tried scan.bruteforce"}},
		{"windows, Japanese, a login", "アカウントが正常にログオンしました。\n\tソース ネットワーク アドレス:\t203.0.113.4\n",
			[]string{"windows: 203.0.113.4 /0 succeeded "}},
		{"ldap: the client stands in an earlier line", "Jul  8 01:47:19 ds slapd[11]: conn=12 fd=21 ACCEPT from IP=203.0.113.5:45011 (IP=0.0.0.0:636)\nJul  8 01:47:20 ds slapd[11]: conn=12 op=1 RESULT tag=97 err=49 text=\n",
			[]string{"slapd: 203.0.113.5 ldap/389 neutral ", "slapd: 203.0.113.5 ldap/389 tried scan.bruteforce"}},
		{"syslogd counts the line before", "Jun 11 02:09:40 gate sshd[8]: Failed password for root from 203.0.113.5 port 9 ssh2\nJun 11 02:09:50 gate last message repeated 4 times\n",
			[]string{"sshd: 203.0.113.5 ssh/22 tried scan.bruteforce", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce x4"}},
		{"prose between the lines", "お世話になります。10:30頃から\nJun 11 02:09:40 gate sshd[8]: Failed password for root from 203.0.113.5 port 9 ssh2\n以上、よろしくお願いします。\n",
			[]string{"sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"}},
		{"a table ends", "src,dst,dport\n203.0.113.5,192.0.2.1,22\n\n以上\nです。\nよろしく\n\n203.0.113.6, see above, please\n",
			[]string{"table: 203.0.113.5 ssh/22 neutral "}},
	} {
		if diff := cmp.Diff(c.want, read(t, c.text)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.why, diff)
		}
	}
}
