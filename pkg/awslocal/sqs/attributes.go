package sqs

import "time"

type getAttributesInput struct {
	queueInput
	Names []string `json:"AttributeNames" query:"AttributeName,flat"`
}

type attributesOutput struct {
	Attributes map[string]string `json:"Attributes,omitempty" query:"Attribute,flat,key=Name,value=Value"`
}

func (s *Service) getQueueAttributes(q *queue, in *getAttributesInput) (any, error) {
	out := map[string]string{}
	for _, name := range in.Names {
		if err := q.describe(name, out); err != nil {
			return nil, err
		}
	}
	return &attributesOutput{Attributes: out}, nil
}

// describe puts the attribute, or all of them, into out. It leaves out an attribute that the queue does not
// have.
func (q *queue) describe(name string, out map[string]string) error {
	if name == "All" {
		for n, v := range q.raw {
			out[n] = v
		}
		for n, f := range computed {
			out[n] = f(q)
		}
		return nil
	}
	if f := computed[name]; f != nil {
		out[name] = f(q)
		return nil
	}
	if _, known := attributes[name]; !known {
		return errAttributeName(name)
	}
	if v, ok := q.raw[name]; ok {
		out[name] = v
	}
	return nil
}

type setAttributesInput struct {
	queueInput
	Attributes map[string]string `json:"Attributes" query:"Attribute,flat,key=Name,value=Value"`
}

func (s *Service) setQueueAttributes(q *queue, in *setAttributesInput) (any, error) {
	if err := checkAttributes(in.Attributes, q.fifo != nil); err != nil {
		return nil, err
	}
	if err := s.checkRedrive(q, in.Attributes); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	q.set(in.Attributes)
	q.modified = now
	q.applyToExisting(now)
	return nil, nil
}

// applyToExisting applies changed settings to existing messages: the retention always, the delay on FIFO
// queues, where messages have no own delay.
func (q *queue) applyToExisting(now time.Time) {
	if q.fifo != nil {
		for _, m := range q.messages {
			if m.state == delayed {
				q.postpone(m, m.sent.Add(q.delay))
			}
		}
	}
	q.expire(now)
	q.advance(now)
	q.wake()
}
