package tnef

import "testing"

func FuzzParse(f *testing.F) {
	f.Add(stream(attribute(1, attrSubject, []byte("x\x00")), attribute(2, attrAttachRender, nil), attribute(2, attrAttachData, []byte("data"))))
	f.Add(stream(attribute(1, attrProps, props(stringProperty(propRTF, typeBinary, string(compressed("{\\rtf1 a}")))))))
	f.Fuzz(func(t *testing.T, data []byte) {
		lim := Limits{Attachments: 10, Depth: 3, RTF: 10_000}
		m, _ := Parse(data, lim)
		total, attachments := count(m)
		if attachments > lim.Attachments {
			t.Errorf("%d attachments", attachments)
		}
		if total > 10_000 {
			t.Errorf("%d bytes of RTF", total)
		}
	})
}

// count sums up the RTF and the attachments of m and what is embedded in it.
func count(m *Message) (rtf, attachments int) {
	rtf = len(m.RTF)
	for _, a := range m.Attachments {
		attachments++
		if a.Embedded != nil {
			r, n := count(a.Embedded)
			rtf, attachments = rtf+r, attachments+n
		}
	}
	return rtf, attachments
}
