package imaptest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// shared is the Dovecot of this test process that has no further settings.
var shared struct {
	once   sync.Once
	server *Server
	stop   func() // not called: the end of this process stops it, and nothing before that, so its pipe is held here
	err    error
	lent   atomic.Int64
}

// Dovecot lends an account at the machine's Dovecot, which is started in a folder of its own, as the user that runs the test, or as
// "nobody" where that is root. Settings are further lines of its configuration: then the test has a server for itself. Where Dovecot is
// not installed, the test is skipped and says so; with TODOKE_CI set it fails.
func Dovecot(tb testing.TB, settings ...string) *Server {
	tb.Helper()
	program, err := exec.LookPath("dovecot")
	if err != nil {
		program = "/usr/sbin/dovecot" // which is not in everybody's path
		_, err = os.Stat(program)
	}
	if err != nil && os.Getenv("TODOKE_CI") != "" {
		tb.Fatal("dovecot is not installed (Debian: dovecot-imapd)")
	}
	if err != nil {
		tb.Skip("skipped: dovecot is not installed (Debian: dovecot-imapd)")
	}
	if len(settings) > 0 {
		server, stop, err := startDovecot(program, settings)
		must(tb, err)
		tb.Cleanup(stop)
		return server
	}
	shared.once.Do(func() { shared.server, shared.stop, shared.err = startDovecot(program, nil) })
	must(tb, shared.err)
	server := *shared.server
	server.User = fmt.Sprint("desk-", shared.lent.Add(1))
	return &server
}

// configuration is that of a server that needs no other user than the one that starts it.
const configuration = `
base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/log
protocols = imap
listen = 127.0.0.1
default_internal_user = %[2]s
default_internal_group = %[3]s
default_login_user = %[2]s
first_valid_uid = 1
mail_uid = %[4]d
mail_gid = %[5]d
mail_location = maildir:%[1]s/mail/%%u
mail_fsync = never
mail_max_userip_connections = 100
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
passdb {
  driver = static
  args = password=%[6]s
}
userdb {
  driver = static
  args = home=%[1]s/home/%%u
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = %[7]d
  }
  inet_listener imaps {
    port = %[8]d
    ssl = yes
  }
}
`

// startDovecot starts a server. stop ends it; the end of this process does so too.
func startDovecot(program string, settings []string) (server *Server, stop func(), err error) {
	for range 3 { // another process may take a port before Dovecot does
		if server, stop, err = tryDovecot(program, settings); err == nil {
			return server, stop, nil
		}
	}
	return nil, nil, err
}

func tryDovecot(program string, settings []string) (server *Server, stop func(), err error) {
	folder, err := os.MkdirTemp("", "todoke-imap") // not the test's own: its path may be too long for sockets
	if err != nil {
		return nil, nil, err
	}
	plain, secure, err := freePorts()
	if err != nil {
		return nil, nil, err
	}
	cert, key, trust, err := certificate()
	if err != nil {
		return nil, nil, err
	}
	who, err := account()
	if err != nil {
		return nil, nil, err
	}
	lines := fmt.Sprintf(configuration, folder, who.name, who.group, who.uid, who.gid, Password, plain, secure) +
		strings.Join(settings, "\n") + "\n"
	for name, content := range map[string]string{"conf": lines, "cert.pem": string(cert), "key.pem": string(key)} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.WriteFile(path, []byte(content), 0o600), os.Chown(path, who.uid, who.gid)); err != nil {
			return nil, nil, err
		}
	}
	if err := os.Chown(folder, who.uid, who.gid); err != nil {
		return nil, nil, err
	}
	stop, err = run(program, folder, who)
	if err != nil {
		return nil, nil, err
	}
	if err := answers(plain); err != nil {
		said, _ := os.ReadFile(filepath.Join(folder, "log"))
		stop()
		return nil, nil, fmt.Errorf("dovecot: %w: %s", err, said)
	}
	host := func(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }
	return &Server{Plain: host(plain), Secure: host(secure), Trust: trust, User: "desk"}, stop, nil
}

// run starts Dovecot under a shell that ends it and removes its folder when the shell's input ends, which is when this process ends,
// however it does.
func run(program, folder string, who owner) (stop func(), err error) {
	shell := exec.Command("sh", "-c", `"$1" -F -c "$2/conf" </dev/null >>"$2/log" 2>&1 & read -r _; kill $!; wait; rm -rf "$2"`, "sh", program, folder)
	shell.Dir = "/"
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt of the test must not end it first
	if os.Geteuid() == 0 {
		shell.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(who.uid), Gid: uint32(who.gid)}
	}
	input, err := shell.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	return func() {
		_ = input.Close()
		_ = shell.Wait()
	}, nil
}

// answers waits until an IMAP server greets at a port.
func answers(port int) error {
	late := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(late) {
		<-tick.C
		conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err != nil {
			continue
		}
		_ = conn.SetReadDeadline(late)
		greeting := make([]byte, 5)
		n, _ := conn.Read(greeting)
		_ = conn.Close()
		if string(greeting[:n]) == "* OK " {
			return nil
		}
	}
	return errors.New("it does not answer")
}

// owner is who runs the server.
type owner struct {
	name, group string
	uid, gid    int
}

func account() (owner, error) {
	who, err := user.Current()
	if err == nil && who.Uid == "0" {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		return owner{}, err
	}
	group, err := user.LookupGroupId(who.Gid)
	if err != nil {
		return owner{}, err
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	return owner{who.Username, group.Name, uid, gid}, nil
}

// freePorts are two ports at which nobody listens at the moment.
func freePorts() (a, b int, err error) {
	var ports [2]int
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, 0, err
		}
		defer listener.Close()
		ports[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return ports[0], ports[1], nil
}
