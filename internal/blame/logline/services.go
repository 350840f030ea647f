package logline

import "slices"

// services lists what is known of the words of each product. The order does
// not matter: of all phrases that match, the longest holds.
func services() []*service {
	return slices.Concat(remoteServices(), mailServices(), ftpServices(), webServices(),
		applicationServices(), voiceServices(), infrastructureServices())
}

// remoteServices are shells and desktops.
func remoteServices() []*service {
	return []*service{
		{
			product: "sshd", until: []string{" ssh2: ", " ssh1: ", " ssh: "}, name: "ssh", port: 22, proto: "tcp", class: ScanBruteforce,
			tried: []string{
				"Failed password for **from <H>",
				"Failed password for invalid user **from <H>", "Failed password for illegal user **from <H>",
				"Failed none for **from <H>", "Failed keyboard-interactive* for **from <H>", "Failed keyboard-interactive* for invalid user **from <H>",
				"Failed publickey for invalid user **from <H>", "Failed publickey for illegal user **from <H>",
				"Failed hostbased for **from <H>", "Failed gssapi-with-mic for **from <H>", "Failed rsa for **from <H>",
				"Invalid user ** from <H>", "Illegal user ** from <H>", "Invalid user  from <H>", "Invalid user from <H>",
				"authentication failure for **from <H>", "authentication error for **from <H>",
				"authentication failure for **from <H> via", "authentication error for **from <H> via",
				"Authentication failed for **from <H>",
				"User not known to the underlying authentication module for **from <H>",
				"ROOT LOGIN REFUSED FROM <H>", "User ** from <H> not allowed because",
				"refused connect from **(<H>)", "refused connect from <H>",
				"Did not receive identification string from <H>", "Could not read identification string from <H>",
				"Bad protocol version identification '**' from <H>", "Protocol major versions differ for <H>",
				"maximum authentication attempts exceeded for **from <H>",
				"Too many authentication failures for **from <H>",
				"Disconnecting * <H>*: Too many authentication failures",
				"Connection reset by authenticating user ** <H>", "Connection closed by authenticating user ** <H>",
				"Connection reset by invalid user ** <H>", "Connection closed by invalid user ** <H>",
				"Disconnected from invalid user ** <H>", "Disconnected from authenticating user root <H>",
				"Disconnecting invalid user ** <H>", "Disconnecting authenticating user ** <H>",
				"Received disconnect from <H>*: Auth fail", "Received disconnect from <H>*: 3: ", "Received disconnect from <H>*:3: ",
				"Received disconnect from <H>*14: No supported authentication methods available",
				"Unable to negotiate with <H>", "Unable to negotiate a key exchange method",
				"banner exchange: Connection from <H>*invalid format", "banner exchange: Connection from <H>*could not read protocol version",
				"banner exchange: Connection to <H>", "ssh_dispatch_run_fatal: Connection from <H>",
				"reverse mapping checking getaddrinfo for * [<H>* failed - POSSIBLE BREAK-IN ATTEMPT",
				"scanned from <H> with SSH-", "Corrupted MAC on input from <H>", "Bad packet length from <H>",
				"error: maximum authentication attempts exceeded for invalid user ** from <H>",
				"penalty: failed authentication from <H>",
				"drop connection #* from [<H>*penalty: failed authentication", "Timeout before authentication for <H>", "Timeout before authentication for connection from <H>",
				"Received disconnect from <H>*[preauth]", "Connection closed by <H>*[preauth]", "Connection reset by <H>*[preauth]", "Disconnected from <H>*[preauth]",
				"Received disconnect from <H>*No authentication methods available",
			},
			succeeded: []string{"Accepted ** for **from <H>", "session opened for user", "Starting session: * from <H>"},
			neutral: []string{
				"^Failed publickey for <U> from <H>", "Postponed * for **from <H>", "Partial publickey for **from <H>", "Connection closed by <H>", "Connection reset by <H>",
				"Connection from <H>", "Received disconnect from <H>", "Disconnected from user ** <H>", "Disconnected from <H>",
				"Address <H> maps to", "Closing connection to <H>", "Set /proc/self", "Disconnected from authenticating user ** <H>",
				"nasty PTR record", "Transferred: sent", "SSH: Server;Ltype:",
			},
		},
		{
			product: "dropbear", name: "ssh", port: 22, proto: "tcp", class: ScanBruteforce,
			tried: []string{
				"bad password attempt for <U> from <H>", "bad PAM password attempt for <U> from <H>", "login attempt for nonexistent user**from <H>",
				"exit before auth * from <H>", "Exit before auth from <H>", "login attempt with wrong user * from <H>",
			},
			succeeded: []string{"password auth succeeded for <U> from <H>", "pubkey auth succeeded for <U> with * from <H>"},
			neutral:   []string{"Child connection from <H>"},
		},
		{
			product: "telnetd", programs: []string{"in.telnetd", "login", "rlogind", "in.rlogind", "rshd", "in.rshd", "remote"}, name: "telnet", port: 23, proto: "tcp", class: ScanBruteforce,
			tried: []string{
				"FAILED LOGIN * FROM <H> FOR ", "FAILED LOGIN SESSION FROM <H>", "LOGIN FAILURE* FROM <H>", "LOGIN FAILURES FROM <H>", "Failed login from <H>",
				"invalid password for * on * from <H>", "failed login from <H>",
			},
		},
		{
			product: "vnc", programs: []string{"x11vnc", "Xvnc", "screensharingd", "tightvnc", "winvnc"}, name: "vnc", port: 5900, proto: "tcp", class: ScanBruteforce,
			tried: []string{
				"Authentication: FAILED ::*Viewer Address: <H>", "password check failed*from client <H>", "Invalid attempt * from client <H>",
				"rfbAuthProcessClientMessage: password check failed", "Connections: blacklisted: <H>", "Connections: *blacklisted: <H>", "authentication failed from <H>",
			},
			succeeded: []string{"Authentication: SUCCEEDED ::*Viewer Address: <H>"},
		},
		{
			product: "xrdp", programs: []string{"xrdp-sesman"}, name: "rdp", port: 3389, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"AUTHFAIL: user=* ip=<H>", "login failed for user*ip: <H>", "Bad username or password*from <H>"},
			succeeded: []string{"++ created session*ip <H>", "login successful for * ip=<H>"},
		},
		{
			product: "guacamole", name: "rdp", class: ScanBruteforce,
			tried:     []string{"Authentication attempt from [<H>", "Authentication attempt from <H> for user <U> failed"},
			succeeded: []string{"successfully authenticated from <H>", "successfully authenticated from [<H>"},
		},
		{
			product: "xinetd", class: ScanPort,
			tried: []string{"FAIL: * address from=<H>", "FAIL: * libwrap from=<H>", "FAIL: * from=<H>", "refused connection from <H>", "Deactivating service * due to excessive incoming connections"},
			neutral: []string{
				"START: * from=<H>", "EXIT: * from=<H>",
			},
		},
		{
			product: "tcpd", class: ScanPort,
			tried: []string{"warning: can't verify hostname*refused", "refused connect from <H>", "connect from <H>*refused"},
		},
	}
}

