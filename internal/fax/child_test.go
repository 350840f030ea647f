package fax_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/fax"
)

// spyKind is a job that only the children of these tests know: the bound child does what a document that took it over would do.
const spyKind fax.JobKind = "spy"

// spyJob tells whether this process is a bound child that is to spy; its order comes as the document.
func spyJob(args []string) bool {
	var job fax.Job
	return len(args) == 4 && args[2] == "open" && json.Unmarshal([]byte(args[3]), &job) == nil && job.Kind == spyKind
}

// tell writes a frame with a finding.
func tell(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	os.Stdout.Write(binary.BigEndian.AppendUint32([]byte{byte(fax.FrameProblem)}, uint32(len(text))))
	os.Stdout.WriteString(text)
}

// spy obeys the order: a verb and its words.
func spy() {
	order, _ := io.ReadAll(os.Stdin)
	verb, rest, _ := strings.Cut(string(order), " ")
	switch verb {
	case "environment":
		tell("%q", os.Environ())
	case "files":
		tell("%v", openFiles())
	case "read":
		_, err := os.ReadFile(rest)
		tell("%v", errors.Is(err, os.ErrPermission))
	case "write":
		tell("%v", errors.Is(os.WriteFile(rest, []byte("x"), 0o600), os.ErrPermission))
	case "connect":
		_, err := net.Dial("tcp", rest)
		tell("%v", errors.Is(err, os.ErrPermission))
	case "kill":
		tell("%v", errors.Is(syscall.Kill(os.Getppid(), 0), os.ErrPermission))
	case "folder":
		entries, err := os.ReadDir(".")
		tell("%d %v", len(entries), err)
	case "own":
		tell("%v", os.WriteFile("mine", []byte("x"), 0o600))
	case "huge":
		err := os.WriteFile("huge", make([]byte, 4<<20), 0o600)
		tell("%v", errors.Is(err, syscall.EFBIG))
	case "eat":
		for held := [][]byte{}; ; {
			held = append(held, make([]byte, 16<<20))
			runtime.KeepAlive(held)
		}
	case "spin":
		for i := 0; ; i++ {
			runtime.KeepAlive(i)
		}
	case "flood":
		for {
			tell("%01000d", 0)
		}
	case "nest":
		nested := exec.Command("/bin/sleep", "600")
		err := nested.Start()
		if err != nil {
			tell("%v", err)
		} else {
			tell("%d", nested.Process.Pid)
		}
		select {}
	}
	os.Stdout.Write([]byte{byte(fax.FrameEnd), 0, 0, 0, 0})
}

// openFiles are the descriptors behind the standard streams that are files or sockets.
func openFiles() []int {
	found := []int{}
	for fd := 3; fd < 256; fd++ {
		var info syscall.Stat_t
		if syscall.Fstat(fd, &info) != nil {
			continue
		}
		if kind := info.Mode & syscall.S_IFMT; kind == syscall.S_IFREG || kind == syscall.S_IFSOCK || kind == syscall.S_IFDIR {
			found = append(found, fd)
		}
	}
	return found
}

// smallLimits are limits that a spy reaches soon.
func smallLimits() fax.Limits {
	return fax.Limits{Input: 1 << 20, Pages: 10, Pixels: 1 << 20, Output: 1 << 20, Memory: 256 << 20, CPU: time.Second, Time: time.Minute}
}

func order(t *testing.T, limits fax.Limits, text string) (found []string, err error) {
	t.Helper()
	err = fax.RunChild(context.Background(), opener(t).Exe, fax.Job{Kind: spyKind, Limits: limits}, []byte(text), func(f fax.Frame) error {
		found = append(found, string(f.Data))
		return nil
	})
	return found, err
}

