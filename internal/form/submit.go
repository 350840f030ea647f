package form

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"todoke/internal/desk"
	"todoke/internal/proxied"
)

// attempt is one form as it was sent.
type attempt struct {
	who     proxied.Client
	now     time.Time
	cookie  string
	upload  *upload
	answers answers
	files   []attachment
	stamp   stamp
	stamped string  // the stamp as it came
	faults  []fault // found before the answers were looked at: attachments
}

// attachment is a file that came with the form, or before and has an id on the shelf.
type attachment struct {
	file
	id string
}

// depositTime is how long the inbox may take.
const depositTime = 30 * time.Second

// empty shows the form with nothing typed.
func (h *Handler) empty(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "private, no-cache") // so that going back finds what was typed
	cookie := h.giveCookie(w, r)
	p := h.formPage(r, h.blank())
	p.Stamp = h.seal(newStamp(h.now()), cookie)
	return render(w, http.StatusOK, "form", p)
}

// submit takes a form that was sent. Each step either goes on or shows the form again as it was, with the reason.
func (h *Handler) submit(w http.ResponseWriter, r *http.Request) error {
	if h.origins.Check(r) != nil {
		return errOrigin
	}
	upload, err := h.readUpload(w, r)
	defer upload.leave()
	if err != nil {
		return err
	}
	a := &attempt{who: h.cfg.Proxies.Client(r), now: h.now(), cookie: cookie(r), upload: upload, answers: h.answersOf(upload), stamped: upload.value(fieldStamp)}
	a.faults = h.gather(a)
	again := again{h: h, w: w, r: r, a: a}

	a.stamp, err = h.open(a.stamped, a.cookie, a.now)
	if upload.value(fieldTurn) != "" {
		return again.turned(err)
	}
	c, faults := h.check(a.answers)
	if faults = inOrder(append(faults, a.faults...)); len(faults) > 0 {
		return again.faulty(faults, err)
	}
	if err != nil {
		return again.stale(err)
	}
	return h.send(again, c)
}

// gather brings the files together: those on the shelf that are still wanted, and those that came now.
func (h *Handler) gather(a *attempt) []fault {
	var faults []fault
	unwanted := map[string]bool{}
	for _, id := range a.upload.values[fieldDrop] {
		unwanted[id] = true
	}
	var total int64
	lost := false
	for _, id := range a.upload.values[fieldKept] {
		f, ok := h.shelf.get(id, a.now)
		switch {
		case unwanted[id]:
			h.shelf.drop(id)
			continue
		case !ok:
			lost = true
			continue
		}
		total += f.Data.size()
		a.files = append(a.files, attachment{f, id})
	}
	for _, f := range a.upload.files {
		total += f.Data.size()
		a.files = append(a.files, attachment{file: f})
	}
	if lost {
		faults = append(faults, wrong(fieldFiles, "前に添付したファイルの保管の期限が切れました。もう一度選んでください。", "A file that you attached before is no longer kept. Choose it once more."))
	}
	if a.upload.tooBig || total > h.cfg.MaxUpload {
		faults = append(faults, wrong(fieldFiles, "添付ファイルの合計が"+size(h.cfg.MaxUpload)+"を超えています。大きいものを外してください。収まらなかったファイルは受け取っていません。", "The attachments together are over "+size(h.cfg.MaxUpload)+". Leave the largest out. Files beyond the limit were not taken."))
	}
	if a.upload.tooMany || len(a.files) > h.cfg.MaxFiles {
		n := strconv.Itoa(h.cfg.MaxFiles)
		faults = append(faults, wrong(fieldFiles, "添付できるファイルは"+n+"個までです。まとめて圧縮するか、数を減らしてください。", "There can be "+n+" attachments. Put them into one archive, or leave some out."))
	}
	if a.upload.tooFull {
		faults = append(faults, wrong(fieldFiles, "いま混み合っているため、受け取れなかったファイルがあります。少し待って、もう一度選んでください。", "The desk is busy and could not take a file. Wait a little and choose it once more."))
	}
	for _, name := range a.upload.cut {
		faults = append(faults, wrong(name, "長すぎるため、終わりの部分を切りました。残りは添付ファイルにしてください。", "This was too long and its end was cut off. Attach the rest as a file."))
	}
	return faults
}

