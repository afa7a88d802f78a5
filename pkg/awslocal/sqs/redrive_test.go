package sqs_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestPoisonIsReceivedExactlyMaxReceiveCountTimes(t *testing.T) {
	for _, max := range []int{1, 3} {
		w := newWorld(t)
		dlq := w.queue("dlq")
		url := w.queue("q", "RedrivePolicy", redriveTo("dlq", max), "VisibilityTimeout", "30")
		sent := w.send(url, "poison")
		w.send(url, "good")

		for range max {
			got := w.receive(url)
			require.Equal(t, "poison", *got[0].Body)
			if len(got) == 2 {
				w.delete(url, got[1])
			}
			w.clock.Advance(30 * time.Second)
		}
		require.Equal(t, [3]string{"1", "0", "0"}, w.counts(url), "it moves on the next receive, not before")
		require.Equal(t, [3]string{"0", "0", "0"}, w.counts(dlq))
		require.Empty(t, w.receive(url))
		require.Equal(t, [3]string{"0", "0", "0"}, w.counts(url))

		parked := w.receive(dlq)[0]
		require.Equal(t, *sent.MessageId, *parked.MessageId)
		require.Equal(t, arn("q"), parked.Attributes["DeadLetterQueueSourceArn"])
		require.Equal(t, "1767323045000", parked.Attributes["SentTimestamp"], "a standard message keeps its age")
		require.Equal(t, strconv.Itoa(max+1), parked.Attributes["ApproximateReceiveCount"])
	}
}

func TestAReceiveSkipsThePoisonItBuries(t *testing.T) {
	w := newWorld(t)
	w.queue("dlq")
	url := w.queue("q", "RedrivePolicy", redriveTo("dlq", 1), "VisibilityTimeout", "0")
	w.send(url, "poison")
	w.receive(url)
	w.send(url, "good")
	require.Equal(t, []string{"good"}, w.bodies(url, limit(1)))
}

func TestFIFODeadLetterQueueKeepsOrderAndMessagesApart(t *testing.T) {
	w := newWorld(t)
	dlq := w.queue("dlq.fifo", "FifoQueue", "true")
	url := w.queue("q.fifo", "FifoQueue", "true", "RedrivePolicy", redriveTo("dlq.fifo", 1), "VisibilityTimeout", "0")
	w.sendTo(url, "g", "d1", "1")
	w.sendTo(url, "g", "d2", "2")
	w.receive(url)
	require.Empty(t, w.receive(url))
	w.clock.Advance(5 * time.Minute)
	w.sendTo(url, "g", "d1", "same dedup id")
	w.receive(url)
	require.Empty(t, w.receive(url))

	parked := w.receive(dlq)
	require.Len(t, parked, 3)
	require.Equal(t, "1", *parked[0].Body)
	require.Equal(t, "2", *parked[1].Body)
	require.Equal(t, *parked[0].MessageId, parked[0].Attributes["MessageDeduplicationId"])
	require.Equal(t, "1767323045000", parked[0].Attributes["SentTimestamp"])
}

func TestRedrivePolicyIsValidated(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	w.queue("dlq")
	w.queue("closed", "RedriveAllowPolicy", `{"redrivePermission":"denyAll"}`)
	w.queue("choosy", "RedriveAllowPolicy", `{"redrivePermission":"byQueue","sourceQueueArns":["`+arn("friend")+`"]}`)
	w.queue("f.fifo", "FifoQueue", "true")
	set := func(name, value string) error {
		_, err := w.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
			QueueUrl: &url, Attributes: awstest.Attrs(name, value),
		})
		return err
	}
	for _, bad := range []string{
		"{", `{"maxReceiveCount":3}`, `{"deadLetterTargetArn":"` + arn("dlq") + `"}`,
		redriveTo("dlq", 0), redriveTo("dlq", 1001), redriveTo("none", 3), redriveTo("q", 3),
		redriveTo("f.fifo", 3), redriveTo("closed", 3), redriveTo("choosy", 3),
		`{"deadLetterTargetArn":"dlq","maxReceiveCount":3}`,
	} {
		require.Equal(t, "InvalidParameterValue", awstest.Code(set("RedrivePolicy", bad)), bad)
	}
	for _, bad := range []string{
		"{", `{}`, `{"redrivePermission":"byQueue"}`, `{"redrivePermission":"allowAll","sourceQueueArns":["x"]}`,
	} {
		require.Equal(t, "InvalidParameterValue", awstest.Code(set("RedriveAllowPolicy", bad)), bad)
	}
	w.queue("friend", "RedrivePolicy", redriveTo("choosy", 3))
	require.NoError(t, set("RedrivePolicy", `{"deadLetterTargetArn":"`+arn("dlq")+`","maxReceiveCount":"3"}`))
	require.NotEmpty(t, w.attribute(url, "RedrivePolicy"))
	require.NoError(t, set("RedrivePolicy", ""))
	require.Empty(t, w.attribute(url, "RedrivePolicy"))
}

