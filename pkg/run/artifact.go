package run

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// Artifact returns the name of the file for a case of r: "dlq-poison-42-no-dlq.jsonl".
func Artifact(r *Result, c Case) string {
	return fmt.Sprintf("%s-%s-%d-%s.jsonl", r.Lab, inFileName(c.Fault.Name), r.Seed,
		strings.Join(append([]string{c.Design}, c.Without...), "-without-"))
}

// longestInFileName is how long a fault's name in a file's name may be.
const longestInFileName = 60

// inFileName returns a fault's name as a part of a file's name. A schedule has characters that file systems
// don't allow, and may be too long; a hash distinguishes names that then look the same.
func inFileName(fault string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r) {
			return r
		}
		return '_'
	}, fault)
	if clean == fault && len(fault) <= longestInFileName {
		return fault
	}
	sum := sha256.Sum256([]byte(fault))
	return clean[:min(len(clean), longestInFileName)] + "-" + hex.EncodeToString(sum[:4])
}

// WriteArtifact writes a case with its history; [ReadArtifact] reads it.
func WriteArtifact(w io.Writer, r *Result, c Case) error {
	alone := *r
	alone.Cases = []Case{c}
	meta, err := json.Marshal(alone)
	if err != nil {
		return fmt.Errorf("write artifact: %w", err)
	}
	return history.Write(w, history.Header{Meta: meta}, c.History)
}

// errNoRun says that a file is a history, but not that of a run.
var errNoRun = errors.New("line 1: the header has no run in it; check-history takes any history")

// ReadArtifact reads the output of WriteArtifact: a result with one case. For a damaged or foreign file it
// returns a *history.FormatError with the line.
func ReadArtifact(from io.Reader) (*Result, error) {
	header, h, err := history.Read(from)
	if err != nil {
		return nil, err
	}
	var r Result
	if err := json.Unmarshal(header.Meta, &r); err != nil || len(r.Cases) != 1 || r.Lab == "" {
		return nil, errNoRun
	}
	r.Cases[0].History = h
	return &r, nil
}

// Judge checks a case's history again against the lab's invariants, with the expectations of its run. An
// invariant that the lab no longer has is unknown.
func Judge(l lab.Spec, c *Case) {
	checks := map[string]invariant.Invariant{}
	for _, inv := range l.Invariants {
		checks[inv.Name] = inv
	}
	view := invariant.NewView(c.History)
	c.account(view)
	for i := range c.Invariants {
		j := &c.Invariants[i]
		f := invariant.Finding{Status: invariant.Unknown, Evidence: "the lab has no such invariant any more"}
		if inv, ok := checks[j.Name]; ok {
			f, j.Strict = inv.On(view), !inv.Excused()
		}
		j.Got, j.Evidence, j.Ops = f.Status, f.Evidence, f.Ops
		virtual.Collect() // of the history of hours every look leaves much behind
	}
	c.Verdict, c.Reason = judge(*c)
}
