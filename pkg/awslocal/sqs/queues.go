package sqs

import (
	"context"
	"encoding/base64"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// queueInput is the input of operations that need no more than a queue.
type queueInput struct {
	QueueURL string `json:"QueueUrl"`
}

type queueOutput struct {
	QueueURL string `json:"QueueUrl"`
}

type createQueueInput struct {
	QueueName  string            `json:"QueueName"`
	Attributes map[string]string `json:"Attributes" query:"Attribute,flat,key=Name,value=Value"`
	Tags       map[string]string `json:"tags" query:"Tag,flat,key=Key,value=Value"`
}

var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

func checkQueueName(name string, fifo bool) error {
	stem, suffixed := strings.CutSuffix(name, ".fifo")
	if fifo && (!suffixed || !queueName.MatchString(stem) || len(name) > 80) {
		return errParameter("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length")
	}
	if !fifo && !queueName.MatchString(name) {
		return errParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

func (s *Service) createQueue(_ context.Context, r *api.Request) (any, error) {
	var in createQueueInput
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	if in.QueueName == "" {
		return nil, errMissing("QueueName")
	}
	_, fifo := in.Attributes["FifoQueue"]
	if err := checkAttributes(in.Attributes, fifo); err != nil {
		return nil, err
	}
	if err := checkQueueName(in.QueueName, fifo); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	scope := api.Scope{Region: r.Region, Account: r.Account}
	st := s.storeOf(scope)
	if q := st.queues[in.QueueName]; q != nil {
		for _, name := range slices.Sorted(maps.Keys(in.Attributes)) {
			if q.raw[name] != in.Attributes[name] {
				return nil, modelled("QueueNameExists", "QueueAlreadyExists", "A queue already exists with the same name and a different value for attribute %s", name)
			}
		}
		return &queueOutput{QueueURL: urlOf(r.Endpoint, q)}, nil
	}

	q := newQueue(scope, in.QueueName, s.clock.Now())
	if fifo {
		q.set(map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "false", "DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"})
	}
	if err := s.checkRedrive(q, in.Attributes); err != nil {
		return nil, err
	}
	q.set(in.Attributes)
	q.tags = in.Tags
	st.queues[in.QueueName] = q
	return &queueOutput{QueueURL: urlOf(r.Endpoint, q)}, nil
}

func (s *Service) deleteQueue(_ context.Context, r *api.Request) (any, error) {
	return s.withQueue(r, func(q *queue) {
		q.deleted = true
		delete(s.storeOf(q.scope).queues, q.name)
		for len(q.waiters) > 0 {
			q.wake()
		}
	})
}

func (s *Service) purgeQueue(_ context.Context, r *api.Request) (any, error) {
	return s.withQueue(r, (*queue).purge)
}

// withQueue runs do on the queue that the request names; the answer is empty.
func (s *Service) withQueue(r *api.Request, do func(q *queue)) (any, error) {
	var in queueInput
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.find(r, in.QueueURL)
	if err != nil {
		return nil, err
	}
	do(q)
	return nil, nil
}

func (s *Service) getQueueURL(_ context.Context, r *api.Request) (any, error) {
	var in struct {
		QueueName string `json:"QueueName"`
		Owner     string `json:"QueueOwnerAWSAccountId"`
	}
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	if in.QueueName == "" {
		return nil, errMissing("QueueName")
	}
	scope := api.Scope{Region: r.Region, Account: r.Account}
	if in.Owner != "" {
		scope.Account = in.Owner
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.storeOf(scope).queues[in.QueueName]
	if q == nil {
		return nil, errNoQueue()
	}
	return &queueOutput{QueueURL: urlOf(r.Endpoint, q)}, nil
}

type listInput struct {
	QueueURL        string `json:"QueueUrl"` // ListDeadLetterSourceQueues
	QueueNamePrefix string `json:"QueueNamePrefix"`
	MaxResults      *int   `json:"MaxResults"`
	NextToken       string `json:"NextToken"`
}

type listQueuesOutput struct {
	QueueURLs []string `json:"QueueUrls,omitempty" query:"QueueUrl,flat"`
	NextToken string   `json:"NextToken,omitempty"`
}

func (s *Service) listQueues(_ context.Context, r *api.Request) (any, error) {
	var in listInput
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.storeOf(api.Scope{Region: r.Region, Account: r.Account})
	urls, next, err := page(r, in, st, func(q *queue) bool { return strings.HasPrefix(q.name, in.QueueNamePrefix) })
	if err != nil {
		return nil, err
	}
	return &listQueuesOutput{QueueURLs: urls, NextToken: next}, nil
}

// page lists the URLs of the queues that match, by name, from the token on. There is a next
// token only for callers that set MaxResults, as on AWS.
func page(r *api.Request, in listInput, st *store, match func(*queue) bool) (urls []string, next string, err error) {
	limit := 1000
	if in.MaxResults != nil {
		limit = *in.MaxResults
		if limit < 1 || limit > 1000 {
			return nil, "", errValue(limit, "MaxResults", "Must be an integer between 1 and 1000.")
		}
	}
	after, err := base64.StdEncoding.DecodeString(in.NextToken)
	if err != nil {
		return nil, "", errParameter("Invalid or expired next token.")
	}
	for _, name := range slices.Sorted(maps.Keys(st.queues)) {
		if name <= string(after) || !match(st.queues[name]) {
			continue
		}
		if len(urls) == limit {
			if in.MaxResults != nil {
				last := urls[limit-1]
				next = base64.StdEncoding.EncodeToString([]byte(last[strings.LastIndexByte(last, '/')+1:]))
			}
			break
		}
		urls = append(urls, urlOf(r.Endpoint, st.queues[name]))
	}
	return urls, next, nil
}