func TestListDeadLetterSourceQueues(t *testing.T) {
	w := newWorld(t)
	dlq := w.queue("dlq")
	a, b := w.queue("a", "RedrivePolicy", redriveTo("dlq", 1)), w.queue("b", "RedrivePolicy", redriveTo("dlq", 1))
	w.queue("c")
	out, err := w.ListDeadLetterSourceQueues(t.Context(), &sqs.ListDeadLetterSourceQueuesInput{
		QueueUrl: &dlq, MaxResults: aws.Int32(1),
	})
	require.NoError(t, err)
	require.Equal(t, []string{a}, out.QueueUrls)
	out, err = w.ListDeadLetterSourceQueues(t.Context(), &sqs.ListDeadLetterSourceQueuesInput{
		QueueUrl: &dlq, NextToken: out.NextToken,
	})
	require.NoError(t, err)
	require.Equal(t, []string{b}, out.QueueUrls)
	require.Nil(t, out.NextToken)
}

// park makes the messages end up in the dead-letter queue "dlq" of "q".
func (w *world) park(bodies ...string) (url, dlq string) {
	dlq = w.queue("dlq")
	url = w.queue("q", "RedrivePolicy", redriveTo("dlq", 1), "VisibilityTimeout", "0")
	for _, body := range bodies {
		w.send(url, body)
	}
	w.receive(url)
	require.Empty(w.t, w.receive(url))
	return url, dlq
}

func (w *world) tasks() []types.ListMessageMoveTasksResultEntry {
	w.t.Helper()
	out, err := w.ListMessageMoveTasks(w.t.Context(), &sqs.ListMessageMoveTasksInput{
		SourceArn: aws.String(arn("dlq")), MaxResults: aws.Int32(10),
	})
	require.NoError(w.t, err)
	return out.Results
}

func (w *world) eventually(what string, ok func() bool) {
	w.t.Helper()
	require.Eventually(w.t, ok, 5*time.Second, time.Millisecond, what)
}

func TestMoveTaskReturnsMessagesToTheirSource(t *testing.T) {
	w := newWorld(t)
	url, dlq := w.park("1", "2", "3")
	before := w.receive(dlq, func(in *sqs.ReceiveMessageInput) { in.VisibilityTimeout = 1 })
	w.clock.Advance(time.Second)

	_, err := w.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(arn("dlq"))})
	require.NoError(t, err)
	w.eventually("the task completes", func() bool { return *w.tasks()[0].Status == "COMPLETED" })
	task := w.tasks()[0]
	require.EqualValues(t, 3, task.ApproximateNumberOfMessagesMoved)
	require.EqualValues(t, 3, *task.ApproximateNumberOfMessagesToMove)
	require.Nil(t, task.TaskHandle)

	got := w.receive(url)
	require.Len(t, got, 3)
	require.Equal(t, "1", *got[0].Body)
	require.NotEqual(t, *before[0].MessageId, *got[0].MessageId, "a redriven message is a new message")
	require.Equal(t, "1", got[0].Attributes["ApproximateReceiveCount"])
	require.Equal(t, [3]string{"0", "0", "0"}, w.counts(dlq))
}

