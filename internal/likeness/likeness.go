// Package likeness says which of several labels a text is most like. It has learnt from texts whose label people gave how much each
// word, pair of words and run of Japanese characters speaks for each label, and sums that up (softmax regression over the
// features of a text).
//
// Rules know why; a likeness has only seen much. So it speaks where the rules are silent or torn, never against what they
// heard clearly, and it names the phrases that spoke, so that a handler can judge them.
//
// What was learnt is a table in a readable file (Table), made by the program in the folder learn.
package likeness

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Model is a learnt table. It may be used by several goroutines at once.
type Model struct {
	labels   []string
	features *index
	weights  [][]weight // of each feature
}

func newModel(labels []string, features int) *Model {
	return &Model{labels: labels, features: newIndex(features)}
}

// learnt takes in what a feature says; of a feature that comes twice, the first holds.
func (m *Model) learnt(feature string, list []weight) {
	if m.features.find(feature) >= 0 {
		return
	}
	m.features.add(feature)
	m.weights = append(m.weights, list)
}

// of is what a feature says, nil where it is not known.
func (m *Model) of(feature string) []weight {
	if n := m.features.find(feature); n >= 0 {
		return m.weights[n]
	}
	return nil
}

// weight is how much a feature speaks for a label.
type weight struct {
	label int32
	by    float32
}

// Likeness is how much something is like what had a label.
type Likeness struct {
	Label string
	Share float64 // from 0 to 1; those of all labels add up to 1
}

// Of says how like features are to each label, in the order of the model's labels. Features of which none is known are like nothing.
func (m *Model) Of(features []string) []Likeness {
	scores := make([]float64, len(m.labels))
	known := 0
	for _, feature := range features {
		list := m.of(feature)
		for _, w := range list {
			scores[w.label] += float64(w.by)
		}
		if list != nil {
			known++
		}
	}
	if known == 0 {
		return nil
	}
	for i := range scores {
		scores[i] *= scaleOf(known)
	}
	softmax(scores)
	all := make([]Likeness, len(scores))
	for i, share := range scores {
		all[i] = Likeness{Label: m.labels[i], Share: share}
	}
	return all
}

// Best is the label with the highest share; none of an empty list.
func Best(all []Likeness) Likeness {
	var best Likeness
	for _, like := range all {
		if like.Share > best.Share {
			best = like
		}
	}
	return best
}

// Heard names the features that speak most for a label, the strongest first, without those that lie in a stronger one.
func (m *Model) Heard(features []string, label string) []string {
	type voice struct {
		feature string
		by      float32
	}
	var voices []voice
	for _, feature := range features {
		for _, w := range m.of(feature) {
			if m.labels[w.label] == label && w.by > 0 {
				voices = append(voices, voice{feature, w.by})
			}
		}
	}
	slices.SortFunc(voices, func(a, b voice) int {
		return cmp.Or(cmp.Compare(b.by, a.by), cmp.Compare(a.feature, b.feature))
	})
	list := []string{}
	for _, v := range voices {
		if len(list) == maxHeard {
			break
		}
		if !slices.ContainsFunc(list, func(h string) bool { return strings.Contains(h, v.feature) || strings.Contains(v.feature, h) }) {
			list = append(list, v.feature)
		}
	}
	return list
}

// maxHeard is how many features are named.
const maxHeard = 3

// softmax makes shares of scores, which add up to 1.
func softmax(scores []float64) {
	highest, sum := slices.Max(scores), 0.0
	for i, score := range scores {
		scores[i] = math.Exp(score - highest)
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
}

// scaleOf makes long and short texts comparable: what each of n features adds to a score is divided by the root of n.
func scaleOf(n int) float64 { return 1 / math.Sqrt(float64(max(1, n))) }

// Parse reads a table: first a line with the labels, then a line for each feature, which is the feature and "label:weight" for
// each label it speaks for or against (below zero), all parted by tabs. A label is told by its place in the first line, from 0.
func Parse(table []byte) (*Model, error) {
	lines := bufio.NewScanner(bytes.NewReader(table))
	lines.Buffer(nil, 1<<20)
	if !lines.Scan() {
		return nil, fmt.Errorf("a table of likeness has no line of labels")
	}
	m := newModel(strings.Split(lines.Text(), "\t"), bytes.Count(table, []byte{'\n'}))
	for n := 2; lines.Scan(); n++ {
		feature, rest, _ := strings.Cut(lines.Text(), "\t")
		var list []weight
		for field := range strings.SplitSeq(rest, "\t") {
			label, by, _ := strings.Cut(field, ":")
			l, err := strconv.Atoi(label)
			value, err2 := strconv.ParseFloat(by, 32)
			if err != nil || err2 != nil || l < 0 || l >= len(m.labels) {
				return nil, fmt.Errorf("a table of likeness has %q in line %d, where \"label:weight\" is wanted", field, n)
			}
			list = append(list, weight{int32(l), float32(value)})
		}
		m.learnt(feature, list)
	}
	return m, lines.Err()
}

// MustParse reads the table of a file that is part of the program; a wrong one is a fault of the program's making.
func MustParse(file string, table []byte) *Model {
	m, err := Parse(table)
	if err != nil {
		panic(fmt.Errorf("%s: %w", file, err))
	}
	return m
}

// Table writes a model as Parse reads it, the features in alphabetical order.
func (m *Model) Table(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, strings.Join(m.labels, "\t"))
	for _, feature := range slices.Sorted(slices.Values(m.features.all)) {
		out.WriteString(feature)
		for _, each := range m.of(feature) {
			fmt.Fprintf(out, "\t%d:%.2f", each.label, each.by)
		}
		out.WriteByte('\n')
	}
	return out.Flush()
}
