package cue

import "strings"

// spellings are written either way by Japanese writers; phrases would otherwise need each of them twice. A key is found at any
// place in the text. The second character keeps the verb (頂き, 頂いた) apart from the noun (頂上).
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
	'ヴ': {{"ヴィ", "ビ"}, {"ヴァ", "バ"}, {"ヴ", "ブ"}},
	'ウ': {{"ウィルス", "ウイルス"}, {"ウエブ", "ウェブ"}},
}

type spelling struct{ from, to string }

// respelt marks the first characters of spellings, which are all in the basic plane, so that few need looking up.
var respelt = func() (bits [1 << 16 / 64]uint64) {
	for r := range spellings {
		bits[r>>6] |= 1 << (r & 63)
	}
	return bits
}()

// respell gives the spelling with which rest begins, and the one that stands for it.
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
