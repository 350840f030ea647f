package blame

import (
	"strings"
)

// acts tells whether English words behind an address make it the one who does something: "… is scanning our network", "… has
// been hammering us", "… tried to log in".
func acts(behind string) bool {
	words := strings.Fields(behind[:min(len(behind), 80)])
	for len(words) > 0 && isConnective(words[0]) {
		words = words[1:]
	}
	if len(words) == 1 {
		return did[words[0]] || doing[words[0]]
	}
	if len(words) == 0 || words[1] == "by" || words[1] == "with" {
		return false // what was done to it
	}
	switch words[0] {
	case "is", "are", "was", "were", "keeps", "kept", "started", "began":
		return doing[words[1]]
	case "has", "have", "had":
		return words[1] == "been" && len(words) > 2 && doing[words[2]] || did[words[1]]
	}
	return did[words[0]] || doing[words[0]]
}

// suffers tells whether English words before an address say what somebody does to it: "it is sweeping 192.0.2.0/24", "who scanned …".
// A deed alone may be a noun: "SSH attacks: 203.0.113.5".
func suffers(words []string) bool {
	if len(words) < 2 {
		return false
	}
	deed := words[len(words)-1]
	switch {
	case !doing[deed] && !did[deed], unaimed[deed]:
		return false
	}
	switch words[len(words)-2] {
	case "is", "are", "was", "were", "been", "it", "he", "she", "they", "who", "which", "that", "has", "have", "had", "keeps", "kept", "started", "began", "and", "host", "hosts", "machine", "box":
		return true
	}
	return false
}

// unaimed are deeds whose object is no machine: "is sending 192.0.2.5 …" tells of nobody.
var unaimed = set("sending", "trying", "attempting", "launching", "connecting", "harvesting", "spewing", "guessing", "tried", "tries", "attempted", "attempts", "connected",
	"connects", "sent", "sends", "launched", "guessed", "guesses", "knocked", "knocks", "knocking", "spammed", "spams", "hunting")

func isConnective(word string) bool {
	switch word {
	case "which", "that", "who", "and", "also", "both", "all", "again", "still", "just", "repeatedly", "has", "have", "constantly", "now", ",", "host", "hosts":
		return word != "has" && word != "have"
	}
	return false
}

// doing and did are what attackers do, in the forms that stand behind an address.
var (
	doing = set("scanning", "sending", "attacking", "trying", "probing", "hammering", "flooding", "guessing", "brute-forcing", "bruteforcing", "attempting",
		"sweeping", "hitting", "knocking", "spamming", "launching", "hunting", "bombarding", "connecting", "portscanning", "harvesting", "spewing")
	did = set("tried", "tries", "attempted", "attempts", "attacked", "attacks", "scanned", "scans", "probed", "probes", "connected", "connects", "sent", "sends",
		"hammered", "hammers", "hit", "hits", "flooded", "floods", "launched", "swept", "sweeps", "guessed", "guesses", "knocked", "knocks", "bombarded", "spammed", "spams")
)

func set(words ...string) map[string]bool {
	s := map[string]bool{}
	for _, w := range words {
		s[w] = true
	}
	return s
}