// send deposits the message of a form that is in order, unless the desk is flooded.
func (h *Handler) send(again again, c checked) error {
	a := again.a
	files := make([]file, len(a.files))
	for i, f := range a.files {
		files[i] = f.file
	}
	digest := digestOf(c, files)
	mine, earlier := h.sent.begin(again.r.Context(), a.stamp.nonce, digest)
	switch {
	case earlier != nil && earlier.digest == digest:
		http.Redirect(again.w, again.r, again.link(earlier.path), http.StatusSeeOther)
		return nil
	case earlier != nil:
		return again.used(earlier.path)
	case mine == nil:
		return again.unsent()
	}
	path := ""
	defer func() { h.sent.end(a.stamp.nonce, mine, path) }()
	path, err := h.deposit(again, c, files)
	if path == "" {
		return err
	}
	for _, f := range a.files {
		h.shelf.drop(f.id)
	}
	http.Redirect(again.w, again.r, again.link(path), http.StatusSeeOther)
	return nil
}

// deposit gives the path of the receipt once the message is durable. Where it is not, the path is "" and the visitor has got
// the form again.
func (h *Handler) deposit(again again, c checked, files []file) (path string, err error) {
	a := again.a
	if wait, ok := h.pay(a); !ok {
		return "", again.tooMany(wait)
	}
	if !h.admit(a) {
		return "", again.flooded()
	}
	size := int64(messageSize(c, files))
	if !h.uploads.take(a.who.Network(), size) {
		return "", again.unsent()
	}
	defer h.uploads.give(a.who.Network(), size)
	d := &desk.Delivery{
		Raw:  compose(c, envelope{to: h.cfg.Mail, noReply: h.cfg.NoReply, lang: language(again.r), nonce: a.stamp.nonce, now: a.now.In(h.zone), files: files}),
		Door: desk.DoorForm, Received: a.now, From: c.email, To: []string{h.cfg.Mail}, Remote: a.who.Remote(), TLS: a.who.TLS,
	}
	if d.From == "" {
		d.From = h.cfg.NoReply
	}
	// A visitor who goes away now has sent the report all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(again.r.Context()), depositTime)
	defer cancel()
	receipt, err := h.inbox.Deposit(ctx, d)
	if errors.Is(err, desk.ErrTooLarge) {
		return "", again.faulty([]fault{wrong(fieldFiles, "届出が大きすぎて受け取れません。添付ファイルを減らしてください。", "The report is too large to be taken. Leave some attachments out.")}, nil)
	}
	if err != nil {
		h.stats.failed.Add(1)
		h.log.Error("report not taken in", "error", err, "bytes", len(d.Raw))
		return "", again.unsent()
	}
	h.stats.taken.Add(1)
	h.log.Info("report taken in", "delivery", receipt.ID, "bytes", len(d.Raw), "attachments", len(files), "known", receipt.Known)
	token, err := h.statuses.Open(ctx, receipt.ID)
	if err != nil { // the report is safe; only its page is not
		h.log.Error("status link not made", "delivery", receipt.ID, "error", err)
		return "/report/sent", nil
	}
	return "/report/" + url.PathEscape(token), nil
}

// pay takes a report out of the client's bucket. A stamp with a puzzle has been paid for when it was given.
func (h *Handler) pay(a *attempt) (wait time.Duration, ok bool) {
	if a.stamp.zeros > 0 {
		return 0, true
	}
	return h.reports.take(a.who.Network(), a.now)
}

// admit tells whether the desk, under the load of all clients, takes this report now: its puzzle is solved, its place in the
// line has come, or there is no line.
func (h *Handler) admit(a *attempt) bool {
	return worked(a.stamped, a.upload.value(fieldWork), a.stamp.zeros) ||
		!a.stamp.ready.IsZero() && !a.now.Before(a.stamp.ready) ||
		h.queue.take(a.now)
}
