package chart

import "fmt"

// Paint is the role of a colour. What it looks like depends on the ground: paper, or a dark screen.
type Paint string

// The paints that are no series. A series is painted with Tone.
const (
	None   Paint = ""
	Paper  Paint = "paper"
	Ink    Paint = "ink"
	Muted  Paint = "muted"
	Grid   Paint = "grid"
	Tinted Paint = "tinted"
)

// Tones is the number of series that can be told apart.
const Tones = 5

// Tone is the paint of the i-th series, from 0.
func Tone(i int) Paint { return Paint(fmt.Sprintf("tone-%d", i%Tones+1)) }

// RGB is a colour with components from 0 to 255.
type RGB struct{ R, G, B uint8 }

// Hex writes the colour as in CSS.
func (c RGB) Hex() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// The tones go from far from the ground to near to it, in steps of lightness that survive a grey print, and change between
// blue and orange, which the common forms of colour blindness keep apart.
var (
	light = map[Paint]RGB{
		Paper: {255, 255, 255}, Ink: {33, 37, 41}, Muted: {92, 99, 106}, Grid: {218, 222, 227}, Tinted: {240, 243, 247},
		"tone-1": {18, 52, 88}, "tone-2": {158, 62, 22}, "tone-3": {72, 134, 190}, "tone-4": {224, 154, 50}, "tone-5": {128, 128, 128},
	}
	dark = map[Paint]RGB{
		Paper: {22, 26, 31}, Ink: {232, 234, 237}, Muted: {168, 176, 184}, Grid: {56, 63, 71}, Tinted: {34, 41, 49},
		"tone-1": {222, 235, 248}, "tone-2": {232, 158, 92}, "tone-3": {86, 142, 196}, "tone-4": {152, 88, 44}, "tone-5": {190, 190, 190},
	}
)

// Light returns the paint's colour on paper.
func (p Paint) Light() RGB { return light[p] }

// Dark returns the paint's colour on a dark screen.
func (p Paint) Dark() RGB { return dark[p] }

func paints() []Paint {
	all := []Paint{Paper, Ink, Muted, Grid, Tinted}
	for i := range Tones {
		all = append(all, Tone(i))
	}
	return all
}

// CSS returns rules that paint the SVGs of this package for the ground the reader has asked for. An SVG has the colours for
// paper as attributes, so it is right without them too.
func CSS() string {
	css := "@media (prefers-color-scheme: dark) {\n"
	for _, p := range paints() {
		css += fmt.Sprintf("  .f-%s { fill: %s }\n  .s-%s { stroke: %s }\n", p, p.Dark().Hex(), p, p.Dark().Hex())
	}
	return css + "}\n"
}
