package sqs

import (
	"context"
	"encoding/json"
	"strconv"
	"testing"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// call makes a call without a socket.
func call(s *Service, operation, input string) (any, error) {
	return s.Call(context.Background(), &api.Request{
		Operation: operation, Region: "us-east-1", Account: "000000000000", Endpoint: "http://x",
		Decode: func(v any) error { return json.Unmarshal([]byte(input), v) },
	})
}

// Filling a queue with 120,000 messages in flight takes too long through a socket.
func TestInFlightLimit(t *testing.T) {
	for _, c := range []struct{ name, attributes, send string }{
		{"q", `{}`, ``},
		{"q.fifo", `{"FifoQueue":"true","ContentBasedDeduplication":"true","VisibilityTimeout":"43200"}`,
			`,"MessageGroupId":"last"`},
	} {
		s := New(Config{Clock: clockwork.NewFakeClock()})
		_, err := call(s, "CreateQueue", `{"QueueName":"`+c.name+`","Attributes":`+c.attributes+`}`)
		require.NoError(t, err)
		q := s.findARN("arn:aws:sqs:us-east-1:000000000000:" + c.name)
		now := s.clock.Now()
		for i := range maxInFlight {
			m := &message{id: strconv.Itoa(i), group: "g", order: uint64(i), sent: now}
			q.messages[m.id] = m
			q.hide(m, now.Add(secondsOf(maxVisibility)))
		}
		_, err = call(s, "SendMessage", `{"QueueUrl":"`+c.name+`","MessageBody":"one more"`+c.send+`}`)
		require.NoError(t, err)

		got, err := call(s, "ReceiveMessage", `{"QueueUrl":"`+c.name+`"}`)
		if q.fifo == nil {
			var e *api.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, "OverLimit", e.Code)
		} else {
			require.NoError(t, err)
			require.Empty(t, got.(*receiveOutput).Messages)
		}

		for _, m := range q.messages {
			if m.state == inFlight {
				q.drop(m)
				break
			}
		}
		got, err = call(s, "ReceiveMessage", `{"QueueUrl":"`+c.name+`"}`)
		require.NoError(t, err)
		require.Len(t, got.(*receiveOutput).Messages, 1)
	}
}

// BenchmarkService is a message's life without SDK, HTTP and socket: the cost of the service itself.
func BenchmarkService(b *testing.B) {
	s := New(Config{Clock: clockwork.NewRealClock()})
	if _, err := call(s, "CreateQueue", `{"QueueName":"q"}`); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := call(s, "SendMessage", `{"QueueUrl":"http://x/000000000000/q","MessageBody":"hello"}`); err != nil {
			b.Fatal(err)
		}
		got, err := call(s, "ReceiveMessage", `{"QueueUrl":"http://x/000000000000/q"}`)
		if err != nil {
			b.Fatal(err)
		}
		handle := got.(*receiveOutput).Messages[0].ReceiptHandle
		_, err = call(s, "DeleteMessage", `{"QueueUrl":"http://x/000000000000/q","ReceiptHandle":"`+handle+`"}`)
		if err != nil {
			b.Fatal(err)
		}
	}
}
