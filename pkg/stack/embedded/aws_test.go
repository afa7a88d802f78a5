package embedded

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

func queues(t *testing.T, st *stack.Stack) *sqs.Client {
	cfg := conn.AWS(t.Context(), st.AWS)
	t.Cleanup(func() { conn.CloseIdle(cfg) })
	return sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.Retryer = aws.NopRetryer{} })
}

func list(ctx context.Context, c *sqs.Client) (int, error) {
	out, err := c.ListQueues(ctx, &sqs.ListQueuesInput{})
	if err != nil {
		return 0, err
	}
	return len(out.QueueUrls), nil
}

func TestAWSKillLosesQueuesAndKeepsTheAddress(t *testing.T) {
	st := start(t, stack.Needs{})
	c, p := queues(t, st), st.Processes[stack.AWS]
	_, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	must(t, err)
	must(t, p.Kill(t.Context()))
	must(t, p.Kill(t.Context()))
	if _, err := list(brief(t), c); err == nil {
		t.Fatal("a killed AWS answered")
	}
	must(t, p.Start(t.Context()))
	must(t, p.Start(t.Context()))
	if n, err := list(t.Context(), c); n != 0 || err != nil {
		t.Fatalf("after the restart: %d queues, %v", n, err)
	}
}

func TestAWSPauseAcceptsAndDoesNotAnswer(t *testing.T) {
	st := start(t, stack.Needs{})
	c, p := queues(t, st), st.Processes[stack.AWS]
	_, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	must(t, err)
	must(t, p.Pause(t.Context()))
	if _, err := list(brief(t), c); err == nil {
		t.Fatal("a paused AWS answered")
	}
	must(t, p.Resume(t.Context()))
	if n, err := list(t.Context(), c); n != 1 || err != nil {
		t.Fatalf("after the pause: %d queues, %v", n, err)
	}
}
