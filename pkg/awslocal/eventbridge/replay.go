package eventbridge

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const maxReplays = 10 // running at once

// replay sends an archive's events to their bus again, in the order in which they occurred. Each is sent
// after the first attempt of the one before it.
type replay struct {
	name, arn, source, description string
	from, to                       time.Time
	destination                    destination
	state                          string
	started, ended                 time.Time
	last                           time.Time // the time of the last event that was replayed
}

type destination struct {
	Arn        string
	FilterArns []string `json:",omitempty"`
}

func (p *replay) active() bool {
	return p.state == "STARTING" || p.state == "RUNNING" || p.state == "CANCELLING"
}

func (a *account) replay(name string) (*replay, error) {
	if p := a.replays[name]; p != nil {
		return p, nil
	}
	return nil, notFound("Replay %s does not exist.", name)
}

func (s *Service) startReplay(a *account, in *struct {
	ReplayName, Description, EventSourceArn string
	EventStartTime, EventEndTime            float64
	Destination                             destination
}) (any, error) {
	if !name64.MatchString(in.ReplayName) {
		return nil, member(in.ReplayName, "replayName", `satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`)
	}
	b, err := a.bus(in.Destination.Arn)
	if err != nil {
		return nil, err
	}
	_, archiveName, _ := strings.Cut(in.EventSourceArn, ":archive/")
	ar := a.archives[archiveName]
	running := 0
	for _, p := range a.replays {
		if p.active() {
			running++
		}
	}
	switch {
	case ar == nil:
		return nil, validation("Parameter EventSourceArn is not valid. Reason: Archive %s does not exist.", archiveName)
	case ar.bus != b.name:
		return nil, validation("Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.")
	case in.EventStartTime >= in.EventEndTime:
		return nil, validation("Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.")
	case a.replays[in.ReplayName] != nil:
		return nil, api.Errorf("ResourceAlreadyExistsException", "Replay %s already exists.", in.ReplayName)
	case running >= maxReplays:
		return nil, exceeded()
	}
	p := &replay{
		name: in.ReplayName, arn: a.arn("replay/" + in.ReplayName), source: ar.arn, description: in.Description,
		destination: in.Destination,
		from:        fromSeconds(in.EventStartTime), to: fromSeconds(in.EventEndTime), state: "STARTING", started: s.now(),
	}
	a.replays[p.name] = p
	ar.prune(s.now())
	var events []*event
	for _, e := range ar.events {
		if !e.occurred.Before(p.from) && !e.occurred.After(p.to) {
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(x, y *event) int { return x.occurred.Compare(y.occurred) })
	s.sender.start("replay", func(ctx context.Context) { s.run(ctx, p, b, events) })
	return struct {
		ReplayArn, State string
		ReplayStartTime  float64
	}{p.arn, p.state, seconds(p.started)}, nil
}

// run carries out a replay until its end or its cancellation.
func (s *Service) run(ctx context.Context, p *replay, b *bus, events []*event) {
	for _, e := range events {
		again, err := e.replayed(p.name)
		if err != nil {
			continue // it was sealed once before
		}
		deliveries, more := s.replayOne(p, b, again)
		if !more || ctx.Err() != nil {
			break
		}
		for _, d := range deliveries {
			s.sender.attempt(d)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.ended = s.now()
	if p.state == "CANCELLING" {
		p.state = "CANCELLED"
	} else {
		p.state = "COMPLETED"
	}
}

func (s *Service) replayOne(p *replay, b *bus, e *event) (deliveries []*delivery, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.state == "CANCELLING" {
		return nil, false
	}
	p.state, p.last = "RUNNING", e.occurred
	return b.route(e, p.destination.FilterArns), true
}

func (s *Service) cancelReplay(a *account, in *struct{ ReplayName string }) (any, error) {
	p, err := a.replay(in.ReplayName)
	if err != nil {
		return nil, err
	}
	if p.state != "STARTING" && p.state != "RUNNING" {
		return nil, api.Errorf("IllegalStatusException", "Replay %s is not in a valid state for this operation.", p.name)
	}
	p.state = "CANCELLING"
	return struct{ ReplayArn, State string }{p.arn, p.state}, nil
}

type replayShape struct {
	ReplayName, EventSourceArn, State             string
	EventStartTime, EventEndTime, ReplayStartTime float64
	ReplayEndTime                                 *float64 `json:",omitempty"`
	EventLastReplayedTime                         *float64 `json:",omitempty"`
}

// shape is the description of a replay in ListReplays.
func (p *replay) shape() replayShape {
	optional := func(t time.Time) *float64 {
		if t.IsZero() {
			return nil
		}
		f := seconds(t)
		return &f
	}
	return replayShape{
		ReplayName: p.name, EventSourceArn: p.source, State: p.state,
		EventStartTime: seconds(p.from), EventEndTime: seconds(p.to), ReplayStartTime: seconds(p.started),
		ReplayEndTime: optional(p.ended), EventLastReplayedTime: optional(p.last),
	}
}

func (s *Service) describeReplay(a *account, in *struct{ ReplayName string }) (any, error) {
	p, err := a.replay(in.ReplayName)
	if err != nil {
		return nil, err
	}
	return struct {
		replayShape
		ReplayArn   string
		Description string `json:",omitempty"`
		Destination destination
	}{p.shape(), p.arn, p.description, p.destination}, nil
}

func (s *Service) listReplays(a *account, in *struct {
	NamePrefix, EventSourceArn, State string
	page
}) (any, error) {
	names, next, err := list(a.replays, in.page, func(name string, p *replay) bool {
		return strings.HasPrefix(name, in.NamePrefix) && (in.EventSourceArn == "" || in.EventSourceArn == p.source) &&
			(in.State == "" || in.State == p.state)
	})
	if err != nil {
		return nil, err
	}
	out := struct {
		Replays   []replayShape
		NextToken string `json:",omitempty"`
	}{[]replayShape{}, next}
	for _, name := range names {
		out.Replays = append(out.Replays, a.replays[name].shape())
	}
	return out, nil
}
