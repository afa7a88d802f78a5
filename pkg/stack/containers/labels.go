package containers

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/moby/moby/client"
)

// The labels on every object that we make.
const (
	labelOurs  = "crashlab"       // "1"
	labelRun   = "crashlab.run"   // the run's id
	labelName  = "crashlab.name"  // the process: "aws", "kafka-1", "redis"
	labelPort  = "crashlab.port"  // its port on 127.0.0.1
	labelOwner = "crashlab.owner" // host, process ID and its start: see owner
	labelWarm  = "crashlab.warm"  // "1" on a stack that outlives its starter
	labelClaim = "crashlab.claim" // a claim's ID; the next four go with it
	labelMode  = "crashlab.mode"  // see mode
	labelFor   = "crashlab.for"   // the ID that begins the names of what the owner makes
	labelSince = "crashlab.since" // when, as RFC 3339
)

// newRun returns a new, unique ID.
func newRun() string {
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// filter selects our objects: all, or those of one run.
func filter(run string) client.Filters {
	f := make(client.Filters).Add("label", labelOurs+"=1")
	if run != "" {
		f.Add("label", labelRun+"="+run)
	}
	return f
}
