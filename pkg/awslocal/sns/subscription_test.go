package sns_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestTopics(t *testing.T) {
	w := newWorld(t)
	arn := w.topic("t", "DisplayName", "d")
	require.Equal(t, "arn:aws:sns:us-east-1:000000000000:t", arn)
	require.Equal(t, arn, w.topic("t"), "creating again is idempotent")
	_, err := w.CreateTopic(t.Context(), &sns.CreateTopicInput{
		Name: aws.String("t"), Attributes: awstest.Attrs("DisplayName", "other"),
	})
	require.Equal(t, "InvalidParameter", awstest.Code(err))
	for _, in := range []sns.CreateTopicInput{
		{Name: aws.String("a b")},
		{Name: aws.String("t.fifo")},
		{Name: aws.String("t2"), Attributes: awstest.Attrs("FifoTopic", "true")},
		{Name: aws.String("t2"), Attributes: awstest.Attrs("ContentBasedDeduplication", "true")},
		{Name: aws.String("t2"), Attributes: awstest.Attrs("Color", "red")},
	} {
		_, err := w.CreateTopic(t.Context(), &in)
		require.Equal(t, "InvalidParameter", awstest.Code(err))
	}

	_, err = w.SetTopicAttributes(t.Context(), &sns.SetTopicAttributesInput{
		TopicArn: &arn, AttributeName: aws.String("DisplayName"), AttributeValue: aws.String("e"),
	})
	require.NoError(t, err)
	got, err := w.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &arn})
	require.NoError(t, err)
	require.Equal(t, "e", got.Attributes["DisplayName"])
	require.Equal(t, "0", got.Attributes["SubscriptionsConfirmed"])
	require.Equal(t, "000000000000", got.Attributes["Owner"])

	_, queue := w.queue("q")
	w.subscribe(arn, queue)
	_, err = w.DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: &arn})
	require.NoError(t, err)
	_, err = w.DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: &arn})
	require.NoError(t, err)
	_, err = w.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &arn})
	require.Equal(t, "NotFound", awstest.Code(err))
}

func TestListsComeInPages(t *testing.T) {
	w := newWorld(t)
	for i := range 101 {
		w.topic(fmt.Sprintf("t%03d", i))
	}
	first, err := w.ListTopics(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, first.Topics, 100)
	rest, err := w.ListTopics(t.Context(), &sns.ListTopicsInput{NextToken: first.NextToken})
	require.NoError(t, err)
	require.Len(t, rest.Topics, 1)
	require.Nil(t, rest.NextToken)
}

func TestTags(t *testing.T) {
	w := newWorld(t)
	arn := w.topic("t")
	_, err := w.TagResource(t.Context(), &sns.TagResourceInput{
		ResourceArn: &arn, Tags: []types.Tag{
			{Key: aws.String("a"), Value: aws.String("1")},
			{Key: aws.String("b"), Value: aws.String("2")},
		},
	})
	require.NoError(t, err)
	_, err = w.UntagResource(t.Context(), &sns.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"a"}})
	require.NoError(t, err)
	out, err := w.ListTagsForResource(t.Context(), &sns.ListTagsForResourceInput{ResourceArn: &arn})
	require.NoError(t, err)
	require.Equal(t, []types.Tag{{Key: aws.String("b"), Value: aws.String("2")}}, out.Tags)
	_, err = w.ListTagsForResource(t.Context(), &sns.ListTagsForResourceInput{ResourceArn: aws.String(arn + "x")})
	require.Equal(t, "ResourceNotFound", awstest.Code(err))
}

func TestSubscriptions(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t")
	_, queue := w.queue("q")
	arn := w.subscribe(topic, queue)
	require.Equal(t, arn, w.subscribe(topic, queue), "an endpoint subscribes once")
	_, err := w.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: aws.String("sqs"), Endpoint: &queue,
		Attributes: awstest.Attrs("RawMessageDelivery", "true"),
	})
	require.Equal(t, "InvalidParameter", awstest.Code(err), "with other attributes")

	set := func(name, value string) error {
		_, err := w.SetSubscriptionAttributes(t.Context(), &sns.SetSubscriptionAttributesInput{
			SubscriptionArn: &arn, AttributeName: &name, AttributeValue: &value,
		})
		return err
	}
	require.NoError(t, set("RawMessageDelivery", "true"))
	require.NoError(t, set("FilterPolicy", `{"a":["b"]}`))
	got, err := w.GetSubscriptionAttributes(t.Context(), &sns.GetSubscriptionAttributesInput{SubscriptionArn: &arn})
	require.NoError(t, err)
	require.Equal(t,
		awstest.Attrs("SubscriptionArn", arn, "TopicArn", topic, "Owner", "000000000000", "Protocol", "sqs", "Endpoint",
			queue,
			"PendingConfirmation", "false", "ConfirmationWasAuthenticated", "true", "RawMessageDelivery", "true", "FilterPolicy",
			`{"a":["b"]}`,
			"FilterPolicyScope", "MessageAttributes", "SubscriptionPrincipal", "arn:aws:iam::000000000000:root"), got.Attributes)
	for name, value := range awstest.Attrs("RawMessageDelivery", "yes", "FilterPolicyScope", "Moon", "FilterPolicy", "{",
		"RedrivePolicy", `{"deadLetterTargetArn":"x"}`, "Color", "red") {
		require.Equal(t, "InvalidParameter", awstest.Code(set(name, value)), name)
	}

	list, err := w.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
	require.NoError(t, err)
	require.Equal(t, arn, *list.Subscriptions[0].SubscriptionArn)
	_, err = w.Unsubscribe(t.Context(), &sns.UnsubscribeInput{SubscriptionArn: &arn})
	require.NoError(t, err)
	all, err := w.ListSubscriptions(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, all.Subscriptions)
	require.Equal(t, "NotFound", awstest.Code(set("RawMessageDelivery", "true")))
	_, err = w.Unsubscribe(t.Context(), &sns.UnsubscribeInput{SubscriptionArn: &topic})
	require.Equal(t, "InvalidParameter", awstest.Code(err))
}

