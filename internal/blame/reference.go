package blame

// referenceHosts are sites where reporters look things up.
var referenceHosts = []string{"virustotal.com", "urlscan.io", "abuseipdb.com", "shodan.io", "jpcert.or.jp", "ipa.go.jp", "cve.mitre.org", "jvn.jp", "securityfocus.com", "osvdb.org", "secunia.com", "exploit-db.com", "isc.sans.org", "isc.sans.edu", "siteadvisor.com", "mywot.com", "nvd.nist.gov", "web.archive.org",
	"phishtank.com", "dshield.org", "apnic.net", "ripe.net", "arin.net", "nic.ad.jp", "jprs.jp", "spamhaus.org", "spamcop.net", "dnsstuff.com", "whois.sc", "robtex.com",
	"urlvoid.com", "antiphishing.org", "antiphishing.jp", "apwg.org", "cert.org", "us-cert.gov", "wikipedia.org", "first.org", "iana.org", "w3.org", "malwaredomainlist.com",
	"team-cymru.org", "shadowserver.org", "senderbase.org", "abuse.ch", "anubis.iseclab.org", "hybrid-analysis.com", "any.run", "blocklist.de", "openresolverproject.org", "fortinet.com", "snort.org", "emergingthreats.net",
	"threatexpert.com", "virscan.org", "jotti.org", "urlquery.net", "wepawet.iseclab.org", "wepawet.cs.ucsb.edu", "joesandbox.com", "malwr.com", "aguse.jp", "gred.jp", "safeweb.norton.com", "sitecheck.sucuri.net", "otx.alienvault.com", "virusbuster.jp"}

func isReference(host string) bool { return under(host, referenceHosts) }
