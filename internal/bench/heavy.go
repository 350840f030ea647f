package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// heavySize is the length of the longest mail that is read whole, and heavyAim what it may take beyond that (DESIGN section 7).
const (
	heavySize = 50 << 20
	heavyAim  = 64
)

// heavyMail is one mail of 50 MB, alone in a folder.
type heavyMail struct {
	name string
	head string
	line func(w *writer) []byte // one line of its body
	tail string
}

var heavyMails = []heavyMail{
	{
		name: "one attachment in base64",
		head: "Content-Type: multipart/mixed; boundary=edge\r\n\r\n--edge\r\nContent-Type: text/plain\r\n\r\nA sample from 61.0.0.7.\r\n--edge\r\n" +
			"Content-Type: application/octet-stream; name=sample.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		line: base64Line,
		tail: "--edge--\r\n",
	},
	{
		name: "plain text",
		head: "Content-Type: text/plain; charset=us-ascii\r\n\r\n",
		line: func(w *writer) []byte { return []byte(w.englishText(4<<10, time.Date(2008, 4, 1, 0, 0, 0, 0, zone))) },
	},
	{
		name: "nothing but addresses",
		head: "Content-Type: text/plain; charset=us-ascii\r\n\r\nAttackers:\r\n",
		line: func(w *writer) []byte {
			n := w.random.Uint32()
			return fmt.Appendf(nil, "61.%d.%d.%d\r\n", n>>16&255, n>>8&255, n&255)
		},
	},
}

// base64Line is a line of 57 bytes (RFC 2045, 6.8) that cannot be compressed further.
func base64Line(w *writer) []byte {
	var content [57]byte
	for i := range content {
		content[i] = byte(w.random.Uint32())
	}
	return append(base64.StdEncoding.AppendEncode(nil, content[:]), '\r', '\n')
}

// write writes the mail line by line: a process is measured with at least the memory of the one that started it.
func (m heavyMail) write(dir string, size int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dir, "heavy.eml"))
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	w := newWriter(9)
	written, _ := fmt.Fprintf(out, "Received: from mx.example.net by mail.csirt.example.jp; Tue, 1 Apr 2008 09:00:00 +0900\r\nFrom: <a@example.org>\r\n"+
		"To: report@csirt.example.jp\r\nSubject: %s\r\nMessage-ID: <%d@mail.example.org>\r\nMIME-Version: 1.0\r\n%s", m.name, size, m.head)
	for {
		line := m.line(w)
		if written += len(line); written+len(m.tail) > size {
			break
		}
		out.Write(line)
	}
	out.WriteString(m.tail)
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Close()
}

// heavy measures what memory the import of one mail of 50 MB takes, beside that of a short one.
func heavy(dir string, databases []database, aims *aims) error {
	short := mailSet{name: "3 KB", dir: filepath.Join(dir, "one"), n: 1, size: 3 << 10, seed: 4}
	if err := short.write(); err != nil {
		return err
	}
	for i, m := range heavyMails {
		if err := m.write(filepath.Join(dir, fmt.Sprintf("heavy%d", i)), heavySize); err != nil {
			return err
		}
	}
	fmt.Printf("\n%-44s %9s %12s %12s %10s\n", fmt.Sprintf("one mail of %d MB", heavySize>>20), "seconds", "CPU s", "beyond MB", "peak MB")
	for _, db := range databases {
		idle, err := importPeak(db, short.dir)
		if err != nil {
			return err
		}
		fmt.Printf("%-44s %9.2f %12.2f %12s %10.0f\n", db.name+": a mail of 3 KB", idle.wall.Seconds(), idle.cpu.Seconds(), "", megabytes(idle.peak))
		for i, m := range heavyMails {
			cost, err := importPeak(db, filepath.Join(dir, fmt.Sprintf("heavy%d", i)))
			if err != nil {
				return err
			}
			beyond := megabytes(cost.peak-idle.peak) - heavySize>>20
			label := db.name + ": " + m.name
			fmt.Printf("%-44s %9.2f %12.2f %12.0f %10.0f\n", label, cost.wall.Seconds(), cost.cpu.Seconds(), beyond, megabytes(cost.peak))
			aims.add(label+", beyond its size", beyond, heavyAim, false, "MB")
		}
	}
	return nil
}

// importPeak measures an import into a new empty store.
func importPeak(db database, dir string) (cost, error) {
	url, err := db.next()
	if err != nil {
		return cost{}, err
	}
	return measure(&db, os.Stdout, "import", url, dir)
}
