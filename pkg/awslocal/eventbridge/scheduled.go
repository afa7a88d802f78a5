package eventbridge

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/schedule"
)

// parseSchedule reads a rule's schedule, in UTC; nil for none.
func parseSchedule(text string) (*schedule.Schedule, error) {
	if text == "" {
		return nil, nil
	}
	due, err := schedule.Parse(text, time.UTC)
	if err != nil || due.Once() || strings.HasPrefix(text, "at") {
		return nil, validation("Parameter ScheduleExpression is not valid.")
	}
	return due, nil
}

// arm sets the timer of a rule's next event, if it is due at all. The lock is held.
func (s *Service) arm(a *account, r *rule) {
	r.disarm()
	if r.schedule == nil || !r.enabled || s.closed {
		return
	}
	now := s.clock.Now()
	next, ok := r.schedule.Next(now, r.since)
	if !ok {
		return
	}
	r.timer = s.clock.AfterFunc(next.Sub(now), func() {
		s.sender.start("schedule", func(context.Context) { s.due(a, r, next) })
	})
}

func (r *rule) disarm() {
	if r.timer != nil {
		r.timer.Stop()
		r.timer = nil
	}
}

// due sends a scheduled event to the rule's targets, and waits for the next.
func (s *Service) due(a *account, r *rule, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !r.enabled || a.buses[r.bus] == nil || a.buses[r.bus].rules[r.name] != r {
		return // while the timer ran out
	}
	s.arm(a, r)
	now := s.now()
	e := &event{
		Version: "0", ID: id.UUID(), DetailType: "Scheduled Event", Source: "aws.events", Account: a.scope.Account,
		Region: a.scope.Region, Resources: []string{r.arn}, Detail: json.RawMessage("{}"),
		Time: at.UTC().Format(time.RFC3339), occurred: at, ingested: now,
	}
	if e.seal() != nil {
		return // such an event always encodes
	}
	s.sender.send(r.deliveries(e))
}
