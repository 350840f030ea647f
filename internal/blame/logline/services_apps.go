package logline

// webServices are the error logs of web servers and proxies.
func webServices() []*service {
	return []*service{
		{
			product: "apache", programs: []string{"httpd"}, name: "http", port: 80, proto: "tcp", class: ScanBruteforce,
			tried: []string{
				"[client <H>*user * not found", "[client <H>*user *authentication failure", "[client <H>*: authentication failure for", "[client <H>*Password Mismatch", "[client <H>*: password mismatch",
				"[client <H>*Authorization of user * failed", "[client <H>*authorization failure", "[client <H>*wrong authentication scheme", "[client <H>*nonce mismatch", "[client <H>*invalid qop", "[client <H>*invalid nonce",
				"[client <H>*realm mismatch", "[client <H>*unknown algorithm", "[client <H>*uri mismatch", "[client <H>*reconstructed uri", "[client <H>*login failed", "[client <H>*in realm * not found", "[client <H>*authentication failed", "[client <H>*Login denied for user", "[client <H>*user * authentication failure",
			},
		},
		{
			product: "apache", programs: []string{"httpd"}, name: "http", port: 80, proto: "tcp", class: ScanWeb,
			tried: []string{
				"[client <H>*client denied by server configuration", "[client <H>*File does not exist: ", "[client <H>*script * not found or unable to stat", "[client <H>*Primary script unknown", "[client <H>*ignoring function definition attempt", "[client <H>*error importing function definition",
				"[client <H>*Invalid URI in request", "[client <H>*request failed: URI too long", "[client <H>*request failed: erroneous characters", "[client <H>*Invalid method in request", "[client <H>*File name too long", "[client <H>*request line exceeds", "[client <H>*error reading the headers", "[client <H>*(36)File name too long",
				"[client <H>*ModSecurity:", "[client <H>*mod_security", "[client <H>*attempt to invoke directory as script", "[client <H>*Directory index forbidden", "[client <H>*client sent HTTP/1.1 request without hostname", "[client <H>*Invalid HTTP_HOST header", "[client <H>*AH00126", "[client <H>*malformed header from script", "[client <H>*script not found or unable to stat", "[client <H>*symbolic link not allowed", "[client <H>*request exceeded the limit", "[client <H>*Request header field is missing", "[client <H>*Connection aborted", "[client <H>*error parsing URL",
				"[client <H>*provided via SNI", "[client <H>*No hostname was provided", "[remote <H>*user * not found", "[client <H>*Attempt to access", "[client <H>*wp-login", "[client <H>*Blacklisting address", "[client <H>*suhosin",
			},
			neutral: []string{
				"[client <H>*File does not exist: *[client ", "[client <H>*favicon.ico", "[client <H>*robots.txt", "[client <H>*PHP Warning", "[client <H>*PHP Notice", "[client <H>*PHP Deprecated", "[client <H>*Permission denied",
			},
		},
		{
			product: "nginx", name: "http", port: 80, proto: "tcp", class: ScanBruteforce,
			tried: []string{"user \"<U>\": password mismatch*, client: <H>", "user \"<U>\" was not found in *, client: <H>", "user \"<U>\" was not found*, client: <H>", "client login failed:*, client: <H>", "auth failed*, client: <H>"},
		},
		{
			product: "nginx", name: "http", port: 80, proto: "tcp", class: ScanWeb,
			tried: []string{
				"access forbidden by rule, client: <H>", "limiting requests, excess*, client: <H>", "limiting connections*, client: <H>", "client sent invalid*, client: <H>", "is forbidden (13*, client: <H>", "SSL_do_handshake() failed*, client: <H>", "client sent too long URI*, client: <H>", "client intended to send too large body*, client: <H>", "Primary script unknown*, client: <H>", "FastCGI sent in stderr: \"Unable to open primary script*, client: <H>", "peer closed connection in SSL handshake*, client: <H>", "ModSecurity: Access denied**[client <H>", "ModSecurity: Warning**[client <H>", "ModSecurity: Access denied**, client: <H>", "ModSecurity: Warning**, client: <H>", "directory index of * is forbidden*, client: <H>",
			},
			neutral: []string{"no user/password was provided for basic authentication, client: <H>", "upstream timed out*, client: <H>", "connect() failed*, client: <H>", "client <H> connected to", "favicon.ico\" failed*, client: <H>", "robots.txt\" failed*, client: <H>"},
		},
		{
			product: "nginx", name: "http", port: 80, proto: "tcp", class: ScanWeb,
			tried: []string{"open() \"*\" failed (2: *, client: <H>", "\" is not found (2: *, client: <H>", "(2: No such file or directory), client: <H>"},
		},
		{
			product: "lighttpd", name: "http", port: 80, proto: "tcp", class: ScanBruteforce,
			tried: []string{"password doesn't match for *IP: <H>", "auth failed for *IP: <H>", "get_password failed*IP: <H>", "digest: auth failed*IP: <H>"},
		},
		{
			product: "suhosin", name: "http", port: 80, proto: "tcp", class: ScanWeb,
			tried: []string{"ALERT - *(attacker '<H>'"},
		},
		{
			product: "modsecurity", name: "http", port: 80, proto: "tcp", class: ScanWeb,
			tried: []string{"ModSecurity: Access denied with code*[client \"<H>", "mod_security: *[client <H>", "ModSecurity: *[client \"<H>"},
		},
		{
			product: "squid", name: "proxy", port: 3128, proto: "tcp", class: ScanWeb,
			tried:   []string{"^<H> TCP_DENIED/", "<H> TCP_DENIED/", "<H> TCP_DENIED_REPLY/", "<H> NONE/40", "<H> NONE_NONE/40", "<H> TCP_DENIED_ABORTED/", "<H> NONE/400", "<H> NONE/405", "<H> NONE/417"},
			neutral: []string{"<H> TCP_MISS/", "<H> TCP_HIT/", "<H> TCP_TUNNEL/", "<H> TCP_MEM_HIT/", "<H> TCP_IMS_HIT/"},
		},
		{
			product: "3proxy", name: "proxy", port: 3128, proto: "tcp", class: ScanBruteforce,
			tried:   []string{"PROXY.* 00001 * <H>", "PROXY.* 00002 * <H>", "PROXY.* 00003 * <H>", "PROXY.* 00004 * <H>", "PROXY.* 00005 * <H>", "SOCK*. 00004 * <H>", "SOCK5.* 00005 * <H>", "POP3P.* 0000* <H>"},
			neutral: []string{"PROXY.* 00000 * <H>"},
		},
		{
			product: "dante", programs: []string{"danted", "sockd"}, name: "proxy", port: 1080, proto: "tcp", class: ScanBruteforce,
			tried: []string{"]: <H>*: error after reading*could not access user", "]: <H>*: error after reading*system password", "block(*)*: <H>*system password", "block(*)*]: <H>"},
		},
	}
}

