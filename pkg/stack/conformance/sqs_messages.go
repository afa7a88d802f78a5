package conformance

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const badHandle = "ReceiptHandleIsInvalid"

// sign signs a request to SQS as the SDK signs its own.
func (e *Env) sign(t *testing.T, r *http.Request, body string) {
	t.Helper()
	o := e.SQS.Options()
	keys := ok(o.Credentials.Retrieve(t.Context()))(t)
	sum := sha256.Sum256([]byte(body))
	must(t, v4.NewSigner().SignHTTP(t.Context(), keys, r, hex.EncodeToString(sum[:]), "sqs", o.Region, time.Now()))
}

var sqsMessages = []Case{
	{"a send returns the MD5 of the body", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		out := ok(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: str("hello")}))(t)
		sum := md5.Sum([]byte("hello"))
		equal(t, "MD5", *out.MD5OfMessageBody, hex.EncodeToString(sum[:]))
	}},
	{"a message comes with its attributes", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		sent := ok(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{
			QueueUrl: &url, MessageBody: str("hello"),
			MessageAttributes: map[string]types.MessageAttributeValue{
				"text":   {DataType: str("String"), StringValue: str("x")},
				"number": {DataType: str("Number"), StringValue: str("7")},
				"bytes":  {DataType: str("Binary"), BinaryValue: []byte{0, 1}},
			},
		}))(t)
		m := e.one(t, url)
		equal(t, "id", *m.MessageId, *sent.MessageId)
		equal(t, "body", *m.Body, "hello")
		equal(t, "text", *m.MessageAttributes["text"].StringValue, "x")
		equal(t, "number", *m.MessageAttributes["number"].DataType, "Number")
		equal(t, "bytes", string(m.MessageAttributes["bytes"].BinaryValue), "\x00\x01")
		equal(t, "receive count", m.Attributes["ApproximateReceiveCount"], "1")
		for _, name := range []string{"SentTimestamp", "ApproximateFirstReceiveTimestamp", "SenderId"} {
			if m.Attributes[name] == "" {
				t.Errorf("no %s", name)
			}
		}
	}},
	{"attributes that are not requested are not returned", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		e.send(t, url, "m")
		got := ok(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 5}))(t).Messages
		if len(got) != 1 || len(got[0].Attributes) != 0 {
			t.Fatalf("got %v", got)
		}
	}},
	{"a received message is hidden until its visibility timeout, and counts", func(t *testing.T, e *Env) {
		url := e.queue(t, attrs{"VisibilityTimeout": "1"})
		e.send(t, url, "m")
		first := e.one(t, url)
		e.none(t, url)
		second := e.one(t, url)
		equal(t, "id", *second.MessageId, *first.MessageId)
		equal(t, "receive count", second.Attributes["ApproximateReceiveCount"], "2")
	}},
	{"a deleted message does not come back", func(t *testing.T, e *Env) {
		url := e.queue(t, attrs{"VisibilityTimeout": "1"})
		e.send(t, url, "m")
		e.delete(t, url, e.one(t, url))
		never(t, 1500*time.Millisecond, "it is received", func() bool {
			return len(ok(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url}))(t).Messages) > 0
		})
	}},
	{"deleting a message twice succeeds", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		e.send(t, url, "m")
		m := e.one(t, url)
		e.delete(t, url, m)
		e.delete(t, url, m)
	}},
	{"a visibility timeout of 0 makes a message visible at once", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		e.send(t, url, "m")
		m := e.one(t, url)
		ok(e.SQS.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &url, ReceiptHandle: m.ReceiptHandle,
		}))(t)
		equal(t, "id", *e.one(t, url).MessageId, *m.MessageId)
	}},
	{"a visibility timeout can be extended", func(t *testing.T, e *Env) {
		url := e.queue(t, attrs{"VisibilityTimeout": "1"})
		e.send(t, url, "m")
		m := e.one(t, url)
		ok(e.SQS.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 60,
		}))(t)
		never(t, 1500*time.Millisecond, "it is received", func() bool {
			return len(ok(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url}))(t).Messages) > 0
		})
	}},
	{"the visibility of a message that is not in flight can't be changed", func(t *testing.T, e *Env) {
		url := e.queue(t, attrs{"VisibilityTimeout": "0"})
		e.send(t, url, "m")
		m := e.one(t, url)
		fails1(e.SQS.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &url, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 5,
		}))(t,
			"AWS.SimpleQueueService.MessageNotInflight")
	}},
	{"changing visibility with an invalid handle is ReceiptHandleIsInvalid", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &url, ReceiptHandle: str("nonsense"),
		}))(t, badHandle)
	}},
	{"deleting with an invalid handle is ReceiptHandleIsInvalid", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{
			QueueUrl: &url, ReceiptHandle: str("nonsense"),
		}))(t, badHandle)
	}},
	{"a queue's delay hides a new message", func(t *testing.T, e *Env) {
		url := e.queue(t, attrs{"DelaySeconds": "1"})
		sent := time.Now()
		e.send(t, url, "m")
		e.none(t, url)
		equal(t, "delayed", e.attribute(t, url, types.QueueAttributeNameApproximateNumberOfMessagesDelayed), "1")
		e.one(t, url)
		if d := time.Since(sent); d < 900*time.Millisecond {
			t.Fatalf("came after %v", d)
		}
	}},
	{"a message's delay beats its queue's", func(t *testing.T, e *Env) {
		url := e.queue(t, attrs{"DelaySeconds": "60"})
		ok(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: str("m"), DelaySeconds: 1}))(t)
		e.one(t, url)
	}},
	{"a long poll ends when a message arrives", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		type answer struct {
			out *sqs.ReceiveMessageOutput
			err error
		}
		polled := make(chan answer, 1)
		began := time.Now()
		go func() {
			out, err := e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 15})
			polled <- answer{out, err}
		}()
		never(t, 300*time.Millisecond, "an empty queue answers", func() bool { return len(polled) > 0 })
		e.send(t, url, "m")
		a := <-polled
		must(t, a.err)
		equal(t, "messages", len(a.out.Messages), 1)
		if d := time.Since(began); d > 10*time.Second {
			t.Fatalf("answered after %v", d)
		}
	}},
	{"a long poll of an empty queue ends after its wait", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		began := time.Now()
		out := ok(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 1}))(t)
		equal(t, "messages", len(out.Messages), 0)
		if d := time.Since(began); d < 900*time.Millisecond {
			t.Fatalf("answered after %v", d)
		}
	}},
	{"a receive returns no more messages than requested", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		e.send(t, url, "1", "2", "3", "4", "5")
		if n := len(e.receive(t, url, 2)); n > 2 {
			t.Fatalf("got %d", n)
		}
	}},
	{"a receive of more than 10 messages is refused", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 11}))(t,
			"InvalidParameterValue")
	}},
	{"a wait of more than 20 seconds is refused", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 21}))(t,
			"InvalidParameterValue")
	}},
	{"a message without a body is MissingParameter", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: str("")}))(t,
			"MissingParameter")
	}},
	{"a message longer than its queue's maximum is InvalidParameterValue", func(t *testing.T, e *Env) {
		url := e.queue(t, attrs{"MaximumMessageSize": "1024"})
		fails1(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{
			QueueUrl: &url, MessageBody: str(strings.Repeat("x", 1025)),
		}))(t,
			"InvalidParameterValue")
	}},
	{"control characters are InvalidMessageContents", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{
			QueueUrl: &url, MessageBody: str("a\x01b"),
		}))(t, "InvalidMessageContents")
	}},
	{"messages are counted, visible and in flight", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		e.send(t, url, "1", "2", "3")
		e.one(t, url)
		equal(t, "visible", e.attribute(t, url, types.QueueAttributeNameApproximateNumberOfMessages), "2")
		equal(t, "in flight", e.attribute(t, url, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible), "1")
	}},
	{"a purge empties a queue", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		e.send(t, url, "1", "2")
		ok(e.SQS.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: &url}))(t)
		eventually(t, "it is empty", func() bool {
			return e.attribute(t, url, types.QueueAttributeNameApproximateNumberOfMessages) == "0"
		})
		e.none(t, url)
	}},
	{"the query protocol also works", func(t *testing.T, e *Env) {
		queue := e.queue(t, nil)
		post := func(form url.Values) string {
			form.Set("Version", "2012-11-05")
			form.Set("QueueUrl", queue)
			req := ok(http.NewRequestWithContext(t.Context(), http.MethodPost, queue, strings.NewReader(form.Encode())))(t)
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			e.sign(t, req, form.Encode())
			resp := ok(http.DefaultClient.Do(req))(t)
			body, err := io.ReadAll(resp.Body)
			must(t, err)
			must(t, resp.Body.Close())
			equal(t, "status of "+form.Get("Action"), resp.StatusCode, http.StatusOK)
			return string(body)
		}
		if got := post(url.Values{
			"Action": {"SendMessage"}, "MessageBody": {"by form"},
		}); !strings.Contains(got, "<SendMessageResponse") {
			t.Fatalf("got %s", got)
		}
		if got := post(url.Values{
			"Action": {"ReceiveMessage"}, "WaitTimeSeconds": {"5"},
		}); !strings.Contains(got, "<Body>by form</Body>") {
			t.Fatalf("got %s", got)
		}
	}},
	{"the visibility timeout of a receive beats its queue's", func(t *testing.T, e *Env) {
		url := e.queue(t, attrs{"VisibilityTimeout": "60"})
		e.send(t, url, "m")
		got := ok(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &url, VisibilityTimeout: 1, WaitTimeSeconds: 5,
		}))(t).Messages
		equal(t, "messages", len(got), 1)
		equal(t, "id", *e.one(t, url).MessageId, aws.ToString(got[0].MessageId))
	}},
}
