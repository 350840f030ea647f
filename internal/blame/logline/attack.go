package logline

import (
	"strings"
	"sync"
)

// verdict is what the text of a request gives away.
type verdict struct {
	injection Injection
	inPath    bool // the injection stands in the path, which no honest link has
	worm      bool
	probe     bool // for something that nobody links to
	mildProbe bool // for something that some sites have: counts where it is refused
	login     bool // of a well-known application
}

// Signs beside the injections.
const (
	signWorm  Injection = "worm"
	signProbe Injection = "probe"
	signMild  Injection = "mild"
	signLogin Injection = "login"
	signFetch Injection = "fetch" // a URL as a parameter: an inclusion only with signs of a script
)

// signs are looked for in the request after decoding, in lower case.
var signs = map[Injection][]string{
	SQLInjection: {
		"union select", "union all select", "union/**/", "union distinct", "information_schema", "' or '", "' or 1", "\" or \"", " or 1=1", " and 1=1", "and 1=2", "' and '",
		"sleep(", "benchmark(", "waitfor delay", "xp_cmdshell", "declare @", "cast(0x", "exec(", ";exec ", "extractvalue(", "updatexml(", "load_file(", "into outfile", "into dumpfile",
		"pg_sleep(", "'--", "';--", "' --", "char(0x", "concat(0x", "select char(", "select(", "group by concat", "order by 1", "utl_inaddr", "dbms_pipe", "varchar(4000)", "'||'", "from dual", " select * from ", "drop table", ";declare",
	},
	PathTraversal: {"../", "..\\", "..;/", "/etc/passwd", "etc/shadow", "boot.ini", "win.ini", "/proc/self/", "..%c0%af", "..%c1%9c", "%c0%ae", "..%255c", "..%5c", "..%2f", "\\..\\", "/.%2e", "%2e%2e", "/%2e"},
	CrossSite:     {"<script", "javascript:", "onerror=", "onload=", "onmouseover=", "alert(", "prompt(", "confirm(", "document.cookie", "<img src=", "<svg", "<iframe"},
	CodeInjection: {
		"<?php", "system(", "passthru(", "eval(", "base64_decode(", "shell_exec(", "phpinfo(", ";wget ", "wget http", ";curl ", "curl http", "|wget", "`wget", "$(wget", "chmod 777", "chmod +x", "/bin/sh", "/bin/bash", "cd /tmp", "rm -rf", "busybox",
		"allow_url_include", "auto_prepend_file", "call_user_func", "invokefunction", "${script:", "${url:", "${dns:", "freemarker", "%{(#", "#_memberaccess", "@java", "java.lang.", "classloader", "getruntime", "syscmd", "powershell", "cmd.exe", "root.exe", "{{", "php://input", "php://filter", "data://text", "expect://", "assign-type", "() {",
		"<!--#exec", "t(java", "nslookup ", "ping -c", "ping -n", "cat /etc", "&&id", ";id;", "|id", "uname -a", "eval-stdin", "setup.cgi?next_file",
	},
	Shellshock: {"() {", "(){", "() { :", "() {:"},
	Log4Shell:  {"${jndi:", "${${", "${lower:", "${upper:", "${env:", "${::-", "jndi:ldap", "jndi:rmi", "jndi:dns"},
	signFetch:  {"=http://", "=https://", "=ftp://", "=hxxp://"},
	signWorm: {
		"default.ida", "root.exe?/c", "/winnt/system32", "cmd.exe?/c", "/msadc/", "/_mem_bin/", "/_vti_bin/..", "mozi.", "/shell?cd", "/boaform", "/gponform", "/hnap1", "/tmunblock", "muieblackcat", "w00tw00t", "zmeu", "morfeus", "jorgee", "nikto", "sqlmap", "nmap", "masscan", "zgrab",
		"nessus", "openvas", "acunetix", "w3af", "dirbuster", "gobuster", "wpscan", "havij", "l9explore", "l9tcpid", "nuclei", "hydra", "mirai", "gafgyt", "hello, world", "hello world/", "dfind", "toata dragostea", "arachni", "netsparker", "whatweb", "wfuzz", "feroxbuster", "fuzz faster", "commix", "jbrofuzz", "paros",
		"emailcollector", "emailsiphon", "webemailextrac", "atomic_email_hunter", "extractorpro", "cherrypicker", "casper bot", "mama casper", "plaguebot", "revolt", "dts agent", "internet exploiter", "the.gosu", "libwhisker", "proxyheader",
		"expanse", "censysinspect", "shodan", "netsystemsresearch", "xpanse",
	},
	signProbe: {
		"/scripts/setup.php", "/setup.php", "/phpmyadmin", "/pma/", "/pma20", "/mysqladmin", "/myadmin", "/phpmanager", "/sqlmanager", "/dbadmin", "/mysql-admin", "/sqladmin", "/webdb", "/phpmy", "/.env", "/.git/", "/.svn/", "/.aws/", "/.ssh/", "/.htpasswd", "/.bash_history", "/.ds_store", "/.vscode", "/wp-config", "/manager/html", "/eval-stdin.php", "/vendor/phpunit", "/_ignition", "/actuator/", "/remote/fgt_lang", "/dana-na/", "/+cscoe+/", "/tmui/", "/owssvr.dll", "/jmx-console", "/web-console", "/invoker/", "/nmaplowercheck", "/azenv.php", "/cgi-bin/php", "/cgi-bin/test", "/cgi-sys/", "/solr/admin", "/druid/", "/telescope/", "/server-status", "/id_rsa", "/config.json", "/web.config", "/etc/", "/cpshost.dll",
		"htmlawedtest.php", "/api/v2/cmdb", "mboximport", "/remote_agent.php", "/setup-restore.action", "/setupadministrator.action", "/ghost/api/admin/session", "meta-inf", "web-inf", "/unauth/", "/php/ztp_gate", "createremoteappwebsession", "/catalog-portal/ui/oauth", "/owa/auth/x.js", "/ecp/", "/xmlrpc.php?rsd", "/wlwmanifest.xml", "/fckeditor", "/tiny_mce/", "/elfinder", "/fileuploader/", "/timthumb", "/c99", "/r57", "/shell.php", "/wso.php", "/alfa", "/.well-known/../",
		"/_search?source", "/cgi-bin/.%", "/cgi-bin/;", "/sdk/vimserviceversions", "/sftp-config", "/backup.sql", "/dump.sql", ".sql.gz", "/wp-content/plugins/../",
	},
	signMild:  {"/cgi-bin/", "/admin", "/wp-admin", "/wp-login.php", "/wp-content/", "/wp-includes/", "/xmlrpc.php", "/webmail", "/roundcube", "/horde", "/administrator", "/joomla", "/typo3", "/mail/", "/vtigercrm", "/zencart", "/zen-cart", "/solr/", "/jenkins", "/hudson", "/owa/", "/autodiscover", "/console", "/login.action", "/user/login", "/magento", "/drupal", "/phpinfo", "/info.php", "/test.php", "/shell", "/backup", "/.", "/install", "/cacti", "/nagios", "/stats", "/awstats", "/scripts/", "/db/", "/mysql", "/sql", "/web-dav", "/webdav", "/axis2", "/cfide", "/telerik", "/sitecore", "/graphql", "/swagger", "/wp/", "/blog/wp", "/struts", "/.action", "/user.php", "/register.php"},
	signLogin: {"/wp-login.php", "/xmlrpc.php", "/administrator/index.php", "/user/login", "/apps/login", "/login", "/signin", "/sign_in", "/session"},
}

