package sqs

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// The states of a move task.
const (
	taskRunning    = "RUNNING"
	taskCompleted  = "COMPLETED"
	taskCancelling = "CANCELLING"
	taskCancelled  = "CANCELLED"
	taskFailed     = "FAILED"
)

// moveTask moves the messages that a dead-letter queue held at its start, back to their source queues or to
// one destination.
type moveTask struct {
	id          string
	source      string // ARN
	destination string // ARN, or empty
	perSecond   int    // 0: as fast as possible
	started     time.Time
	last        uint64 // order of the newest message to move
	status      string
	moved       int
	toMove      int
	failure     string
	cancelled   chan struct{}
}

type moveTaskInput struct {
	SourceArn      string `json:"SourceArn"`
	DestinationArn string `json:"DestinationArn"`
	PerSecond      *int   `json:"MaxNumberOfMessagesPerSecond"`
	MaxResults     *int   `json:"MaxResults"`
	TaskHandle     string `json:"TaskHandle"`
}

// taskHandle is the content of a task's opaque handle.
type taskHandle struct {
	TaskID    string `json:"taskId"`
	SourceArn string `json:"sourceArn"`
}

func (t *moveTask) handle() string {
	// Strings always marshal.
	raw, _ := json.Marshal(taskHandle{TaskID: t.id, SourceArn: t.source})
	return base64.StdEncoding.EncodeToString(raw)
}

type taskStarted struct {
	TaskHandle string `json:"TaskHandle"`
}

