package stepfunctions

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// maxEvents is how many events a history may have. The last is the one that ends the execution.
const maxEvents = 25000

// event is one event of a history. It does not change.
type event struct {
	id, previous int64
	at           time.Time
	kind         string
	details      *details // nil for the kinds that have none
}

// details are those of all kinds of events; each kind uses some.
type details struct {
	Name               string       `json:"name,omitempty"`
	Input              *string      `json:"input,omitempty"`
	InputDetails       *dataDetails `json:"inputDetails,omitempty"`
	Output             *string      `json:"output,omitempty"`
	OutputDetails      *dataDetails `json:"outputDetails,omitempty"`
	RoleArn            string       `json:"roleArn,omitempty"`
	Resource           string       `json:"resource,omitempty"`
	ResourceType       string       `json:"resourceType,omitempty"`
	Region             string       `json:"region,omitempty"`
	Parameters         *string      `json:"parameters,omitempty"`
	TimeoutInSeconds   int64        `json:"timeoutInSeconds,omitempty"`
	HeartbeatInSeconds int64        `json:"heartbeatInSeconds,omitempty"`
	WorkerName         string       `json:"workerName,omitempty"`
	Error              string       `json:"error,omitempty"`
	Cause              string       `json:"cause,omitempty"`
	Index              *int         `json:"index,omitempty"`
	Length             *int         `json:"length,omitempty"`
	RedriveCount       int          `json:"redriveCount,omitempty"`
}

type dataDetails struct {
	Truncated bool `json:"truncated"`
}

func withInput(d details, text string) *details {
	d.Input, d.InputDetails = &text, &dataDetails{}
	return &d
}

func withOutput(d details, text string) *details {
	d.Output, d.OutputDetails = &text, &dataDetails{}
	return &d
}

// record adds an event and returns its ID. An express execution counts its events and keeps none. Of the last event
// that a history may have, only one that ends the execution is recorded; any other fills the history, and the execution
// fails when the step is over.
func (x *execution) record(kind string, previous int64, d *details) int64 {
	if !x.machine.express {
		if x.events == maxEvents-1 && !ends(kind) {
			x.full = true
		}
		if x.full && !ends(kind) {
			return x.events
		}
		x.history = append(x.history, event{x.events + 1, previous, x.machine.service.now(), kind, d})
	} else if x.events >= maxExpressEvents {
		x.full = true
	}
	x.events++
	return x.events
}

func ends(kind string) bool {
	switch kind {
	case "ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut":
		return true
	}
	return false
}

// detailsName is the member that the details of a kind of event have in AWS's answer.
func detailsName(kind string) string {
	for _, suffix := range []string{"StateEntered", "StateExited"} {
		if strings.HasSuffix(kind, suffix) {
			return "state" + suffix[len("State"):] + "EventDetails"
		}
	}
	return strings.ToLower(kind[:1]) + kind[1:] + "EventDetails"
}

// eventShape is an event as AWS gives it.
type eventShape struct {
	event
	data bool // with what the client may leave out: input, output and parameters
}

func (e eventShape) MarshalJSON() ([]byte, error) {
	out := map[string]any{
		"id": e.id, "previousEventId": e.previous, "timestamp": seconds(e.at), "type": e.kind,
	}
	if e.details != nil {
		d := *e.details
		if !e.data {
			d.Input, d.Output, d.Parameters = nil, nil, nil
			d.InputDetails, d.OutputDetails = nil, nil
		}
		out[detailsName(e.kind)] = d
	}
	return json.Marshal(out)
}

func (s *Service) getExecutionHistory(a *account, in *struct {
	ExecutionArn         string
	ReverseOrder         bool
	IncludeExecutionData *bool
	page
}) (any, error) {
	x, err := a.execution(in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	data := in.IncludeExecutionData == nil || *in.IncludeExecutionData
	out := struct {
		Events    []eventShape `json:"events"`
		NextToken string       `json:"nextToken,omitempty"`
	}{Events: []eventShape{}}
	var from, to int
	if in.ReverseOrder {
		from, to, out.NextToken, err = in.ofNewest("newest", len(x.history), maxToken)
	} else {
		from, to, out.NextToken, err = in.of("history", len(x.history), maxToken)
	}
	if err != nil {
		return nil, err
	}
	for _, e := range x.history[from:to] {
		out.Events = append(out.Events, eventShape{e, data})
	}
	if in.ReverseOrder {
		slices.Reverse(out.Events)
	}
	return out, nil
}
