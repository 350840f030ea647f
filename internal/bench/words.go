package main

import (
	"math/rand/v2"
	"strings"

	"golang.org/x/text/encoding/japanese"
)

// language is a vocabulary whose words come as often as in natural text: by Zipf's law a few all the time, most hardly ever.
type language struct {
	words []string
	often *rand.Zipf
}

const vocabulary = 20_000

func newLanguage(random *rand.Rand, word func(*rand.Rand) string) language {
	words := make([]string, vocabulary)
	for i := range words {
		words[i] = word(random)
	}
	return language{words, rand.NewZipf(random, 1.1, 4, vocabulary-1)}
}

func (l language) word() string { return l.words[l.often.Uint64()] }

// japaneseWord is two kanji, one kanji with its ending, or a word of katakana.
func japaneseWord(random *rand.Rand) string {
	switch n := random.IntN(10); {
	case n < 6:
		return kanji(random) + kanji(random)
	case n < 8:
		return kanji(random) + pick(random, "る", "い", "れる", "して", "った", "く")
	}
	var b strings.Builder
	for range 3 + random.IntN(4) {
		b.WriteRune('ア' + rune(random.IntN('ロ'-'ア'+1)))
	}
	return b.String()
}

// kanji is one of the first level of JIS X 0208, which are rows 16 to 46 of its table; the earlier rows come more often.
func kanji(random *rand.Rand) string {
	row := min(random.IntN(31), random.IntN(31))
	text, err := japanese.EUCJP.NewDecoder().Bytes([]byte{byte(0xA0 + 16 + row), byte(0xA1 + random.IntN(94))})
	if err != nil {
		panic(err) // all these places are taken
	}
	return string(text)
}

// englishWord is one to four syllables.
func englishWord(random *rand.Rand) string {
	var b strings.Builder
	for range 1 + random.IntN(4) {
		b.WriteString(pick(random, "b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "st", "pr", ""))
		b.WriteString(pick(random, "a", "e", "i", "o", "u", "ou", "ea"))
		b.WriteString(pick(random, "", "", "n", "r", "s", "t", "l", "m", "d", "nt"))
	}
	return b.String()
}

func pick(random *rand.Rand, from ...string) string { return from[random.IntN(len(from))] }
