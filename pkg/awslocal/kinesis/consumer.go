package kinesis

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// maxConsumers is how many consumers a stream may have.
const maxConsumers = 20

var consumerName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,128}$`)

// consumer is a registered consumer of a stream (enhanced fan-out). The stream's lock guards it.
type consumer struct {
	name    string
	arn     string
	created time.Time

	subscriptions map[string]*subscription // by shard
}

type consumerShape struct {
	ConsumerName              string
	ConsumerARN               string
	ConsumerStatus            string
	ConsumerCreationTimestamp wire.Time
	StreamARN                 string `json:",omitempty"`
}

func (c *consumer) shape() consumerShape {
	return consumerShape{
		ConsumerName: c.name, ConsumerARN: c.arn, ConsumerStatus: "ACTIVE",
		ConsumerCreationTimestamp: wire.Time{Time: c.created},
	}
}

// consumerRef is how an operation names a consumer: by its stream and name, or by its own ARN.
type consumerRef struct {
	StreamARN    string
	ConsumerName string
	ConsumerARN  string
}

// lockConsumer returns the consumer that f names and its stream, which is locked.
func (s *Service) lockConsumer(r *api.Request, f consumerRef) (*stream, *consumer, error) {
	streamARN := f.StreamARN
	if f.ConsumerARN != "" {
		var ok bool
		if streamARN, _, ok = strings.Cut(f.ConsumerARN, "/consumer/"); !ok {
			return nil, nil, validation(f.ConsumerARN, "consumerARN", "satisfy regular expression pattern: "+
				`^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+`)
		}
	} else if streamARN == "" || f.ConsumerName == "" {
		return nil, nil, invalidArgument("Either ConsumerARN or both StreamARN and ConsumerName must be provided.")
	}
	st, err := s.lock(r, ref{StreamARN: streamARN})
	if err != nil {
		return nil, nil, err
	}
	for _, c := range st.consumers {
		if c.arn == f.ConsumerARN || f.ConsumerARN == "" && c.name == f.ConsumerName {
			return st, c, nil
		}
	}
	st.mu.Unlock()
	name := f.ConsumerName
	if name == "" {
		name = f.ConsumerARN
	}
	return nil, nil, api.Errorf("ResourceNotFoundException", "Consumer %s, stream %s not found under account %s.", name,
		st.name, st.account)
}

func (s *Service) registerStreamConsumer(r *api.Request, in *struct{ StreamARN, ConsumerName string }) (any, error) {
	if !consumerName.MatchString(in.ConsumerName) {
		return nil, validation(in.ConsumerName, "consumerName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	}
	st, err := s.lock(r, ref{StreamARN: in.StreamARN})
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	switch {
	case slices.ContainsFunc(st.consumers, func(c *consumer) bool { return c.name == in.ConsumerName }):
		return nil, api.Errorf("ResourceInUseException", "Consumer %s under stream %s already exists for account %s.",
			in.ConsumerName, st.name, st.account)
	case len(st.consumers) >= maxConsumers:
		return nil, api.Errorf("LimitExceededException", "Stream %s under account %s has %d registered consumers, the most "+
			"that it may have.", st.name, st.account, maxConsumers)
	}
	c := &consumer{name: in.ConsumerName, created: s.now(), subscriptions: map[string]*subscription{}}
	c.arn = fmt.Sprintf("%s/consumer/%s:%d", st.arn, c.name, c.created.Unix())
	st.consumers = append(st.consumers, c)
	slices.SortFunc(st.consumers, func(a, b *consumer) int { return strings.Compare(a.name, b.name) })
	shape := c.shape()
	shape.ConsumerStatus = "CREATING" // in this answer only
	return struct{ Consumer consumerShape }{shape}, nil
}

func (s *Service) deregisterStreamConsumer(r *api.Request, in *consumerRef) (any, error) {
	st, c, err := s.lockConsumer(r, *in)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	st.consumers = slices.DeleteFunc(st.consumers, func(other *consumer) bool { return other == c })
	c.end()
	return nil, nil
}

// end ends the consumer's subscriptions.
func (c *consumer) end() {
	for shard, sub := range c.subscriptions {
		close(sub.taken)
		delete(c.subscriptions, shard)
	}
}

func (s *Service) describeStreamConsumer(r *api.Request, in *consumerRef) (any, error) {
	st, c, err := s.lockConsumer(r, *in)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	shape := c.shape()
	shape.StreamARN = st.arn
	return struct{ ConsumerDescription consumerShape }{shape}, nil
}

func (s *Service) listStreamConsumers(r *api.Request, in *struct {
	StreamARN  string
	NextToken  string // the name of the last consumer of the page before
	MaxResults *int
}) (any, error) {
	limit, err := pageSize(in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	st, err := s.lock(r, ref{StreamARN: in.StreamARN})
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	out := struct {
		Consumers []consumerShape
		NextToken string `json:",omitempty"`
	}{Consumers: []consumerShape{}}
	for _, c := range st.consumers {
		if c.name <= in.NextToken {
			continue
		}
		if len(out.Consumers) == limit {
			out.NextToken = out.Consumers[limit-1].ConsumerName
			break
		}
		out.Consumers = append(out.Consumers, c.shape())
	}
	return out, nil
}
