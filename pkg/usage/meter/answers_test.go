package meter

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/usage"
)

// slowly answers each call after the time in its target, or when the caller gives up.
type slowly struct{}

func (slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	takes, err := time.ParseDuration(r.Header.Get("X-Takes"))
	if err != nil {
		return nil, errors.New("connection refused")
	}
	select {
	case <-time.After(takes):
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("{}"))}, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func ask(ctx context.Context, t http.RoundTripper, service, target, takes string) {
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/", http.NoBody)
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("X-Takes", takes)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/"+service+
		"/aws4_request, SignedHeaders=host, Signature=00")
	if resp, err := t.RoundTrip(r); err == nil {
		resp.Body.Close()
	}
}

// Answers are timed, and so are waits without an answer; waits by request are not.
func TestAnswersAreTimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New()
		transport := m.AWS(slowly{})
		require.Nil(t, m.StopTiming(), "nothing is timed yet")
		ask(t.Context(), transport, "dynamodb", "DynamoDB_20120810.GetItem", "5s")
		go ask(t.Context(), transport, "kinesis", "Kinesis_20131202.PutRecord", "9s")
		synctest.Wait()
		m.StartTiming()
		for _, takes := range []string{"10ms", "20ms", "400ms", "400ms"} {
			ask(t.Context(), transport, "dynamodb", "DynamoDB_20120810.GetItem", takes)
		}
		for range 5 {
			ask(t.Context(), transport, "dynamodb", "DynamoDB_20120810.GetItem", "never") // refused at once
			ask(t.Context(), transport, "sqs", "AmazonSQS.ReceiveMessage", "1s")
			ask(t.Context(), transport, "kinesis", "Kinesis_20131202.SubscribeToShard", "1s")
		}
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		ask(short, transport, "dynamodb", "DynamoDB_20120810.GetItem", "1m") // given up after half a second

		got := m.StopTiming()
		require.Len(t, got, 2)
		require.EqualValues(t, 5, got["dynamodb"].Calls)
		require.InEpsilon(t, 400, got["dynamodb"].P50, 0.01)
		require.True(t, got["dynamodb"].TooSlow())
		require.EqualValues(t, 1, got["kinesis"].Calls, "the one that is not answered yet")
		require.InEpsilon(t, 9000, got["kinesis"].P50, 0.4)
		require.False(t, got["kinesis"].TooSlow(), "one answer says nothing")
		require.Nil(t, m.StopTiming())
		time.Sleep(10 * time.Second)
		require.Empty(t, m.stopwatch.waits)
	})
}

func TestCommandsThatBlock(t *testing.T) {
	c := redis.NewClient(&redis.Options{})
	defer c.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for want, cmds := range map[bool][]redis.Cmder{
		true: {
			c.BLPop(ended, time.Second, "q"), c.BLMove(ended, "a", "b", "RIGHT", "LEFT", time.Second),
			c.BZPopMin(ended, time.Second, "z"), c.Wait(ended, 1, time.Second),
			c.XRead(ended, &redis.XReadArgs{Streams: []string{"s", "$"}, Block: time.Second}),
		},
		false: {c.Get(ended, "block"), c.LPop(ended, "q"),
			c.XRead(ended, &redis.XReadArgs{Streams: []string{"s", "0"}, Block: -1})},
	} {
		for _, cmd := range cmds {
			require.Equal(t, want, blocks(cmd), cmd.String())
		}
	}
}

// A broker's silence is also timed, until its connection is given up.
func TestAnUnansweredKafkaRequestIsTimed(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	m := New()
	m.StartTiming()
	k := m.Kafka(here).(*kafkaConn)
	k.asked[1] = asked{kind: produce, wait: m.stopwatch.begin("kafka", false)}
	require.NoError(t, k.Close())
	require.Equal(t, int64(1), m.StopTiming()["kafka"].Calls)
	require.Empty(t, m.stopwatch.waits)
}

func TestTooSlow(t *testing.T) {
	for want, answers := range map[bool][]usage.Answers{
		true:  {{Calls: 5, P50: 250.1, Limit: 250}},
		false: {{Calls: 5, P50: 250, Limit: 250}, {Calls: 4, P50: 9000, Limit: 250}, {}},
	} {
		for _, a := range answers {
			require.Equal(t, want, a.TooSlow(), "%+v", a)
		}
	}
}
