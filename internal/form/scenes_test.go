package form_test

import (
	"context"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// look is how a visitor sees the pages.
type look struct {
	name  string
	steps []step
}

func looks() []look {
	var all []look
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []struct {
			name   string
			pixels int64
		}{{"wide", 1280}, {"narrow", 390}} {
			all = append(all, look{scheme + "-" + width.name, []step{
				command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width.pixels, Height: 900, DeviceScaleFactor: 1, Mobile: width.pixels < 500}),
				command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
			}})
		}
	}
	return all
}

// scene is a state of a page.
type scene struct {
	name  string
	steps []step
}

func scenes(d *door, lang string) []scene {
	file := filepath.Join(d.TempDir(), "auth.log")
	if err := os.WriteFile(file, []byte("log"), 0o600); err != nil {
		d.Fatal(err)
	}
	opened := []step{chromedp.Evaluate[chromedp.Void]("sessionStorage.clear()"), chromedp.Navigate(d.url + "/report?lang=" + lang), chromedp.WaitVisible("#report")}
	aged := chromedp.Func(func(context.Context, *chromedp.Target) error { d.clock.pass(settings().MinAge); return nil })
	faulty := append(append([]step{}, opened...), aged,
		chromedp.SendKeys("#started", "?"), chromedp.SendKeys("#source", "203.0.113.7\nhxxp://www.bad[.]example/login"), chromedp.SetUploadFiles("#files", []string{file}),
		chromedp.Click("form .button"), chromedp.WaitVisible("#summary"))
	sent := append(append([]step{}, opened...), aged,
		chromedp.Click("#kind-0"), chromedp.SetValue("#details", "..."), chromedp.Click("form .button"), chromedp.WaitVisible("#sent"))
	failing := func(err error) step {
		return chromedp.Func(func(context.Context, *chromedp.Target) error { d.inbox.fail(err); return nil })
	}
	unsent := append(append([]step{}, opened...), aged, failing(errGone),
		chromedp.Click("#kind-0"), chromedp.SetValue("#details", "..."), chromedp.Click("form .button"), chromedp.WaitVisible(".summary"), failing(nil))
	return []scene{
		{"front", []step{chromedp.Navigate(d.url + "/?lang=" + lang), chromedp.WaitVisible("main")}},
		{"empty", opened},
		{"faulty", faulty},
		{"unsent", unsent},
		{"receipt", sent},
		{"status", []step{chromedp.Navigate(d.url + "/report/token1?lang=" + lang), chromedp.WaitVisible("#state")}},
		{"missing", []step{chromedp.Navigate(d.url + "/report/none?lang=" + lang), chromedp.WaitVisible("main")}},
	}
}

// picture puts a picture of the whole page into the folder that TODOKE_SHOTS names.
func picture(b *tab, name string) {
	b.Helper()
	folder := os.Getenv("TODOKE_SHOTS")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), ask(b, chromedp.FullScreenshot(100)), 0o600); err != nil {
		b.Fatal(err)
	}
}
