package api

import (
	_ "embed"
	"net/http"
	"strconv"
)

// openAPI describes the API for programs (OpenAPI 3.1, whose schemas are JSON Schema 2020-12). Tests hold every route and every
// answer against it.
//
//go:embed openapi.json
var openAPI []byte

func describeAPI(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(openAPI)))
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Write(openAPI)
	return nil
}