// applicationServices log their own logins, mostly as web applications.
func applicationServices() []*service {
	web := func(product string, tried []string, succeeded ...string) *service {
		return &service{product: product, name: "http", port: 80, proto: "tcp", class: ScanBruteforce, tried: tried, succeeded: succeeded}
	}
	probe := func(product string, tried ...string) *service {
		return &service{product: product, name: "http", port: 80, proto: "tcp", class: ScanWeb, tried: tried}
	}
	roundcube := web("roundcube", []string{"IMAP Error: Login failed for **from <H>", "Failed login for **from <H>", "Login failed for **from <H>"},
		"Successful login for <U> from <H>")
	roundcube.until = []string{". authenticate"}
	return []*service{
		roundcube,
		web("wordpress", []string{"Authentication failure for <U> from <H>", "Authentication attempt for unknown user <U> from <H>", "Blocked authentication attempt for <U> from <H>", "Blocked user enumeration attempt from <H>", "XML-RPC authentication failure* from <H>", "XML-RPC authentication attempt for unknown user * from <H>", "Pingback error * generated from <H>", "Spam comment * from <H>", "XML-RPC multicall authentication failure* from <H>"},
			"Accepted password for <U> from <H>"),
		{
			product: "drupal", programs: []string{"drupal"}, name: "http", port: 80, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"|user|<H>|*||Login attempt failed", "|user|<H>|*|Login attempt failed"},
			succeeded: []string{"|user|<H>|*||Session opened for", "|user|<H>|**||Login attempt failed**||Session "},
		},
		web("squirrelmail", []string{"[LOGIN_ERROR] ** from <H>", "[LOGIN_ERROR]*from <H>: Unknown user or password incorrect"}, "[LOGIN] *from <H>"),
		web("horde", []string{"FAILED LOGIN for <U> [<H>", "FAILED LOGIN for ** [<H>* to ", "FAILED LOGIN for ** (<H>) to ", "FAILED LOGIN <H> to ", "FAILED LOGIN for <U> to * (<H>", "[login] Login failed for * [<H>"}, "Login success for * [<H>"),
		web("sogo", []string{"SOGoRootPage Login from '<H>*' for user '<U>' might not have worked"}, "SOGoRootPage successful login from '<H>"),
		web("webmin", []string{"Invalid login as <U> from <H>", "Non-existent login as <U> from <H>", "Security alert: Host <H> blocked"}, "Successful login as <U> from <H>"),
		web("phpmyadmin", []string{"user denied: ** from <H>"}, "user login successful: * from <H>"),
		web("froxlor", []string{"[Login Action <H>* Unknown user", "[Login Action <H>* User * tried to login with wrong password", "tried to login*\"user\":\"<H>"}),
		web("gitlab", []string{"Failed Login: username=<U> ip=<H>", "Failed login*ip=<H>"}),
		web("gitea", []string{"Failed authentication attempt for <U> from <H>", "Failed authentication attempt from <H>", "invalid credentials from <H>", "Invalid user for authentication*from <H>"}),
		web("grafana", []string{"Invalid username or password*remote_addr=<H>", "lvl=eror*remote_addr=<H>", "error=\"invalid username or password*remote_addr=<H>"}),
		web("bitwarden", []string{"Failed login attempt. <H>", "Failed login attempt, 2FA invalid. <H>", "Username or password is incorrect. Try again. IP: <H>", "Invalid admin token. IP: <H>", "Invalid TOTP code!*IP: <H>"}),
		web("nextcloud", []string{"Login failed: <U> (Remote IP: '<H>", "Login failed: * (Remote IP: <H>", "Trusted domain error. \"<H>", "Trusted domain error. <H>", "Login failed:*IP: <H>", "Bruteforce attempt from \"<H>", "Two-factor challenge failed: * (Remote IP: <H>"}),
		web("tine20", []string{"Login with username <U> from <H> failed"}),
		web("zoneminder", []string{"[<H>*[Could not retrieve user", "[client <H>*Login denied for user", "Login denied for user * from <H>"}),
		web("proxmox", []string{"authentication failure; rhost=<H>", "authentication failure; rhost=<H> user=<U> msg="}),
		web("directadmin", []string{"'<H>' * failed login attempt"}, "'<H>' successful login to"),
		web("groupoffice", []string{"LOGIN FAILED for user: <U> from IP: <H>"}, "LOGIN SUCCESS for user: <U> from IP: <H>"),
		web("centreon", []string{"[<H>* Authentication failed for"}, "[<H>* Authentication succeeded for"),
		web("monit", []string{"Client '<H>' supplied wrong password", "Client '<H>' supplied unknown user", "access denied -- client [<H>*: wrong password", "access denied -- client [<H>*: unknown user", "access denied -- client [<H>", "access denied -- client <H>"}),
		web("nagios", []string{"Host <H> is not allowed to talk to us"}),
		web("odoo", []string{"Login failed for db:* login:<U> from <H>"}, "Login successful for db:* login:<U> from <H>"),
		web("redmine", []string{"Failed login for <U> from <H> at"}, "Successful authentication for <U> from <H>"),
		web("keycloak", []string{"type=LOGIN_ERROR,*ipAddress=<H>"}, "type=LOGIN, *ipAddress=<H>"),
		web("splunk", []string{"action=login status=failure*clientip=<H>"}, "action=login status=success*clientip=<H>"),
		web("mealie", []string{"Incorrect username or password from <H>"}),
		web("jenkins", []string{"Failed login attempt*from <H>", "Login attempt failed for * from <H>"}),
		web("zabbix", []string{"failed login of user <U> from <H>", "login failed \"<U>\" from <H>"}),
		web("jellyfin", []string{"Authentication request for <U> has been denied (IP: \"<H>", "Authentication request for <U> has been denied (IP: <H>"}),
		web("emby", []string{"AUTH-ERROR: <H> - Invalid username or password"}),
		web("arr", []string{"Auth-Failure ip <H> username"}, "Auth-Success ip <H> username"),
		web("home-assistant", []string{"Login attempt or request with invalid authentication from *(<H>", "Login attempt or request with invalid authentication from <H>"}),
		web("minio", []string{"invalid login*remotehost: <H>"}),
		web("lemonldap", []string{"was not found in LDAP directory (<H>", "Bad password for * (<H>"}),
		web("bugzilla", []string{"login failure*from <H>"}),
		web("typo3", []string{"Login-attempt from <H>", "Login-attempt from * (<H>"}),
		web("joomla", []string{"INFO <H> joomlafailure", "<H> joomlafailure"}),
		web("mediawiki", []string{"authentication failed*ip=<H>", "Login failed*from <H>"}),
		web("plesk", []string{"Failed login attempt with login '<U>' from IP <H>", "Failed login attempt * from IP <H>"}),
		web("cpanel", []string{"<H> - * \"*\" FAILED LOGIN", "FAILED LOGIN *: user"}),
		web("ispconfig", []string{"Failed login for user '<U>' from <H>", "Failed login for user <U> from <H>"}, "Successful login for user * from <H>"),
		web("hestia", []string{" <H> failed to login", "<U> <H> failed to login"}),
		web("fritzbox", []string{"Anmeldung * von IP-Adresse <H> gescheitert"}),
		web("synology", []string{"User [<U>] from [<H>* failed to log in", "User [<U>] from [<H>* failed to sign in", "Host [<H>* was blocked"}, "User [<U>] from [<H>* logged in successfully", "User [<U>] from [<H>* signed in to"),
		web("qnap", []string{"conn log: Users: <U>, Source IP: <H>*Result: Login Fail", "Source IP: <H>*Action: Login Fail"}, "Source IP: <H>*Action: Login OK"),
		web("vmware", []string{"Cannot login <U>@<H>", "Rejected password for user <U> from <H>", "cannot login user*from <H>"}, "Accepted password for user <U> from <H>", "User <U>@<H> logged in"),
		probe("mailman", "Admin * login attempt failed*from <H>"),
		probe("haproxy-ssl", "SSL handshake failure*from <H>"),
		{
			product: "fail2ban", programs: []string{"fail2ban.actions", "fail2ban.filter"}, class: ScanBruteforce,
			tried:   []string{"[*] Ban <H>", "[*] Found <H>", "[*] Restore Ban <H>", "[*] <H> already banned"},
			neutral: []string{"[*] Unban <H>", "[*] Ignore <H>"},
		},
		{
			product: "denyhosts", class: ScanBruteforce, name: "ssh", port: 22, proto: "tcp",
			tried: []string{"new denied hosts: ['<H>", "Added the following hosts to /etc/hosts.deny*<H>", "new denied hosts:*<H>"},
		},
		{
			product: "sshguard", programs: []string{"sshguard"}, class: ScanBruteforce, name: "ssh", port: 22, proto: "tcp",
			tried:   []string{"Blocking \"<H>", "Blocking <H>", "Attack from \"<H>", "Offender '<H>"},
			neutral: []string{"Releasing <H>", "\"<H>*unblocking"},
		},
	}
}

