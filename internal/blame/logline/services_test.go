package logline

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// brief tells an event in one line: source, service, outcome and class.
func brief(ev Event, ok bool) string {
	if !ok {
		return "no log line"
	}
	source := ev.Source.Host
	if ev.Source.Addr.IsValid() {
		source = ev.Source.Addr.String()
	}
	s := fmt.Sprintf("%s: %s %s/%d %s %s", ev.Product, source, ev.Service, ev.Port, ev.Outcome, ev.Class)
	if ev.Worm {
		s += " worm"
	}
	if ev.Injection != "" {
		s += " " + string(ev.Injection)
	}
	if ev.Count != 1 {
		s += fmt.Sprintf(" x%d", ev.Count)
	}
	return s
}

type lineCase struct{ why, line, want string }

func check(t *testing.T, cases []lineCase) {
	t.Helper()
	for _, c := range cases {
		got := brief(Parse(c.line))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s\n%s\n%s", c.why, c.line, diff)
		}
		inRange(t, c.line)
	}
}

// inRange checks that the spans of a line's event hold the addresses it tells.
func inRange(t *testing.T, line string) {
	t.Helper()
	ev, _ := Parse(line)
	for _, e := range []Endpoint{ev.Source, ev.Target} {
		if !e.Addr.IsValid() {
			continue
		}
		if a, _, ok := readAddr(line[e.Start:e.End], 0); !ok || a != e.Addr {
			t.Errorf("span %q is not %v\n%s", line[e.Start:e.End], e.Addr, line)
		}
	}
}

