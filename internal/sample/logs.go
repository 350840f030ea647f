package sample

import (
	"fmt"
	"strings"
	"time"
)

// Log excerpts, as the programs of the time write them. In each the incident's
// IP is the source and the reporter's machine the target.

// lines writes n lines some seconds apart, starting when the harm was seen.
func (s *seen) lines(n, step int, line func(t time.Time, i int) string) string {
	var b strings.Builder
	t := s.local()
	for i := range n {
		b.WriteString(line(t, i) + "\n")
		t = t.Add(time.Duration(1+s.rnd.IntN(step)) * time.Second)
	}
	return strings.TrimRight(b.String(), "\n")
}

func (s *seen) one(of ...string) string { return of[s.rnd.IntN(len(of))] }
func (s *seen) port() int               { return 1025 + s.rnd.IntN(60000) }

// host is the short name of the reporter's machine.
func (s *seen) box() string { h, _, _ := strings.Cut(s.me.Server, "."); return h }

var guessedUsers = strings.Fields(`admin test guest oracle postgres mysql user web ftp nagios apache michael david backup info student tomcat webmaster sales temp support`)

// Sshd is a syslog excerpt of failed log-ins.
func (s *seen) Sshd(n int) string {
	ip, pid := s.IP(), 2000+s.rnd.IntN(28000)
	return s.lines(n, 4, func(t time.Time, i int) string {
		pid += 2
		what := fmt.Sprintf("Failed password for invalid user %s from %s port %d ssh2", guessedUsers[s.rnd.IntN(len(guessedUsers))], ip, s.port())
		switch s.rnd.IntN(6) {
		case 0:
			what = fmt.Sprintf("Failed password for root from %s port %d ssh2", ip, s.port())
		case 1:
			what = fmt.Sprintf("Invalid user %s from %s", guessedUsers[s.rnd.IntN(len(guessedUsers))], ip)
		}
		return fmt.Sprintf("%s %s sshd[%d]: %s", t.Format(time.Stamp), s.box(), pid, what)
	})
}

// SshdOld is the older wording of the same daemon.
func (s *seen) SshdOld(n int) string {
	ip := s.IP()
	return s.lines(n, 5, func(t time.Time, i int) string {
		return fmt.Sprintf("%s %s sshd[%d]: Illegal user %s from ::ffff:%s", t.Format(time.Stamp), s.me.Server, 900+i*3+s.rnd.IntN(2), guessedUsers[(i*7+3)%len(guessedUsers)], ip)
	})
}

// Wrappers is what TCP wrappers leave of a refused connection.
func (s *seen) Wrappers(n int) string {
	ip := s.IP()
	return s.lines(n, 90, func(t time.Time, i int) string {
		return fmt.Sprintf("%s %s sshd[%d]: refused connect from %s", t.Format(time.Stamp), s.box(), 11000+s.rnd.IntN(9000), ip)
	})
}

