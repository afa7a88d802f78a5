package stepfunctions

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const (
	maxActivities = 10000 // an account
	maxPollers    = 1000  // an activity
	pollTime      = 60 * time.Second
)

// activity is a queue of tasks for workers that poll.
type activity struct {
	name, arn string
	created   time.Time
	tags      map[string]string
	scheduled []*task   // the oldest first; those that are not open any more are passed over
	pollers   []*poller // the one that waits longest first; never while a task is scheduled
}

// poller is one GetActivityTask that waits.
type poller struct {
	worker string
	found  chan *task // has room for one
}

// activity finds a resource's activity, which is in the machine's account and region.
func (x *execution) activity(r *resource) *activity {
	if a := x.machine.account.activities[r.name]; a != nil && a.arn == r.arn {
		return a
	}
	return nil
}

// schedule gives a task to the poller that waits longest, or queues it.
func (a *activity) schedule(t *task) {
	if len(a.pollers) == 0 {
		a.scheduled = append(a.scheduled, t)
		return
	}
	p := a.pollers[0]
	a.pollers = slices.Delete(a.pollers, 0, 1)
	t.startActivity(p.worker)
	p.found <- t
}

// take returns the oldest task that is still open, or nil.
func (a *activity) take() *task {
	for len(a.scheduled) > 0 {
		t := a.scheduled[0]
		a.scheduled[0] = nil
		a.scheduled = a.scheduled[1:]
		if t.open {
			return t
		}
	}
	return nil
}

// startActivity records that a worker has the task. From here on it owes heartbeats.
func (t *task) startActivity(worker string) {
	t.b.record("ActivityStarted", &details{WorkerName: worker})
	t.beat()
	t.arm()
}

type activityTaskShape struct {
	TaskToken string `json:"taskToken,omitempty"`
	Input     string `json:"input,omitempty"`
}

// getActivityTask waits up to a minute for a task. A task that is given to a client which is gone is started, and times
// out, as on AWS.
func (s *Service) getActivityTask(ctx context.Context, r *api.Request, in *struct{ ActivityArn, WorkerName string },
) (any, error) {
	if len(in.WorkerName) > 80 {
		return nil, member(in.WorkerName, "workerName", "have length less than or equal to 80")
	}
	s.mu.Lock()
	a, err := s.accounts.Of(r.Scope()).activity(in.ActivityArn)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	if t := a.take(); t != nil {
		defer s.mu.Unlock()
		t.b.x.run(func() { t.startActivity(in.WorkerName) })
		return activityTaskShape{t.token, t.text}, nil
	}
	if len(a.pollers) >= maxPollers {
		s.mu.Unlock()
		return nil, api.Errorf("ActivityWorkerLimitExceeded", "Activity Worker Limit Exceeded: '%s'", a.arn)
	}
	p := &poller{worker: in.WorkerName, found: make(chan *task, 1)}
	a.pollers = append(a.pollers, p)
	s.mu.Unlock()

	timer := s.clock.NewTimer(pollTime)
	defer timer.Stop()
	select {
	case t := <-p.found:
		return activityTaskShape{t.token, t.text}, nil
	case <-timer.Chan():
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(a.pollers, p); i >= 0 {
		a.pollers = slices.Delete(a.pollers, i, i+1)
		return activityTaskShape{}, nil
	}
	t := <-p.found
	return activityTaskShape{t.token, t.text}, nil
}

// activity finds an activity by its ARN.
func (a *account) activity(arn string) (*activity, error) {
	name, err := a.resourceOf(arn, "activityArn", "activity")
	if err != nil {
		return nil, err
	}
	if found := a.activities[name]; found != nil {
		return found, nil
	}
	return nil, api.Errorf("ActivityDoesNotExist", "Activity Does Not Exist: '%s'", arn)
}

func (s *Service) createActivity(a *account, in *struct {
	Name string
	Tags []tag
}) (any, error) {
	if err := checkName(in.Name); err != nil {
		return nil, err
	}
	found := a.activities[in.Name]
	if found == nil {
		if len(a.activities) >= maxActivities {
			return nil, api.Errorf("ActivityLimitExceeded", "Activity Limit Exceeded: '%d'", maxActivities)
		}
		found = &activity{name: in.Name, arn: a.arn("activity", in.Name), created: s.now()}
		var err error
		if found.tags, err = merged(nil, in.Tags, found.arn); err != nil {
			return nil, err
		}
		a.activities[in.Name] = found
	}
	return struct {
		ActivityArn  string  `json:"activityArn"`
		CreationDate float64 `json:"creationDate"`
	}{found.arn, seconds(found.created)}, nil
}

// deleteActivity succeeds for an activity that does not exist, as on AWS. Tasks that a worker has go on.
func (s *Service) deleteActivity(a *account, in *struct{ ActivityArn string }) (any, error) {
	name, err := a.resourceOf(in.ActivityArn, "activityArn", "activity")
	if err != nil {
		return nil, err
	}
	delete(a.activities, name)
	return struct{}{}, nil
}

type activityShape struct {
	ActivityArn  string  `json:"activityArn"`
	Name         string  `json:"name"`
	CreationDate float64 `json:"creationDate"`
}

func (a *activity) shape() activityShape { return activityShape{a.arn, a.name, seconds(a.created)} }

func (s *Service) describeActivity(a *account, in *struct{ ActivityArn string }) (any, error) {
	found, err := a.activity(in.ActivityArn)
	if err != nil {
		return nil, err
	}
	return struct {
		activityShape
		EncryptionConfiguration map[string]string `json:"encryptionConfiguration"`
	}{found.shape(), map[string]string{"type": "AWS_OWNED_KEY"}}, nil
}

func (s *Service) listActivities(a *account, in *page) (any, error) {
	names := slices.Sorted(maps.Keys(a.activities))
	from, to, next, err := in.of("activities", len(names), maxToken)
	if err != nil {
		return nil, err
	}
	out := struct {
		Activities []activityShape `json:"activities"`
		NextToken  string          `json:"nextToken,omitempty"`
	}{[]activityShape{}, next}
	for _, name := range names[from:to] {
		out.Activities = append(out.Activities, a.activities[name].shape())
	}
	return out, nil
}
