package form

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"todoke/internal/formats/forms"
)

// again shows a form that was sent once more, as it was: each method for one reason.
type again struct {
	h *Handler
	w http.ResponseWriter
	r *http.Request
	a *attempt
}

// notice is what stands above the form, not beside a field.
type notice struct {
	forms.Words
	Path string // of the receipt of an earlier report, "" for none
}

func say(ja, en string) notice { return notice{Words: forms.Words{JA: ja, EN: en}} }

// turned shows it in the other language.
func (g again) turned(stale error) error {
	g.renew(stale)
	return g.show(http.StatusOK, g.a.faults)
}

// stale shows it with a stamp that will be taken.
func (g again) stale(why error) error {
	g.renew(why)
	var n notice
	switch {
	case errors.Is(why, errFast):
		n = say("送信が早すぎたため、まだ受け付けていません。内容を確かめて、もう一度「送信する」を押してください。", "This was sent so soon that it has not been taken yet. Look it over and press Send once more.")
	case errors.Is(why, errOld):
		n = say("フォームを開いてから時間がたったため、まだ受け付けていません。内容を確かめて、もう一度「送信する」を押してください。", "The form was open for long, so this has not been taken yet. Look it over and press Send once more.")
	default:
		n = say("まだ受け付けていません。もう一度「送信する」を押してください。繰り返しこの画面になるときは、ブラウザでこのサイトの Cookie を許可するか、メールでお知らせください。", "This has not been taken yet. Press Send once more. If this page keeps coming back, allow cookies for this site in your browser, or write to us by mail.")
	}
	return g.show(http.StatusUnprocessableEntity, nil, n)
}

// faulty shows it with what is wrong beside the fields.
func (g again) faulty(faults []fault, stale error) error {
	g.renew(stale)
	g.h.stats.faulty.Add(1)
	return g.show(http.StatusUnprocessableEntity, faults)
}

// used shows it with a new stamp: this one has sent another text already.
func (g again) used(path string) error {
	g.freshStamp()
	n := say("このフォームからは、すでに届出を受け付けています。書き換えた内容を別の届出として送るときは、もう一度「送信する」を押してください。", "A report has already been taken from this form. To send what you changed as a further report, press Send once more.")
	n.Path = g.link(path)
	return g.show(http.StatusConflict, nil, n)
}

// unsent shows it because it could not be kept.
func (g again) unsent() error {
	g.w.Header().Set("Retry-After", "60")
	return g.show(http.StatusServiceUnavailable, nil, say("いま届出を保存できません。まだ受け付けていません。書いた内容はこの画面に残っています。しばらく待って、もう一度「送信する」を押してください。", "Your report could not be stored just now and has not been taken. What you typed is still here. Wait a little and press Send once more."))
}

// tooMany shows it because the client has sent as many as it may.
func (g again) tooMany(wait time.Duration) error {
	g.h.stats.refused.Add(1)
	g.w.Header().Set("Retry-After", seconds(wait))
	at := g.a.now.Add(wait)
	return g.show(http.StatusTooManyRequests, nil, say("お使いのネットワークから続けて多くの届出が届いています。"+g.h.clock(at)+"を過ぎてから、もう一度「送信する」を押してください。多くの件を知らせるときは、一つの届出にまとめるか、メールでお送りください。",
		"Many reports came from your network in a row. Press Send once more after "+g.h.clock(at)+". To tell of many cases, put them into one report or send them by mail."))
}

// flooded shows it with a puzzle and, where the line is not full, a place in it. Who has both already keeps them.
func (g again) flooded() error {
	g.h.stats.flooded.Add(1)
	a := g.a
	if a.stamp.zeros == 0 {
		a.stamp.zeros = g.h.cfg.Work
		if ready, ok := g.h.queue.place(a.now); ok {
			a.stamp.ready = ready.Add(time.Second).Truncate(time.Second) // stamps have whole seconds
		}
		a.stamped = g.h.seal(a.stamp, a.cookie)
	}
	n := say("いま非常に多くの届出が届いているため、まだ受け付けていません。書いた内容はこの画面に残っています。しばらく待って、もう一度「送信する」を押してください。急ぐときはメールでお知らせください。",
		"The desk is flooded with reports, and this one has not been taken yet. What you typed is still here. Wait a while and press Send once more, or write to us by mail if it is urgent.")
	if ready := a.stamp.ready; !ready.IsZero() {
		n = say("いま非常に多くの届出が届いているため、まだ受け付けていません。書いた内容はこの画面に残っています。"+g.h.clock(ready)+"を過ぎてから、もう一度「送信する」を押してください。その時刻には必ず受け付けます。",
			"The desk is flooded with reports, and this one has not been taken yet. What you typed is still here. Press Send once more after "+g.h.clock(ready)+": it will be taken then.")
		g.w.Header().Set("Retry-After", seconds(ready.Sub(a.now)))
	}
	return g.show(http.StatusTooManyRequests, nil, n)
}

func (g again) freshStamp() {
	// Whoever has this form has seen it for a while already.
	g.a.stamp = newStamp(g.a.now.Add(-g.h.cfg.MinAge))
	g.a.stamped = ""
}

// renew puts a stamp that will be taken in the place of one that will not. One that came too soon is good a moment later.
func (g again) renew(stale error) {
	if stale == nil || errors.Is(stale, errFast) {
		return
	}
	g.freshStamp()
	g.a.cookie = g.h.giveCookie(g.w, g.r)
}

// show renders the form with all that was typed, and keeps its files.
func (g again) show(status int, faults []fault, notices ...notice) error {
	a := g.a
	p := g.h.formPage(g.r, a.answers)
	for _, f := range a.files {
		if f.id == "" {
			f.id = g.h.shelf.put(f.file, a.who.Network(), a.now)
		}
		if f.id == "" {
			faults = append(faults, wrong(fieldFiles, "ファイル「"+f.Name+"」は保管できませんでした。送る前にもう一度選んでください。", "The file “"+f.Name+"” could not be kept. Choose it once more before you send."))
			continue
		}
		p.Kept = append(p.Kept, keptFile{f.id, f.Name, size(f.Data.size())})
	}
	if a.stamped == "" {
		a.stamped = g.h.seal(a.stamp, a.cookie)
	}
	p.Stamp, p.Puzzle = a.stamped, a.stamp.zeros
	p.setFaults(faults)
	for _, n := range notices {
		p.Title = p.Say("まだ送信していません：", "Not sent yet: ") + p.Heading
		p.Notices = append(p.Notices, shownNotice{n.In(p.Lang), n.Path})
	}
	return render(g.w, status, "form", p)
}

// link is a path of a receipt in the visitor's language.
func (g again) link(path string) string {
	return path + "?" + url.Values{"lang": {language(g.r)}, "new": {"1"}}.Encode()
}
