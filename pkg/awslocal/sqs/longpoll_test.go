package sqs_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/clocktest"
	service "github.com/crashlab/crashlab/pkg/awslocal/sqs"
)

// poll starts the world's nth long poll, of 20 s, and returns once it waits. Its bodies arrive on the
// returned channel: none if it has waited for half a minute of real time.
func (w *world) poll(ctx context.Context, url string, nth int64) <-chan []string {
	w.t.Helper()
	out := make(chan []string, 1)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		got, err := w.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20})
		var bodies []string
		if err == nil {
			for _, m := range got.Messages {
				bodies = append(bodies, *m.Body)
			}
		}
		out <- bodies
	}()
	w.clock.AwaitTimers(w.t, nth)
	return out
}

func TestLongPollWakesOnSend(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	first := w.poll(t.Context(), url, 1)
	second := w.poll(t.Context(), url, 2)
	w.send(url, "a")
	require.Equal(t, []string{"a"}, <-first, "the longest waiting poller is served")
	w.send(url, "b")
	require.Equal(t, []string{"b"}, <-second)
}

func TestLongPollEndsEmptyAfterItsWait(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	poll := w.poll(t.Context(), url, 1)
	w.clock.Advance(20 * time.Second)
	require.Empty(t, <-poll)
}

func TestLongPollIsTheQueuesDefault(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q", "ReceiveMessageWaitTimeSeconds", "5")
	done := make(chan int, 1)
	go func() {
		defer close(done)
		out, err := w.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url})
		if err == nil {
			done <- len(out.Messages)
		}
	}()
	w.clock.AwaitTimers(t, 1)
	w.clock.Advance(5 * time.Second)
	n, answered := <-done
	require.True(t, answered)
	require.Zero(t, n)
}

func TestLongPollWakesWhenVisibilityEnds(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q", "VisibilityTimeout", "30")
	w.send(url, "m")
	m := w.receive(url)[0]
	poll := w.poll(t.Context(), url, 1)
	// The poll's timer was set for its own 20 s: the change has to reach it.
	require.NoError(t, w.visibility(url, m, 7))
	w.eventually("the poll waits for 7 s", func() bool {
		w.clock.Advance(time.Second)
		return len(poll) == 1
	})
	require.Equal(t, []string{"m"}, <-poll)
}

func TestLongPollWakesWhenADelayEnds(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	poll := w.poll(t.Context(), url, 1)
	_, err := w.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: aws.String("m"), DelaySeconds: 3,
	})
	require.NoError(t, err)
	w.eventually("the poll waits for the delay", func() bool {
		w.clock.Advance(time.Second)
		return len(poll) == 1
	})
	require.Equal(t, []string{"m"}, <-poll)
}

func TestLongPollOfALeavingClientTakesNothing(t *testing.T) {
	clock := clocktest.New(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	s := service.New(service.Config{Clock: clock})
	defer func() { require.NoError(t, s.Close()) }()
	_, err := awstest.Call(t.Context(), s, "CreateQueue", map[string]any{"QueueName": "q"})
	require.NoError(t, err)
	queue := map[string]any{"QueueUrl": "q", "WaitTimeSeconds": 20}

	ctx, leave := context.WithCancel(t.Context())
	gone := make(chan map[string]any)
	go func() {
		answer, _ := awstest.Call(ctx, s, "ReceiveMessage", queue)
		gone <- answer
	}()
	clock.AwaitTimers(t, 1)
	leave()
	require.Empty(t, (<-gone)["Messages"]) // until then it gives messages to clients that are gone, as SQS does
	_, err = awstest.Call(t.Context(), s, "SendMessage", map[string]any{"QueueUrl": "q", "MessageBody": "m"})
	require.NoError(t, err)
	answer, err := awstest.Call(t.Context(), s, "ReceiveMessage", queue)
	require.NoError(t, err)
	require.Len(t, answer["Messages"], 1)
}

func TestLongPollOfAFreedGroup(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true")
	w.sendTo(url, "g", "", "1")
	w.sendTo(url, "g", "", "2")
	m := w.receive(url, limit(1))[0]
	poll := w.poll(t.Context(), url, 1)
	w.delete(url, m)
	require.Equal(t, []string{"2"}, <-poll)
}

func TestDeletingAQueueEndsItsPolls(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	poll := w.poll(t.Context(), url, 1)
	_, err := w.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &url})
	require.NoError(t, err)
	require.Empty(t, <-poll)
}
