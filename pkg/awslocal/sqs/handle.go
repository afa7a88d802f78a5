package sqs

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// A receipt handle names one receive of one message: queue, message and how many times the queue had handed
// the message out. It is opaque to callers.

func (q *queue) handleOf(m *message) string {
	raw := make([]byte, 0, 128)
	raw = append(raw, m.id...)
	raw = append(raw, ' ')
	raw = append(raw, q.arn...)
	raw = append(raw, ' ')
	raw = strconv.AppendInt(raw, int64(m.receives), 10)
	return base64.StdEncoding.EncodeToString(raw)
}

// resolve finds the message of a handle. m is nil if the message is no longer in the queue; latest reports
// whether it was not received again since.
func (q *queue) resolve(handle string) (m *message, latest bool, err error) {
	if handle == "" {
		return nil, false, errMissing("ReceiptHandle")
	}
	raw, err := base64.StdEncoding.DecodeString(handle)
	if err != nil {
		return nil, false, errHandle(handle)
	}
	parts := strings.Split(string(raw), " ")
	if len(parts) != 3 || parts[1] != q.arn {
		return nil, false, errHandle(handle)
	}
	nth, err := strconv.Atoi(parts[2])
	if err != nil {
		return nil, false, errHandle(handle)
	}
	m = q.messages[parts[0]]
	return m, m != nil && m.receives == nth, nil
}
