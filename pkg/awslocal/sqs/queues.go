package sqs

import (
	"encoding/base64"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

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
		return errParameter("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, " +
			"must end with .fifo suffix and be 1 to 80 in length")
	}
	if !fifo && !queueName.MatchString(name) {
		return errParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

func (s *Service) createQueue(r *api.Request, in *createQueueInput) (any, error) {
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
	scope := api.Scope{Region: r.Region, Account: r.Account}
	st := s.storeOf(scope)
	if q := st.queues[in.QueueName]; q != nil {
		for _, name := range slices.Sorted(maps.Keys(in.Attributes)) {
			if q.raw[name] != in.Attributes[name] {
				return nil, modeled("QueueNameExists", "QueueAlreadyExists",
					"A queue already exists with the same name and a different value for attribute %s", name)
			}
		}
		return &queueOutput{QueueURL: urlOf(r.Endpoint, q)}, nil
	}

	q := newQueue(scope, in.QueueName, s.clock.Now())
	if fifo {
		q.set(map[string]string{
			"FifoQueue": "true", "ContentBasedDeduplication": "false", "DeduplicationScope": "queue",
			"FifoThroughputLimit": "perQueue",
		})
	}
	if err := s.checkRedrive(q, in.Attributes); err != nil {
		return nil, err
	}
	q.set(in.Attributes)
	q.tags = in.Tags
	st.queues[in.QueueName] = q
	return &queueOutput{QueueURL: urlOf(r.Endpoint, q)}, nil
}

func (s *Service) deleteQueue(q *queue, _ *queueInput) (any, error) {
	q.deleted = true
	delete(s.storeOf(q.scope).queues, q.name)
	for len(q.waiters) > 0 {
		q.wake()
	}
	return nil, nil
}

func (s *Service) purgeQueue(q *queue, _ *queueInput) (any, error) {
	q.purge()
	return nil, nil
}

type getURLInput struct {
	QueueName string `json:"QueueName"`
	Owner     string `json:"QueueOwnerAWSAccountId"`
}

func (s *Service) getQueueURL(r *api.Request, in *getURLInput) (any, error) {
	if in.QueueName == "" {
		return nil, errMissing("QueueName")
	}
	scope := api.Scope{Region: r.Region, Account: r.Account}
	if in.Owner != "" {
		scope.Account = in.Owner
	}
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

func (s *Service) listQueues(r *api.Request, in *listInput) (any, error) {
	st := s.storeOf(api.Scope{Region: r.Region, Account: r.Account})
	urls, next, err := page(r, in, st, func(q *queue) bool { return strings.HasPrefix(q.name, in.QueueNamePrefix) })
	if err != nil {
		return nil, err
	}
	return &listQueuesOutput{QueueURLs: urls, NextToken: next}, nil
}

// page lists the URLs of the matching queues, by name, after the token. There is a next token only if the
// caller set MaxResults, as on AWS.
func page(r *api.Request, in *listInput, st *store, match func(*queue) bool) (urls []string, next string, err error) {
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
