package app_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// need skips a test without a program of the machine's, and fails it where TODOKE_CI is set.
func need(t *testing.T, program, debian string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		path = filepath.Join("/usr/sbin", program) // which is not in everybody's path
		_, err = os.Stat(path)
	}
	if err != nil && os.Getenv("TODOKE_CI") != "" {
		t.Fatalf("%s is not installed (Debian: %s)", program, debian)
	}
	if err != nil {
		t.Skipf("skipped: %s is not installed (Debian: %s)", program, debian)
	}
	return path
}

// postfix is a mail server with a configuration, a queue and mailboxes of its own. It knows two mail domains: that of the desk, whose mail
// goes to the program by LMTP, and the providers of reporters, whose mailboxes are Maildirs here.
type postfix struct {
	t       *testing.T
	program string
	dir     string
	Address string // where it speaks SMTP
	Socket  string // where it looks for the program's LMTP
}

// postfixMain is its main.cf but for the lines about the desk, which are those of docs/files/postfix-main.cf. It keeps Postfix to its
// folder and this machine.
const postfixMain = `
compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file_prefixes = %[1]s
maillog_file = %[1]s/log
myhostname = mx.csirt.example.jp
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
alias_maps =
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
address_verify_poll_count = 60
address_verify_poll_delay = 1s

virtual_mailbox_domains = isp.example, ginko.example.jp
virtual_mailbox_base = %[1]s/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1
`

// postfixMaster is its master.cf but for the line about the desk: the services of Debian's, none of them in a chroot, on a port of its own.
const postfixMaster = `
%[1]s inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`

// startPostfix starts one, which ends with the test, or with this process if that ends before. Settings are further lines of main.cf.
// Postfix starts as root only.
func startPostfix(t *testing.T, settings ...string) *postfix {
	t.Helper()
	program := need(t, "postfix", "postfix")
	if os.Geteuid() != 0 {
		t.Skip("skipped: Postfix starts as root only; make peers asks sudo")
	}
	p := &postfix{t: t, program: program, dir: publicDir(t), Address: freeAddress(t)}
	p.Socket = filepath.Join(p.dir, "run", "lmtp")
	for _, sub := range []string{"etc", "queue", "data", "mail", "run"} {
		p.do(os.Mkdir(filepath.Join(p.dir, sub), 0o755))
	}
	p.do(os.Chown(filepath.Join(p.dir, "mail"), 65534, 65534))
	// As docs/files/todoke.service does it: the socket takes the group of its folder, so that Postfix may write to it and nobody else.
	p.run("chown", "postfix", filepath.Join(p.dir, "data"))
	p.run("chgrp", "postfix", filepath.Join(p.dir, "run"))
	p.run("chmod", "2750", filepath.Join(p.dir, "run"))
	main := fmt.Sprintf(postfixMain, p.dir) + strings.ReplaceAll(documented(t, "postfix-main.cf"), "/run/todoke/lmtp", p.Socket)
	p.do(os.WriteFile(filepath.Join(p.dir, "etc", "main.cf"), []byte(main+strings.Join(settings, "\n")+"\n"), 0o644))
	master := fmt.Sprintf(postfixMaster, p.Address) + documented(t, "postfix-master.cf")
	p.do(os.WriteFile(filepath.Join(p.dir, "etc", "master.cf"), []byte(master), 0o644))

	// The shell stops Postfix when its input ends, which is when the test ends, or this process, however it does.
	shell := exec.Command("sh", "-c", `"$1" -c "$2/etc" start-fg >>"$2/out" 2>&1 & read -r _; "$1" -c "$2/etc" stop >>"$2/out" 2>&1; wait; rm -rf "$2"`, "sh", program, p.dir)
	shell.Dir, shell.SysProcAttr = "/", &syscall.SysProcAttr{Setpgid: true} // an interrupt of the test must not end it first
	guard, err := shell.StdinPipe()
	p.do(err)
	p.do(shell.Start())
	t.Cleanup(func() {
		if t.Failed() {
			lines := strings.Split(p.log(), "\n")
			t.Logf("Postfix said at last:\n%s", strings.Join(lines[max(0, len(lines)-20):], "\n"))
		}
		guard.Close()
		shell.Wait()
	})
	p.until("Postfix answers", func() bool {
		conn, err := net.Dial("tcp", p.Address)
		if err != nil {
			return false
		}
		defer conn.Close()
		greeting := make([]byte, 4)
		conn.SetDeadline(time.Now().Add(patience))
		_, err = io.ReadFull(conn, greeting)
		return err == nil && string(greeting) == "220 "
	})
	return p
}

// documented is a file that docs/ tells people to copy.
func documented(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "files", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// publicDir is a new folder that other users may enter, with a path short enough for sockets.
func publicDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "todoke-peer")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// freeAddress is a port of this machine at which nobody listens at the moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func (p *postfix) do(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// run runs a command to its end and returns what it printed.
func (p *postfix) run(name string, args ...string) string {
	p.t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		p.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, errs.Bytes())
	}
	return out.String()
}

// until waits for something that happens in another process.
func (p *postfix) until(what string, true func() bool) {
	p.t.Helper()
	until(p.t, what, true)
}

// log is what Postfix wrote to its log.
func (p *postfix) log() string {
	text, _ := os.ReadFile(filepath.Join(p.dir, "log"))
	out, _ := os.ReadFile(filepath.Join(p.dir, "out"))
	return string(out) + string(text)
}

// queued is how many mails wait.
func (p *postfix) queued() int {
	p.t.Helper()
	return strings.Count(p.run(filepath.Join(filepath.Dir(p.program), "postqueue"), "-c", filepath.Join(p.dir, "etc"), "-j"), "\n")
}

// flush asks Postfix to try all that waits again, now.
func (p *postfix) flush() {
	p.t.Helper()
	p.run(filepath.Join(filepath.Dir(p.program), "postqueue"), "-c", filepath.Join(p.dir, "etc"), "-f")
}

// mailbox is what was delivered to the providers' mailboxes, all of which are one Maildir.
func (p *postfix) mailbox() [][]byte {
	p.t.Helper()
	files, err := filepath.Glob(filepath.Join(p.dir, "mail", "all", "new", "*"))
	p.do(err)
	var mails [][]byte
	for _, file := range files {
		raw, err := os.ReadFile(file)
		p.do(err)
		mails = append(mails, bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")))
	}
	return mails
}

// returned waits for the mail by which Postfix tells a sender that something could not be delivered.
func (p *postfix) returned(to string) (bounce string) {
	p.t.Helper()
	p.until("Postfix tells "+to, func() bool {
		for _, mail := range p.mailbox() {
			if strings.Contains(string(mail), "\r\nTo: "+to+"\r\n") {
				bounce = string(mail)
			}
		}
		return bounce != "" && p.queued() == 0
	})
	return bounce
}
