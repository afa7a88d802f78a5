package lambda

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Pollers of a queue: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const (
	firstPollers  = 5
	maxPollers    = 1000
	pollersPerSec = 5 // 300 a minute
	longPoll      = 20 * time.Second
	maxReceive    = 10 // messages of one receive
)

// queuePoll is the pollers of one queue.
type queuePoll struct {
	service    *Service
	mapping    *mapping // its settings
	shown      *mapping // where the result is noted
	url        string
	visibility time.Duration
	most       int
	filters    filters

	// The service's lock guards:
	pollers, busy int
	batches       int // received since the last look
	growing       bool
}

// checkQueue refuses a queue that does not exist or does not fit.
func (s *Service) checkQueue(source target, timeout time.Duration) error {
	_, visibility, err := s.queue(source)
	switch {
	case err != nil:
		return invalid(
			"Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error " +
				"Message: The specified queue does not exist.",
		)
	case visibility < timeout:
		return invalid("Queue visibility timeout: %.0f seconds is less than Function timeout: %.0f seconds",
			visibility.Seconds(), timeout.Seconds())
	}
	return nil
}

// queue returns the URL of a queue and its visibility timeout.
func (s *Service) queue(source target) (url string, visibility time.Duration, err error) {
	if url, err = s.queueURL(source); err != nil {
		return "", 0, err
	}
	var out struct{ Attributes map[string]string }
	if err := s.call(source, "GetQueueAttributes", struct {
		QueueUrl       string
		AttributeNames []string
	}{url, []string{"VisibilityTimeout"}}, &out); err != nil {
		return "", 0, err
	}
	n, err := strconv.Atoi(out.Attributes["VisibilityTimeout"])
	return url, time.Duration(n) * time.Second, err
}

