package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"todoke/internal/desk"
	"todoke/internal/store/fulltext"
)

const (
	maxOccurrences = 1 << 20  // in one new segment: bounds the memory of building it
	fanIn          = 16       // so many small segments become one
	fullSegment    = 64 << 20 // bytes from which a segment is merged no more
)

// index adds the texts of new messages to the search index.
func (s *Store) index(ctx context.Context, t tx, batch []Packed, fresh []arrival) error {
	if len(fresh) == 0 {
		return nil
	}
	builder := s.builder // only the one writer of the process is here
	builder.Reset()
	var docs documents
	flush := func() error {
		err := t.addSegment(ctx, builder.Build(), docs)
		docs = nil
		return err
	}
	for _, a := range fresh {
		m := &batch[a.place]
		builder.Add(a.id, m.text)
		docs = append(docs, document{a.id, m.received})
		if builder.Size() >= maxOccurrences {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(docs) > 0 {
		if err := flush(); err != nil {
			return err
		}
	}
	return t.mergeSegments(ctx)
}

// document is a message in the search index.
type document struct {
	message, received int64
}

type documents []document

// encode writes each document as two numbers of 8 bytes, so that segments are merged by putting them together.
func (d documents) encode() []byte {
	data := make([]byte, 0, 16*len(d))
	for _, doc := range d {
		data = binary.BigEndian.AppendUint64(data, uint64(doc.message))
		data = binary.BigEndian.AppendUint64(data, uint64(doc.received))
	}
	return data
}

func decodeDocuments(data []byte) documents {
	docs := make(documents, 0, len(data)/16)
	for ; len(data) >= 16; data = data[16:] {
		docs = append(docs, document{int64(binary.BigEndian.Uint64(data)), int64(binary.BigEndian.Uint64(data[8:]))})
	}
	return docs
}

func (d documents) newest() int64 {
	return slices.MaxFunc(d, func(a, b document) int { return cmp.Compare(a.received, b.received) }).received
}

func (t tx) addSegment(ctx context.Context, blocks []fulltext.Block, docs documents) error {
	id, err := t.newSegment(ctx, docs)
	if err != nil {
		return err
	}
	size, err := t.addBlocks(ctx, id, blocks)
	if err != nil {
		return err
	}
	return t.sizeSegment(ctx, id, size)
}

func (t tx) newSegment(ctx context.Context, docs documents) (id int64, err error) {
	err = t.QueryRowContext(ctx, "INSERT INTO search_segment (first, bytes, newest, docs) VALUES ($1, 0, $2, $3) RETURNING id",
		docs[0].message, docs.newest(), docs.encode()).Scan(&id)
	return id, err
}

func (t tx) sizeSegment(ctx context.Context, id int64, size int) error {
	_, err := t.ExecContext(ctx, "UPDATE search_segment SET bytes = $1 WHERE id = $2", size, id)
	return err
}

func (t tx) addBlocks(ctx context.Context, segment int64, blocks []fulltext.Block) (size int, err error) {
	rows := bulk{table: "search_block", columns: []string{"segment", "first", "data"}}
	for _, block := range blocks {
		rows.rows = append(rows.rows, []any{segment, block.First, block.Data})
		size += len(block.Data)
	}
	return size, t.insert(ctx, rows)
}

// segment is one row of search_segment.
type segment struct {
	id    int64
	bytes int
}

// level orders segments by size; each level is fanIn times the one below.
func (s segment) level() int {
	level := 0
	for bytes := s.bytes / 4096; bytes > 0; bytes /= fanIn {
		level++
	}
	return level
}

// mergeSegments keeps the number of segments small: where the newest fanIn segments are of one level or below, they become
// one. So a posting is copied once for each level, and what is full is not touched again.
func (t tx) mergeSegments(ctx context.Context) error {
	for {
		var all []segment
		err := t.scan(ctx, "SELECT id, bytes FROM search_segment ORDER BY first", nil, func(rows *sql.Rows) error {
			var s segment
			all = append(all, s)
			return rows.Scan(&all[len(all)-1].id, &all[len(all)-1].bytes)
		})
		if err != nil {
			return err
		}
		run := mergeable(all)
		if run == nil {
			return nil
		}
		if err := t.merge(ctx, run); err != nil {
			return fmt.Errorf("merging the search index: %w", err)
		}
	}
}

// mergeable finds the newest segments that should become one, nil where there are none.
func mergeable(all []segment) []segment {
	highest := segment{bytes: fullSegment - 1}.level()
	for level := 0; level <= highest; level++ {
		first := len(all)
		for first > 0 && all[first-1].level() <= level && all[first-1].bytes < fullSegment {
			first--
		}
		if len(all)-first >= fanIn {
			return all[first:]
		}
	}
	return nil
}

// merge makes one segment of neighbours.
func (t tx) merge(ctx context.Context, run []segment) error {
	var docs documents
	var sources []fulltext.Source
	for _, old := range run {
		var data []byte
		if err := t.QueryRowContext(ctx, "SELECT docs FROM search_segment WHERE id = $1", old.id).Scan(&data); err != nil {
			return err
		}
		docs = append(docs, decodeDocuments(data)...)
		sources = append(sources, t.blocks(ctx, old.id))
	}
	id, err := t.newSegment(ctx, docs)
	if err != nil {
		return err
	}
	total := 0
	err = fulltext.Merge(sources, func(blocks []fulltext.Block) error {
		size, err := t.addBlocks(ctx, id, blocks)
		total += size
		return err
	})
	if err != nil {
		return err
	}
	for _, old := range run {
		if _, err := t.ExecContext(ctx, "DELETE FROM search_block WHERE segment = $1", old.id); err != nil {
			return err
		}
		if _, err := t.ExecContext(ctx, "DELETE FROM search_segment WHERE id = $1", old.id); err != nil {
			return err
		}
	}
	return t.sizeSegment(ctx, id, total)
}

// blocks reads a segment block by block.
func (t tx) blocks(ctx context.Context, segment int64) fulltext.Source {
	last := ""
	return func() ([]byte, error) {
		var data []byte
		err := t.QueryRowContext(ctx, "SELECT first, data FROM search_block WHERE segment = $1 AND first > $2 ORDER BY first LIMIT 1",
			segment, last).Scan(&last, &data)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		return data, err
	}
}

// lookup finds postings in one segment.
func (t tx) lookup(ctx context.Context, segment int64) fulltext.Lookup {
	return func(term string, prefix bool) ([][]byte, error) {
		var found [][]byte
		query, args := "SELECT data FROM search_block WHERE segment = $1 AND first <= $2 ORDER BY first DESC LIMIT 1", []any{segment, term}
		if prefix {
			query = `SELECT data FROM search_block WHERE segment = $1 AND first < $3 AND first >= coalesce(
				(SELECT max(first) FROM search_block WHERE segment = $1 AND first <= $2), '') ORDER BY first`
			args = append(args, term+"\U0010FFFF")
		}
		err := t.scan(ctx, query, args, func(rows *sql.Rows) error {
			var data []byte
			if err := rows.Scan(&data); err != nil {
				return err
			}
			return fulltext.Entries(data, func(e fulltext.Entry) bool {
				if e.Term == term || prefix && strings.HasPrefix(e.Term, term) {
					found = append(found, e.Postings)
				}
				return prefix || e.Term < term
			})
		})
		return found, err
	}
}

// Key is a place in a list that is ordered by time of receipt, the newest first. The zero Key is its beginning.
type Key struct {
	Received time.Time
	Message  int64
}

// Hit is a message that a search found.
type Hit struct {
	Message  int64
	SHA256   [32]byte
	Received time.Time
	Sender   string
	Subject  string
	Kind     desk.Kind // "" where it waits to be matched
	Report   string    // number, "" where it stands in none
}

// Key is the hit's place in the list.
func (h Hit) Key() Key { return Key{h.Received, h.Message} }

// Found is one page of a search.
type Found struct {
	Hits []Hit // the newest first
	More bool  // there are older ones, behind the key of the last hit
}

// Search finds messages whose text holds all words of the query, "words in quotes" side by side, and returns the newest
// behind the key. The query of no words finds nothing.
func (s *Store) Search(ctx context.Context, query string, limit int, after Key) (Found, error) {
	parsed := fulltext.ParseQuery(query)
	if parsed.Empty() || limit <= 0 {
		return Found{}, nil
	}
	var found Found
	err := s.read(ctx, func(t tx) error {
		top, err := t.newestDocuments(ctx, parsed, limit+1, after)
		if err != nil {
			return err
		}
		if found.More = len(top) > limit; found.More {
			top = top[:limit]
		}
		found.Hits, err = t.hits(ctx, top)
		return err
	})
	if err != nil {
		return Found{}, fmt.Errorf("searching: %w", err)
	}
	return found, nil
}

// newestDocuments asks segment by segment, the one with the newest message first, and stops where no older segment can hold a hit
// that belongs on the page.
func (t tx) newestDocuments(ctx context.Context, query fulltext.Query, limit int, after Key) (documents, error) {
	type candidate struct{ id, newest int64 }
	var segments []candidate
	err := t.scan(ctx, "SELECT id, newest FROM search_segment ORDER BY newest DESC", nil, func(rows *sql.Rows) error {
		segments = append(segments, candidate{})
		return rows.Scan(&segments[len(segments)-1].id, &segments[len(segments)-1].newest)
	})
	if err != nil {
		return nil, err
	}
	var top documents
	for _, each := range segments {
		if len(top) == limit && top[limit-1].received > each.newest {
			break
		}
		ids, err := query.Documents(t.lookup(ctx, each.id))
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 {
			continue
		}
		docs, err := t.received(ctx, each.id, ids)
		if err != nil {
			return nil, err
		}
		top = keepNewest(append(top, docs...), limit, after)
	}
	return top, nil
}

// fewHits are looked up message by message; of more, the segment's whole list is read.
const fewHits = 200

// received finds when the messages of a segment were received.
func (t tx) received(ctx context.Context, segment int64, ids []int64) (documents, error) {
	docs := make(documents, 0, len(ids))
	if len(ids) <= fewHits {
		err := t.scan(ctx, "SELECT id, received FROM message WHERE id IN "+in(t.dialect.numbers, 1), []any{list(ids)}, func(rows *sql.Rows) error {
			var d document
			err := rows.Scan(&d.message, &d.received)
			docs = append(docs, d)
			return err
		})
		return docs, err
	}
	var data []byte
	if err := t.QueryRowContext(ctx, "SELECT docs FROM search_segment WHERE id = $1", segment).Scan(&data); err != nil {
		return nil, err
	}
	all := decodeDocuments(data)
	for _, id := range ids {
		place, ok := slices.BinarySearchFunc(all, id, func(d document, id int64) int { return cmp.Compare(d.message, id) })
		if ok {
			docs = append(docs, all[place])
		}
	}
	return docs, nil
}

// keepNewest sorts documents, the newest first, and keeps the first ones behind the key.
func keepNewest(docs documents, limit int, after Key) documents {
	if !after.Received.IsZero() {
		edge := document{after.Message, micros(after.Received)}
		docs = slices.DeleteFunc(docs, func(d document) bool { return newerFirst(d, edge) <= 0 })
	}
	slices.SortFunc(docs, newerFirst)
	return docs[:min(limit, len(docs))]
}

func newerFirst(a, b document) int {
	return cmp.Or(cmp.Compare(b.received, a.received), cmp.Compare(b.message, a.message))
}

// hits reads what a list shows of the messages, in their order.
func (t tx) hits(ctx context.Context, docs documents) ([]Hit, error) {
	places := map[int64]int{}
	ids := make([]int64, len(docs))
	for i, doc := range docs {
		places[doc.message], ids[i] = i, doc.message
	}
	hits := make([]Hit, len(docs))
	query := `SELECT m.id, m.sha256, m.received, m.sender, m.subject, coalesce(d.kind, ''), coalesce(r.number, '')
		FROM message m LEFT JOIN decision d ON d.message = m.id LEFT JOIN report r ON r.id = d.report
		WHERE m.id IN ` + in(t.dialect.numbers, 1)
	err := t.scan(ctx, query, []any{list(ids)}, func(rows *sql.Rows) error {
		var h Hit
		var sum []byte
		var received int64
		if err := rows.Scan(&h.Message, &sum, &received, &h.Sender, &h.Subject, &h.Kind, &h.Report); err != nil {
			return err
		}
		h.SHA256, h.Received = [32]byte(sum), fromMicros(received)
		hits[places[h.Message]] = h
		return nil
	})
	return hits, err
}
