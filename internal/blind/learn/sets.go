package main

import (
	"archive/zip"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
)

// incident is one address at fault, as the truth of a set has it.
type incident struct {
	Class   string   `json:"class"`
	Reports []string `json:"reports"`
}

// set gives the lessons of a blind set, a quarter or single mails.
func (t *teacher) set(path string) (lessons, error) {
	files, err := unpack(path)
	if err != nil {
		return nil, err
	}
	truths, err := truthsOf(files)
	if err != nil {
		return nil, err
	}
	all := lessons{}
	for _, name := range slices.Sorted(maps.Keys(truths)) {
		all.add(t.lesson(files[name], truths[name]))
	}
	return all, nil
}

// truthsOf reads what is known of the mails of a set: one file for a quarter, one beside each single mail.
func truthsOf(files map[string][]byte) (map[string]truth, error) {
	if text, ok := files["truth.json"]; ok {
		return quarterTruths(text)
	}
	truths := map[string]truth{}
	for name, text := range files {
		if !strings.HasSuffix(name, ".json") {
			continue
		}
		var mail struct {
			Kind      string     `json:"kind"`
			Incidents []incident `json:"incidents"`
		}
		if err := json.Unmarshal(text, &mail); err != nil {
			return nil, err
		}
		truths[strings.TrimSuffix(name, ".json")+".eml"] = truthOf(mail.Kind, mail.Incidents)
	}
	return truths, nil
}

// quarterTruths takes as the class of each telling that of its report.
func quarterTruths(text []byte) (map[string]truth, error) {
	var quarter struct {
		Incidents []incident `json:"incidents"`
		Outside   []incident `json:"incidents_outside"`
		Messages  map[string]struct {
			Kind    string `json:"kind"`
			Report  string `json:"report"`
			Wording string `json:"wording"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(text, &quarter); err != nil {
		return nil, err
	}
	told := map[string][]incident{}
	for _, i := range append(quarter.Incidents, quarter.Outside...) {
		for _, report := range i.Reports {
			told[report] = append(told[report], i)
		}
	}
	truths, used := map[string]truth{}, map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(quarter.Messages)) {
		m := quarter.Messages[name]
		if used[m.Wording] >= perWording {
			continue
		}
		used[m.Wording]++
		truths["mails/"+name] = truthOf(m.Kind, told[m.Report])
	}
	return truths, nil
}

func truthOf(kind string, incidents []incident) truth {
	var classes []string
	for _, i := range incidents {
		classes = append(classes, i.Class)
	}
	return truth{kind, only(classes)}
}

func unpack(path string) (map[string][]byte, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	files := map[string][]byte{}
	for _, entry := range archive.File {
		file, err := entry.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(file)
		file.Close()
		if err != nil {
			return nil, err
		}
		files[entry.Name] = text
	}
	return files, nil
}
