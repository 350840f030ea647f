package charset

import (
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// byKey maps labels, reduced to their letters and digits, to canonical names: the registered ones that
// x/text does not know, those that vendors use, and the misspellings seen in real mail. "" is a label that
// says nothing.
var byKey = map[string]string{
	"ascii": ASCII, "usascii": ASCII, "asciius": ASCII, "us": ASCII, "usacsii": ASCII, "usasci": ASCII, "usaskey": ASCII,
	"ansix341968": ASCII, "ansix341986": ASCII, "iso646us": ASCII, "iso646irv1991": ASCII, "iso646": ASCII, "cp367": ASCII, "ibm367": ASCII,
	"usascii7": ASCII, "ascii7bit": ASCII, "7bitascii": ASCII, "roman": ASCII,

	"utf8": UTF8, "uft8": UTF8, "utf": UTF8, "ut8": UTF8, "urf8": UTF8, "utf88": UTF8, "utf08": UTF8, "unicode11utf8": UTF8,
	"utf8n": UTF8, "utf8mac": UTF8, "utf8mb4": UTF8, "utf8mb3": UTF8, "utf8bom": UTF8, "utf8sig": UTF8, "cp65001": UTF8, "windows65001": UTF8, "65001": UTF8, "cesu8": UTF8, "u8": UTF8, "tf8": UTF8, "ytf8": UTF8, "utg8": UTF8,
	"utf7": UTF7, "unicode11utf7": UTF7, "unicode20utf7": UTF7, "cp65000": UTF7, "utf7imap": UTF7,
	"utf16": "utf-16", "ucs2": "utf-16", "iso10646ucs2": "utf-16", "unicode": "utf-16", "utf16le": UTF16LE, "utf16be": UTF16BE, "ucs2le": UTF16LE, "ucs2be": UTF16BE, "unicodefffe": UTF16BE,
	"utf32": "utf-32", "ucs4": "utf-32", "iso10646ucs4": "utf-32", "utf32le": UTF32LE, "utf32be": UTF32BE,

	"jis": ISO2022JP, "jis7": ISO2022JP, "jis8": ISO2022JP, "junet": ISO2022JP, "cp50220": ISO2022JP, "cp50221": ISO2022JP, "cp50222": ISO2022JP,
	"jisencoding": ISO2022JP, "isojp": ISO2022JP, "iso2202jp": ISO2022JP, "iso2022": ISO2022JP, "2022jp": ISO2022JP, "iso20220jp": ISO2022JP, "is2022jp": ISO2022JP, "iso2002jp": ISO2022JP, "iso222jp": ISO2022JP, "iso2022ja": ISO2022JP, "iso2020jp": ISO2022JP, "jisx0208": ISO2022JP, "jisx02081983": ISO2022JP,
	"windows50220": ISO2022JP, "windows50221": ISO2022JP, "windows50222": ISO2022JP,

	"shiftjis": ShiftJIS, "sjis": ShiftJIS, "mskanji": ShiftJIS, "mscode": ShiftJIS, "cp932": ShiftJIS, "ms932": ShiftJIS, "ibm932": ShiftJIS, "ibm943": ShiftJIS, "cp943": ShiftJIS, "cp943c": ShiftJIS, "932": ShiftJIS,
	"windows31j": ShiftJIS, "windows932": ShiftJIS, "win31j": ShiftJIS, "windows31jp": ShiftJIS, "shiftjs": ShiftJIS, "shitfjis": ShiftJIS, "shiffjis": ShiftJIS, "sfhitjis": ShiftJIS, "shijis": ShiftJIS, "shftjis": ShiftJIS, "sihftjis": ShiftJIS, "sjiswin": ShiftJIS, "sjisms": ShiftJIS, "sjisopen": ShiftJIS,
	"pck": ShiftJIS, "macjapanese": ShiftJIS, "macjapan": ShiftJIS, "japanese": ShiftJIS, "shift": ShiftJIS,

	"eucjp": EUCJP, "ujis": EUCJP, "euc": EUCJP, "ajec": EUCJP, "cp51932": EUCJP, "windows51932": EUCJP, "eucjpms": EUCJP, "eucjpwin": EUCJP, "eucjpopen": EUCJP, "japaneseeuc": EUCJP, "eucjapan": EUCJP, "eucja": EUCJP, "ecujp": EUCJP, "extendedunixcodepackedformatforjapanese": EUCJP, "extendedunixcodepackedformat": EUCJP, "cp20932": EUCJP,

	"iso2022kr": ISO2022KR, "hzgb2312": "hz-gb-2312", "hz": "hz-gb-2312",
	"ksc56011987": "euc-kr", "ksc5601": "euc-kr", "ksc56011989": "euc-kr", "euckr": "euc-kr", "cp949": "euc-kr", "ms949": "euc-kr", "windows949": "euc-kr", "uhc": "euc-kr", "korean": "euc-kr", "johab": "euc-kr", "isoir149": "euc-kr",
	"gb2312": "gb18030", "gb23121980": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "gb180302000": "gb18030", "gb180302005": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "windows936": "gb18030", "euccn": "gb18030", "gb231280": "gb18030", "chinese": "gb18030", "isoir58": "gb18030", "gb": "gb18030",
	"big5": "big5", "big5hkscs": "big5", "cp950": "big5", "ms950": "big5", "windows950": "big5", "big5eten": "big5", "cnbig5": "big5",

	"ansi": "windows-1252", "latin1": "windows-1252", "latin": "windows-1252", "iso88591": "windows-1252", "l1": "windows-1252", "cp819": "windows-1252", "ibm819": "windows-1252", "isolatin1": "windows-1252", "cp1252": "windows-1252", "winlatin1": "windows-1252", "isso88591": "windows-1252", "windows": "windows-1252", "western": "windows-1252",
	"cp850": "windows-1252", "cp437": "windows-1252", "ibm437": "windows-1252", "ibm850": "windows-1252",
	"iso88598i": "iso-8859-8", "iso88598e": "iso-8859-8", "latin2": "iso-8859-2", "latin9": "iso-8859-15", "latin0": "iso-8859-15",
	"koi8r": "koi8-r", "koi8": "koi8-r", "koi8u": "koi8-u", "koi8ru": "koi8-u", "tis620": "windows-874", "iso885911": "windows-874", "cp874": "windows-874",
	"macroman": "macintosh", "mac": "macintosh", "applemacintosh": "macintosh",

	"unknown": "", "unknown8bit": "", "8bit": "", "7bit": "", "binary": "", "none": "", "default": "", "userdefined": "",
	"autodetect": "", "autodetectjp": "", "jisautodetect": "", "autodetectall": "", "undefined": "", "null": "", "text": "", "plain": "", "auto": "", "iso": "", "charset": "", "unspecified": "", "other": "",
}

// prefixes are tried, in order, where the whole key is not known: a family and whatever was written behind.
var prefixes = []struct{ key, name string }{
	{"shiftjis2004", ShiftJIS2004}, {"shiftjisx0213", ShiftJIS2004}, {"eucjis2004", EUCJIS2004}, {"eucjisx0213", EUCJIS2004}, {"eucjp2004", EUCJIS2004},
	{"iso2022jp", ISO2022JP}, {"cp5022", ISO2022JP}, {"shiftjis", ShiftJIS}, {"sjis", ShiftJIS}, {"eucjp", EUCJP},
	{"iso2022kr", ISO2022KR}, {"utf8", UTF8}, {"usascii", ASCII}, {"gb2312", "gb18030"}, {"ksc5601", "euc-kr"}, {"big5", "big5"},
	{"unicode11utf7", UTF7},
}

// Canonical gives the name of the charset that a label means, as this package knows it, and whether the
// label is a known one. A label that is missing, or known to say nothing ("x-unknown", "8bit"), gives "".
func Canonical(label string) (name string, known bool) {
	switch label { // what nearly all mail says, without a look at spelling
	case "":
		return "", false
	case "utf-8", "UTF-8":
		return UTF8, true
	case "iso-2022-jp", "ISO-2022-JP":
		return ISO2022JP, true
	case "us-ascii", "US-ASCII":
		return ASCII, true
	}
	key := labelKey(label)
	if name, ok := byKey[key]; ok {
		return name, name != ""
	}
	for _, p := range prefixes {
		if strings.HasPrefix(key, p.key) {
			return p.name, true
		}
	}
	return registered(key)
}

// labelKey reduces a label to lower-case letters and digits, without what was put around it: a parameter
// name ("charset=…", also as quoted-printable left it, "3Dutf-8"), a language ("utf-8*ja"), "x-" and "cs".
func labelKey(label string) string {
	label = strings.ToLower(label)
	label, _, _ = strings.Cut(label, ";")
	if i := strings.LastIndexByte(label, '='); i >= 0 && i+1 < len(label) {
		label = label[i+1:]
	}
	label, _, _ = strings.Cut(label, "*")
	key := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, label)
	if len(key) > 64 {
		key = key[:64]
	}
	for _, prefix := range []string{"3d", "charset", "cs", "x"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok && rest != "" {
			key = rest
		}
	}
	return key
}

// registered looks a key up among the names of the WHATWG Encoding Standard, in the spellings that families
// of charsets come in.
func registered(key string) (string, bool) {
	tries := []string{key}
	for _, family := range []struct{ key, name string }{
		{"iso8859", "iso-8859-"}, {"iso", "iso-"}, {"8859", "iso-8859-"}, {"windows", "windows-"}, {"win", "windows-"},
		{"cp", "windows-"}, {"latin", "latin"}, {"125", "windows-125"}, {"ibm", "ibm"}, {"koi8", "koi8-"}, {"mac", "x-mac-"},
	} {
		if rest, ok := strings.CutPrefix(key, family.key); ok {
			tries = append(tries, family.name+rest)
		}
	}
	for _, label := range tries {
		enc, err := htmlindex.Get(label)
		if err != nil {
			continue
		}
		if name, err := htmlindex.Name(enc); err == nil && name != "replacement" && name != "x-user-defined" {
			return name, true
		}
	}
	return "", false
}
