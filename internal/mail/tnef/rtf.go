package tnef

import (
	"encoding/binary"
	"errors"
)

// Kinds of compressed RTF (MS-OXRTFCP, 2.1.3.1.1).
const (
	rtfCompressed   = 0x75465A4C // "LZFu"
	rtfUncompressed = 0x414C454D // "MELA"
)

// dictionarySize is the size of the ring of bytes that references point into (MS-OXRTFCP, 2.1.3.1.2).
const dictionarySize = 4096

// dictionaryStart is what the ring holds at the beginning (MS-OXRTFCP, 2.1.3.1.2).
const dictionaryStart = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor ` +
	`MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" +
	`\par \pard\plain\f0\fs20\b\i\u\tab\tx`

var errRTF = errors.New("compressed RTF is broken")

// decompressRTF unpacks a PidTagRtfCompressed value to at most limit bytes.
func decompressRTF(data []byte, limit int64) ([]byte, error) {
	if len(data) < 16 {
		return nil, errRTF
	}
	size := int64(binary.LittleEndian.Uint32(data[4:]))
	kind := binary.LittleEndian.Uint32(data[8:])
	data = data[16:]
	size = min(size, limit, int64(len(data))*17) // a reference of 2 bytes stands for 17 at most
	switch kind {
	case rtfUncompressed:
		return data[:min(int64(len(data)), size)], nil
	case rtfCompressed:
		return unpack(data, size)
	}
	return nil, errRTF
}

// unpack runs the LZ77 of MS-OXRTFCP, 2.2.1: a control byte tells for each of the next eight tokens whether it
// is a byte or a reference, of 12 bits of offset and 4 bits of length less 2.
func unpack(data []byte, size int64) ([]byte, error) {
	var ring [dictionarySize]byte
	at := copy(ring[:], dictionaryStart)
	out := make([]byte, 0, size)
	put := func(c byte) {
		out = append(out, c)
		ring[at] = c
		at = (at + 1) % dictionarySize
	}
	for len(data) > 0 {
		control := data[0]
		data = data[1:]
		for bit := 0; bit < 8; bit++ {
			if int64(len(out)) >= size {
				return out, nil
			}
			if control>>bit&1 == 0 {
				if len(data) == 0 {
					return out, errRTF
				}
				put(data[0])
				data = data[1:]
				continue
			}
			if len(data) < 2 {
				return out, errRTF
			}
			ref := int(data[0])<<8 | int(data[1])
			data = data[2:]
			from := ref >> 4
			if from == at { // the end (MS-OXRTFCP, 2.2.1.4)
				return out, nil
			}
			for n := ref&0xF + 2; n > 0 && int64(len(out)) < size; n-- {
				put(ring[from])
				from = (from + 1) % dictionarySize
			}
		}
	}
	return out, nil
}
