package xarf

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds on what is read of one report.
const (
	maxSize   = 4 << 20 // bytes
	maxDepth  = 20      // of JSON
	maxValues = 1000    // kept in all
)

// document holds the values of a report by key, in the order in which they stand. Keys are in lower case without "-" and
// "_"; how they nest is forgotten, since the same things nest differently in each version.
type document map[string][]string

func (d document) add(key, value string) {
	key = measure.Replace(strings.ToLower(key))
	if value = strings.TrimSpace(value); value != "" && len(d) < maxValues && len(d[key]) < maxValues {
		d[key] = append(d[key], value)
	}
}

var measure = strings.NewReplacer("-", "", "_", "", " ", "")

// first gives the first value under the first of the keys that has one.
func (d document) first(keys ...string) string {
	for _, key := range keys {
		if values := d[key]; len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// all gives the values under all of the keys.
func (d document) all(keys ...string) []string {
	var values []string
	for _, key := range keys {
		values = append(values, d[key]...)
	}
	return values
}

// readLines reads the YAML of versions 0.1 and 0.2 as far as it is used there: lines "Key: value" with values that may be
// quoted, and lists of "- value" below a key.
func (d document) readLines(text string) {
	key := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n ")
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed == "---" || trimmed == "...":
			continue
		case strings.HasPrefix(trimmed, "- ") && key != "":
			d.add(key, unquote(trimmed[2:]))
			continue
		}
		name, value, ok := strings.Cut(trimmed, ":")
		if !ok || strings.ContainsAny(name, "/.\"'[]{}") {
			continue
		}
		key = name
		d.add(key, unquote(strings.TrimSpace(value)))
	}
}

// unquote takes the quotes or the block mark of YAML off.
func unquote(s string) string {
	if s == "|" || s == ">" || s == "~" {
		return ""
	}
	for _, q := range []string{`"`, `'`} {
		if len(s) >= 2 && strings.HasPrefix(s, q) && strings.HasSuffix(s, q) {
			return s[1 : len(s)-1]
		}
	}
	return s
}

// readJSON reads versions 1 to 4 token by token, so that nesting costs no stack and what stands before a fault is kept.
func (d document) readJSON(text string) error {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	return d.object(dec, "", 1)
}

// sides are the objects whose members are not told apart by their own names: {"Source": {"IP": …}} is kept as SourceIP.
var sides = map[string]bool{"source": true, "destination": true, "reporter": true, "sender": true}

// object reads the members of an object whose brace was read. The key is its own.
func (d document) object(dec *json.Decoder, key string, depth int) error {
	side := measure.Replace(strings.ToLower(key))
	if !sides[side] {
		side = ""
	}
	sample := map[string]string{}
	for dec.More() {
		member, err := dec.Token()
		if err != nil {
			return fmt.Errorf("reading JSON: %w", err)
		}
		name, _ := member.(string)
		if err := d.value(dec, side+name, depth, sample); err != nil {
			return err
		}
	}
	if payload := sample["payload"]; payload != "" {
		d.add("payload", decoded(payload, sample["contenttype"]))
	}
	_, err := dec.Token()
	if err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	return nil
}

// value reads one value, which may be an object or list, and keeps what is a plain one under its key. The members that tell
// of a sample go to sample, to be judged together.
func (d document) value(dec *json.Decoder, key string, depth int, sample map[string]string) error {
	token, err := dec.Token()
	if err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	switch v := token.(type) {
	case json.Delim:
		if depth >= maxDepth {
			return fmt.Errorf("reading JSON: nested deeper than %d", maxDepth)
		}
		if v == '{' {
			return d.object(dec, key, depth+1)
		}
		for dec.More() {
			if err := d.value(dec, key, depth+1, sample); err != nil {
				return err
			}
		}
		if _, err := dec.Token(); err != nil {
			return fmt.Errorf("reading JSON: %w", err)
		}
	case string, json.Number:
		switch name := measure.Replace(strings.ToLower(key)); name {
		case "payload", "data":
			sample["payload"] = fmt.Sprint(v)
		case "contenttype":
			sample[name] = fmt.Sprint(v)
		default:
			d.add(key, fmt.Sprint(v))
		}
	}
	return nil
}

// decoded gives a sample as text, "" where it is none. Version 4 always codes samples in base64, those before where they
// say so; no log line is valid base64 by chance.
func decoded(payload, contentType string) string {
	if strings.HasPrefix(contentType, "image/") {
		return ""
	}
	if b, err := base64.StdEncoding.DecodeString(payload); err == nil && utf8.Valid(b) {
		return string(b)
	}
	return payload
}