func TestRemoteLogins(t *testing.T) {
	t.Parallel()
	check(t, []lineCase{
		{"the line everybody sends", "Jun 11 02:09:40 gate sshd[812]: Failed password for root from 203.0.113.5 port 40022 ssh2", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"quoted in a mail", "> Jun 11 02:09:40 gate sshd[812]: Failed password for root from 203.0.113.5 port 40022 ssh2", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"the account imitates a source", "Jun 11 02:09:40 gate sshd[812]: Invalid user a from 192.0.2.77 from 203.0.113.5 port 22", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"what the client says of itself comes after the version", "Jun 11 02:09:40 gate sshd[812]: Failed password for root from 203.0.113.5 port 22 ssh2: from 192.0.2.77", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"words of OpenSSH 3", "Jun 11 02:09:40 gate sshd[812]: Illegal user admin from 203.0.113.5", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"not in AllowUsers", "Jun 11 02:09:40 gate sshd[812]: User root from 203.0.113.5 not allowed because not listed in AllowUsers", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"a scanner that says nothing", "Jun 11 02:09:40 gate sshd[812]: Did not receive identification string from 203.0.113.5", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"TCP wrappers", "Jun 11 02:09:40 gate sshd[812]: refused connect from ::ffff:203.0.113.5 (::ffff:203.0.113.5)", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"closed before login, by account", "Jun 11 02:09:40 gate sshd[812]: Connection closed by authenticating user root 203.0.113.5 port 9 [preauth]", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"IPv6", "Jun 11 02:09:40 gate sshd[812]: Invalid user test from 2001:db8::7:1 port 9", "sshd: 2001:db8::7:1 ssh/22 tried scan.bruteforce"},
		{"RFC 5424", "<38>1 2008-06-11T02:09:40.001+09:00 gate sshd 812 - - Failed password for root from 203.0.113.5 port 9 ssh2", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"rsyslog counts for us", "Jun 11 02:09:40 gate sshd[812]: message repeated 5 times: [ Failed password for root from 203.0.113.5 port 9 ssh2]", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce x5"},
		{"a success blames nobody", "Jun 11 02:09:40 gate sshd[812]: Accepted password for reporter from 203.0.113.4 port 9 ssh2", "sshd: 203.0.113.4 ssh/22 succeeded "},
		{"one key of several tried", "Jun 11 02:09:40 gate sshd[812]: Failed publickey for reporter from 203.0.113.4 port 9 ssh2: RSA aa:bb", "sshd: 203.0.113.4 ssh/22 neutral "},
		{"an end is no harm", "Jun 11 02:09:40 gate sshd[812]: Connection closed by 203.0.113.4", "sshd: 203.0.113.4 ssh/22 neutral "},
		{"PAM", "Jun 11 02:09:40 gate sshd[812]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.5  user=root", "sshd: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"PAM, the account imitates rhost", "Jun 11 02:09:40 gate ftpd[8]: pam_unix(auth): authentication failure; logname= uid=0 tty=x ruser= rhost=203.0.113.5 user=a rhost=192.0.2.77", "ftpd: 203.0.113.5 ftp/21 tried scan.bruteforce"},
		{"PAM with a name", "Jun 11 02:09:40 gate vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 tty=ftp ruser=a rhost=dial.example.net", "pam: dial.example.net /0 tried scan.bruteforce"},
		{"dropbear", "Jun 11 02:09:40 gate dropbear[8]: bad password attempt for 'root' from 203.0.113.5:60588", "dropbear: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"dropbear, newer words", "Jun 11 02:09:40 gate dropbear[8]: Exit before auth from <203.0.113.5:523>: (user 'root', 10 fails): Max auth tries reached", "dropbear: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"xrdp", "[20200527-18:28:06] [INFO ] AUTHFAIL: user=anna ip=203.0.113.5 time=1590", "xrdp: 203.0.113.5 rdp/3389 tried scan.bruteforce"},
		{"macOS screen sharing", "Oct 27 20:04:51 mini screensharingd[1]: Authentication: FAILED :: User Name: x :: Viewer Address: 203.0.113.5 :: Type: DH", "vnc: 203.0.113.5 vnc/5900 tried scan.bruteforce"},
		{"xinetd", "May 15 17:38:49 gate xinetd[6]: FAIL: telnet address from=203.0.113.5", "xinetd: 203.0.113.5 /0 tried scan.port"},
		{"a linux audit record", `type=USER_LOGIN msg=audit(1373330717.350:40): pid=4 uid=0 msg='op=login acct="root" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.5 terminal=ssh res=failed'`, "selinux: 203.0.113.5 ssh/22 tried scan.bruteforce"},
		{"an unknown program in known words", "Jun 11 02:09:40 gate mycloud[7]: login failed for bob from 203.0.113.5", "mycloud: 203.0.113.5 /0 tried scan.bruteforce"},
		{"an unknown program in its own words", "2020-02-02 10:00:00 WARN  AccountGate - wrong credentials presented by client 203.0.113.5", "log: 203.0.113.5 /0 tried scan.bruteforce"},
		{"the other side is not the source", "2020-02-02 10:00:00 WARN  Gate: authentication failed, server 192.0.2.1, from 203.0.113.5", "gate: 203.0.113.5 /0 tried scan.bruteforce"},
	})
}

func TestMailServers(t *testing.T) {
	t.Parallel()
	check(t, []lineCase{
		{"SASL", "Jun 11 02:09:40 mx postfix/smtpd[9]: warning: unknown[203.0.113.5]: SASL LOGIN authentication failed: UGFz", "postfix: 203.0.113.5 smtp/25 tried scan.bruteforce"},
		{"relaying refused; the HELO imitates an address", "Jun 11 02:09:40 mx postfix/smtpd[9]: NOQUEUE: reject: RCPT from h.example.net[203.0.113.5]: 554 5.7.1 <x@example.org>: Relay access denied; helo=<[192.0.2.9]>", "postfix: 203.0.113.5 smtp/25 tried spam"},
		{"postscreen", "Jun 11 02:09:40 mx postfix/postscreen[8]: PREGREET 11 after 0.1 from [203.0.113.5]:53304: EHLO User", "postfix: 203.0.113.5 smtp/25 tried spam"},
		{"the server's own trouble", "Jun 11 02:09:40 mx postfix/smtpd[9]: warning: unknown[203.0.113.4]: SASL LOGIN authentication failed: Connection lost to authentication server", "postfix: 203.0.113.4 smtp/25 neutral "},
		{"a plain connection", "Jun 11 02:09:40 mx postfix/smtpd[9]: connect from mail.example.org[203.0.113.4]", "postfix: 203.0.113.4 smtp/25 neutral "},
		{"dovecot", "Jun 11 02:09:40 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<a>, method=PLAIN, rip=203.0.113.5, lip=192.0.2.1, TLS", "dovecot: 203.0.113.5 imap/0 tried scan.bruteforce"},
		{"dovecot's auth worker", "Jun 11 02:09:40 mx dovecot: auth-worker(4): sql(a@example.jp,203.0.113.5): unknown user", "dovecot: 203.0.113.5 imap/0 tried scan.bruteforce"},
		{"dovecot, a login", "Jun 11 02:09:40 mx dovecot: imap-login: Login: user=<a>, method=PLAIN, rip=203.0.113.4, lip=192.0.2.1", "dovecot: 203.0.113.4 imap/0 succeeded "},
		{"exim; the HELO is an address", "2013-06-12 03:57:58 plain authenticator failed for ([192.0.2.7]) [203.0.113.5]:5537: 535 Incorrect authentication data", "exim: 203.0.113.5 smtp/25 tried scan.bruteforce"},
		{"exim refuses a recipient", "2013-06-12 03:57:58 H=(mx.example.net) [203.0.113.5] F=<a@b.example> rejected RCPT <x@example.jp>: relay not permitted", "exim: 203.0.113.5 smtp/25 tried spam"},
		{"exim takes a mail", "2013-06-12 03:57:58 1UmQ-1 <= a@b.example H=mx.example.net [203.0.113.4] P=esmtp S=1024", "exim: 203.0.113.4 smtp/25 neutral "},
		{"sendmail rules", "Jun 11 02:09:40 mx sendmail[4]: ruleset=check_rcpt, arg1=<x@example.org>, relay=h.example.net [203.0.113.5], reject=550 5.7.1 Relaying denied", "sendmail: 203.0.113.5 smtp/25 tried spam"},
		{"sendmail sees guessing", "Jun 11 02:09:40 mx sendmail[4]: x1: h.example.net [203.0.113.5]: possible SMTP attack: command=AUTH, count=5", "sendmail: 203.0.113.5 smtp/25 tried scan.bruteforce"},
		{"courier", "Jun 11 02:09:40 mx pop3d: LOGIN FAILED, user=a, ip=[::ffff:203.0.113.5]", "courier: 203.0.113.5 imap/0 tried scan.bruteforce"},
		{"cyrus", "Jun 11 02:09:40 mx cyrus/imap[5]: badlogin: h.example.net [203.0.113.5] plaintext a SASL(-13): authentication failure", "cyrus: 203.0.113.5 imap/0 tried scan.bruteforce"},
		{"uw-imap", "Jun 11 02:09:40 mx ipop3d[4]: Login failed user=a auth=a host=h.example.net [203.0.113.5]", "ipop3d: 203.0.113.5 imap/0 tried scan.bruteforce"},
		{"qmail with a blacklist", "Jun 11 02:09:40 mx qmail: 1157520813.4 rblsmtpd: 203.0.113.5 pid 19 bl.example.org: 451 listed", "qmail: 203.0.113.5 smtp/25 tried spam"},
		{"assp", "Apr-27-13 02:33:09 Blocking 203.0.113.5 - too much AUTH errors (41);", "assp: 203.0.113.5 smtp/25 tried scan.bruteforce"},
		{"kerio", "[18/Jan/2014 06:41:25] Failed SMTP login from 203.0.113.5 with SASL method CRAM-MD5.", "kerio: 203.0.113.5 smtp/25 tried scan.bruteforce"},
		{"oracle: the first address is our own", `<co ts="2014-06-02T22:02:13.94" tr="TCP|192.0.2.1|25|203.0.113.5|4299" mi="Bad password" us="a" di="535 5.7.8 Bad username or password (Authentication failed)."/>`, "oracle-ims: 203.0.113.5 smtp/25 tried scan.bruteforce"},
		{"sieve", "Mar  9 07:35:22 mx sieve[1]: badlogin: h.example.net[203.0.113.5] PLAIN authentication failure", "cyrus: 203.0.113.5 imap/0 tried scan.bruteforce"},
		{"lotus domino", "03-07-2005 23:07:20   SMTP Server: Authentication failed for user a ; connecting host 203.0.113.5", "domino: 203.0.113.5 smtp/25 tried scan.bruteforce"},
	})
}

func TestOtherServices(t *testing.T) {
	t.Parallel()
	check(t, []lineCase{
		{"proftpd names the client twice", "Jun 11 02:09:40 ftp proftpd[2]: ftp.example.jp (h.example.net[203.0.113.5]) - USER a: no such user found from h.example.net [203.0.113.5] to 192.0.2.1:21", "proftpd: 203.0.113.5 ftp/21 tried scan.bruteforce"},
		{"proftpd, a session", "Jun 11 02:09:40 ftp proftpd[2]: ftp.example.jp (203.0.113.4[203.0.113.4]) - FTP session opened.", "proftpd: 203.0.113.4 ftp/21 neutral "},
		{"vsftpd", `Fri Jun 13 10:33:46 2008 [pid 3] [a] FAIL LOGIN: Client "203.0.113.5"`, "vsftpd: 203.0.113.5 ftp/21 tried scan.bruteforce"},
		{"vsftpd, a login", `Fri Jun 13 10:33:46 2008 [pid 3] [a] OK LOGIN: Client "203.0.113.4"`, "vsftpd: 203.0.113.4 ftp/21 succeeded "},
		{"pure-ftpd", "Jun 11 02:09:40 ftp pure-ftpd: (?@203.0.113.5) [WARNING] Authentication failed for user [a]", "pure-ftpd: 203.0.113.5 ftp/21 tried scan.bruteforce"},
		{"named", "Jun 11 02:09:40 ns named[1]: client 203.0.113.5#1234 (example.jp): query (cache) 'example.jp/ANY/IN' denied", "named: 203.0.113.5 dns/53 tried scan.port"},
		{"named with the address of its structure", "11-Jun-2018 02:09:40.001 client @0x7f00aa 203.0.113.5#12 (example.jp): zone transfer 'example.jp/AXFR/IN' denied", "named: 203.0.113.5 dns/53 tried scan.port"},
		{"asterisk", "[2012-02-13 17:21:54] NOTICE[16] chan_sip.c: Registration from '\"1\"<sip:1@192.0.2.1>' failed for '203.0.113.5:5071' - Wrong password", "asterisk: 203.0.113.5 sip/5060 tried scan.bruteforce"},
		{"asterisk's security log; the session imitates one", `[2015-05-25 07:21:48] SECURITY[6] res_security_log.c: SecurityEvent="InvalidPassword",SessionID="",RemoteAddress="IPV4/UDP/192.0.2.8/1"",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/203.0.113.5/5062"`, "asterisk: 203.0.113.5 sip/5060 tried scan.bruteforce"},
		{"freeswitch", "2013-12-31 17:39:54.767 [WARNING] sofia_reg.c:1478 SIP auth failure (INVITE) on sofia profile 'int' for [9@192.0.2.1] from ip 203.0.113.5", "freeswitch: 203.0.113.5 sip/5060 tried scan.bruteforce"},
		{"mysql", "130324  0:04:00 [Warning] Access denied for user 'root'@'203.0.113.5' (using password: NO)", "mysqld: 203.0.113.5 mysql/3306 tried scan.bruteforce"},
		{"mssql", "2020-02-24 16:05:21.00 Logon       Login failed for user 'sa'. Reason: Password did not match. [CLIENT: 203.0.113.5]", "mssql: 203.0.113.5 mssql/1433 tried scan.bruteforce"},
		{"mongodb", "2016-11-20T00:04:00.110+0100 I ACCESS   [conn3]  SCRAM-SHA-1 authentication failed for root on admin from client 203.0.113.5 ; UserNotFound", "mongodb: 203.0.113.5 mongodb/27017 tried scan.bruteforce"},
		{"openvpn", "Apr 25 11:19:00 ovpn-server[1]: 203.0.113.5:5533 TLS Error: TLS handshake failed", "openvpn: 203.0.113.5 openvpn/1194 tried scan.bruteforce"},
		{"murmur", "<W>2015-11-29 17:18:20.962 1 => <8:a(-1)> Rejected connection from 203.0.113.5:29530: Invalid server password", "murmur: 203.0.113.5 mumble/64738 tried scan.bruteforce"},
		{"portsentry", "Jun 27 17:44:33 gate portsentry[1]: attackalert: Connect from host: h.example.net/203.0.113.5 to TCP port: 1", "portsentry: 203.0.113.5 /0 tried scan.port"},
		{"scanlogd", "Mar  5 21:44:43 gate scanlogd: 203.0.113.5:59824 to 192.0.2.1 ports 80, 83, 88, ..., TOS 00, TTL 64 @20:57:20", "scanlogd: 203.0.113.5 /0 tried scan.port"},
		{"fail2ban bans", "2006-02-13 15:52:30,388 fail2ban.actions: WARNING [ssh] Ban 203.0.113.5", "fail2ban: 203.0.113.5 /0 tried scan.bruteforce"},
		{"fail2ban lets go", "2006-02-13 15:52:30,388 fail2ban.actions: WARNING [ssh] Unban 203.0.113.5", "fail2ban: 203.0.113.5 /0 neutral "},
		{"apache 2.2", "[Tue Mar 16 15:39:29 2010] [error] [client 203.0.113.5] script '/var/www/setup.php' not found or unable to stat", "apache: 203.0.113.5 http/80 tried scan.web"},
		{"apache 2.4", `[Tue Mar 16 15:39:29.123 2010] [auth_basic:error] [pid 1:tid 2] [client 203.0.113.5:51386] AH01618: user bob not found: /private`, "apache: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"nginx", `2012/04/09 11:53:29 [error] 28#0: *66 user "bob" was not found in "/etc/htpasswd", client: 203.0.113.5, server: _, request: "GET / HTTP/1.1", host: "192.0.2.1"`, "nginx: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"lighttpd", "2011-12-25 17:09:20: (http_auth.c.875) password doesn't match for /git/ username: bob, IP: 203.0.113.5", "lighttpd: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"squid", "1386543323.000      4 203.0.113.5 TCP_DENIED/403 4099 GET http://judge.example/ - HIER_NONE/- text/html", "squid: 203.0.113.5 proxy/3128 tried scan.web"},
		{"roundcube; the account imitates a source", "May 26 07:12:40 web roundcube: IMAP Error: Login failed for a from 192.0.2.7 from 203.0.113.5. AUTHENTICATE PLAIN: A0002 NO from 192.0.2.8", "roundcube: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"horde", "Nov 11 18:57:57 web HORDE [error] [horde] FAILED LOGIN for a@example.jp [203.0.113.5] to Horde", "horde: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"phpmyadmin", "Aug 22 09:50:22 web phpMyAdmin[16]: user denied: root (mysql-denied) from 203.0.113.5", "phpmyadmin: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"drupal", "Apr 26 13:15:25 web site: https://www.example.jp|1430068525|user|203.0.113.5|https://www.example.jp/user|https://www.example.jp/user|0||Login attempt failed for a.", "drupal: 203.0.113.5 http/80 tried scan.bruteforce"},
		{"drupal, a session", "Apr 26 13:15:25 web site: https://www.example.jp|1430068525|user|203.0.113.4|https://www.example.jp/user|https://www.example.jp/user|1||Session opened for a.", "drupal: 203.0.113.4 http/80 succeeded "},
		{"nextcloud", `{"reqId":"a","level":2,"time":"2022-01-16T15:42:37+00:00","remoteAddr":"203.0.113.5","app":"core","message":"Login failed: 'a' (Remote IP: 203.0.113.5)"}`, "json: 203.0.113.5 /0 tried scan.bruteforce"},
		{"the router of a Japanese office", "Jun 11 02:09:40 rt [SYS] Login failed for TELNET: 203.0.113.5", "yamaha-rtx: 203.0.113.5 /0 tried scan.bruteforce"},
		{"routeros", "Feb 15 11:25:46 gw system,error,critical login failure for user admin from 203.0.113.5 via web", "routeros: 203.0.113.5 /0 tried scan.bruteforce"},
	})
}

func TestNoLogLines(t *testing.T) {
	t.Parallel()
	for why, line := range map[string]string{
		"prose with an address":      "203.0.113.5 から攻撃がありました。",
		"prose with a time":          "We saw it at 10:30:22 and again later.",
		"English prose of a failure": "Our login failed because 203.0.113.5 attacked us.",
		"a sentence with a time":     "2008/06/11 10:20:30 当社のサーバ192.0.2.1が攻撃を受けました。認証失敗が多数あります。",
		"a verdict of a mail filter": "Authentication-Results: mx.example.jp; spf=fail client-ip=192.0.2.1",
		"a mail header":              "Received: from mx.example.jp (192.0.2.1) by mail.example.jp; Wed, 11 Jun 2008 02:09:40 +0900",
		"nothing":                    "",
	} {
		if ev, ok := Parse(line); ok && ev.Blames() {
			t.Errorf("%s blames %v (%s): %s", why, ev.Source.Addr, ev.What, line)
		}
	}
}
