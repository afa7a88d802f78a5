package sqs_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"
)

const clients = 64

// together runs f once for each client at the same time and returns the first error.
func together(f func(i int) error) error {
	errs := make(chan error, clients)
	for i := range clients {
		go func() { errs <- f(i) }()
	}
	var first error
	for range clients {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func TestConcurrentClientsLoseAndDuplicateNothing(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	const each = 6
	require.NoError(t, together(func(i int) error {
		for n := range each {
			if _, err := w.SendMessage(t.Context(), &sqs.SendMessageInput{
				QueueUrl: &url, MessageBody: aws.String(fmt.Sprint(i, " ", n)),
			}); err != nil {
				return err
			}
		}
		return nil
	}))

	var mu sync.Mutex
	seen := map[string]int{}
	require.NoError(t, together(func(int) error {
		for {
			out, err := w.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 3})
			if err != nil || len(out.Messages) == 0 {
				return err
			}
			for _, m := range out.Messages {
				mu.Lock()
				seen[*m.Body]++
				mu.Unlock()
				if _, err := w.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{
					QueueUrl: &url, ReceiptHandle: m.ReceiptHandle,
				}); err != nil {
					return err
				}
			}
		}
	}))
	require.Len(t, seen, clients*each)
	for body, n := range seen {
		require.Equal(t, 1, n, body)
	}
	require.Equal(t, [3]string{"0", "0", "0"}, w.counts(url))
}

func TestConcurrentConsumersKeepGroupsInOrder(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true")
	const groups, each = 8, 12
	require.NoError(t, together(func(i int) error {
		if i >= groups {
			return nil
		}
		for n := range each {
			_, err := w.SendMessage(t.Context(), &sqs.SendMessageInput{
				QueueUrl: &url, MessageGroupId: aws.String(fmt.Sprint(i)), MessageBody: aws.String(fmt.Sprintf("%d/%02d", i, n)),
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))

	var mu sync.Mutex
	order := map[string][]string{}
	total := 0
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	require.NoError(t, together(func(i int) error {
		for {
			mu.Lock()
			done := total == groups*each
			mu.Unlock()
			if done {
				return nil
			}
			out, err := w.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: int32(1 + i%3)})
			if err != nil {
				return err
			}
			for _, m := range out.Messages {
				mu.Lock()
				group := (*m.Body)[:len(*m.Body)-3]
				order[group] = append(order[group], *m.Body)
				total++
				mu.Unlock()
				if _, err := w.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{
					QueueUrl: &url, ReceiptHandle: m.ReceiptHandle,
				}); err != nil {
					return err
				}
			}
		}
	}))
	require.Len(t, order, groups)
	for group, bodies := range order {
		require.IsIncreasing(t, bodies, group)
		require.Len(t, bodies, each)
	}
}
