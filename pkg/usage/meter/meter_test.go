package meter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/segmentio/kafka-go"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/usage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func startStack(t *testing.T) *stack.Stack {
	st, err := embedded.Start(t.Context(), stack.Needs{}, zap.NewNop())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close(context.Background())) })
	return st
}

func TestKafka(t *testing.T) {
	st := startStack(t)
	m := New()
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return m.Kafka(c), nil
	}
	transport := &kafka.Transport{Dial: dial}
	defer transport.CloseIdleConnections()
	client := &kafka.Client{Addr: kafka.TCP(st.Kafka...), Transport: transport, Timeout: 10 * time.Second}
	_, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: "t", NumPartitions: 3, ReplicationFactor: 1}},
	})
	require.NoError(t, err)

	w := &kafka.Writer{
		Addr: kafka.TCP(st.Kafka...), Topic: "t", Transport: transport, BatchTimeout: time.Millisecond,
		RequiredAcks: kafka.RequireAll, Balancer: &kafka.RoundRobin{},
	}
	defer w.Close()
	const n = 100
	var messages []kafka.Message
	for i := range n {
		messages = append(messages, kafka.Message{Key: fmt.Append(nil, i), Value: []byte(strings.Repeat("v", 100))})
	}
	require.Eventually(t, func() bool {
		return w.WriteMessages(t.Context(), messages[:n/2]...) == nil
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, w.WriteMessages(t.Context(), messages[n/2:]...))

	r := kafka.NewReader(kafka.ReaderConfig{
		Brokers: st.Kafka, GroupID: "g", Topic: "t", Dialer: &kafka.Dialer{DialFunc: dial}, StartOffset: kafka.FirstOffset,
		MaxWait: 50 * time.Millisecond,
	})
	defer r.Close()
	for range n {
		_, err := r.FetchMessage(t.Context())
		require.NoError(t, err)
	}
	produced := m.Counts()[usage.Key{Service: "kafka", Operation: "produce"}]
	fetched := m.Counts()[usage.Key{Service: "kafka", Operation: "fetch"}]
	require.EqualValues(t, n, produced.Items)
	require.EqualValues(t, n, fetched.Items)
	require.Greater(t, produced.Out, int64(n*100))
	require.Equal(t, produced.Out, fetched.In, "a broker hands out what it was given")
	require.Positive(t, produced.Requests)
	require.Positive(t, fetched.Requests)
}

// Frames come in whatever pieces the network makes.
func TestFramesInPieces(t *testing.T) {
	frame := func(head, rest string) string {
		n := len(head) + len(rest)
		return string([]byte{0, 0, byte(n >> 8), byte(n)}) + head + rest
	}
	stream := frame("wanted_1", "one") + frame("skipped_", strings.Repeat("-", 300)) + frame("tiny", "") +
		frame("wanted_2", "") + frame("", "") + frame("wanted_3", "three")
	for piece := 1; piece < len(stream); piece++ {
		var got []string
		f := frames{
			wanted: func(head []byte) bool { return strings.HasPrefix(string(head), "wanted") },
			whole:  func(frame []byte) { got = append(got, string(frame)) },
		}
		for at := 0; at < len(stream); at += piece {
			f.feed([]byte(stream[at:min(at+piece, len(stream))]))
		}
		require.Equal(t, []string{"wanted_1one", "wanted_2", "wanted_3three"}, got, "in pieces of %d", piece)
	}
}

// Bytes that are not Kafka must do no harm.
func FuzzKafkaBytes(f *testing.F) {
	f.Add([]byte{0, 0, 0, 12, 0, 0, 0, 9, 0, 0, 0, 1, 255, 255, 0, 0}, []byte{0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0})
	f.Add([]byte{0, 0, 0, 12, 0, 1, 0, 13, 0, 0, 0, 1, 255, 255, 0, 0}, []byte{0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, request, answer []byte) {
		k := New().Kafka(nil).(*kafkaConn)
		k.requests.feed(request)
		k.answers.feed(answer)
	})
}

func TestRedis(t *testing.T) {
	st := startStack(t)
	m := New()
	c := redis.NewClient(&redis.Options{
		Addr: st.Redis, MaxRetries: -1, MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
	})
	defer c.Close()
	c.AddHook(m.Redis())
	require.NoError(t, c.Set(t.Context(), "k", strings.Repeat("v", 500), 0).Err())
	require.ErrorIs(t, c.Get(t.Context(), "none").Err(), redis.Nil)
	require.Error(t, c.Incr(t.Context(), "k").Err(), "an error of Redis's own is an answer")
	_, err := c.Pipelined(t.Context(), func(p redis.Pipeliner) error {
		p.Get(t.Context(), "k")
		p.Get(t.Context(), "k")
		return nil
	})
	require.NoError(t, err)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.Get(ended, "k").Err(), context.Canceled, "and this was none")

	got := m.Counts()
	all := got[usage.Key{Service: "redis", Operation: "all commands"}]
	require.Greater(t, all.Out, int64(500))
	require.Greater(t, all.In, int64(1000))
	delete(got, usage.Key{Service: "redis", Operation: "all commands"})
	command := func(name string) usage.Key { return usage.Key{Service: "redis", Operation: name} }
	require.Equal(t, usage.Counts{
		command("set"): {Requests: 1, Items: 1}, command("get"): {Requests: 3, Items: 3}, command("incr"): {
			Requests: 1, Items: 1,
		},
	}, got)
}

type broken struct{}

func (broken) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("no answer") }

func TestHTTP(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "twelve bytes")
	}))
	defer server.Close()
	m := New()
	c := &http.Client{Transport: m.HTTP(server.Client().Transport)}
	defer c.CloseIdleConnections()
	for range 2 {
		resp, err := c.Post(server.URL, "text/plain", strings.NewReader("four"))
		require.NoError(t, err)
		_, err = io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	}
	_, err := (&http.Client{Transport: m.HTTP(broken{})}).Get(server.URL)
	require.Error(t, err)
	require.Equal(t, usage.Counts{{Service: "http", Operation: "POST"}: {Requests: 2, Out: 8, In: 24}}, m.Counts())
}

// What an instance answers and makes counts as its own, wherever it is observed.
func TestRequestsCountByInstance(t *testing.T) {
	m := New()
	api := m.Of("api").Served(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	api.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	before := m.Handled()
	m.Of("api").handle()
	m.Of("worker").handle()
	require.Equal(t, usage.Handled{"api": 2, "worker": 1}, m.Handled())
	require.Equal(t, usage.Handled{"api": 1, "worker": 1}, m.Of("any").Handled().Since(before))
}
