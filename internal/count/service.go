package count

// services names the services of ports that scans are reported on, as IANA's registry has them (RFC 6335). Port 139 stands
// without a name, as it always has in the published tables.
var services = map[int]string{
	7: "echo", 19: "chargen", 21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 53: "domain", 69: "tftp", 80: "http", 81: "http-alt",
	110: "pop3", 111: "sunrpc", 119: "nntp", 123: "ntp", 135: "epmap", 137: "netbios-ns", 138: "netbios-dgm", 143: "imap", 161: "snmp",
	389: "ldap", 443: "https", 445: "microsoft-ds", 465: "submissions", 500: "isakmp", 502: "mbap", 512: "exec", 513: "login", 514: "shell",
	515: "printer", 554: "rtsp", 587: "submission", 623: "asf-rmcp", 631: "ipp", 873: "rsync", 993: "imaps", 995: "pop3s", 1080: "socks",
	1433: "ms-sql-s", 1434: "ms-sql-m", 1521: "ncube-lm", 1723: "pptp", 1883: "mqtt", 1900: "ssdp", 2049: "nfs", 2222: "ssh-alt",
	2323: "telnet-alt", 2375: "docker", 3128: "squid-http", 3306: "mysql", 3389: "ms-wbt-server", 4899: "radmin-port", 5000: "upnp",
	5060: "sip", 5061: "sips", 5353: "mdns", 5432: "postgresql", 5555: "adb", 5631: "pcanywheredata", 5632: "pcanywherestat", 5900: "vnc-server",
	5901: "vnc-server", 6129: "dameware", 6379: "redis", 6667: "ircd", 7547: "cwmp", 8000: "http-alt", 8080: "http-alt", 8443: "pcsync-https",
	8888: "http-alt", 9200: "elasticsearch", 10000: "ndmp", 11211: "memcache", 27017: "mongodb", 37215: "huawei-hg532", 47808: "bacnet",
	52869: "realtek-sdk",
}

// Service names the service of a port, "" where it has none.
func Service(port int) string { return services[port] }