// startQueue starts the pollers of a queue. The lock is held.
func (s *Service) startQueue(ctx context.Context, run, shown *mapping) {
	p := &queuePoll{service: s, mapping: run, shown: shown, most: maxPollers}
	if c := run.ScalingConfig; c != nil && c.MaximumConcurrency != nil {
		p.most = *c.MaximumConcurrency
	}
	p.filters, _ = run.FilterCriteria.compile(run.source) // check refuses others
	s.start("poll", func() {
		for {
			var err error
			if p.url, p.visibility, err = s.queue(run.source); err == nil {
				break
			}
			s.processed(shown, "PROBLEM: "+err.Error())
			if !s.sleep(ctx, longPoll) {
				return
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		p.add(ctx, min(firstPollers, p.most))
	})
}

// add starts n pollers. The lock is held.
func (p *queuePoll) add(ctx context.Context, n int) {
	for range n {
		p.pollers++
		p.service.start("poll", func() { p.poll(ctx) })
	}
}

// grow adds pollers as long as all have work. The lock is held.
func (p *queuePoll) grow(ctx context.Context) {
	if p.growing || p.pollers >= p.most {
		return
	}
	p.growing = true
	p.service.after(time.Second, "poll", func() {
		p.service.mu.Lock()
		defer p.service.mu.Unlock()
		worked := p.busy >= p.pollers || p.batches >= p.pollers
		p.growing, p.batches = false, 0
		if ctx.Err() == nil && worked {
			p.add(ctx, min(pollersPerSec, p.most-p.pollers))
			p.grow(ctx)
		}
	})
}

// poll is one poller: it reads a batch, gives it to the function, and begins again. Those beyond the first end when
// they find nothing, or when the function fails or is throttled.
func (p *queuePoll) poll(ctx context.Context) {
	s := p.service
	for ctx.Err() == nil {
		messages, err := p.receive(ctx)
		s.mu.Lock()
		surplus := p.pollers > min(firstPollers, p.most)
		if len(messages) > 0 {
			p.busy++
			p.batches++
			p.grow(ctx)
		}
		s.mu.Unlock()
		well := err == nil && len(messages) > 0
		if len(messages) > 0 {
			well = p.handle(ctx, messages)
			s.mu.Lock()
			p.busy--
			s.mu.Unlock()
		} else if err != nil && ctx.Err() == nil {
			s.processed(p.shown, "PROBLEM: "+err.Error())
			s.sleep(ctx, time.Second)
		}
		if !well && surplus {
			break
		}
	}
	s.mu.Lock()
	p.pollers--
	s.mu.Unlock()
}

// message is one as SQS delivers it.
type message struct {
	MessageId         string
	ReceiptHandle     string
	Body              string
	MD5OfBody         string
	Attributes        map[string]string
	MessageAttributes map[string]messageAttribute

	received time.Time
}

type messageAttribute struct {
	StringValue *string `json:",omitempty"`
	BinaryValue []byte  `json:",omitempty"`
	DataType    string
}

// receive gathers a batch: what there is, and more until the batch is full or the window is over.
func (p *queuePoll) receive(ctx context.Context) ([]message, error) {
	s, size, window := p.service, *p.mapping.BatchSize, p.mapping.window()
	var batch []message
	wait, bytes := longPoll, 0
	var until time.Time
	for {
		var out struct{ Messages []message }
		in := struct {
			QueueUrl              string
			MaxNumberOfMessages   int
			WaitTimeSeconds       int
			AttributeNames        []string
			MessageAttributeNames []string
		}{p.url, min(maxReceive, size-len(batch)), int(wait.Seconds()), []string{"All"}, []string{"All"}}
		scoped := api.WithScope(ctx, p.mapping.source.scope)
		if err := s.cfg.Caller.Invoke(scoped, "sqs", "ReceiveMessage", in, &out); err != nil {
			return batch, err
		}
		now := s.clock.Now()
		if len(batch) == 0 {
			until = now.Add(window)
		}
		var dropped []message
		for _, m := range out.Messages {
			if m.received = now; p.passes(m) {
				batch, bytes = append(batch, m), bytes+len(m.Body)
			} else {
				dropped = append(dropped, m)
			}
		}
		p.remove(dropped)
		left := until.Sub(now)
		if len(batch) == 0 || len(batch) >= size || left <= 0 || bytes > maxPayload*3/4 {
			return batch, nil
		}
		if wait = min(longPoll, left.Truncate(time.Second)); wait == 0 { // SQS waits whole seconds
			s.sleep(ctx, left)
		}
	}
}

// handle gives a batch to the function, and deletes what it has done. It reports whether all went well.
func (p *queuePoll) handle(ctx context.Context, batch []message) bool {
	s := p.service
	payload := p.event(batch)
	delay := firstThrottle
	for {
		done, refused := s.batch(p.mapping, payload)
		if refused == nil {
			return p.finish(batch, done)
		}
		s.processed(p.shown, "PROBLEM: "+refused.Error())
		// It is tried again until the messages are visible again, and then they are the queue's.
		left := p.visibility - s.clock.Since(batch[0].received)
		if left <= delay || !s.sleep(ctx, delay) {
			if left > 0 {
				s.sleep(ctx, left)
			}
			return false
		}
		delay = min(2*delay, maxThrottleDelay)
	}
}

// finish deletes the messages that were handled.
func (p *queuePoll) finish(batch []message, done result) bool {
	s := p.service
	failed := map[string]bool{}
	switch {
	case done.failed != nil:
		s.processed(p.shown, "PROBLEM: Function call failed")
		return p.mapping.reports()
	case p.mapping.reports():
		items, ok := failedItems(done.payload)
		known := map[string]bool{}
		for _, m := range batch {
			known[m.MessageId] = true
		}
		for _, item := range items {
			ok = ok && known[item]
			failed[item] = true
		}
		if !ok { // as if all had failed
			s.processed(p.shown, "PROBLEM: Function call failed")
			return true
		}
	}
	p.remove(slices.DeleteFunc(batch, func(m message) bool { return failed[m.MessageId] }))
	s.processed(p.shown, "OK")
	return true
}

// remove deletes messages from the queue.
func (p *queuePoll) remove(messages []message) {
	type entry struct{ Id, ReceiptHandle string }
	var entries []entry
	for i, m := range messages {
		entries = append(entries, entry{strconv.Itoa(i), m.ReceiptHandle})
	}
	for len(entries) > 0 {
		n := min(maxReceive, len(entries))
		err := p.service.call(p.mapping.source, "DeleteMessageBatch", struct {
			QueueUrl string
			Entries  []entry
		}{p.url, entries[:n]}, nil)
		p.service.lost(err, "deletion from", p.url)
		entries = entries[n:]
	}
}

// failedItems reads a partial batch response. It is not ok if it has another shape, or names an item with an empty ID.
func failedItems(payload []byte) (items []string, ok bool) {
	var out *struct {
		Failures []struct {
			Item string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if len(payload) == 0 {
		return nil, true
	}
	if json.Unmarshal(payload, &out) != nil {
		return nil, false
	}
	if out == nil {
		return nil, true
	}
	for _, f := range out.Failures {
		if f.Item == "" {
			return nil, false
		}
		items = append(items, f.Item)
	}
	return items, true
}
