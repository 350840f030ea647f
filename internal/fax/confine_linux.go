package fax

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ownGroup makes the child the first of a process group, which its programs are in too.
func ownGroup(child *exec.Cmd) { child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(child *exec.Cmd) error { return syscall.Kill(-child.Process.Pid, syscall.SIGKILL) }

// diesWithUs ends a program of the child when the child ends. It holds where the thread that starts it lives as long as the process:
// see open.
func diesWithUs(program *exec.Cmd) {
	program.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// maxFiles is how many files a child may have open: its streams, a document, and what a program loads.
const maxFiles = 128

// confine binds this process and executes it anew with args. It returns only where that failed.
func confine(limits Limits, args []string) error {
	used, err := addressSpace()
	if err != nil {
		return err
	}
	runtime.LockOSThread() // Landlock binds a thread, and execve leaves that thread alone
	// Files that were open when we were started close when we are executed anew.
	if err := unix.CloseRange(3, ^uint(0)>>1&0xffffffff, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return fmt.Errorf("closing files: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("giving up rights: %w", err)
	}
	if err := landlock(); err != nil {
		return fmt.Errorf("giving up files: %w", err)
	}
	seconds := uint64(max(1, limits.CPU/time.Second))
	for _, limit := range []struct {
		resource int
		value    uint64
	}{
		{unix.RLIMIT_CORE, 0},
		{unix.RLIMIT_NOFILE, maxFiles},
		{unix.RLIMIT_FSIZE, uint64(limits.Input)},
		{unix.RLIMIT_CPU, seconds},
		{unix.RLIMIT_AS, used + uint64(limits.Memory)},
	} {
		if err := unix.Setrlimit(limit.resource, &unix.Rlimit{Cur: limit.value, Max: limit.value}); err != nil {
			return fmt.Errorf("setting limit %d: %w", limit.resource, err)
		}
	}
	err = unix.Exec("/proc/self/exe", append([]string{"todoke"}, args...), []string{})
	return fmt.Errorf("executing the program anew: %w", err)
}

// addressSpace is how much address space this process has, in bytes. Go reserves far more than it uses, and the program executed
// anew will have as much before it has read anything.
func addressSpace() (uint64, error) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("measuring the address space: %w", err)
	}
	pages, _, _ := strings.Cut(string(statm), " ")
	n, err := strconv.ParseUint(pages, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("measuring the address space: %w", err)
	}
	return n * uint64(os.Getpagesize()), nil
}

// What Landlock can take away, by the version of its interface that took it in (landlock(7)).
const (
	filesV1 = 1<<13 - 1
	filesV2 = unix.LANDLOCK_ACCESS_FS_REFER
	filesV3 = unix.LANDLOCK_ACCESS_FS_TRUNCATE
	filesV5 = unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	netV4   = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	scopeV6 = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL

	readOnly  = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	readFile  = unix.LANDLOCK_ACCESS_FS_READ_FILE
	executes  = readOnly | unix.LANDLOCK_ACCESS_FS_EXECUTE
	runsFile  = readFile | unix.LANDLOCK_ACCESS_FS_EXECUTE
	usesFile  = readFile | unix.LANDLOCK_ACCESS_FS_WRITE_FILE
	ownFolder = readOnly | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE
)

// allowed is what a child and its programs may do with files: all else they may not.
var allowed = []struct {
	path   string
	access uint64
}{
	{"/usr", executes}, {"/bin", executes}, {"/lib", executes}, {"/lib64", executes},
	{"/etc/ld.so.cache", readFile}, {"/etc/fonts", readOnly}, {"/var/cache/fontconfig", readOnly},
	{"/dev/null", usesFile}, {"/dev/urandom", readFile},
	{"/proc/self/exe", runsFile},
	{".", ownFolder},
}

// LandlockVersion is the version of Landlock's interface that the kernel has; 0 where it has none, or it is switched off. Then a
// child can read what files the program's user can, if it knows their names.
func LandlockVersion() int {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(version)
}

// landlock takes away the files of others. A kernel without Landlock is no error: all else still holds.
func landlock() error {
	version := LandlockVersion()
	if version == 0 {
		return nil
	}
	rules := landlockRules(version)
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&rules)), unsafe.Sizeof(rules), 0)
	if errno != 0 {
		return errno
	}
	defer unix.Close(int(fd))
	for _, each := range allowed {
		if err := allow(int(fd), each.path, each.access&rules.Handled_access_fs); err != nil {
			return fmt.Errorf("%s: %w", each.path, err)
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0); errno != 0 {
		return errno
	}
	return nil
}

func landlockRules(version int) unix.LandlockRulesetAttr {
	rules := unix.LandlockRulesetAttr{Handled_access_fs: filesV1}
	for _, each := range []struct {
		version           int
		files, net, scope uint64
	}{{2, filesV2, 0, 0}, {3, filesV3, 0, 0}, {4, 0, netV4, 0}, {5, filesV5, 0, 0}, {6, 0, 0, scopeV6}} {
		if version >= each.version {
			rules.Handled_access_fs |= each.files
			rules.Handled_access_net |= each.net
			rules.Scoped |= each.scope
		}
	}
	return rules
}

// allow gives one path back. What is not there needs no rule.
func allow(ruleset int, path string, access uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err == unix.ENOENT {
		return nil
	}
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	rule := unix.LandlockPathBeneathAttr{Allowed_access: access, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
