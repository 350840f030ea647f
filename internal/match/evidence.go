package match

import (
	"slices"

	"todoke/internal/desk"
)

// Row is what the tables show of an incident.
type Row struct {
	Class       desk.Class
	Proto       string
	Port        int
	Worm        bool
	Brand       string
	BrandOrigin desk.Origin
	Way         string
	Aftermath   []string
}

// Evidence adds up what was told of an incident. Values stand in the order in which they were first told.
type Evidence struct {
	Classes   []Count      `json:"classes"`
	Ports     []PortCount  `json:"ports"`
	Brands    []BrandCount `json:"brands"`
	Ways      []Count      `json:"ways"`
	Aftermath []string     `json:"aftermath"`
	Worm      bool         `json:"worm"`

	Unsaid bool         `json:"unsaid,omitempty"` // no telling yet said what harm
	Doubts []desk.Group `json:"doubts,omitempty"` // other groups that every telling of a hole or an infection told too
}

// Count is a value and the pieces of evidence for it.
type Count struct {
	Value string `json:"value"`
	N     int    `json:"n"`
}

// PortCount is a port and the pieces of evidence for it.
type PortCount struct {
	Proto string `json:"proto"`
	Port  int    `json:"port"`
	N     int    `json:"n"`
}

// BrandCount is a brand and the pieces of evidence for it.
type BrandCount struct {
	Brand  string      `json:"brand"`
	Origin desk.Origin `json:"origin"`
	N      int         `json:"n"`
}

// add takes one telling in.
func (e *Evidence) add(t desk.Telling) {
	weight := max(t.Weight, 1)
	e.doubt(t)
	e.Classes = addCount(e.Classes, string(t.Class), weight)
	if t.Way != "" {
		e.Ways = addCount(e.Ways, t.Way, weight)
	}
	e.addPorts(t, weight)
	if t.Brand != "" || (t.BrandOrigin != "" && t.BrandOrigin != desk.OriginUnknown) {
		e.addBrand(BrandCount{t.Brand, t.BrandOrigin, weight})
	}
	for _, aftermath := range t.Aftermath {
		if !slices.Contains(e.Aftermath, aftermath) {
			e.Aftermath = append(e.Aftermath, aftermath)
		}
	}
	e.Worm = e.Worm || t.Worm
}

// doubt keeps what the harm may be instead, before the telling's class is entered. A hole and an infection are often a reporter's guess at
// why a machine does what it does; what it does is then the harm.
func (e *Evidence) doubt(t desk.Telling) {
	first := len(e.Classes) == 0
	if t.Inherit && t.Class == desk.Other {
		e.Unsaid = e.Unsaid || first
		return
	}
	var torn []desk.Group
	if t.Class == desk.Vulnerable || t.Class == desk.MalwareInfected {
		for _, also := range t.Also {
			torn = append(torn, also.Group())
		}
	}
	if !first && !e.Unsaid {
		torn = slices.DeleteFunc(torn, func(g desk.Group) bool { return !slices.Contains(e.Doubts, g) })
	}
	e.Unsaid, e.Doubts = false, torn
}

// mayBe tells whether all that was told so far leaves open that the harm is one of this group.
func (e *Evidence) mayBe(group desk.Group) bool { return e.Unsaid || slices.Contains(e.Doubts, group) }

func (e *Evidence) addPorts(t desk.Telling, weight int) {
	if len(t.Ports) == 0 && t.Port != 0 {
		e.addPort(PortCount{t.Proto, t.Port, weight})
	}
	for _, port := range t.Ports {
		e.addPort(PortCount{port.Proto, port.Port, max(port.Evidence, 1)})
	}
}

func (e *Evidence) addPort(told PortCount) {
	for i, port := range e.Ports {
		if port.Proto == told.Proto && port.Port == told.Port {
			e.Ports[i].N += told.N
			return
		}
	}
	e.Ports = append(e.Ports, told)
}

func (e *Evidence) addBrand(told BrandCount) {
	for i, brand := range e.Brands {
		if brand.Brand == told.Brand && brand.Origin == told.Origin {
			e.Brands[i].N += told.N
			return
		}
	}
	e.Brands = append(e.Brands, told)
}

func addCount(counts []Count, value string, n int) []Count {
	for i, count := range counts {
		if count.Value == value {
			counts[i].N += n
			return counts
		}
	}
	return append(counts, Count{value, n})
}

// merge takes in all that was told of another incident.
func (e *Evidence) merge(other Evidence) {
	for _, class := range other.Classes {
		e.Classes = addCount(e.Classes, class.Value, class.N)
	}
	for _, port := range other.Ports {
		e.addPort(port)
	}
	for _, brand := range other.Brands {
		e.addBrand(brand)
	}
	for _, way := range other.Ways {
		e.Ways = addCount(e.Ways, way.Value, way.N)
	}
	for _, aftermath := range other.Aftermath {
		if !slices.Contains(e.Aftermath, aftermath) {
			e.Aftermath = append(e.Aftermath, aftermath)
		}
	}
	e.Worm = e.Worm || other.Worm
	e.Unsaid = e.Unsaid && other.Unsaid
	e.Doubts = nil
}

// row says what the tables show: the gravest class of the group; the port with most evidence, the lowest at a tie; the brand and the
// way with most evidence, the first told at a tie.
func (e *Evidence) row(group desk.Group) Row {
	row := Row{Worm: e.Worm, Aftermath: slices.Sorted(slices.Values(e.Aftermath))}
	for _, told := range e.Classes {
		if class := desk.Class(told.Value); class.Group() == group && (row.Class == "" || class.Gravity() > row.Class.Gravity()) {
			row.Class = class
		}
	}
	most := 0
	for _, told := range e.Ports {
		if told.N > most || (told.N == most && told.Port < row.Port) {
			row.Proto, row.Port, most = told.Proto, told.Port, told.N
		}
	}
	most = 0
	for _, told := range e.Brands {
		if told.N > most {
			row.Brand, row.BrandOrigin, most = told.Brand, told.Origin, told.N
		}
	}
	if row.Class.Group() == desk.PhishingSite.Group() && row.BrandOrigin == "" {
		row.BrandOrigin = desk.OriginUnknown
	}
	most = 0
	for _, told := range e.Ways {
		if told.N > most {
			row.Way, most = told.Value, told.N
		}
	}
	return row
}
