package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for another process before it gives up.
const patience = 2 * time.Minute

// until waits for something that happens in another process.
func until(t *testing.T, what string, true func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !true() {
		if ctx.Err() != nil {
			t.Fatalf("this did not come to pass: %s", what)
		}
		wait(ctx, 20*time.Millisecond)
	}
}

// peerDesk is the program as a server, with its metrics, and what it answers in a sink.
type peerDesk struct {
	*serving
	web *http.Client // of the desk's door
}

// startDesk starts the program with its LMTP at a socket. Settings are lines of its TOML file.
func startDesk(t *testing.T, socket, settings string) *peerDesk {
	t.Helper()
	dir := t.TempDir()
	door := filepath.Join(publicDir(t), "desk") // a short path
	text := fmt.Sprintf("db = %q\nlmtp = %q\nlisten = %q\nresolver = \"none\"\nhostname = \"desk.csirt.example.jp\"\n%s",
		"sqlite:"+filepath.Join(dir, "todoke.db"), "unix:"+socket, "unix:"+door, settings)
	if err := os.WriteFile(filepath.Join(dir, "todoke.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &peerDesk{serving: &serving{t: t, dir: dir, socket: socket}}
	d.web = &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", door)
	}}}
	d.start()
	t.Cleanup(func() {
		if d.cmd.ProcessState == nil {
			d.kill()
		}
	})
	return d
}

var metricLine = regexp.MustCompile(`^todoke_([a-z_]+)\{(.*)\} ([0-9]+)$`)

// metrics are the desk's numbers, by name and labels: waiting step="reading".
func (d *peerDesk) metrics() map[string]int {
	d.t.Helper()
	answer, err := d.web.Get("http://desk/metrics")
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	all := map[string]int{}
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if found := metricLine.FindStringSubmatch(lines.Text()); found != nil {
			all[found[1]+" "+found[2]], _ = strconv.Atoi(found[3])
		}
	}
	return all
}

// settled waits until so many deliveries were kept since the program's start, and all of them are read, matched, answered, and the answers
// sent.
func (d *peerDesk) settled(kept int) {
	d.t.Helper()
	until(d.t, fmt.Sprintf("%d deliveries are kept, and nothing waits", kept), func() bool {
		m := d.metrics()
		if m[`deliveries_total outcome="kept"`] > kept {
			d.t.Fatalf("%d deliveries are kept; %d were brought", m[`deliveries_total outcome="kept"`], kept)
		}
		waiting := 0
		for _, step := range []string{"reading", "matching", "answering", "sending"} {
			waiting += m[fmt.Sprintf("waiting step=%q", step)]
		}
		return m[`deliveries_total outcome="kept"`] == kept && waiting == 0
	})
}

// report is what the desk shows of a report.
type report struct {
	Number    string `json:"report"`
	Incidents []struct {
		Address string `json:"address"`
		Class   string `json:"class"`
		Port    int    `json:"port"`
	} `json:"incidents"`
	Messages  []reportMessage `json:"messages"`
	Proposals []reportMessage `json:"proposals"`
}

type reportMessage struct {
	Kind    string `json:"kind"`
	From    string `json:"from"`
	Subject string `json:"subject"`
}

func (d *peerDesk) report(number string) (r report) {
	d.t.Helper()
	d.decode(&r, "report", "show", number, "--json")
	return r
}

// summary is a report in few words: its incidents, its messages, and those that may belong to it.
func (r report) summary() (lines []string) {
	for _, i := range r.Incidents {
		lines = append(lines, fmt.Sprintf("incident %s %s %d", i.Address, i.Class, i.Port))
	}
	for _, m := range r.Messages {
		lines = append(lines, m.Kind+" "+m.From)
	}
	for _, m := range r.Proposals {
		lines = append(lines, "proposed "+m.From)
	}
	return lines
}

// decode reads the JSON that a command prints.
func (d *peerDesk) decode(into any, args ...string) {
	d.t.Helper()
	if err := json.Unmarshal([]byte(must(d.t, d.dir, args...)), into); err != nil {
		d.t.Fatal(err)
	}
}

// counts are the year's figures that are not zero: the five counters, and the messages of each kind that is not counted.
func (d *peerDesk) counts() map[string]int {
	d.t.Helper()
	var figures struct {
		Counters map[string]int `json:"counters"`
		Not      map[string]int `json:"not_counted"`
	}
	d.decode(&figures, "figures", year(), "--json")
	all := map[string]int{}
	delete(figures.Counters, "distinct_addresses") // each case has an address of its own
	for _, each := range []map[string]int{figures.Counters, figures.Not} {
		for name, n := range each {
			if n > 0 {
				all[name] = n
			}
		}
	}
	return all
}

// year is the current one in Japan.
func year() string { return strconv.Itoa(time.Now().In(time.FixedZone("JST", 9*3600)).Year()) }

// bodyOf is the text of a letter, decoded.
func bodyOf(t *testing.T, l letter) string {
	t.Helper()
	var body io.Reader = l.parse(t).Body
	if strings.EqualFold(l.field(t, "Content-Transfer-Encoding"), "base64") {
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
}
