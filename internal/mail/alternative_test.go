package mail

import "testing"

// What a mail program loses of a table when it makes plain text of HTML is read from the HTML; all else from the plain text.
func TestAlternativeTellsMore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why, plain, html string
		wantHTML         bool
	}{
		{"the table was lost", "Scanners of yesterday:\n", "<p>Scanners of yesterday:</p><table><tr><td>203.0.113.9</td><td>22/tcp</td></tr></table>", true},
		{"the rows were cut after the first", "Hosts: 203.0.113.9 and so on\n", "<p>Hosts: 203.0.113.9</p><p>203.0.113.10</p>", true},
		{"a stub", "See the HTML version.\n", "<p>The page http://login.example.net/bank/ is a fake.</p>", true},
		{"a defanged list was lost", "一覧は下記のとおりです。\n", "<p>一覧は下記のとおりです。</p><ul><li>hxxp://a[.]example[.]com/</li></ul>", true},
		{"both the same", "203.0.113.9 scans us\n", "<p>203.0.113.9 scans us</p>", false},
		{"only a letterhead's links are more", "203.0.113.9 scans us\nFirma AG\n", `<p>203.0.113.9 scans us</p><p><a href="http://www.firma.example/">Firma AG</a></p>`, false},
		{"the path is broken over lines", "http://login.example.net/a/very/\nlong/path\n", "<p>http://login.example.net/a/very/long/path</p>", false},
		{"each has what the other lacks", "203.0.113.9 scans us\n", "<p>198.51.100.1 and 198.51.100.2 are ours</p>", false},
		{"the plain text has more", "203.0.113.9\n203.0.113.10\n", "<p>203.0.113.9</p>", false},
		{"prices are no addresses", "It costs 3 yen.\n", "<p>It costs 3.50 yen.</p>", false},
	} {
		m := Parse([]byte("Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"+c.plain+
			"\n--b\nContent-Type: text/html; charset=utf-8\n\n"+c.html+"\n--b--\n"), Limits{})
		parts := m.BodyParts()
		if len(parts) != 1 || parts[0].HTML != c.wantHTML {
			t.Errorf("%s: %d body parts, HTML %v; want one, HTML %v", c.why, len(parts), len(parts) > 0 && parts[0].HTML, c.wantHTML)
		}
	}
}
