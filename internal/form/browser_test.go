package form_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"todoke/internal/desk"
	"todoke/internal/form"
	"todoke/internal/read"
)

// chromium starts a browser with a new empty profile. Where there is none the test is skipped, but in CI it fails.
func chromium(t *testing.T) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("TODOKE_CI") != "" {
			t.Fatal("no Chromium is installed")
		}
		t.Skip("no Chromium is installed")
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir())}
	for _, flag := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return &tab{t, ctx}
}

// tab is a page in a browser.
type tab struct {
	*testing.T
	ctx context.Context
}

// step is something that a visitor does.
type step = chromedp.Action[chromedp.Void]

func (b *tab) do(what string, steps ...step) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatalf("%s: %v\n%s", what, err, ask(b, chromedp.Text("main")))
	}
}

// ask gives what an action reads off the page.
func ask[T any](b *tab, action chromedp.Action[T]) T {
	b.Helper()
	value, err := chromedp.Run(b.ctx, action)
	if err != nil {
		b.Fatal(err)
	}
	return value
}

// command is a command of the browser's own.
func command[P, R any](c cdp.Command[P, R], params P) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// A person fills the form in Japanese with a file, gets errors, mends them, gets the receipt, and opens the link: with scripts
// and without.
func TestBrowser(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts=%t", scripts), func(t *testing.T) {
			d := openNow(t, settings())
			d.statuses.after = 1
			b := chromium(t)
			log := filepath.Join(t.TempDir(), "認証ログ.txt")
			if err := os.WriteFile(log, []byte("Apr  1 09:30:11 gw sshd[311]: Failed password for root from 203.0.113.7 port 4022 ssh2\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			b.do("opening the form", command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}),
				chromedp.Navigate(d.url+"/?lang=ja"), chromedp.Click("a.button"), chromedp.WaitVisible("#report"))
			d.clock.pass(time.Minute)
			b.do("filling it with mistakes",
				chromedp.SendKeys("#source", "203.0.113.7"), chromedp.SendKeys("#target", "192.0.2.10"),
				chromedp.SendKeys("#started", "きのう"), chromedp.SendKeys("#email", "hanako@"),
				chromedp.SetUploadFiles("#files", []string{log}), chromedp.Click("form .button"), chromedp.WaitVisible("#summary"),
				chromedp.WaitVisible("#kind-fault"), chromedp.WaitVisible("#details-fault"), chromedp.WaitVisible("#started-fault"), chromedp.WaitVisible("#email-fault"))
			want := []string{"summary", "認証ログ.txt", "203.0.113.7"}
			got := []string{ask(b, chromedp.Evaluate[string]("document.activeElement.id")), ask(b, chromedp.Text(".kept .file")), ask(b, chromedp.Value("#source"))}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("focus, kept file, source (-want +got):\n%s", diff)
			}
			b.do("mending them",
				chromedp.Click("#kind-0"), chromedp.SendKeys("#details", "SSH への総当たり攻撃を受けました。\n侵入はされていません。"),
				chromedp.SetValue("#started", "2026年4月1日 9時30分"), chromedp.SetValue("#email", "hanako@shoji.example.jp"),
				chromedp.Click("form .button"), chromedp.WaitVisible("#sent"), chromedp.WaitVisible(".number-given strong"))
			if number := ask(b, chromedp.Text(".number-given")); number != "R-2026-0001" {
				t.Errorf("the receipt's number is %q", number)
			}
			b.do("opening the link", chromedp.Click("#link"), chromedp.WaitNotPresent("#sent"))
			if state := ask(b, chromedp.Text("#state")); !strings.Contains(state, "R-2026-0001") || !strings.Contains(state, "担当者が対応しています") {
				t.Errorf("the status is %q", state)
			}
			reading := reader().Read(d.one().Raw, read.Envelope{Now: day})
			if reading.Form.Fields["started"] != "2026-04-01 09:30 +0900" || reading.Form.Fields["email"] != "hanako@shoji.example.jp" || len(reading.Incidents) != 1 || reading.Incidents[0].Class.Group() != desk.ScanPort.Group() {
				t.Errorf("read: %v, %v", reading.Form, reading.Incidents)
			}
		})
	}
}

// openNow opens a door at the time of the machine, since browsers drop cookies by their own clock.
func openNow(t *testing.T, cfg form.Config) *door {
	t.Helper()
	d := open(t, cfg)
	d.clock.pass(time.Since(d.clock.Now()))
	return d
}

// axe is the path of axe.js, a program that looks for barriers (npm: axe-core). It is not part of the project.
func axe(t *testing.T) string {
	t.Helper()
	for _, path := range []string{os.Getenv("TODOKE_AXE"), filepath.Join("testdata", "node_modules", "axe-core", "axe.min.js")} {
		if script, err := os.ReadFile(path); err == nil {
			return string(script)
		}
	}
	if os.Getenv("TODOKE_CI") != "" {
		t.Fatal("axe-core is not installed: run npm install in internal/form/testdata, or name axe.min.js in TODOKE_AXE")
	}
	t.Skip("axe-core is not installed: run npm install in internal/form/testdata, or name axe.min.js in TODOKE_AXE")
	return ""
}