// mailServices are SMTP, POP and IMAP servers.
func mailServices() []*service {
	return []*service{
		{
			product: "postfix", programs: []string{"postscreen", "postgrey", "policyd", "postfwd"}, name: "smtp", port: 25, proto: "tcp", class: Spam,
			tried: []string{
				"reject: RCPT from <H>", "reject: VRFY from <H>", "reject: EHLO from <H>", "reject: HELO from <H>", "reject: MAIL from <H>", "reject: CONNECT from <H>",
				"reject: DATA from <H>", "reject: END-OF-MESSAGE from <H>", "reject: header * from <H>", "reject: body * from <H>", "reject: ETRN from <H>", "reject: UNKNOWN from <H>", "reject: BDAT from <H>",
				"milter-reject: * from <H>", "reject_warning: * from <H>",
				"improper command pipelining after * from <H>", "non-SMTP command from <H>", "too many errors after * from <H>",
				"Connection concurrency limit exceeded: * from <H>", "Connection rate limit exceeded: * from <H>", "rate limit exceeded: * from <H>",
				"PREGREET * from <H>", "HANGUP after * from <H>", "BARE NEWLINE from <H>", "NON-SMTP COMMAND from <H>", "COMMAND PIPELINING from <H>", "COMMAND TIME LIMIT from <H>", "DNSBL rank * for <H>",
				"BLACKLISTED <H>", "DENYLISTED <H>", "action=greylist* client_address=<H>", "bad command startup from <H>",
				"Illegal address syntax from <H> in ",
				"lost connection after CONNECT from <H>", "lost connection after EHLO from <H>", "lost connection after HELO from <H>", "lost connection after RCPT from <H>", "lost connection after UNKNOWN from <H>", "lost connection after RSET from <H>",
			},
			neutral: []string{
				"^connect from <H>", "^disconnect from <H>", "lost connection after * from <H>", "timeout after * from <H>", "hostname * does not resolve to address <H>",
				"hostname * does not resolve to address <H>: ", "verification failed: ", "SSL_accept error from <H>", "client=<H>", "message-id=", "status=sent", "status=bounced", "status=deferred", "PASS NEW <H>", "PASS OLD <H>", "^CONNECT from <H>", "DISCONNECT <H>", "WHITELISTED <H>", "ALLOWLISTED <H>",
				"warning: <H>*: SASL * authentication failed: Connection lost to authentication server", "warning: <H>*: SASL * authentication failed: Invalid authentication mechanism", "TLS library problem", "^statistics: max", "refused to talk to me", "action=pass, * client_address=<H>",
			},
		},
		{
			product: "postfix", name: "smtp", port: 25, proto: "tcp", class: ScanBruteforce,
			tried: []string{
				"warning: <H>*: SASL * authentication failed", "warning: <H>: SASL LOGIN authentication failed", "warning: <H>*: SASL * authentication aborted", "lost connection after AUTH from <H>",
				"too many errors after AUTH from <H>", "improper command pipelining after AUTH from <H>", "SASL authentication failure: * from <H>", "disconnect from <H>*auth=0/",
				"login authenticator failed for <H>",
			},
		},
		{
			product: "dovecot", programs: []string{"auth", "imap-login", "pop3-login", "managesieve-login", "submission-login"}, name: "imap", proto: "tcp", class: ScanBruteforce,
			tried: []string{
				"(auth failed*rip=<H>", "(tried to use disallowed plaintext auth*rip=<H>", "(tried to use disabled plaintext auth*rip=<H>", "(no auth attempts*rip=<H>", "(no auth attempts)*rip=<H>", "(aborted authentication)*rip=<H>",
				"(client didn't finish SASL auth*rip=<H>", "(proxy dest auth failed*rip=<H>", "(disconnected before auth was ready*rip=<H>", "(auth service reported temporary failure*rip=<H>", "(login disabled*rip=<H>",
				"(*,<H>*): unknown user", "(*,<H>*): Password mismatch", "(*,<H>*): invalid credentials", "(*,<H>*): pam_authenticate() failed", "(*,<H>*): Password does not match", "(*,<H>*): Credentials don't match", "(*,<H>*): No password", "passwd-file(*,<H>",
				"Authentication failure*rip=<H>", "Aborted login*rip=<H>", "Disconnected*auth failed*rip=<H>",
			},
			succeeded: []string{"Login: user=<*rip=<H>"},
			neutral:   []string{"(disconnected before greeting*rip=<H>", "Disconnected (Inactivity*rip=<H>", "Logged out", "Disconnected: Logged out", "Aborted login by logging out (*rip=<H>", "Disconnected: Connection closed*rip=<H>", "TLS handshaking*rip=<H>"},
		},
		{
			product: "courier", programs: []string{"imapd", "pop3d", "courier", "pop3login", "imaplogin", "pop3d-ssl", "authdaemond"}, name: "imap", proto: "tcp", class: ScanBruteforce,
			tried:     []string{"LOGIN FAILED, *ip=[<H>", "LOGIN FAILED, ip=[<H>", "Login failed user=*host=<H>", "Login disabled user=*host=<H>", "Login excessive login failures user=*host=<H>", "AUTHENTICATE * failure host=<H>", "AUTHENTICATE LOGIN failure host=<H>", "AUTHENTICATE PLAIN failure host=<H>", "LOGIN FAILURE*ip=[<H>", "Maximum connection limit reached for <H>", "error,relay=<H>*535 Authentication failed"},
			succeeded: []string{"^LOGIN, user=*ip=[<H>", "Authenticated user=*host=<H>", "Login user=*host=<H>"},
			neutral:   []string{"^Connection, ip=[<H>", "LOGOUT,*ip=[<H>", "DISCONNECTED,*ip=[<H>", "Logout user=*host=<H>", "started,ip=[<H>"},
		},
		{
			product: "courier", programs: []string{"courieresmtpd"}, name: "smtp", port: 25, proto: "tcp", class: Spam,
			tried: []string{"error,relay=<H>*550 User", "error,relay=<H>*: 5", "error,relay=<H>"},
		},
		{
			product: "cyrus", programs: []string{"imap", "pop3", "lmtp", "sieve", "ctl_cyrusdb"}, name: "imap", proto: "tcp", class: ScanBruteforce,
			tried:     []string{"badlogin: <H>", "badlogin: * [<H>", "badlogin from: <H>"},
			succeeded: []string{"^login: <H>", "^login: * [<H>"},
		},
		{
			product: "exim", name: "smtp", port: 25, proto: "tcp", class: ScanBruteforce,
			tried: []string{
				"authenticator failed for <H>", "authenticator failed for * [<H>", "authenticator failed for ** [<H>*: 535", "AUTH command used when not advertised**[<H>",
				"SMTP protocol error in \"AUTH* H=<H>", "SMTP protocol error in \"AUTH* H=* [<H>",
			},
		},
		{
			product: "exim", name: "smtp", port: 25, proto: "tcp", class: Spam,
			tried: []string{
				"H=* [<H>*rejected RCPT", "H=[<H>*rejected RCPT", "H=* [<H>*rejected EHLO", "H=* [<H>*rejected HELO", "H=* [<H>*rejected MAIL", "H=[<H>*rejected", "H=* [<H>*rejected", "rejected EHLO from * [<H>", "rejected HELO from * [<H>", "rejected EHLO from [<H>", "rejected HELO from [<H>",
				"SMTP call from * [<H>*dropped", "SMTP call from [<H>*dropped", "SMTP protocol synchronization error* H=* [<H>", "SMTP protocol synchronization error* H=[<H>", "SMTP protocol error in * H=* [<H>",
				"no MAIL in SMTP connection from * [<H>", "no MAIL in SMTP connection from [<H>", "SMTP connection from * [<H>*lost", "H=* [<H>*: relay not permitted", "H=* [<H>*Unrouteable address", "H=* [<H>*dnsbl", "rejected connection from H=* [<H>", "rejected connection in \"connect\" ACL", "unexpected disconnection while reading SMTP command from * [<H>", "SMTP command timeout on connection from * [<H>", "SMTP data timeout* from * [<H>", "dropped: too many * H=* [<H>",
			},
			neutral: []string{"<= * H=* [<H>", "=> *", "no host name found for IP address <H>", "SMTP connection from * [<H>*closed by QUIT", "TLS error on connection from * [<H>", "no IP address found for host"},
		},
		{
			product: "sendmail", programs: []string{"sm-mta", "sm-acceptingconnections"}, name: "smtp", port: 25, proto: "tcp", class: Spam,
			tried: []string{
				"ruleset=check_*relay=<H>*reject=", "ruleset=check_*relay=* [<H>*reject=", "rejecting commands from <H>", "rejecting commands from * [<H>", "did not issue MAIL/EXPN/VRFY/ETRN during connection", "* [<H>*did not issue MAIL/EXPN/VRFY/ETRN",
				"[<H>*: Possible SMTP RCPT flood", "<H>: Possible SMTP RCPT flood", "from <H>*: Probable open proxy", "Milter: *reject=55*", "Fix reply=*", "relay=* [<H>*reject=5", "[<H>*: User unknown", "lost input channel from * [<H>*to MTA after rcpt", "probable open proxy: command=*relay=<H>",
			},
			neutral: []string{"stat=Sent", "NOQUEUE: connect from <H>", "from=<*relay=*[<H>"},
		},
		{
			product: "sendmail", programs: []string{"sm-mta"}, name: "smtp", port: 25, proto: "tcp", class: ScanBruteforce,
			tried: []string{"[<H>*: possible SMTP attack: command=AUTH", "<H>*possible SMTP attack: command=", "AUTH failure*relay=<H>", "AUTH failure*relay=* [<H>", "authentication failure*relay=*[<H>"},
		},
		{
			product: "qmail", programs: []string{"rblsmtpd", "tcpserver", "smtpd", "vpopmail", "vchkpw", "qmail-smtpd", "spamdyke", "simscan"}, name: "smtp", port: 25, proto: "tcp", class: Spam,
			tried: []string{"rblsmtpd: <H> pid", "badiprbl: ip <H> rbl", "tcpserver: deny * :<H>:", "bad IP: <H>", "blacklisted*<H>", "DENIED_* origin_ip: <H>", "FILTER_* origin_ip: <H>"},
		},
		{
			product: "vpopmail", programs: []string{"vchkpw"}, name: "pop3", proto: "tcp", class: ScanBruteforce,
			tried:     []string{"vchkpw-*: vpopmail user not found *:<H>", "vchkpw-*: password fail *:<H>", "password fail (pass: *:<H>", "null password given *:<H>", "vpopmail user not found *:<H>"},
			succeeded: []string{"login success *:<H>"},
		},
		{
			product: "perdition", name: "imap", proto: "tcp", class: ScanBruteforce,
			tried:     []string{"Auth: <H>->*status=\"failed", "Fatal Error reading authentication information from client <H>", "Auth: <H>*status=\"failed"},
			succeeded: []string{"Auth: <H>->*status=\"ok"},
			neutral:   []string{"Connect: <H>", "Close: <H>"},
		},
		{
			product: "assp", name: "smtp", port: 25, proto: "tcp", class: ScanBruteforce,
			tried: []string{"<H>*max sender authentication errors", "<H>*SSL negotiation with client failed", "<H>*[SMTP Error] 535", "Blocking <H> - too much AUTH errors", "<H>*Authentication failed", "SMTP Error*535", "<H> SSL*failed"},
		},
		{
			product: "kerio", name: "smtp", port: 25, proto: "tcp", class: Spam,
			tried: []string{
				"Spam attack detected from <H>", "IP address <H> found in DNS blacklist", "Relay attempt from IP address <H>", "Attempt to deliver to unknown recipient*IP address <H>",
			},
		},
		{
			product: "kerio", name: "smtp", port: 25, proto: "tcp", class: ScanBruteforce,
			tried: []string{"Failed SMTP login from <H>", "Failed * login from <H>", "Failed * login for *from <H>", "Invalid password for user *Attempt from IP address <H>", "User * doesn't exist. Attempt from IP address <H>"},
		},
		{
			product: "solid-pop3d", name: "pop3", port: 110, proto: "tcp", class: ScanBruteforce,
			tried: []string{"authentication failed: * - <H>", "^authentication failed: no such user: * - <H>", "authentication failed: wrong password: * - <H>"},
		},
		{
			product: "mailscanner", class: Spam, name: "smtp", port: 25, proto: "tcp",
			tried:   []string{"^Message * from <H> (*) to * is spam"},
			neutral: []string{"^Message * from <H> (*) to * is not spam", "is whitelisted", "^Message * from <H> (*) to * is too big for spam checks"},
		},
		{
			product: "spamassassin", programs: []string{"amavis", "spamd", "rspamd"}, class: Spam, name: "smtp", port: 25, proto: "tcp",
			tried:   []string{"Blocked SPAM*, [<H>", "Blocked INFECTED*, [<H>", "Blocked BAD-HEADER*, [<H>"},
			neutral: []string{"Passed CLEAN*, [<H>"},
		},
		{
			product: "oracle-ims", name: "smtp", port: 25, proto: "tcp", class: ScanBruteforce,
			tried: []string{"tr=\"TCP|*|*|<H>|*mi=\"Bad password", "tr=\"TCP|*|*|<H>|*Authentication failed", "tr=\"TCP|*|*|<H>|*mi=\"User not found", "tr=\"TCP|*|*|<H>|*mi=\"Invalid"},
		},
		{
			product: "domino", name: "smtp", port: 25, proto: "tcp", class: ScanBruteforce,
			tried:   []string{"Authentication failed for user *connecting host <H>", "attempted to authenticate*from * <H>", "SMTP Server: Authentication failed for user *; connecting host <H>"},
			neutral: []string{"SMTP Server: <H> connected", "SMTP Server: <H> disconnected"},
		},
		{
			product: "exchange", name: "smtp", port: 25, proto: "tcp", class: ScanBruteforce,
			tried: []string{",*:*,<H>,>,535 5.7.3 Authentication unsuccessful", ",<H>,*535 5.7.3 Authentication unsuccessful"},
		},
		{
			product: "openwebmail", name: "webmail", port: 80, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"(<H>) * - login error - ", "(<H>) * - userinfo error - "},
			succeeded: []string{"(<H>) * - login - "},
		},
	}
}

