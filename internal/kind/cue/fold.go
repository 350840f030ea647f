package cue

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Text is a folded text: lower case, full-width letters as ASCII, spellings unified, wrapped lines joined, every sentence
// behind a break. Cues are looked for in it.
type Text struct {
	folded string
	breaks []int // offsets in folded at which a sentence ends, ascending
}

// String is the folded text.
func (t Text) String() string { return t.folded }

// spellings are written either way by Japanese writers; cues would otherwise need each of them twice. A key is found at any
// place in the text. The second rune keeps the verb (頂き, 頂いた) apart from the noun (頂上).
var spellings = map[rune][]spelling{
	'致': {{"致し", "いたし"}, {"致す", "いたす"}, {"致せ", "いたせ"}},
	'頂': {{"頂い", "いただい"}, {"頂き", "いただき"}, {"頂く", "いただく"}, {"頂け", "いただけ"}, {"頂こ", "いただこ"}, {"頂戴", "いただき"}},
	'戴': {{"戴い", "いただい"}, {"戴き", "いただき"}, {"戴く", "いただく"}, {"戴け", "いただけ"}},
	'下': {{"下さ", "くださ"}},
	'宜': {{"宜し", "よろし"}},
	'御': {{"御", "ご"}},
	'出': {{"出来", "でき"}},
	'有': {{"有難う", "ありがとう"}, {"有り難う", "ありがとう"}},
	'為': {{"為", "ため"}},
	'迄': {{"迄", "まで"}},
	'様': {{"様な", "ような"}, {"様に", "ように"}},
	'無': {{"無い", "ない"}, {"無く", "なく"}, {"無か", "なか"}},
	'良': {{"良い", "よい"}, {"良ろし", "よろし"}},
	'貰': {{"貰", "もら"}},
	'居': {{"居り", "おり"}, {"居ま", "いま"}},
	'参': {{"参り", "まいり"}},
	'サ': {{"サーバー", "サーバ"}},
	'ユ': {{"ユーザー", "ユーザ"}},
	'プ': {{"プロバイダー", "プロバイダ"}},
	'フ': {{"フィルター", "フィルタ"}},
	'ヴ': {{"ヴィ", "ビ"}, {"ヴァ", "バ"}, {"ヴ", "ブ"}},
	'ウ': {{"ウィルス", "ウイルス"}, {"ウエブ", "ウェブ"}},
}

type spelling struct{ from, to string }

// respelt marks the first runes of spellings, which are all in the basic plane, so that few need looking up.
var respelt = func() (bits [1 << 16 / 64]uint64) {
	for r := range spellings {
		bits[r>>6] |= 1 << (r & 63)
	}
	return bits
}()

// Fold makes the text in which cues are looked for. It reads at most the first limit bytes.
func Fold(s string, limit int) Text {
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	f := folder{out: make([]byte, 0, len(s)+len(s)/8)}
	f.fold(s)
	return Text{folded: string(f.out), breaks: f.breaks}
}

// isFolded tells, of a short text, whether folding it changes nothing for sure.
func isFolded(s string) bool {
	space := true // at the beginning, or behind a space
	for i, r := range s {
		switch {
		case r == ' ':
			if space || i == len(s)-1 || i+1 < len(s) && s[i-1] >= utf8.RuneSelf && s[i+1] >= utf8.RuneSelf {
				return false
			}
			space = true
			continue
		case r < ' ', 'A' <= r && r <= 'Z', r == '\u00a0', r >= '\uff01' && r <= '\uff5e', r >= '\u200b' && r <= '\u201d', r == '\u3000', r >= '\ufe00':
			return false
		case r >= 1<<16 || respelt[r>>6]&(1<<(r&63)) != 0:
			return false
		}
		space = false
	}
	return true
}

type folder struct {
	out    []byte
	breaks []int
	space  bool // white space was read and is still to be written
	lines  int  // line ends in that white space
}

func (f *folder) fold(s string) {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			f.ascii(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if from, to, ok := respell(r, s[i:]); ok {
			f.word(to)
			i += len(from)
			continue
		}
		f.rune(r, s[i:i+size])
		i += size
	}
}

func respell(r rune, rest string) (from, to string, ok bool) {
	if r >= 1<<16 || respelt[r>>6]&(1<<(r&63)) == 0 {
		return "", "", false
	}
	for _, sp := range spellings[r] {
		if strings.HasPrefix(rest, sp.from) {
			return sp.from, sp.to, true
		}
	}
	return "", "", false
}

// ascii writes one byte of ASCII, in lower case; white space is written with what follows it.
func (f *folder) ascii(c byte) {
	switch {
	case c == '\n':
		f.space = true
		f.lines++
	case c == ' ' || c == '\t' || c == '\r':
		f.space = true
	default:
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		f.gap(c)
		f.out = append(f.out, c)
	}
}

// rune writes one character outside ASCII. Full-width forms of ASCII (U+FF01 to U+FF5E) become ASCII.
func (f *folder) rune(r rune, raw string) {
	switch {
	case r == '\u3000' || r == '\u00a0' || r == '\u200b' || r == '\ufeff':
		if r == '\u3000' || r == '\u00a0' {
			f.space = true
		}
		return
	case r >= '\uff01' && r <= '\uff5e':
		f.ascii(byte(r - '\uff01' + '!'))
	case r == '\u2018' || r == '\u2019':
		f.ascii('\'')
	case r == '\u201c' || r == '\u201d':
		f.ascii('"')
	case r == utf8.RuneError:
		return
	default:
		f.word(raw)
	}
	if r == '。' || r == '！' || r == '？' {
		f.end()
	}
}

func (f *folder) word(s string) {
	f.gap(s[0])
	f.out = append(f.out, s...)
}

// gap writes the white space before a character that begins with byte next. Japanese has no spaces between words, so
// that one between two of its characters is a wrapped line or decoration and falls away.
func (f *folder) gap(next byte) {
	if !f.space {
		return
	}
	lines := f.lines
	f.space, f.lines = false, 0
	if len(f.out) == 0 {
		return
	}
	last := f.out[len(f.out)-1]
	if lines > 1 || lines == 1 && startsItem(next) || last == '.' || last == '?' || last == '!' {
		f.end()
	}
	if last >= utf8.RuneSelf && next >= utf8.RuneSelf {
		return
	}
	f.out = append(f.out, ' ')
}

// startsItem tells whether a line that starts with c is an item of a list rather than a wrapped sentence.
func startsItem(c byte) bool {
	return c == '-' || c == '*' || c == '>' || c == '#' || c == '=' || c == '+' || c == '|'
}

func (f *folder) end() {
	if n := len(f.breaks); n == 0 || f.breaks[n-1] != len(f.out) {
		f.breaks = append(f.breaks, len(f.out))
	}
}

// sentenceEnd gives the end of the sentence in which the offset stands.
func (t Text) sentenceEnd(at int) int {
	i := sort.SearchInts(t.breaks, at+1)
	if i == len(t.breaks) {
		return len(t.folded)
	}
	return t.breaks[i]
}

// sentenceStart gives the beginning of the sentence in which the offset stands.
func (t Text) sentenceStart(at int) int {
	i := sort.SearchInts(t.breaks, at+1)
	if i == 0 {
		return 0
	}
	return t.breaks[i-1]
}
