package likeness

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Example is what has features, and the label that people gave it.
type Example struct {
	Features []string
	Label    string
}

// How learning goes: rounds over all examples, the first step's size, in how many examples a feature must be, and how many of
// the features that speak most are kept.
const (
	rounds   = 14
	step     = 1.5
	inLeast  = 2
	maxKept  = 8000
	smallest = 0.1
)

// Train learns a model from examples by softmax regression with falling steps. The same examples give the same model.
func Train(examples []Example) *Model {
	t := newTrainer(examples)
	random := rand.New(rand.NewPCG(1, 2))
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	for round := range rounds {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			t.learn(t.texts[i], t.wanted[i], step/(1+0.3*float64(round)))
		}
	}
	return t.model()
}

type trainer struct {
	labels   []string
	features []string
	texts    [][]int // features of each example
	wanted   []int   // label of each example
	weights  [][]float64
}

func newTrainer(examples []Example) *trainer {
	t := &trainer{}
	count, found := map[string]int{}, make([][]string, len(examples))
	for i, e := range examples {
		if !slices.Contains(t.labels, e.Label) {
			t.labels = append(t.labels, e.Label)
		}
		found[i] = e.Features
		for _, feature := range found[i] {
			count[feature]++
		}
	}
	slices.Sort(t.labels)
	for feature, n := range count {
		if n >= inLeast {
			t.features = append(t.features, feature)
		}
	}
	slices.Sort(t.features)
	number := map[string]int{}
	for i, feature := range t.features {
		number[feature] = i
	}
	t.weights = make([][]float64, len(t.features))
	for i := range t.weights {
		t.weights[i] = make([]float64, len(t.labels))
	}
	for i, e := range examples {
		var text []int
		for _, feature := range found[i] {
			if n, ok := number[feature]; ok {
				text = append(text, n)
			}
		}
		t.texts, t.wanted = append(t.texts, text), append(t.wanted, slices.Index(t.labels, e.Label))
	}
	return t
}

// learn moves the weights of one text's features towards its label.
func (t *trainer) learn(text []int, wanted int, step float64) {
	scale := scaleOf(len(text))
	scores := make([]float64, len(t.labels))
	for _, f := range text {
		for l, w := range t.weights[f] {
			scores[l] += scale * w
		}
	}
	softmax(scores)
	for l := range scores {
		slope := -scores[l]
		if l == wanted {
			slope++
		}
		if math.Abs(slope) < 1e-3 {
			continue
		}
		for _, f := range text {
			t.weights[f][l] += step * scale * slope
		}
	}
}

// model keeps the features that speak most.
func (t *trainer) model() *Model {
	loudness := func(f int) float64 {
		loudest := 0.0
		for _, w := range t.weights[f] {
			loudest = max(loudest, math.Abs(w))
		}
		return loudest
	}
	order := make([]int, len(t.features))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(math.Copysign(1, loudness(b)-loudness(a))) })
	order = order[:min(len(order), maxKept)]
	m := newModel(t.labels, len(order))
	for _, f := range order {
		var list []weight
		for l, w := range t.weights[f] {
			if math.Abs(w) >= smallest {
				list = append(list, weight{int32(l), float32(math.Round(100*w) / 100)})
			}
		}
		if len(list) > 0 {
			m.learnt(t.features[f], list)
		}
	}
	return m
}