// TestChildHasNothing: what a document that took the child over would find.
func TestChildHasNothing(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "todoke.db")
	if err := os.WriteFile(secret, []byte("key"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TODOKE_PASSPHRASE", "secret")
	// A descriptor that some library forgot to mark goes to every child, unless it is closed there.
	leaked, err := syscall.Open(secret, syscall.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(leaked)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	parent := strconv.Itoa(os.Getpid())
	kernel := fax.LandlockVersion()
	t.Logf("Landlock of this kernel: version %d", kernel)
	for _, test := range []struct {
		order, want, why string
		landlock         int // the version that it takes
	}{
		{"environment", "[]", "no variable of the parent's", 0},
		{"files", "[]", "no file of the parent's is open, also where it was not closed on exec", 0},
		{"folder", "0 <nil>", "an empty folder to work in", 0},
		{"own", "<nil>", "in which it may write", 0},
		{"huge", "true", "but no more than the limit", 0},
		{"read " + secret, "true", "the database", 1},
		{"read /etc/passwd", "true", "a file that all may read", 1},
		{"read /proc/" + parent + "/environ", "true", "the parent's environment by the back door", 1},
		{"read /proc/" + parent + "/mem", "true", "the parent's memory", 1},
		{"write " + filepath.Join(t.TempDir(), "x"), "true", "a file elsewhere", 1},
		{"connect " + listener.Addr().String(), "true", "a way out of the machine", 4},
		{"kill", "true", "a signal to the parent", 6},
	} {
		if kernel < test.landlock {
			continue
		}
		found, err := order(t, smallLimits(), test.order)
		if err != nil {
			t.Errorf("%s: %v", test.why, err)
		}
		if diff := cmp.Diff([]string{test.want}, found); diff != "" {
			t.Errorf("%s: %s", test.why, diff)
		}
	}
}

// TestChildDies at each of its limits, and the parent says of which kind it was.
func TestChildDies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		order string
		set   func(*fax.Limits)
		want  error
		why   string
	}{
		{"eat", func(*fax.Limits) {}, fax.ErrDied, "memory"},
		{"spin", func(*fax.Limits) {}, fax.ErrDied, "processor time"},
		{"nest", func(l *fax.Limits) { l.Time = 500 * time.Millisecond }, fax.ErrTime, "time"},
		{strings.Repeat("x", 1<<20+1), func(*fax.Limits) {}, fax.ErrTooLarge, "a document too large"},
	} {
		t.Run(test.why, func(t *testing.T) {
			t.Parallel()
			limits := smallLimits()
			test.set(&limits)
			if _, err := order(t, limits, test.order); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
	t.Run("output", func(t *testing.T) {
		t.Parallel()
		found, err := order(t, smallLimits(), "flood")
		if err == nil || len(found) > 1<<20/1000 {
			t.Errorf("%d frames, error %v", len(found), err)
		}
	})
}

// TestProgramsDieToo: a program that the child started does not outlive it. The caller gives up as soon as it has been started.
func TestProgramsDieToo(t *testing.T) {
	t.Parallel()
	var found []string
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := fax.RunChild(ctx, opener(t).Exe, fax.Job{Kind: spyKind, Limits: smallLimits()}, []byte("nest"), func(f fax.Frame) error {
		found = append(found, string(f.Data))
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || len(found) != 1 {
		t.Fatalf("found %q, error %v", found, err)
	}
	pid, err := strconv.Atoi(found[0])
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); alive(pid); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("process %d is still there", pid)
		}
	}
}

// alive tells whether a process runs; one that has died and is not yet buried does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(after, "Z") && !strings.HasPrefix(after, "X")
}

// TestNoChild: a program that is not there, or that is none of ours, is an error, not a document without pages.
func TestNoChild(t *testing.T) {
	t.Parallel()
	tiff := []byte("II*\x00\x08\x00\x00\x00")
	for _, exe := range []string{"/nonexistent", "/bin/true", "/bin/echo"} {
		if _, err := (fax.Opener{Exe: exe, Limits: smallLimits()}).Pages(context.Background(), tiff); err == nil {
			t.Errorf("%s opened a fax", exe)
		}
	}
}