// violation is a finding of axe.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML string `json:"html"`
	} `json:"nodes"`
}

// No page has a barrier that axe calls serious or critical, in both languages, light and dark, wide and narrow. Where
// TODOKE_SHOTS names a folder, pictures of all are put there.
func TestBarriers(t *testing.T) {
	script := axe(t)
	cfg := settings()
	cfg.PGP = form.PublicKey{Armored: "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nx\n-----END PGP PUBLIC KEY BLOCK-----\n", Fingerprint: "0123456789abcdef0123456789abcdef01234567", WKD: "report@csirt.example.jp"}
	cfg.Reports.Burst = 100
	for _, lang := range []string{"ja", "en"} {
		t.Run(lang, func(t *testing.T) {
			d := openNow(t, cfg)
			b := chromium(t)
			for _, look := range looks() {
				b.do("setting up", look.steps...)
				for _, scene := range scenes(d, lang) {
					d.clock.pass(time.Hour) // the buckets are full again
					b.do(scene.name, scene.steps...)
					picture(b, scene.name+"-"+lang+"-"+look.name)
					b.do("looking for barriers", chromedp.Evaluate[chromedp.Void](script+"\n;undefined"))
					found := ask(b, chromedp.Evaluate[string]("axe.run().then((r) => JSON.stringify(r.violations))", chromedp.EvalAwaitPromise))
					var violations []violation
					if err := json.Unmarshal([]byte(found), &violations); err != nil {
						t.Fatal(err)
					}
					for _, v := range violations {
						line := fmt.Sprintf("%s, %s: %s (%s) %s: %s", scene.name, look.name, v.ID, v.Impact, v.Help, v.Nodes[0].HTML)
						if v.Impact == "serious" || v.Impact == "critical" {
							t.Error(line)
						} else {
							t.Log(line)
						}
					}
				}
			}
		})
	}
}

// In a flood, a browser with scripts works off the puzzle and sends the form by itself.
func TestBrowserWorks(t *testing.T) {
	cfg := settings()
	cfg.Overall = form.Rate{Burst: 1, Every: time.Hour}
	cfg.Work = 14
	d := openNow(t, cfg)
	other := d.browser()
	other.send("/report?lang=ja", other.fresh()).want(303)
	b := chromium(t)
	b.do("opening the form", chromedp.Navigate(d.url+"/report?lang=ja"), chromedp.WaitVisible("#report"))
	d.clock.pass(time.Minute)
	b.do("sending it into the flood", chromedp.Click("#kind-1"), chromedp.SendKeys("#details", "なりすましメールが届きました。"),
		chromedp.Click("form .button"), chromedp.WaitVisible("#sent"))
	if got := d.handler.Stats(); got.Flooded != 1 || got.Taken != 2 {
		t.Errorf("stats: %+v", got)
	}
}

// What was typed is still there when the tab has been elsewhere, and gone once it is sent.
func TestBrowserDraft(t *testing.T) {
	d := openNow(t, settings())
	b := chromium(t)
	opened := []step{chromedp.Navigate(d.url + "/report?lang=ja"), chromedp.WaitVisible("#report")}
	b.do("typing", append(opened, chromedp.SendKeys("#details", "draft"), chromedp.Navigate(d.url+"/"), chromedp.WaitVisible("a.button"))...)
	b.do("coming back", opened...)
	if got := ask(b, chromedp.Value("#details")); got != "draft" {
		t.Errorf("what was typed is %q", got)
	}
	d.clock.pass(time.Minute)
	b.do("sending", chromedp.Click("#kind-6"), chromedp.Click("form .button"), chromedp.WaitVisible("#sent"))
	b.do("coming back", opened...)
	if got := ask(b, chromedp.Value("#details")); got != "" {
		t.Errorf("what was sent is still there: %q", got)
	}
}

// The Enter key sends the form; the language turns only by its own button, and keeps what was typed.
func TestBrowserKeys(t *testing.T) {
	d := openNow(t, settings())
	b := chromium(t)
	b.do("opening the form", chromedp.Navigate(d.url+"/report?lang=ja"), chromedp.WaitVisible("#report"))
	d.clock.pass(time.Minute)
	b.do("pressing Enter in a field", chromedp.SendKeys("#name", "川口"+kb.Enter), chromedp.WaitVisible("#summary"))
	b.do("turning", chromedp.Click("button.link"), chromedp.WaitVisible("html[lang=en] #report"))
	if got := ask(b, chromedp.Value("#name")); got != "川口" {
		t.Errorf("after turning, the name is %q", got)
	}
	b.do("walking by Tab to the first choice, and choosing",
		chromedp.Focus("#kind-0"), chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("By keyboard."),
		chromedp.SendKeys("#name", kb.Enter), chromedp.WaitVisible("#sent"))
	reading := reader().Read(d.one().Raw, read.Envelope{Now: day})
	if f := reading.Form.Fields; f["incident_type"] != "scan" || f["details"] != "By keyboard." {
		t.Errorf("read: %v", f)
	}
}
