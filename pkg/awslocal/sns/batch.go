package sns

import (
	"context"
	"errors"
	"regexp"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

type batchOutput struct {
	Successful []published `json:"Successful"`
	Failed     []failed    `json:"Failed"`
}

// failed is one entry of a batch that did not succeed.
type failed struct {
	ID          string `json:"Id"`
	Code        string `json:"Code"`
	Message     string `json:"Message"`
	SenderFault bool   `json:"SenderFault"`
}

var batchID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

func checkBatch(entries []entry) error {
	if len(entries) == 0 {
		return errBatch("EmptyBatchRequest", "The batch request doesn't contain any entries.")
	}
	if len(entries) > 10 {
		return errBatch("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")
	}
	total := 0 // bytes
	seen := map[string]bool{}
	for i := range entries {
		id := entries[i].ID
		if !batchID.MatchString(id) {
			return errBatch("InvalidBatchEntryId",
				"The Id of a batch entry in a batch request doesn't abide by the specification.")
		}
		if seen[id] {
			return errBatch("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
		}
		seen[id] = true
		total += sizeOf(&entries[i])
	}
	if total > maxMessage {
		return errBatch("BatchRequestTooLong", "The length of all the messages put together is more than the limit.")
	}
	return nil
}

type publishBatchInput struct {
	TopicArn string  `json:"TopicArn"`
	Entries  []entry `json:"PublishBatchRequestEntries"`
}

func (s *Service) publishBatch(ctx context.Context, _ *api.Request, in *publishBatchInput) (any, error) {
	if err := s.checkTopic(in.TopicArn); err != nil {
		return nil, err
	}
	if err := checkBatch(in.Entries); err != nil {
		return nil, err
	}
	out := &batchOutput{}
	for i := range in.Entries {
		e := &in.Entries[i]
		var done published
		t, err := s.topicFor(in.TopicArn, e)
		if err == nil {
			done, err = s.accept(ctx, t, e)
		}
		if err != nil {
			out.Failed = append(out.Failed, failure(e.ID, err))
			continue
		}
		done.ID = e.ID
		out.Successful = append(out.Successful, done)
	}
	return out, nil
}

func (s *Service) checkTopic(arn string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.findTopic(arn)
	return err
}

func failure(id string, err error) failed {
	var e *api.Error
	if !errors.As(err, &e) {
		return failed{ID: id, Code: "InternalError", Message: err.Error()}
	}
	return failed{ID: id, Code: e.QueryCode, Message: e.Message, SenderFault: e.HTTPStatus() < 500}
}
