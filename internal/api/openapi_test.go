package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"todoke/internal/api/compose"
	"todoke/internal/desk"
)

// document is the part of the OpenAPI document that is compared with the code.
type document struct {
	OpenAPI    string
	Paths      map[string]map[string]any
	Components struct {
		Schemas map[string]schema
	}
}

type schema struct {
	Properties map[string]schema
	Required   []string
	Enum       []any
	MaxLength  int
	MaxItems   int
	Items      *schema
}

func documentOf(t *testing.T) document {
	t.Helper()
	var d document
	if err := json.Unmarshal(openAPI, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDocument: the document is OpenAPI 3.1 by that standard's own schema.
func TestDocument(t *testing.T) {
	t.Parallel()
	v, err := described()
	if err != nil {
		t.Fatal(err)
	}
	if ok, errs := v.ValidateDocument(); !ok {
		for _, e := range errs {
			t.Errorf("%s: %s %v", e.Message, e.Reason, e.SchemaValidationErrors)
		}
	}
	if d := documentOf(t); !strings.HasPrefix(d.OpenAPI, "3.1.") {
		t.Errorf("the document is of version %s", d.OpenAPI)
	}
}

// TestRoutes: the document has each path and method that is served, and none else.
func TestRoutes(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	doc := documentOf(t)
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}
	for path, item := range doc.Paths {
		for _, method := range methods {
			r := request(method, strings.ReplaceAll(path, "{id}", "1"), "", "")
			_, err := d.route(r)
			if _, told := item[strings.ToLower(method)]; told != (err == nil) {
				t.Errorf("%s %s: described is %v, served is %v", method, path, told, err == nil)
			}
		}
	}
	if want := []string{"/api/v1/messages", "/api/v1/messages/{id}", "/api/v1/openapi.json"}; len(doc.Paths) != len(want) {
		t.Errorf("the document has %d paths, want %q", len(doc.Paths), want)
	}
}

// TestServedDocument: the document is served to everybody, as it is.
func TestServedDocument(t *testing.T) {
	t.Parallel()
	d := newDoor(t, nil)
	answer := d.exchange(t, request(http.MethodGet, "/api/v1/openapi.json", "", "", "Authorization: "))
	var got, want any
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(openAPI, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" || answer.StatusCode != http.StatusOK {
		t.Errorf("answer %d (-want +got):\n%s", answer.StatusCode, diff)
	}
}

// TestSchema: bounds, classes, states and kinds of the document are those of the code.
func TestSchema(t *testing.T) {
	t.Parallel()
	s := documentOf(t).Components.Schemas
	report, incident := s["Report"].Properties, s["Incident"].Properties
	type bounds struct{ Name, Email, Text, Evidence, Incidents, Hosts, URLs, URL, Brand, Faults int }
	want := bounds{compose.MaxName, compose.MaxEmail, compose.MaxText, compose.MaxEvidence, compose.MaxIncidents, compose.MaxHosts, compose.MaxURLs, compose.MaxURL, compose.MaxName, compose.MaxFaults}
	got := bounds{
		report["reporter"].Properties["name"].MaxLength, report["reporter"].Properties["email"].MaxLength, report["text"].MaxLength, incident["evidence"].MaxLength,
		report["incidents"].MaxItems, incident["hosts"].MaxItems, incident["urls"].MaxItems, incident["urls"].Items.MaxLength, incident["brand"].MaxLength, s["Problem"].Properties["errors"].MaxItems,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("bounds (-code +document):\n%s", diff)
	}
	words := func(list []any) (words []string) {
		for _, w := range list {
			if s, ok := w.(string); ok {
				words = append(words, s)
			}
		}
		slices.Sort(words)
		return words
	}
	var kinds, classes []string
	for _, c := range desk.Classes() {
		classes = append(classes, string(c))
	}
	for _, k := range desk.Kinds() {
		kinds = append(kinds, string(k))
	}
	states := []string{string(StateRegistering), string(StateHeld), string(StateOpen), string(StateClosed), string(StateFiled)}
	for _, each := range []struct {
		what      string
		code, doc []string
	}{
		{"classes", classes, words(incident["class"].Enum)},
		{"kinds", kinds, words(s["Status"].Properties["kind"].Enum)},
		{"states", states, words(s["Status"].Properties["state"].Enum)},
	} {
		slices.Sort(each.code)
		if diff := cmp.Diff(each.code, each.doc); diff != "" {
			t.Errorf("%s (-code +document):\n%s", each.what, diff)
		}
	}
}
