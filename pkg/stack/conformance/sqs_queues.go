package conformance

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const noQueue = "AWS.SimpleQueueService.NonExistentQueue"

var sqsQueues = []Case{
	{"a queue's URL ends with its name", func(t *testing.T, e *Env) {
		name := e.Name()
		url := *ok(e.SQS.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name}))(t).QueueUrl
		if !strings.HasSuffix(url, "/"+name) {
			t.Fatalf("got %s", url)
		}
		found := ok(e.SQS.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: &name}))(t)
		equal(t, "GetQueueUrl", *found.QueueUrl, url)
	}},
	{"creating a queue again with the same attributes returns the same queue", func(t *testing.T, e *Env) {
		in := &sqs.CreateQueueInput{QueueName: str(e.Name()), Attributes: attrs{"VisibilityTimeout": "7"}}
		a, b := ok(e.SQS.CreateQueue(t.Context(), in))(t), ok(e.SQS.CreateQueue(t.Context(), in))(t)
		equal(t, "URL", *b.QueueUrl, *a.QueueUrl)
	}},
	{"creating a queue again with other attributes is QueueAlreadyExists", func(t *testing.T, e *Env) {
		name := e.Name()
		ok(e.SQS.CreateQueue(t.Context(), &sqs.CreateQueueInput{
			QueueName: &name, Attributes: attrs{"VisibilityTimeout": "7"},
		}))(t)
		fails1(e.SQS.CreateQueue(t.Context(), &sqs.CreateQueueInput{
			QueueName: &name, Attributes: attrs{"VisibilityTimeout": "8"},
		}))(t,
			"QueueAlreadyExists")
	}},
	{"a queue's name has letters, digits, hyphens and underscores only", func(t *testing.T, e *Env) {
		fails1(e.SQS.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: str("bad name!")}))(t, "InvalidParameterValue")
	}},
	{"an unknown attribute is InvalidAttributeName", func(t *testing.T, e *Env) {
		fails1(e.SQS.CreateQueue(t.Context(), &sqs.CreateQueueInput{
			QueueName: str(e.Name()), Attributes: attrs{"Color": "red"},
		}))(t,
			"InvalidAttributeName")
	}},
	{"a visibility timeout of more than 12 hours is InvalidAttributeValue", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
			QueueUrl: &url, Attributes: attrs{"VisibilityTimeout": "43201"},
		}))(t,
			"InvalidAttributeValue")
	}},
	{"the URL of a missing queue is NonExistentQueue", func(t *testing.T, e *Env) {
		fails1(e.SQS.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: str(e.Name())}))(t, noQueue)
	}},
	{"sending to a missing queue is NonExistentQueue", func(t *testing.T, e *Env) {
		url := e.queue(t, nil) + "-not"
		fails1(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: str("m")}))(t, noQueue)
	}},
	{"a deleted queue is gone", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		ok(e.SQS.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &url}))(t)
		fails1(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url}))(t, noQueue)
	}},
	{"queues are listed by prefix", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		name := url[strings.LastIndexByte(url, '/')+1:]
		out := ok(e.SQS.ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: str(name)}))(t)
		if len(out.QueueUrls) < 1 || out.QueueUrls[0] != url {
			t.Fatalf("got %v", out.QueueUrls)
		}
	}},
	{"a queue has the documented defaults", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		defaults := attrs{
			"VisibilityTimeout": "30", "DelaySeconds": "0", "MessageRetentionPeriod": "345600",
			"ReceiveMessageWaitTimeSeconds": "0",
		}
		for name, want := range defaults {
			equal(t, name, e.attribute(t, url, types.QueueAttributeName(name)), want)
		}
	}},
	{"attributes change", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		ok(e.SQS.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
			QueueUrl: &url, Attributes: attrs{"VisibilityTimeout": "9"},
		}))(t)
		equal(t, "VisibilityTimeout", e.attribute(t, url, types.QueueAttributeNameVisibilityTimeout), "9")
	}},
	{"tags are set, listed and removed", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		ok(e.SQS.TagQueue(t.Context(), &sqs.TagQueueInput{QueueUrl: &url, Tags: map[string]string{"a": "1", "b": "2"}}))(t)
		ok(e.SQS.UntagQueue(t.Context(), &sqs.UntagQueueInput{QueueUrl: &url, TagKeys: []string{"a"}}))(t)
		got := ok(e.SQS.ListQueueTags(t.Context(), &sqs.ListQueueTagsInput{QueueUrl: &url}))(t).Tags
		if len(got) != 1 || got["b"] != "2" {
			t.Fatalf("got %v", got)
		}
	}},
}
