package history

import (
	"cmp"
	"encoding/json"
	"slices"
)

// Row is one figure of one month, as a store keeps it.
type Row struct {
	Month string // YYYY-MM
	Field Field
	Value int
}

// Rows lists all that is known, by month and field.
func (s Series) Rows() []Row {
	var rows []Row
	for month, values := range s.months {
		for field, value := range values {
			rows = append(rows, Row{month.String(), field, value})
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Field, b.Field)) })
	return rows
}

// FromRows makes a series of rows; a row whose month cannot be read is left out, as a gap.
func FromRows(source map[string]string, rows []Row) Series {
	s := Series{Source: source, months: map[Month]map[Field]int{}}
	for _, row := range rows {
		month, err := ParseMonth(row.Month)
		if err != nil {
			continue
		}
		if s.months[month] == nil {
			s.months[month] = map[Field]int{}
		}
		s.months[month][row.Field] = row.Value
	}
	return s
}

// Knows tells whether the series has any figure of a month (YYYY-MM).
func (s Series) Knows(month string) bool {
	m, err := ParseMonth(month)
	return err == nil && len(s.months[m]) > 0
}

// frozen is a series as an edition keeps it.
type frozen struct {
	Source map[string]string        `json:"source"`
	Months map[string]map[Field]int `json:"months"`
	Own    []string                 `json:"own"` // months of our own counting
}

// MarshalJSON writes the series with the months that are of our own counting told apart.
func (s Series) MarshalJSON() ([]byte, error) {
	kept := frozen{Source: s.Source, Months: map[string]map[Field]int{}, Own: []string{}}
	for month, values := range s.months {
		kept.Months[month.String()] = values
	}
	for month := range s.own {
		kept.Own = append(kept.Own, month.String())
	}
	slices.Sort(kept.Own)
	return json.Marshal(kept)
}

// UnmarshalJSON reads what MarshalJSON has written.
func (s *Series) UnmarshalJSON(text []byte) error {
	var kept frozen
	if err := json.Unmarshal(text, &kept); err != nil {
		return err
	}
	read := Series{Source: kept.Source, months: map[Month]map[Field]int{}, own: map[Month]bool{}}
	for name, values := range kept.Months {
		month, err := ParseMonth(name)
		if err != nil {
			return err
		}
		read.months[month] = values
	}
	for _, name := range kept.Own {
		month, err := ParseMonth(name)
		if err != nil {
			return err
		}
		read.own[month] = true
	}
	*s = read
	return nil
}