// voiceServices are SIP and conferencing servers.
func voiceServices() []*service {
	return []*service{
		{
			product: "asterisk", programs: []string{"asterisk"}, name: "sip", port: 5060, proto: "udp", class: ScanBruteforce,
			tried: []string{
				"Registration from ** failed for '<H>", "Request * from ** failed for '<H>", "Host <H> failed to authenticate", "Host <H> failed MD5 authentication", "Host <H> denied access to register peer", "Host <H> did not provide proper plaintext password", "No registration for peer * (from <H>)", "Call from ** (<H>*) to extension * rejected", "Call (<H>) to extension * rejected", "anonymous: Call (<H>", "hacking attempt detected '<H>",
				"Rejecting unknown SIP connection from <H>", "Failed to authenticate device **@<H>", "Failed to authenticate user ** @<H>", "Sending fake auth rejection for device **@<H>", "Failed to authenticate (SUBSCRIBE|REGISTER)**<H>",
				"SecurityEvent=\"InvalidAccountID\"**RemoteAddress=\"<H>", "SecurityEvent=\"InvalidPassword\"**RemoteAddress=\"<H>", "SecurityEvent=\"FailedACL\"**RemoteAddress=\"<H>", "SecurityEvent=\"ChallengeResponseFailed\"**RemoteAddress=\"<H>", "SecurityEvent=\"InvalidTransport\"**RemoteAddress=\"<H>", "SecurityEvent=\"RequestBadFormat\"**RemoteAddress=\"<H>", "SecurityEvent=\"UnexpectedAddress\"**RemoteAddress=\"<H>", "SecurityEvent=\"AuthMethodNotAllowed\"**RemoteAddress=\"<H>",
				"No matching endpoint found*from '<H>", "Received incoming SIP connection from unknown peer to *<H>",
			},
			neutral: []string{"SecurityEvent=\"ChallengeSent\"**RemoteAddress=\"<H>", "SecurityEvent=\"SuccessfulAuth\"**RemoteAddress=\"<H>"},
		},
		{
			product: "freeswitch", name: "sip", port: 5060, proto: "udp", class: ScanBruteforce,
			tried:   []string{"SIP auth failure (*from ip <H>", "SIP auth challenge (*from ip <H>", "Can't find user [*] from <H>"},
			neutral: []string{"IP <H> Rejected by acl", "IP <H> Approved by acl"},
		},
		{
			product: "kamailio", programs: []string{"opensips", "openser", "kamailio"}, name: "sip", port: 5060, proto: "udp", class: ScanBruteforce,
			tried: []string{"auth error * from <H>", "Auth failed from <H>", "authentication failed*src_ip=<H>", "blocking traffic from <H>", "pike blocking * from <H>"},
		},
		{
			product: "murmur", programs: []string{"mumble"}, name: "mumble", port: 64738, class: ScanBruteforce,
			tried:   []string{"Rejected connection from <H>: ", "Rejected connection from <H>: Invalid server password", "Rejected connection from <H>: Wrong certificate or password"},
			neutral: []string{"New connection: <H>"},
		},
		{
			product: "teamspeak", name: "teamspeak", class: ScanBruteforce,
			tried: []string{"query from * <H> attempted to login with account"},
		},
		{
			product: "counter-strike", name: "game", port: 27015, proto: "udp", class: ScanBruteforce,
			tried: []string{"Bad Rcon: *from \"<H>", "rcon from \"<H>\": Bad Password", "bad rcon_password from <H>"},
		},
		{
			product: "ejabberd", programs: []string{"prosody"}, name: "xmpp", port: 5222, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"Failed authentication for <U> from <H>", "Failed authentication for <U> from IP <H>", "Failed * authentication for <U> from <H>", "Failed legacy authentication for * from IP <H>"},
			succeeded: []string{"Accepted * authentication for * from <H>", "Accepted authentication for * from <H>"},
			neutral:   []string{"Accepted connection"},
		},
		{
			product: "znc", programs: []string{"ngircd"}, name: "irc", class: ScanBruteforce,
			tried: []string{"failed to login from <H>", "Invalid Password [*<H>"},
		},
	}
}