func (s *Service) startMessageMoveTask(_ *api.Request, in *moveTaskInput) (any, error) {
	source, err := s.moveSource(in.SourceArn)
	if err != nil {
		return nil, err
	}
	if !s.isDeadLetterQueue(source) {
		return nil, errParameter("Source queue must be configured as a Dead Letter Queue.")
	}
	if in.DestinationArn != "" {
		destination := s.findARN(in.DestinationArn)
		if destination == nil {
			return nil, errNoResource("The resource that you specified for the DestinationArn parameter doesn't exist.")
		}
		if destination == source {
			return nil, errParameter("Source queue arn and destination queue arn cannot be the same.")
		}
		if (destination.fifo != nil) != (source.fifo != nil) {
			return nil, errParameter("Source queue and destination queue must be of the same type.")
		}
	}
	t := &moveTask{
		id: id.UUID(), source: in.SourceArn, destination: in.DestinationArn, started: s.clock.Now(),
		last: s.sent, status: taskRunning, toMove: source.counts[visible], cancelled: make(chan struct{}),
	}
	if in.PerSecond != nil {
		t.perSecond = *in.PerSecond
		if t.perSecond < 1 || t.perSecond > 500 {
			return nil, errValue(t.perSecond, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500.")
		}
	}
	st := s.storeOf(source.scope)
	for _, other := range st.moves {
		if other.source == t.source && (other.status == taskRunning || other.status == taskCancelling) {
			return nil, unsupported("There is already a task running. Only one active task is allowed for a source queue arn " +
				"at a given time.")
		}
	}
	st.moves = append(st.moves, t)
	s.tasks.Add(1)
	go s.guard.Run("message move task", func() { s.runMove(t) })
	return &taskStarted{TaskHandle: t.handle()}, nil
}

func unsupported(message string) *api.Error {
	return modeled("UnsupportedOperation", oldPrefix+"UnsupportedOperation", "%s", message)
}

// moveSource finds a task's source queue. s.mu is held.
func (s *Service) moveSource(arn string) (*queue, error) {
	if arn == "" {
		return nil, errMissing("SourceArn")
	}
	if _, _, ok := parseARN(arn); !ok {
		return nil, errParameter("You must use this format to specify the SourceArn: " +
			"arn:<partition>:<service>:<region>:<account-id>:<resource-id>")
	}
	q := s.findARN(arn)
	if q == nil {
		return nil, errNoResource("The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	return q, nil
}

func (s *Service) isDeadLetterQueue(q *queue) bool {
	for _, other := range s.storeOf(q.scope).queues {
		if other.redrive != nil && other.redrive.target == q.arn {
			return true
		}
	}
	return false
}

// runMove is the task's goroutine: one message per step, at the requested rate.
func (s *Service) runMove(t *moveTask) {
	defer s.tasks.Done()
	for s.moveOne(t) {
		if t.perSecond == 0 {
			continue
		}
		timer := s.clock.NewTimer(time.Second / time.Duration(t.perSecond))
		select {
		case <-timer.Chan():
		case <-t.cancelled:
		case <-s.stop:
		}
		timer.Stop()
	}
}

// moveOne moves the oldest message; false means that the task ended and its status says how.
func (s *Service) moveOne(t *moveTask) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-t.cancelled:
		t.status = taskCancelled
		return false
	case <-s.stop:
		t.status = taskFailed
		return false
	default:
	}
	source := s.findARN(t.source)
	if source == nil {
		t.status, t.failure = taskFailed, oldPrefix+"NonExistentQueue"
		return false
	}
	m := source.oldestVisible(t.last)
	if m == nil {
		t.status = taskCompleted
		return false
	}
	arn := t.destination
	if arn == "" {
		arn = m.source
	}
	if arn == "" {
		t.status, t.failure = taskFailed, "CouldNotDetermineMessageSource"
		return false
	}
	destination := s.findARN(arn)
	if destination == nil {
		t.status, t.failure = taskFailed, oldPrefix+"NonExistentQueue"
		return false
	}
	s.redrive(m, source, destination, s.clock.Now())
	t.moved++
	return true
}

// oldestVisible returns the oldest visible message up to the given order, or nil. Move tasks are rare and
// dead-letter queues small, so a scan is good enough.
func (q *queue) oldestVisible(upTo uint64) *message {
	var oldest *message
	for _, m := range q.messages {
		if m.state == visible && m.order <= upTo && (oldest == nil || m.order < oldest.order) {
			oldest = m
		}
	}
	return oldest
}

// redrive moves a message out of the dead-letter queue. By AWS's documentation it is then a new message: new
// ID, new enqueue time, no receives. s.mu is held.
func (s *Service) redrive(m *message, from, to *queue, now time.Time) {
	from.drop(m)
	m.id, m.sent = id.UUID(), now
	m.source, m.first = "", time.Time{}
	m.receives, m.earlier = 0, 0
	s.transfer(m, to, now)
}

type cancelled struct {
	Moved int `json:"ApproximateNumberOfMessagesMoved"`
}

func (s *Service) cancelMessageMoveTask(_ *api.Request, in *moveTaskInput) (any, error) {
	var h taskHandle
	raw, err := base64.StdEncoding.DecodeString(in.TaskHandle)
	if err != nil || json.Unmarshal(raw, &h) != nil || h.TaskID == "" {
		return nil, errParameter("Value for parameter TaskHandle is invalid.")
	}
	source, err := s.moveSource(h.SourceArn)
	if err != nil {
		return nil, err
	}
	st := s.storeOf(source.scope)
	at := slices.IndexFunc(st.moves, func(t *moveTask) bool { return t.id == h.TaskID })
	if at < 0 {
		return nil, errNoResource("Task does not exist.")
	}
	t := st.moves[at]
	if t.status != taskRunning {
		return nil, unsupported("Only active tasks can be cancelled.")
	}
	t.status = taskCancelling
	close(t.cancelled)
	return &cancelled{Moved: t.moved}, nil
}

type listMovesOutput struct {
	Results []moveResult `json:"Results" query:"ListMessageMoveTasksResultEntry,flat"`
}

type moveResult struct {
	TaskHandle     string `json:"TaskHandle,omitempty"` // while it runs
	Status         string `json:"Status"`
	SourceArn      string `json:"SourceArn"`
	DestinationArn string `json:"DestinationArn,omitempty"`
	PerSecond      int    `json:"MaxNumberOfMessagesPerSecond,omitempty"`
	Moved          int    `json:"ApproximateNumberOfMessagesMoved"`
	ToMove         int    `json:"ApproximateNumberOfMessagesToMove"`
	FailureReason  string `json:"FailureReason,omitempty"`
	Started        int64  `json:"StartedTimestamp"` // milliseconds since 1970
}

func (s *Service) listMessageMoveTasks(_ *api.Request, in *moveTaskInput) (any, error) {
	limit := 1
	if in.MaxResults != nil {
		limit = *in.MaxResults
		if limit < 1 || limit > 10 {
			return nil, errValue(limit, "MaxResults", "Must be between 1 and 10.")
		}
	}
	source, err := s.moveSource(in.SourceArn)
	if err != nil {
		return nil, err
	}
	out := &listMovesOutput{Results: []moveResult{}}
	for _, t := range slices.Backward(s.storeOf(source.scope).moves) {
		if t.source != source.arn || len(out.Results) == limit {
			continue
		}
		result := moveResult{
			Status: t.status, SourceArn: t.source, DestinationArn: t.destination, PerSecond: t.perSecond,
			Moved: t.moved, ToMove: t.toMove, FailureReason: t.failure, Started: t.started.UnixMilli(),
		}
		if t.status == taskRunning {
			result.TaskHandle = t.handle()
		}
		out.Results = append(out.Results, result)
	}
	return out, nil
}
