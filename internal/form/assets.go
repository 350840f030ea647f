package form

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"path"
	"strings"

	reporthtml "todoke/internal/publish/html"
)

//go:embed pages.tmpl form.css form.js work.js
var embedded embed.FS

var pages = template.Must(template.ParseFS(embedded, "pages.tmpl"))

// asset is a file that the pages load.
type asset struct{ content, mediaType string }

// assets are all of them, each by its name. The style begins with that of the desk's reports.
var assets = map[string]asset{
	"form.css": {reporthtml.CSS() + mustRead("form.css"), "text/css; charset=utf-8"},
	"form.js":  {mustRead("form.js"), "text/javascript; charset=utf-8"},
	"work.js":  {mustRead("work.js"), "text/javascript; charset=utf-8"},
}

func mustRead(name string) string {
	content, err := embedded.ReadFile(name)
	if err != nil {
		panic(err) // the compiler put it there
	}
	return string(content)
}

// assetPath names an asset by its content too, so that it may be kept for ever.
func assetPath(name string) string {
	sum := sha256.Sum256([]byte(assets[name].content))
	ext := path.Ext(name)
	return "/report/assets/" + strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:8]) + ext
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	for name, a := range assets {
		if assetPath(name) == r.URL.Path {
			w.Header().Set("Content-Type", a.mediaType)
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			w.Write([]byte(a.content))
			return
		}
	}
	http.NotFound(w, r)
}
