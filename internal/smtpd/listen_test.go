package smtpd

import (
	"net"
	"os"
	"strings"
	"testing"

	"todoke/internal/desk"
)

// TestSocket compares the permissions of the socket, and shows that it goes when the server goes.
func TestSocket(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o600, 0o660, 0o666} {
		address, path := socket(t)
		t.Run(mode.String(), func(t *testing.T) {
			p := start(t, &inbox{}, lmtp, func(cfg *Config) { cfg.Address, cfg.SocketMode = address, mode })
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != mode {
				t.Errorf("permissions %v, want %v", got, mode)
			}
			p.greeted(t).mail("a: b\r\n\r\n", "250")
			if d := p.inbox.all()[0]; d.Remote != "" || d.Door != desk.DoorLMTP {
				t.Errorf("remote %q, door %q", d.Remote, d.Door)
			}
		})
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("the socket is left behind: %v", err)
		}
	}
}

// TestStaleSocket starts where a killed server has left its socket, and nowhere else.
func TestStaleSocket(t *testing.T) {
	t.Parallel()
	t.Run("left behind", func(t *testing.T) {
		t.Parallel()
		address, path := socket(t)
		killed, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		killed.(*net.UnixListener).SetUnlinkOnClose(false)
		_ = killed.Close()
		start(t, &inbox{}, lmtp, func(cfg *Config) { cfg.Address = address }).greeted(t)
	})
	t.Run("in use", func(t *testing.T) {
		t.Parallel()
		address, path := socket(t)
		p := start(t, &inbox{}, lmtp, func(cfg *Config) { cfg.Address = address })
		if _, err := listenUnix(path, 0o660); err == nil || !strings.Contains(err.Error(), "another server listens") {
			t.Errorf("a second server: %v", err)
		}
		p.greeted(t).mail("a: b\r\n\r\n", "250") // the first goes on
	})
	t.Run("a file", func(t *testing.T) {
		t.Parallel()
		_, path := socket(t)
		if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := listenUnix(path, 0o660); err == nil {
			t.Error("a file was taken for a socket")
		}
		if kept, err := os.ReadFile(path); string(kept) != "precious" {
			t.Errorf("the file is gone: %v", err)
		}
	})
}

// TestValidate names what is wrong in a config.
func TestValidate(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*Config){
		"HOST:PORT":      func(cfg *Config) { cfg.Address = "localhost" },
		"lacks the path": func(cfg *Config) { cfg.Address = "unix:" },
		"host name":      func(cfg *Config) { cfg.Domain = "a\r\nb" },
		"max_bytes":      func(cfg *Config) { cfg.MaxBytes = 0 },
		"timeout":        func(cfg *Config) { cfg.DataTimeout = 0 },
		"min_rate":       func(cfg *Config) { cfg.MinRate = 0 },
		"whose mail":     func(cfg *Config) { cfg.Recipients = nil },
	} {
		cfg := DefaultLMTP()
		cfg.Address, cfg.Domain, cfg.Recipients = "unix:/run/x", "desk.example", ours
		if err := cfg.Validate(); err != nil {
			t.Fatalf("before: %v", err)
		}
		spoil(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want it to tell of %q", err, want)
		}
	}
}
