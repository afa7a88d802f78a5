package sqs

import (
	"errors"
	"regexp"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// failed is one entry of a batch that did not succeed.
type failed struct {
	ID          string `json:"Id"`
	SenderFault bool   `json:"SenderFault"`
	Code        string `json:"Code"`
	Message     string `json:"Message"`
}

func failure(id string, err error) failed {
	var e *api.Error
	if !errors.As(err, &e) {
		return failed{ID: id, Code: "InternalError", Message: err.Error()}
	}
	code := e.QueryCode
	if code == "" {
		code = strings.TrimSuffix(e.Code, "Exception")
	}
	return failed{ID: id, SenderFault: e.HTTPStatus() < 500, Code: code, Message: e.Message}
}

// done is one successful entry of a batch without further output.
type done struct {
	ID string `json:"Id"`
}

var batchID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// checkBatch checks the conditions under which a whole batch fails. kind is the entry's type in the API.
func checkBatch[E any](kind string, entries []E, idOf func(E) string) error {
	if len(entries) == 0 {
		return modeled("EmptyBatchRequest", oldPrefix+"EmptyBatchRequest", "There should be at least one %s in the request.",
			kind)
	}
	if len(entries) > maxBatch {
		return modeled("TooManyEntriesInBatchRequest", oldPrefix+"TooManyEntriesInBatchRequest",
			"Maximum number of entries per request are %d. You have sent %d.", maxBatch, len(entries))
	}
	seen := make(map[string]bool, len(entries))
	for _, e := range entries {
		id := idOf(e)
		if !batchID.MatchString(id) {
			return modeled("InvalidBatchEntryId", oldPrefix+"InvalidBatchEntryId",
				"A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 "+
					"letters long.")
		}
		if seen[id] {
			return modeled("BatchEntryIdsNotDistinct", oldPrefix+"BatchEntryIdsNotDistinct", "Id %s repeated.", id)
		}
		seen[id] = true
	}
	return nil
}

// each applies do to every entry of a batch and collects the results.
func each[E any](entries []E, idOf func(E) string, do func(E) error) (successful []done, unsuccessful []failed) {
	successful, unsuccessful = []done{}, []failed{}
	for _, e := range entries {
		if err := do(e); err != nil {
			unsuccessful = append(unsuccessful, failure(idOf(e), err))
			continue
		}
		successful = append(successful, done{ID: idOf(e)})
	}
	return successful, unsuccessful
}