// webProbes are requests for holes of the time. Hosts of third parties are
// not in them, so that only the sender can be blamed.
var webProbes = map[string][]string{
	"sql": {
		`GET /item.asp?id=18;DECLARE%20@S%20CHAR(4000);SET%20@S=CAST(0x4445434C415245204054205641524348415228323535292C404320564152434841522832353529 HTTP/1.1" 404 291 "-" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"`,
		`GET /news/detail.asp?no=204'%20And%20char(124)%2B(Select%20Cast(Count(1)%20as%20varchar(8000))%2Bchar(124)%20From%20[sysobjects]%20Where%201=1)>0%20and%20''=' HTTP/1.1" 500 308 "-" "Internet Explorer 6.0"`,
		`POST /shop/list.cgi?cat=3;dEcLaRe%20@s%20vArChAr(4000);sEt%20@s=cAsT(0x6445634c61526520407420764172436861722832353529 HTTP/1.1" 403 214 "-" "Mozilla/4.0"`,
		`GET /blog/view.php?cid=7%20and%201=2%20union%20select%20null,null,concat(user,0x3a,password)%20from%20users-- HTTP/1.1" 403 220 "-" "-"`,
	},
	"awstats": {
		`GET /cgi-bin/awstats.pl?configdir=|echo;echo%20YYY;id;echo%20YYY;echo| HTTP/1.1" 404 297 "-" "Mozilla/4.0 (compatible; MSIE 6.0; Windows 98)"`,
		`GET /awstats/awstats.pl?configdir=|echo;cd%20/tmp;rm%20-rf%20lupii;echo| HTTP/1.1" 404 301 "-" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1;)"`,
		`POST /xmlrpc.php HTTP/1.1" 404 288 "-" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1;)"`,
		`POST /blog/xmlsrv/xmlrpc.php HTTP/1.1" 404 301 "-" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1;)"`,
	},
	"pma": {
		`GET /phpmyadmin/main.php HTTP/1.0" 404 280 "-" "-"`, `GET /phpMyAdmin-2.6.4-pl1/main.php HTTP/1.0" 404 293 "-" "-"`, `GET /PMA/main.php HTTP/1.0" 404 273 "-" "-"`,
		`GET /mysql/main.php HTTP/1.0" 404 275 "-" "-"`, `GET /w00tw00t.at.ISC.SANS.DFind:) HTTP/1.1" 400 226 "-" "-"`, `GET /dbadmin/main.php HTTP/1.0" 404 277 "-" "-"`,
	},
	"iis": {
		`GET /scripts/..%255c../winnt/system32/cmd.exe?/c+dir HTTP/1.0" 404 296 "-" "-"`, `GET /_mem_bin/..%255c../..%255c../winnt/system32/cmd.exe?/c+dir HTTP/1.0" 404 312 "-" "-"`,
		`GET /scripts/root.exe?/c+dir HTTP/1.0" 404 284 "-" "-"`, `GET /MSADC/root.exe?/c+dir HTTP/1.0" 404 282 "-" "-"`, `GET /c/winnt/system32/cmd.exe?/c+dir HTTP/1.0" 404 292 "-" "-"`,
		`GET /d/winnt/system32/cmd.exe?/c+dir HTTP/1.0" 404 292 "-" "-"`,
	},
	"rfi": {
		`GET /index.php?mosConfig_absolute_path=http://[deleted]/cmd.txt? HTTP/1.1" 404 276 "-" "libwww-perl/5.805"`, `GET /components/com_extcalendar/extcalendar.php?mosConfig_absolute_path=http://[deleted]/id.txt?? HTTP/1.1" 404 322 "-" "libwww-perl/5.79"`,
		`GET //admin/business_inc/saveserver.php?thisdir=http://[deleted]/test.txt? HTTP/1.1" 404 307 "-" "libwww-perl/5.808"`,
	},
	"proxy": {
		`CONNECT smtp.[deleted]:25 HTTP/1.0" 405 298 "-" "-"`, `GET http://www.[deleted]/prx.php HTTP/1.0" 404 279 "-" "Mozilla/4.0"`, `POST http://[deleted]/ HTTP/1.1" 403 210 "-" "-"`,
	},
}

// Apache is an access log with probes of the given sort.
func (s *seen) Apache(n int, sort string) string {
	ip, probes := s.IP(), webProbes[sort]
	return s.lines(n, 9, func(t time.Time, i int) string {
		return fmt.Sprintf(`%s - - [%s] "%s`, ip, t.Format("02/Jan/2006:15:04:05 -0700"), probes[i%len(probes)])
	})
}

// ApacheError is the error log of the same.
func (s *seen) ApacheError(n int) string {
	ip := s.IP()
	files := []string{"phpmyadmin", "admin", "mysql", "cgi-bin/formmail.pl", "awstats", "drupal", "phpgroupware", "xmlrpc.php"}
	return s.lines(n, 3, func(t time.Time, i int) string {
		return fmt.Sprintf("[%s] [error] [client %s] File does not exist: /var/www/html/%s", t.Format("Mon Jan 02 15:04:05 2006"), ip, files[(i+int(t.Unix()))%len(files)])
	})
}

// IIS is a W3C extended log.
func (s *seen) IIS(n int) string {
	ip := s.IP()
	return "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip sc-status\n" + s.lines(n, 6, func(t time.Time, i int) string {
		return fmt.Sprintf("%s %s GET /goods/view.asp id=%d;DECLARE%%20@S%%20VARCHAR(4000);SET%%20@S=CAST(0x4400450043004C00410052004500|21|80040e14 80 %s 500",
			t.UTC().Format("2006-01-02 15:04:05"), s.me.ServerIP, 30+i, ip)
	})
}

// Iptables is a firewall's log of dropped packets.
func (s *seen) Iptables(n int) string {
	ip, port := s.IP(), s.incident.family.port
	return s.lines(n, 6, func(t time.Time, i int) string {
		return fmt.Sprintf("%s %s kernel: DROP IN=eth0 OUT= MAC=00:16:3e:1a:20:71:00:0c:29:45:be:9f:08:00 SRC=%s DST=%s LEN=48 TOS=0x00 PREC=0x00 TTL=%d ID=%d DF PROTO=TCP SPT=%d DPT=%d WINDOW=65535 RES=0x00 SYN URGP=0",
			t.Format(time.Stamp), s.box(), ip, s.me.ServerIP, 40+s.rnd.IntN(80), 1000+s.rnd.IntN(60000), s.port(), port)
	})
}

