package charset

import "unicode/utf8"

// evidence is how a sample reads in one of the Japanese 8-bit charsets: counts of characters by kind.
type evidence struct {
	bad     int // bytes that fit nothing
	kana    int // hiragana and full-width katakana
	common  int // first-level kanji, punctuation, full-width letters and digits
	rare    int // second-level kanji and alphabets that are no Japanese
	private int // characters of the user-defined area
	half    int // half-width katakana
	comma   int // half-width punctuation, which is what EUC-JP hiragana look like in Shift_JIS
	voiced  int // half-width katakana with a voicing mark where one may stand
}

func (e evidence) chars() int {
	return e.kana + e.common + e.rare + e.private + e.half + e.comma + e.bad
}

// score weighs the counts; the weights say how surprising a kind is in real text.
func (e evidence) score() int {
	return 4*e.kana + 3*e.common + e.half + 3*e.voiced - e.rare - 6*e.private - 3*e.comma - 12*e.bad
}

// measure reads sample as name, which other than Shift_JIS and EUC-JP only counts broken bytes.
func measure(sample []byte, name string) evidence {
	switch name {
	case ShiftJIS:
		return measureShiftJIS(sample)
	case EUCJP:
		return measureEUCJP(sample)
	}
	_, bad := Append(nil, sample, name)
	return evidence{bad: bad}
}

func measureShiftJIS(b []byte) evidence {
	var e evidence
	table := jis0208()
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c < utf8.RuneSelf:
		case c >= 0xA1 && c <= 0xA5:
			e.comma++
		case c >= 0xA6 && c <= 0xDF:
			e.half++
			if (c == 0xDE || c == 0xDF) && i > 0 && (b[i-1] >= 0xB6 && b[i-1] <= 0xC4 || b[i-1] >= 0xCA && b[i-1] <= 0xCE) {
				e.voiced++
			}
		case isLeadShiftJIS(c):
			if i+1 == len(b) {
				if len(b) < sampleSize {
					e.bad++
				}
				break
			}
			index := shiftJISIndex(c, b[i+1])
			if index < 0 || table[index] == 0 {
				e.bad++
				break
			}
			e.count(index)
			i++
		default:
			e.bad++
		}
	}
	return e
}

func measureEUCJP(b []byte) evidence {
	var e evidence
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c < utf8.RuneSelf {
			continue
		}
		r, n := eucRune(b[i:])
		switch {
		case r == utf8.RuneError && n == 1 && i+1 == len(b) && len(b) == sampleSize:
		case r == utf8.RuneError:
			e.bad++
		case n == 3:
			e.rare++
		case c == 0x8E:
			e.half++
		default:
			e.count(int(c-0xA1)*rowLen + int(b[i+1]-0xA1))
		}
		i += n - 1
	}
	return e
}

// count adds the character at index of JIS X 0208.
func (e *evidence) count(index int) {
	switch row := index / rowLen; {
	case row == rowHiragana || row == rowKatakana:
		e.kana++
	case row <= 2 || row == rowNEC || row >= rowLevel1 && row < rowLevel2:
		e.common++
	case index >= firstPrivate && index < afterPrivate:
		e.private++
	default:
		e.rare++
	}
}