// ftpServices are FTP servers.
func ftpServices() []*service {
	return []*service{
		{
			product: "proftpd", name: "ftp", port: 21, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"(<H>*: no such user found from", "(<H>*USER *: no such user", "(<H>*(Login failed)", "(<H>*SECURITY VIOLATION", "(<H>*Maximum login attempts", "(<H>*User not authorized for login", "(<H>*Incorrect password", "(<H>*Limit access denies login", "(<H>*error: no such user", "(<H>*mod_sftp*Login failed"},
			succeeded: []string{"(<H>*Login successful", "(<H>*authenticated via"},
			neutral:   []string{"(<H>*FTP session opened", "(<H>*FTP session closed", "(<H>*FTP login timed out", "(<H>*FTP no transfer timeout", "(<H>*SSH2 session opened", "(<H>*SSH2 session closed"},
		},
		{
			product: "vsftpd", name: "ftp", port: 21, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"FAIL LOGIN: Client \"<H>", "refused login*Client \"<H>"},
			succeeded: []string{"OK LOGIN: Client \"<H>", "OK UPLOAD: Client \"<H>", "OK DOWNLOAD: Client \"<H>"},
			neutral:   []string{"CONNECT: Client \"<H>", "FAIL UPLOAD: Client \"<H>", "FAIL DOWNLOAD: Client \"<H>", "FAIL DELETE: Client \"<H>", "FAIL MKDIR: Client \"<H>"},
		},
		{
			product: "pure-ftpd", name: "ftp", port: 21, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"@<H>) [WARNING] Authentication failed", "@<H>) [WARNING] *[", "@<H>) [ERROR] Too many authentication failures"},
			succeeded: []string{"@<H>) [INFO] * is now logged in"},
			neutral:   []string{"@<H>) [INFO]", "@<H>) [NOTICE]", "@<H>) [DEBUG]", "@<H>) [WARNING] Can't"},
		},
		{
			product: "wu-ftpd", programs: []string{"wu-ftpd", "wuftpd", "ftpd", "in.ftpd", "gssftpd"}, name: "ftp", port: 21, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"failed login from <H>", "repeated login failures from <H>", "FTP LOGIN FAILED FROM <H>", "FTP LOGIN REFUSED (*) FROM <H>", "login refused from <H>", "ACCESS DENIED (*) TO * [<H>"},
			succeeded: []string{"FTP LOGIN FROM <H>", "ANONYMOUS FTP LOGIN FROM <H>"},
			neutral:   []string{"^connection from <H>", "^connect from <H>"},
		},
		{
			product: "filezilla", name: "ftp", port: 21, proto: "tcp", class: ScanBruteforce,
			tried:     []string{"(not logged in) (<H>)> 530 ", "(<H>)> 530 Login or password incorrect", "(<H>)> 421 Temporarily banned"},
			succeeded: []string{"(<H>)> 230 Logged on"},
			neutral:   []string{"(<H>)> Connected, sending welcome", "(<H>)> USER ", "(<H>)> 331 "},
		},
		{
			product: "serv-u", name: "ftp", port: 21, proto: "tcp", class: ScanBruteforce,
			tried: []string{"Client \"*\" *<H>*password rejected", "530 Login incorrect*<H>", "IP <H>*login failed"},
		},
	}
}