// Snort is an alert file. The message is that of a rule for the attack.
func (s *seen) Snort(n int, message string) string {
	ip, port := s.IP(), s.incident.family.port
	return s.lines(n, 30, func(t time.Time, i int) string {
		return fmt.Sprintf("[**] [1:%d:%d] %s [**]\n[Classification: Attempted Information Leak] [Priority: 2]\n%s %s:%d -> %s:%d\nTCP TTL:%d TOS:0x0 ID:%d IpLen:20 DgmLen:48 DF\n",
			2001000+s.rnd.IntN(900), 2+s.rnd.IntN(8), message, t.Format("01/02-15:04:05.000000"), ip, s.port(), s.me.ServerIP, port, 40+s.rnd.IntN(70), s.rnd.IntN(65000))
	})
}

// Cisco is a router's access list at work.
func (s *seen) Cisco(n int) string {
	ip, port := s.IP(), s.incident.family.port
	return s.lines(n, 8, func(t time.Time, i int) string {
		return fmt.Sprintf("%s: %%SEC-6-IPACCESSLOGP: list 110 denied tcp %s(%d) -> %s(%d), %d packet",
			t.Format("Jan _2 15:04:05.000"), ip, s.port(), s.me.ServerIP, port, 1+s.rnd.IntN(5))
	})
}

// WinFW is the log of the firewall of Windows XP.
func (s *seen) WinFW(n int) string {
	ip, port := s.IP(), s.incident.family.port
	return "#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path\n\n" +
		s.lines(n, 5, func(t time.Time, i int) string {
			return fmt.Sprintf("%s DROP TCP %s %s %d %d 48 S %d 0 65535 - - - RECEIVE", t.Format("2006-01-02 15:04:05"), ip, s.me.ServerIP, s.port(), port, 10000000+s.rnd.IntN(90000000))
		})
}

// CSV is an export with headings.
func (s *seen) CSV(n int) string {
	ip, port := s.IP(), s.incident.family.port
	return s.lines(n, 20, func(t time.Time, i int) string {
		return fmt.Sprintf("%s,%s,%d,%s,%d,tcp,deny", t.Format("2006-01-02 15:04:05"), ip, s.port(), s.me.ServerIP, port)
	})
}

// Ftpd is a syslog excerpt of a password attack on an FTP server.
func (s *seen) Ftpd(n int) string {
	ip := s.IP()
	return s.lines(n, 3, func(t time.Time, i int) string {
		return fmt.Sprintf("%s %s proftpd[%d]: %s (%s[%s]) - USER %s (Login failed): Incorrect password.", t.Format(time.Stamp), s.box(), 5000+i, s.me.Server, ip, ip, s.one("Administrator", "admin", "root", "web"))
	})
}

// Vsftpd is the same of another server.
func (s *seen) Vsftpd(n int) string {
	ip := s.IP()
	return s.lines(n, 3, func(t time.Time, i int) string {
		return fmt.Sprintf(`%s [pid %d] [%s] FAIL LOGIN: Client "%s"`, t.Format("Mon Jan _2 15:04:05 2006"), 7300+i, s.one("Administrator", "admin", "test"), ip)
	})
}

// VNC is the log of a VNC server that turns somebody away.
func (s *seen) VNC(n int) string {
	ip := s.IP()
	return s.lines(n, 7, func(t time.Time, i int) string {
		return fmt.Sprintf("%s Connections: accepted: %s::%d\n%s Connections: closed: %s (authentication failed)", t.Format("02/01/06 15:04:05"), ip, s.port(), t.Format("02/01/06 15:04:05"), ip)
	})
}

// MailReceived is the header that shows from where a mail came to the reporter.
func (s *seen) MailReceived() string {
	return fmt.Sprintf("Received: from %s (unknown [%s])\n\tby %s (Postfix) with SMTP id %X;\n\t%s",
		s.one("localhost", "User", "mail.sender", "pc-01"), s.IP(), s.me.Server, 0x10000000+s.rnd.IntN(0xE0000000), s.local().Format(time.RFC1123Z))
}

// Flow is a table of flows.
func (s *seen) Flow(n int) string {
	ip := s.IP()
	return s.lines(n, 2, func(t time.Time, i int) string {
		return fmt.Sprintf("%s  UDP  %15s:%-5d -> %15s:80  %6d pkts  %9d bytes", t.Format("2006-01-02 15:04:05"), ip, s.port(), s.me.ServerIP, 20000+s.rnd.IntN(60000), 20000000+s.rnd.IntN(70000000))
	})
}

// Irc is what a bot says to its command server.
func (s *seen) Irc() string {
	return fmt.Sprintf("NICK [00|JPN|XP|%d]\nUSER xqzbwt 0 0 :[00|JPN|XP|%d]\nJOIN ##rage## s3cr3t\n:master!u@staff TOPIC ##rage## :.asc asn1smb 50 5 0 -b -r", 100000+s.rnd.IntN(899999), 100000+s.rnd.IntN(899999))
}

// Md5 is the digest of a file.
func (s *seen) Md5() string { return fmt.Sprintf("%016x%016x", s.rnd.Uint64(), s.rnd.Uint64()) }
