package fax

import "time"

// Limits bound what one document may cost. They are given to the child, which enforces them on itself before it reads the first byte;
// its parent enforces Input, Output and Time as well.
type Limits struct {
	Input  int64         // bytes of the document
	Pages  int           // pages that are opened; more are said
	Pixels int           // of a page
	Output int64         // bytes of all that the child tells
	Memory int64         // bytes of address space that the child may take beyond what the program starts with; its programs inherit the sum
	CPU    time.Duration // of the child, and of each of its programs; whole seconds
	Time   time.Duration // until the child and its programs are ended
}

// DefaultLimits are the limits of the design: 200 pages, 40 million pixels a page.
func DefaultLimits() Limits {
	return Limits{
		Input:  50 << 20,
		Pages:  200,
		Pixels: 40_000_000,
		Output: 256 << 20,
		Memory: 1 << 30,
		CPU:    2 * time.Minute,
		Time:   3 * time.Minute,
	}
}
