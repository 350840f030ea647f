package desk

import "strings"

// Class is the fine class of an incident, such as "scan.port". The part before the dot is its Group.
type Class string

// The classes of the contract.
const (
	ScanPort            Class = "scan.port"
	ScanBruteforce      Class = "scan.bruteforce"
	ScanWeb             Class = "scan.web"
	ForgedSpoof         Class = "forged.spoof"
	ForgedBackscatter   Class = "forged.backscatter"
	IntrusionDefacement Class = "intrusion.defacement"
	IntrusionAccount    Class = "intrusion.account"
	IntrusionSystem     Class = "intrusion.system"
	PhishingSite        Class = "phishing.site"
	MalwareSite         Class = "malware.site"
	MalwareC2           Class = "malware.c2"
	MalwareSample       Class = "malware.sample"
	MalwareInfected     Class = "malware.infected"
	DoS                 Class = "dos"
	Targeted            Class = "targeted"
	ICS                 Class = "ics"
	Spam                Class = "spam"
	Vulnerable          Class = "vulnerable"
	Other               Class = "other"
)

// Group is the part of a class before its dot. An incident is one address and one group.
type Group string

// Group returns the class's group: "scan" of "scan.port", "dos" of "dos".
func (c Class) Group() Group {
	group, _, _ := strings.Cut(string(c), ".")
	return Group(group)
}

// classInfo is one row of the table of classes: its gravity inside its group and its type in each scheme.
type classInfo struct {
	class                  Class
	gravity                int
	jpcert2008, jpcert2010 string
	rsit                   string
}

// classTable is the contract's mapping of classes to the types of each scheme. Gravity orders the classes of one group:
// where one address is told with several harms of a group, the graver holds.
var classTable = []classInfo{
	{ScanPort, 1, "scan", "scan", "information-gathering/scanner"},
	{ScanBruteforce, 2, "scan", "scan", "intrusion-attempts/brute-force"},
	{ScanWeb, 3, "scan", "scan", "intrusion-attempts/ids-alert"},
	{ForgedBackscatter, 1, "forged", "other", "abusive-content/spam"},
	{ForgedSpoof, 2, "forged", "other", "fraud/masquerade"},
	{IntrusionDefacement, 1, "intrusion", "defacement", "information-content-security/unauthorised-information-modification"},
	{IntrusionAccount, 2, "intrusion", "other", "intrusions/unprivileged-account-compromise"},
	{IntrusionSystem, 3, "intrusion", "other", "intrusions/system-compromise"},
	{PhishingSite, 1, "phishing", "phishing", "fraud/phishing"},
	{MalwareSample, 1, "other", "other", "other/undetermined"},
	{MalwareInfected, 2, "other", "other", "malicious-code/infected-system"},
	{MalwareSite, 3, "other", "malware", "malicious-code/malware-distribution"},
	{MalwareC2, 4, "other", "other", "malicious-code/c2-server"},
	{DoS, 1, "other", "dos", "availability/ddos"},
	{Targeted, 1, "other", "targeted", "other/undetermined"},
	{ICS, 1, "other", "ics", "other/undetermined"},
	{Spam, 1, "other", "other", "abusive-content/spam"},
	{Vulnerable, 1, "other", "other", "vulnerable/vulnerable-system"},
	{Other, 1, "other", "other", "other/other"},
}

func (c Class) info() (classInfo, bool) {
	for _, row := range classTable {
		if row.class == c {
			return row, true
		}
	}
	return classInfo{}, false
}

// Classes lists all classes, group by group, each group from its lightest to its gravest.
func Classes() []Class {
	classes := make([]Class, len(classTable))
	for i, row := range classTable {
		classes[i] = row.class
	}
	return classes
}

// Valid tells whether c is a class of the contract.
func (c Class) Valid() bool {
	_, ok := c.info()
	return ok
}

// Gravity orders the classes of one group from 1 (lightest); it is 0 for a class that is not of the contract.
func (c Class) Gravity() int {
	row, _ := c.info()
	return row.gravity
}

// Scheme names a set of types to which classes are mapped for a table, so that a series can be recast.
type Scheme string

// The schemes.
const (
	SchemeJPCERT2008 Scheme = "jpcert-2008"
	SchemeJPCERT2010 Scheme = "jpcert-2010"
	SchemeRSIT       Scheme = "rsit-1003"
)

// Schemes lists all schemes.
func Schemes() []Scheme { return []Scheme{SchemeJPCERT2008, SchemeJPCERT2010, SchemeRSIT} }

// TypeOf returns the type of a class in the scheme, or "" where class or scheme is unknown: such an incident stands in no
// row, and the identity "types" shows it.
func (s Scheme) TypeOf(c Class) string {
	row, ok := c.info()
	if !ok {
		return ""
	}
	switch s {
	case SchemeJPCERT2008:
		return row.jpcert2008
	case SchemeJPCERT2010:
		return row.jpcert2010
	case SchemeRSIT:
		return row.rsit
	}
	return ""
}

// Types lists the scheme's types, each once, in the order of the table of classes.
func (s Scheme) Types() []string {
	var types []string
	seen := map[string]bool{}
	for _, row := range classTable {
		t := s.TypeOf(row.class)
		if t != "" && !seen[t] {
			seen[t] = true
			types = append(types, t)
		}
	}
	return types
}

// ClassesOf lists the classes that the scheme maps to the type.
func (s Scheme) ClassesOf(typ string) []Class {
	var classes []Class
	for _, row := range classTable {
		if s.TypeOf(row.class) == typ {
			classes = append(classes, row.class)
		}
	}
	return classes
}
