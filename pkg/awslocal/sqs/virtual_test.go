//go:build faketime

package sqs_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

// newRealWorld is newWorld on the program's clock.
func newRealWorld(t *testing.T) *world {
	server := awstest.Start(t, awslocal.Config{Clock: clockwork.NewRealClock()})
	return &world{Client: sqs.NewFromConfig(awstest.Config(t, server)), t: t, server: server}
}

func TestRetentionAtItsRealLength(t *testing.T) {
	w := newRealWorld(t)
	const day = 24 * time.Hour
	hour, fourDays := w.queue("hour", "MessageRetentionPeriod", "3600"), w.queue("default")
	w.send(hour, "a")
	w.send(fourDays, "b")
	brief := func(in *sqs.ReceiveMessageInput) { in.VisibilityTimeout = 1 }

	time.Sleep(59 * time.Minute)
	require.Equal(t, []string{"a"}, w.bodies(hour, brief))
	time.Sleep(2 * time.Minute)
	require.Empty(t, w.bodies(hour, brief))
	time.Sleep(4*day - time.Hour - 2*time.Minute)
	require.Equal(t, []string{"b"}, w.bodies(fourDays, brief))
	time.Sleep(2 * time.Minute)
	require.Empty(t, w.bodies(fourDays, brief))
}

func TestDeduplicationWindowAtItsRealLength(t *testing.T) {
	w := newRealWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true")
	first := w.sendTo(url, "group", "id", "a")
	time.Sleep(5*time.Minute - time.Second)
	require.Equal(t, *first.MessageId, *w.sendTo(url, "group", "id", "a").MessageId)
	time.Sleep(2 * time.Second)
	require.NotEqual(t, *first.MessageId, *w.sendTo(url, "group", "id", "a").MessageId)
}

// A long poll of hours, twenty seconds each, ends with the message and not later.
func TestLongPollsOverHours(t *testing.T) {
	w := newRealWorld(t)
	url := w.queue("q")
	start := time.Now()
	go func() {
		time.Sleep(3*time.Hour + 7*time.Second)
		_, _ = w.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: new("late")})
	}()
	polls := 0
	for len(w.bodies(url, func(in *sqs.ReceiveMessageInput) { in.WaitTimeSeconds = 20 })) == 0 {
		polls++
	}
	require.InDelta(t, 3*time.Hour+7*time.Second, time.Since(start), float64(10*time.Millisecond))
	require.Equal(t, 3*3600/20, polls)
}
