package eventbridge

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/eventpattern"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

const (
	maxEntries    = 10
	maxEntryBytes = 1 << 20 // all entries of a call together
)

// entry is one event of a PutEvents.
type entry struct {
	Time                                     *float64
	Source, DetailType, Detail, EventBusName string
	Resources                                []string
}

// size is the size of an entry by AWS's rules.
func (e *entry) size() int {
	n := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if e.Time != nil {
		n += 14
	}
	for _, r := range e.Resources {
		n += len(r)
	}
	return n
}

type entryResult struct {
	EventId      string `json:",omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

// refuse returns the error of an invalid entry: part of the answer, not an error of the call.
func (e *entry) refuse() (result entryResult, refused bool) {
	for _, required := range []struct{ name, value string }{
		{"Source", e.Source},
		{"DetailType", e.DetailType},
		{"Detail", e.Detail},
	} {
		if required.value == "" {
			return entryResult{
				ErrorCode:    "InvalidArgument",
				ErrorMessage: "Parameter " + required.name + " is not valid. Reason: " + required.name + " is a required argument.",
			}, true
		}
	}
	if strings.HasPrefix(e.Source, "aws.") {
		return entryResult{ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source."}, true
	}
	if detail, err := eventpattern.JSON(e.Detail); err == nil {
		if _, object := detail.(map[string]any); object {
			return entryResult{}, false
		}
	}
	return entryResult{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed."}, true
}

func (s *Service) putEvents(a *account, in *struct {
	Entries    []entry
	EndpointId string
}) (any, error) {
	switch {
	case in.EndpointId != "":
		return nil, validation("Global endpoints are not supported by the embedded AWS.")
	case len(in.Entries) == 0:
		return nil, member("[]", "entries", "have length greater than or equal to 1")
	case len(in.Entries) > maxEntries:
		return nil, member("[...]", "entries", "have length less than or equal to 10")
	}
	total := 0
	for i := range in.Entries {
		total += in.Entries[i].size()
	}
	if total >= maxEntryBytes {
		return nil, validation("Total size of the entries in the request is over the limit.")
	}
	out := struct {
		FailedEntryCount int
		Entries          []entryResult
	}{Entries: []entryResult{}}
	for i := range in.Entries {
		result, refused := in.Entries[i].refuse()
		if refused {
			out.FailedEntryCount++
		} else {
			e, err := s.newEvent(a, &in.Entries[i])
			if err != nil {
				return nil, err
			}
			result.EventId = e.ID
			// An event for a missing bus is accepted and lost, as on AWS.
			if b := a.buses[busName(in.Entries[i].EventBusName)]; b != nil {
				s.sender.send(s.arrive(a, b, e))
			}
		}
		out.Entries = append(out.Entries, result)
	}
	return out, nil
}

func (s *Service) newEvent(a *account, in *entry) (*event, error) {
	var detail bytes.Buffer
	if err := json.Compact(&detail, []byte(in.Detail)); err != nil {
		return nil, err
	}
	now := s.now()
	e := &event{
		Version: "0", ID: id.UUID(), DetailType: in.DetailType, Source: in.Source, Account: a.scope.Account,
		Region:    a.scope.Region,
		Resources: append([]string{}, in.Resources...), Detail: detail.Bytes(), occurred: now, ingested: now,
	}
	if in.Time != nil {
		e.occurred = fromSeconds(*in.Time)
	}
	e.Time = e.occurred.Format(time.RFC3339)
	return e, e.seal()
}

// arrive puts an event on a bus: into its archives and to the targets of the matching rules. The lock is
// held.
func (s *Service) arrive(a *account, b *bus, e *event) []*delivery {
	for _, ar := range a.archives {
		ar.keep(b, e)
	}
	return b.route(e, nil)
}

// route returns the deliveries of the bus's rules; only restricts them to some rules' ARNs, nil means all.
func (b *bus) route(e *event, only []string) []*delivery {
	var deliveries []*delivery
	for _, name := range sortedKeys(b.rules) {
		r := b.rules[name]
		if !r.enabled || (len(only) > 0 && !slices.Contains(only, r.arn)) || r.pattern == nil || !r.pattern.Match(e.object) {
			continue
		}
		deliveries = append(deliveries, r.deliveries(e)...)
	}
	return deliveries
}

// deliveries are those of an event to the rule's targets.
func (r *rule) deliveries(e *event) (deliveries []*delivery) {
	for _, id := range sortedKeys(r.targets) {
		deliveries = append(deliveries, &delivery{rule: r, target: r.targets[id], event: e})
	}
	return deliveries
}

func (s *Service) testEventPattern(_ *account, in *struct{ EventPattern, Event string }) (any, error) {
	p, err := parsePattern(in.EventPattern)
	if err != nil {
		return nil, err
	}
	root, err := eventpattern.JSON(in.Event)
	object, ok := root.(map[string]any)
	if err != nil || !ok {
		return nil, validation("Parameter Event is not valid.")
	}
	for _, name := range []string{"id", "account", "source", "time", "region", "detail-type"} {
		if _, ok := object[name]; !ok {
			return nil, validation("Parameter Event is not valid. Reason: %s is a required argument.", name)
		}
	}
	return struct{ Result bool }{p.Match(object)}, nil
}