func TestSubscribeErrors(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t")
	for name, in := range map[string]sns.SubscribeInput{
		"queue's ARN":     {Protocol: aws.String("sqs"), Endpoint: aws.String("http://queue")},
		"FIFO queue":      {Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:us-east-1:000000000000:q.fifo")},
		"scheme":          {Protocol: aws.String("https"), Endpoint: aws.String("http://x")},
		"unknown":         {Protocol: aws.String("pigeon"), Endpoint: aws.String("x")},
		"not served here": {Protocol: aws.String("email"), Endpoint: aws.String("a@b")},
	} {
		in.TopicArn = &topic
		_, err := w.Subscribe(t.Context(), &in)
		require.Equal(t, "InvalidParameter", awstest.Code(err), name)
	}
}

// endpoint is an HTTP subscriber. It passes on what it receives, and answers with status.
type endpoint struct {
	*httptest.Server
	got    chan *http.Request
	bodies chan string
	status chan int // answers to come; 200 when empty
}

func newEndpoint(t *testing.T) *endpoint {
	e := &endpoint{got: make(chan *http.Request, 16), bodies: make(chan string, 16), status: make(chan int, 16)}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		select {
		case status := <-e.status:
			w.WriteHeader(status)
		default:
		}
		e.got <- r
		e.bodies <- string(body)
	}))
	t.Cleanup(e.Close)
	return e
}

func TestHTTPEndpointConfirmsAndReceives(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t")
	e := newEndpoint(t)
	out, err := w.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: aws.String("http"), Endpoint: &e.URL,
	})
	require.NoError(t, err)
	require.Equal(t, "pending confirmation", *out.SubscriptionArn)

	require.Equal(t, "SubscriptionConfirmation", (<-e.got).Header.Get("X-Amz-Sns-Message-Type"))
	confirmation := envelope(t, <-e.bodies)
	w.publish(topic, "too early")
	resp, err := http.Get(confirmation["SubscribeURL"].(string))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	http.DefaultClient.CloseIdleConnections()

	id := w.publish(topic, "in time")
	r := <-e.got
	require.Equal(t, "Notification", r.Header.Get("X-Amz-Sns-Message-Type"))
	require.Equal(t, id, r.Header.Get("X-Amz-Sns-Message-Id"))
	require.Equal(t, "in time", envelope(t, <-e.bodies)["Message"])
	_, err = w.ConfirmSubscription(t.Context(), &sns.ConfirmSubscriptionInput{
		TopicArn: &topic, Token: aws.String("wrong"),
	})
	require.Equal(t, "InvalidParameter", awstest.Code(err))
}

func TestAFailingHTTPEndpointIsRetriedThenDeadLettered(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t")
	dlq, dlqARN := w.queue("dlq")
	e := newEndpoint(t)
	out, err := w.Subscribe(t.Context(),
		&sns.SubscribeInput{TopicArn: &topic, Protocol: aws.String("http"), Endpoint: &e.URL, ReturnSubscriptionArn: true,
			Attributes: awstest.Attrs("RawMessageDelivery", "true", "RedrivePolicy", `{"deadLetterTargetArn":"`+dlqARN+`"}`)})
	require.NoError(t, err)
	require.Contains(t, *out.SubscriptionArn, topic)
	<-e.got
	_, err = w.ConfirmSubscription(t.Context(), &sns.ConfirmSubscriptionInput{
		TopicArn: &topic, Token: aws.String(envelope(t, <-e.bodies)["Token"].(string)),
	})
	require.NoError(t, err)

	for range 4 {
		e.status <- http.StatusServiceUnavailable
	}
	w.publish(topic, "down for long")
	for attempt := range int64(4) {
		require.Equal(t, "true", (<-e.got).Header.Get("X-Amz-Sns-Rawdelivery"))
		require.Equal(t, "down for long", <-e.bodies)
		if attempt < 3 {
			w.clock.AwaitTimers(t, attempt+1)
			w.clock.Advance(20 * time.Second)
		}
	}
	var parked []string
	require.Eventually(t, func() bool {
		parked = append(parked, w.bodies(dlq)...)
		return len(parked) > 0
	}, 5*time.Second, time.Millisecond)
	require.Equal(t, []string{"down for long"}, parked)

	e.status <- http.StatusNotFound
	w.publish(topic, "refused")
	require.Eventually(t, func() bool {
		parked = append(parked, w.bodies(dlq)...)
		return len(parked) > 1
	}, 5*time.Second, time.Millisecond, "a client error is not tried again")
}
