package sqs

type handleInput struct {
	ID            string `json:"Id"` // in a batch
	ReceiptHandle string `json:"ReceiptHandle"`
}

type deleteInput struct {
	queueInput
	handleInput
}

func (s *Service) deleteMessage(q *queue, in *deleteInput) (any, error) {
	return nil, q.delete(in.ReceiptHandle)
}

type deleteBatchInput struct {
	queueInput
	Entries []handleInput `json:"Entries" query:"DeleteMessageBatchRequestEntry,flat"`
}

type deleteBatchOutput struct {
	Successful []done   `json:"Successful" query:"DeleteMessageBatchResultEntry,flat"`
	Failed     []failed `json:"Failed" query:"BatchResultErrorEntry,flat"`
}

func (s *Service) deleteMessageBatch(q *queue, in *deleteBatchInput) (any, error) {
	id := func(e handleInput) string { return e.ID }
	if err := checkBatch("DeleteMessageBatchRequestEntry", in.Entries, id); err != nil {
		return nil, err
	}
	var out deleteBatchOutput
	out.Successful, out.Failed = each(in.Entries, id, func(e handleInput) error { return q.delete(e.ReceiptHandle) })
	return &out, nil
}

// delete removes the message of a handle. Deleting twice succeeds. A handle older than the message's latest
// receive also succeeds but deletes nothing: another consumer has the message now.
func (q *queue) delete(handle string) error {
	m, latest, err := q.resolve(handle)
	if err != nil || !latest {
		return err
	}
	if q.fifo != nil && m.state != inFlight {
		return errValue(handle, "ReceiptHandle", "The receipt handle has expired.")
	}
	q.drop(m)
	q.wake() // a FIFO group may be free now
	return nil
}
