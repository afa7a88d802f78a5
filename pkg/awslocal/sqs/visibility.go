package sqs

import "time"

type visibilityInput struct {
	handleInput
	Timeout *int `json:"VisibilityTimeout"` // seconds from now
}

type changeVisibilityInput struct {
	queueInput
	visibilityInput
}

func (s *Service) changeMessageVisibility(q *queue, in *changeVisibilityInput) (any, error) {
	return nil, q.changeVisibility(in.visibilityInput, s.clock.Now())
}

type visibilityBatchInput struct {
	queueInput
	Entries []visibilityInput `json:"Entries" query:"ChangeMessageVisibilityBatchRequestEntry,flat"`
}

type visibilityBatchOutput struct {
	Successful []done   `json:"Successful" query:"ChangeMessageVisibilityBatchResultEntry,flat"`
	Failed     []failed `json:"Failed" query:"BatchResultErrorEntry,flat"`
}

func (s *Service) changeMessageVisibilityBatch(q *queue, in *visibilityBatchInput) (any, error) {
	id := func(e visibilityInput) string { return e.ID }
	if err := checkBatch("ChangeMessageVisibilityBatchRequestEntry", in.Entries, id); err != nil {
		return nil, err
	}
	var out visibilityBatchOutput
	out.Successful, out.Failed = each(in.Entries, id, func(e visibilityInput) error {
		return q.changeVisibility(e, s.clock.Now())
	})
	return &out, nil
}

// changeVisibility makes the message visible a number of seconds from now; zero ends its receive at once. A
// message can't be in flight for more than twelve hours in total.
func (q *queue) changeVisibility(in visibilityInput, now time.Time) error {
	m, latest, err := q.resolve(in.ReceiptHandle)
	if err != nil {
		return err
	}
	if in.Timeout == nil {
		return errMissing("VisibilityTimeout")
	}
	if t := *in.Timeout; t < 0 || t > maxVisibility {
		return errValue(t, "VisibilityTimeout", "Must be between 0 and 43200.")
	}
	if m == nil {
		return errValue(in.ReceiptHandle, "ReceiptHandle",
			"Message does not exist or is not available for visibility timeout change.")
	}
	if !latest || m.state != inFlight {
		return modeled("MessageNotInflight", oldPrefix+"MessageNotInflight", "The specified message isn't in flight.")
	}
	due := now.Add(secondsOf(*in.Timeout))
	if due.Sub(m.received) > secondsOf(maxVisibility) {
		return errValue(*in.Timeout, "VisibilityTimeout",
			"Total VisibilityTimeout for the message is beyond the limit [43200 seconds].")
	}
	q.postpone(m, due)
	q.advance(now)
	q.wake()
	return nil
}