// infrastructureServices are name servers, databases, directories, VPNs and
// what guards the machine itself.
func infrastructureServices() []*service {
	return []*service{
		{
			product: "named", programs: []string{"bind"}, name: "dns", port: 53, proto: "udp", class: ScanPort,
			tried: []string{
				"client <H>*: query * denied", "client <H>*: query (cache) * denied", "client <H>*: zone transfer * denied", "client <H>*: bad zone transfer request", "client <H>*: update * denied", "client <H>*: notify * denied",
				"client @* <H>*: query * denied", "client @* <H>*: query (cache) * denied", "client @* <H>*: zone transfer * denied", "client @* <H>*: bad zone transfer request", "client @* <H>*: update * denied", "client <H>*rate limit drop", "client @* <H>*rate limit drop", "dropping source port zero packet from [<H>", "unapproved * from [<H>", "denied recursion for query from [<H>", "denied AXFR from [<H>",
			},
			neutral: []string{"client <H>*: query: ", "client @* <H>*: query: ", "lame server", "client <H>*: transfer of *: AXFR started"},
		},
		{
			product: "nsd", name: "dns", port: 53, proto: "udp", class: ScanPort,
			tried: []string{"ratelimit block*query <H>", "axfr for * from client <H> refused", "axfr for * from <H> refused"},
		},
		{
			product: "mysqld", programs: []string{"mysql", "mariadb", "mariadbd"}, name: "mysql", port: 3306, proto: "tcp", class: ScanBruteforce,
			tried:   []string{"Access denied for user <U>@'<H>'", "Access denied for user '<U>'@'<H>' (using password: "},
			neutral: []string{"Access denied for user '*'@'localhost'"},
		},
		{
			product: "postgres", programs: []string{"postgresql"}, name: "postgresql", port: 5432, proto: "tcp", class: ScanBruteforce,
			tried:   []string{"no pg_hba.conf entry for host \"<H>", "<H>*FATAL:  password authentication failed for user", "<H>*FATAL:  no pg_hba.conf entry for", "FATAL:  Peer authentication failed*<H>"},
			neutral: []string{"connection authorized: user=*", "connection received: host=<H>"},
		},
		{
			product: "mongodb", programs: []string{"mongod"}, name: "mongodb", port: 27017, proto: "tcp", class: ScanBruteforce,
			tried:   []string{"authentication failed for <U> on * from client <H>", "Authentication failed*remote:*<H>", "Authentication failed*\"remote\":\"<H>"},
			neutral: []string{"connection accepted from <H>", "end connection <H>"},
		},
		{
			product: "mssql", name: "mssql", port: 1433, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"Login failed for user <U>*[CLIENT: <H>"},
			succeeded: []string{"Login succeeded for user *[CLIENT: <H>"},
		},
		{
			product: "slapd", name: "ldap", port: 389, proto: "tcp", class: ScanBruteforce,
			neutral: []string{"ACCEPT from IP=<H>", "ACCEPT from PATH="},
		},
		{
			product: "openvpn", programs: []string{"ovpn"}, name: "openvpn", port: 1194, proto: "udp", class: ScanBruteforce,
			tried: []string{
				"<H>*TLS Auth Error", "<H>*TLS Error: ", "<H>*VERIFY ERROR", "<H> SIGUSR1[soft,connection-reset]", "<H> SIGUSR1[soft,tls-error]", "<H>*Bad encapsulated packet length", "TLS Error: * from [AF_INET]<H>", "<H>*AUTH_FAILED", "<H>*Authenticate/Decrypt packet error", "TLS Error: * from [AF_INET6]<H>", "<H> Connection reset, restarting",
			},
			succeeded: []string{"Peer Connection Initiated with [AF_INET]<H>", "Peer Connection Initiated with <H>"},
			neutral:   []string{"TCP connection established with [AF_INET]<H>", "TCP connection established with <H>", "TLS: Initial packet from [AF_INET]<H>", "<H> VERIFY OK"},
		},
		{
			product: "softether", name: "vpn", class: ScanBruteforce,
			tried:     []string{"User authentication failed. The user name that has been provided was *, from <H>"},
			succeeded: []string{"Successfully authenticated as user"},
		},
		{
			product: "pptpd", programs: []string{"pppd", "l2tpd"}, name: "vpn", class: ScanBruteforce,
			tried:   []string{"CHAP authentication failed*from <H>", "peer refused to authenticate*<H>"},
			neutral: []string{"CTRL: Client <H> control connection started"},
		},
		{
			product: "ipsec", programs: []string{"racoon", "charon", "strongswan", "pluto", "ipsec", "iked"}, name: "isakmp", port: 500, proto: "udp", class: ScanPort,
			tried: []string{
				"<H> is initiating a * IKE_SA", "no IKE config found for *...<H>", "peer configs matching *...<H>", "no proposal*from <H>", "packet from <H>*initial Main Mode message received*but no connection has been authorized",
				"packet from <H>*no suitable connection", "respond new phase 1 negotiation: *<=><H>", "couldn't find configuration*<H>", "unknown Informational exchange received*<H>", "ignoring informational payload*<H>",
			},
			neutral: []string{"sending packet: from *", "received packet: from <H>"},
		},
		{
			product: "ipsec", programs: []string{"racoon", "charon", "strongswan", "pluto", "ipsec", "iked"}, name: "isakmp", port: 500, proto: "udp", class: ScanBruteforce,
			tried: []string{"authentication of * failed*<H>", "EAP method * failed for peer <H>", "XAuth authentication of * failed*<H>"},
		},
		{
			product: "routeros", programs: []string{"mikrotik"}, class: ScanBruteforce,
			tried:     []string{"login failure for user <U> from <H> via"},
			succeeded: []string{"user <U> logged in from <H> via"},
			neutral:   []string{"user <U> logged out from <H> via"},
		},
		{
			product: "audit", programs: []string{"auditd", "type"}, name: "ssh", port: 22, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"acct=*addr=<H> * res=failed", "addr=<H> * res=failed", "acct=*addr=<H>, * res=failed", "addr=<H>*res=0'"},
			succeeded: []string{"addr=<H> * res=success", "addr=<H>*res=1'"},
		},
		{
			product: "pam", until: []string{" user="}, class: ScanBruteforce,
			tried: []string{"authentication failure; logname=**rhost=<H>", "authentication failure;**rhost=<H>"},
		},
		{
			product: "kerberos", programs: []string{"krb5kdc", "kdc"}, name: "kerberos", port: 88, class: ScanBruteforce,
			tried:   []string{"<H>: CLIENT_NOT_FOUND", "<H>: PREAUTH_FAILED", "<H>: LOCKED_OUT"},
			neutral: []string{"<H>: NEEDED_PREAUTH", "<H>: ISSUE"},
		},
		{
			product: "samba", programs: []string{"smbd"}, name: "smb", port: 445, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"status [NT_STATUS_*remote host [<H>", "status [NT_STATUS_*remote host [ipv4:<H>", "Authentication for user * from * <H>*FAILED"},
			succeeded: []string{"status [NT_STATUS_OK]*remote host [<H>", "status [NT_STATUS_OK]*remote host [ipv4:<H>"},
		},
		{
			product: "portsentry", class: ScanPort,
			tried: []string{"attackalert: * from host: */<H> to ", "attackalert: *from host: <H>", "Host: */<H> Port: * Blocked", "attackalert: Host <H> has been blocked", "attackalert: Connect from host: <H>", "attackalert: Host: <H>"},
		},
		{
			product: "scanlogd", class: ScanPort,
			tried: []string{"^<H> to * ports ", "^From <H> to * ports", "port scan from <H>"},
		},
		{
			product: "stunnel", class: ScanPort,
			tried: []string{"SSL_accept from <H>*error", "LOG3*SSL_accept*<H>"},
		},
		{
			product: "cowrie", programs: []string{"kippo"}, name: "ssh", port: 22, proto: "tcp", class: ScanBruteforce,
			tried: []string{"New connection: <H>", "[HoneyPotTransport,*,<H> login attempt [", "[SSHService*,*,<H> login attempt [", "HoneyPotTelnetTransport,*,<H>", "[HoneyPotTransport,*,<H>", "[HoneyPotSSHTransport,*,<H>", "SSHService*HoneyPotSSHTransport,*,<H> login attempt"},
		},
		{
			product: "dionaea", class: ScanPort,
			tried: []string{"accepted connection from <H>", "connection * from <H>:* to"},
		},
		{
			product: "selinux", class: ScanBruteforce, name: "ssh", port: 22, proto: "tcp",
			tried: []string{"exe=\"/usr/sbin/sshd\" * addr=<H> * res=failed"},
		},
		{
			product: "yamaha-rtx", class: ScanBruteforce,
			tried:     []string{"Login failed for TELNET: <H>", "Login failed for SSH: <H>", "Login failed for HTTP: <H>", "Login failed for * from <H>", "[IKE] *invalid*<H>"},
			succeeded: []string{"Login succeeded for TELNET: <H>", "Login succeeded for HTTP: <H>", "Login succeeded for SSH: <H>", "'administrator' succeeded for *: <H>"},
		},
		{
			product: "cisco-ios", programs: []string{"%sec_login"}, class: ScanBruteforce,
			tried:     []string{"LOGIN_FAILED: Login failed [user: <U>] [Source: <H>", "Login failed*[Source: <H>", "%SSH-4-SSH2_UNEXPECTED_MSG*from <H>", "QUIET_MODE_ON*[Source: <H>"},
			succeeded: []string{"LOGIN_SUCCESS: Login Success*[Source: <H>"},
		},
	}
}