func TestMoveTaskKeepsItsRateAndCanBeCancelled(t *testing.T) {
	w := newWorld(t)
	_, dlq := w.park("1", "2", "3", "4")
	other := w.queue("other")
	start := &sqs.StartMessageMoveTaskInput{
		SourceArn: aws.String(arn("dlq")), DestinationArn: aws.String(arn("other")),
		MaxNumberOfMessagesPerSecond: aws.Int32(2),
	}
	started, err := w.StartMessageMoveTask(t.Context(), start)
	require.NoError(t, err)
	w.clock.AwaitTimers(t, 1)
	require.Equal(t, "1", w.counts(other)[0])
	require.Equal(t, *started.TaskHandle, *w.tasks()[0].TaskHandle)

	_, err = w.StartMessageMoveTask(t.Context(), start)
	require.Equal(t, "AWS.SimpleQueueService.UnsupportedOperation", awstest.Code(err), "one task a source")

	w.clock.Advance(500 * time.Millisecond)
	w.eventually("the second message moves", func() bool { return w.counts(other)[0] == "2" })

	cancelled, err := w.CancelMessageMoveTask(t.Context(), &sqs.CancelMessageMoveTaskInput{TaskHandle: started.TaskHandle})
	require.NoError(t, err)
	require.EqualValues(t, 2, cancelled.ApproximateNumberOfMessagesMoved)
	w.eventually("the task is cancelled", func() bool { return *w.tasks()[0].Status == "CANCELLED" })
	require.Equal(t, "2", w.counts(dlq)[0])
}

func TestMoveTaskFailsForAMessageOfUnknownOrigin(t *testing.T) {
	w := newWorld(t)
	_, dlq := w.park("1")
	w.send(dlq, "sent here directly")
	_, err := w.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(arn("dlq"))})
	require.NoError(t, err)
	w.eventually("the task fails", func() bool { return *w.tasks()[0].Status == "FAILED" })
	require.Equal(t, "CouldNotDetermineMessageSource", *w.tasks()[0].FailureReason)
	require.EqualValues(t, 1, w.tasks()[0].ApproximateNumberOfMessagesMoved)
}

func TestMoveTaskErrors(t *testing.T) {
	w := newWorld(t)
	w.park()
	w.queue("f.fifo", "FifoQueue", "true")
	for name, c := range map[string]struct {
		want string
		in   sqs.StartMessageMoveTaskInput
	}{
		"no such source": {"ResourceNotFoundException", sqs.StartMessageMoveTaskInput{
			SourceArn: aws.String(arn("none")),
		}},
		"no ARN":            {"InvalidParameterValue", sqs.StartMessageMoveTaskInput{SourceArn: aws.String("dlq")}},
		"not a dead-letter": {"InvalidParameterValue", sqs.StartMessageMoveTaskInput{SourceArn: aws.String(arn("q"))}},
		"no such destination": {"ResourceNotFoundException", sqs.StartMessageMoveTaskInput{
			SourceArn: aws.String(arn("dlq")), DestinationArn: aws.String(arn("none")),
		}},
		"to itself": {"InvalidParameterValue", sqs.StartMessageMoveTaskInput{
			SourceArn: aws.String(arn("dlq")), DestinationArn: aws.String(arn("dlq")),
		}},
		"other type": {"InvalidParameterValue", sqs.StartMessageMoveTaskInput{
			SourceArn: aws.String(arn("dlq")), DestinationArn: aws.String(arn("f.fifo")),
		}},
		"rate": {"InvalidParameterValue", sqs.StartMessageMoveTaskInput{
			SourceArn: aws.String(arn("dlq")), MaxNumberOfMessagesPerSecond: aws.Int32(501),
		}},
	} {
		_, err := w.StartMessageMoveTask(t.Context(), &c.in)
		require.Equal(t, c.want, awstest.Code(err), name)
	}
	_, err := w.CancelMessageMoveTask(t.Context(), &sqs.CancelMessageMoveTaskInput{TaskHandle: aws.String("x")})
	require.Equal(t, "InvalidParameterValue", awstest.Code(err))
}