type signTable struct {
	words *automaton
	kinds [][]Injection
}

var signLexicon = sync.OnceValue(func() *signTable {
	t := &signTable{}
	ids := map[string]int{}
	var words []string
	for kind, list := range signs {
		for _, w := range list {
			id, ok := ids[w]
			if !ok {
				id = len(words)
				ids[w] = id
				words = append(words, w)
				t.kinds = append(t.kinds, nil)
			}
			t.kinds[id] = append(t.kinds[id], kind)
		}
	}
	t.words = newAutomaton(words)
	return t
})

// graver orders injections: of several found in one request the first is told.
var graver = []Injection{Log4Shell, Shellshock, CodeInjection, SQLInjection, FileInclusion, PathTraversal, CrossSite}

// maxRequest bounds how much of a request line is judged.
const maxRequest = 8 << 10

func judge(r request) verdict {
	text := r.target
	if text == "" {
		text = r.whole
	}
	if len(text) > maxRequest {
		text = text[:maxRequest]
	}
	decoded := lowerASCII(percentDecode(text))
	kinds := kindsIn(decoded)
	if strings.Contains(text, "%") {
		for k := range kindsIn(lowerASCII(text)) { // overlong and half-decoded forms
			kinds[k] = true
		}
	}
	for k := range kindsIn(lowerASCII(r.agent + "\n" + r.referer)) {
		if k == signWorm || k == Log4Shell || k == Shellshock || k == CodeInjection || k == SQLInjection && strings.Contains(r.agent, "'") {
			kinds[k] = true
		}
	}
	if kinds[signFetch] && fetchesScript(decoded, r.status) {
		kinds[FileInclusion] = true
	}
	v := verdict{worm: kinds[signWorm], probe: kinds[signProbe], mildProbe: kinds[signMild], login: kinds[signLogin]}
	for _, k := range graver {
		if kinds[k] {
			v.injection = k
			path, _, _ := strings.Cut(decoded, "?")
			v.inPath = kindsIn(path)[k]
			break
		}
	}
	return v
}

func kindsIn(text string) map[Injection]bool {
	t := signLexicon()
	kinds := map[Injection]bool{}
	t.words.each(text, func(id int32) {
		for _, k := range t.kinds[id] {
			kinds[k] = true
		}
	})
	return kinds
}

// fetchesScript tells the inclusion of a remote script from a link handed on
// as a parameter: the address ends in a question mark that cuts off what the
// application would append, or names a text or picture that holds code; or the server refused it.
func fetchesScript(decoded string, status int) bool {
	at := strings.Index(decoded, "=http")
	if at < 0 {
		at = strings.Index(decoded, "=ftp")
	}
	if at < 0 {
		return false
	}
	value, _, _ := strings.Cut(decoded[at+1:], "&")
	return strings.HasSuffix(strings.TrimRight(value, "/ "), "?") || strings.Contains(value, ".txt") || strings.Contains(value, ".gif?") ||
		strings.Contains(value, ".jpg?") || strings.Contains(value, "c99") || strings.Contains(value, "r57") || status >= 400
}

// percentDecode undoes %XX up to three times, as attackers encode twice, and
// turns + into a space.
func percentDecode(s string) string {
	for range 3 {
		if strings.IndexByte(s, '%') < 0 {
			break
		}
		next := decodeOnce(s)
		if next == s {
			break
		}
		s = next
	}
	return strings.ReplaceAll(s, "+", " ")
}

func decodeOnce(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
