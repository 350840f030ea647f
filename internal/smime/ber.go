package smime

import (
	"errors"
)

// Bounds on CMS from elsewhere. Mailers that stream write the content in pieces of 1 KiB or more, each a node.
const (
	maxDepth = 32
	maxNodes = 200_000
)

var errBER = errors.New("not BER")

// node is one value of BER: a primitive one with its content, or a constructed one with its parts.
type node struct {
	tag     []byte // identifier octets
	content []byte // of a primitive value
	parts   []node
	size    int // of the content in DER
}

// normal gives the DER of the first value in ber (X.690, 8 and 10): definite lengths of the shortest form, and octet
// strings in one piece. What DER says about the order of sets and the encoding of values is not looked at.
func normal(ber []byte) ([]byte, error) {
	r := &berReader{ber: ber, nodes: maxNodes}
	root, ok := r.value(0)
	if !ok {
		return nil, errBER
	}
	return root.append(make([]byte, 0, root.total())), nil
}

// berReader reads values within bounds.
type berReader struct {
	ber   []byte
	pos   int
	nodes int // that may still be read
}

const (
	constructed = 0x20
	octetString = 0x04
	indefinite  = -1
)

// value reads the value at the cursor.
func (r *berReader) value(depth int) (n node, ok bool) {
	if r.nodes--; r.nodes < 0 || depth > maxDepth {
		return n, false
	}
	if n.tag, ok = r.identifier(); !ok {
		return n, false
	}
	length, ok := r.length()
	if !ok {
		return n, false
	}
	if n.tag[0]&constructed == 0 {
		if length == indefinite {
			return n, false
		}
		n.content = r.ber[r.pos : r.pos+length]
		r.pos += length
		n.size = length
		return n, true
	}
	if n.parts, ok = r.parts(length, depth); !ok {
		return n, false
	}
	n.joinPieces()
	for _, part := range n.parts {
		n.size += part.total()
	}
	return n, true
}

// identifier reads identifier octets (8.1.2).
func (r *berReader) identifier() ([]byte, bool) {
	start := r.pos
	if r.pos >= len(r.ber) {
		return nil, false
	}
	r.pos++
	if r.ber[start]&0x1F == 0x1F {
		for r.pos < len(r.ber) && r.ber[r.pos]&0x80 != 0 && r.pos-start < 5 {
			r.pos++
		}
		r.pos++
	}
	return r.ber[start:min(r.pos, len(r.ber))], r.pos < len(r.ber)
}

// length reads length octets (8.1.3). The content is in the bytes, or the length is indefinite.
func (r *berReader) length() (int, bool) {
	if r.pos >= len(r.ber) {
		return 0, false
	}
	first := int(r.ber[r.pos])
	r.pos++
	switch {
	case first == 0x80:
		return indefinite, true
	case first < 0x80:
		return first, first <= len(r.ber)-r.pos
	}
	count := first & 0x7F
	if count > 8 || count > len(r.ber)-r.pos {
		return 0, false
	}
	length := 0
	for _, b := range r.ber[r.pos : r.pos+count] {
		if length > len(r.ber) {
			return 0, false
		}
		length = length<<8 | int(b)
	}
	r.pos += count
	return length, length <= len(r.ber)-r.pos
}

// parts reads the values inside a constructed one, up to its length or to the end-of-contents octets.
func (r *berReader) parts(length, depth int) ([]node, bool) {
	var parts []node
	end := r.pos + length
	for {
		switch {
		case length != indefinite && r.pos == end:
			return parts, true
		case length != indefinite && r.pos > end:
			return nil, false
		case length == indefinite && r.pos+2 <= len(r.ber) && r.ber[r.pos] == 0 && r.ber[r.pos+1] == 0:
			r.pos += 2
			return parts, true
		}
		part, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		parts = append(parts, part)
	}
}

// joinPieces makes one primitive octet string of one that came in pieces (8.7.3).
func (n *node) joinPieces() {
	if n.tag[0] != octetString|constructed {
		return
	}
	total := 0
	for _, part := range n.parts {
		if part.tag[0] != octetString {
			return
		}
		total += len(part.content)
	}
	joined := make([]byte, 0, total)
	for _, part := range n.parts {
		joined = append(joined, part.content...)
	}
	*n = node{tag: []byte{octetString}, content: joined, size: total}
}

// total is the size of the value with its identifier and length.
func (n *node) total() int { return len(n.tag) + lengthSize(n.size) + n.size }

func lengthSize(length int) int {
	size := 1
	if length >= 0x80 {
		for l := length; l > 0; l >>= 8 {
			size++
		}
	}
	return size
}

// append writes the value in DER.
func (n *node) append(der []byte) []byte {
	der = append(der, n.tag...)
	if size := lengthSize(n.size); size == 1 {
		der = append(der, byte(n.size))
	} else {
		der = append(der, 0x80|byte(size-1))
		for shift := (size - 2) * 8; shift >= 0; shift -= 8 {
			der = append(der, byte(n.size>>shift))
		}
	}
	if n.tag[0]&constructed == 0 {
		return append(der, n.content...)
	}
	for i := range n.parts {
		der = n.parts[i].append(der)
	}
	return der
}
