package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

// clinging returns what clients send that then neither go on nor go away, by the name of the server.
func clinging() map[string][]string {
	fetch := kmsg.NewPtrFetchRequest()
	fetch.Version, fetch.MaxWaitMillis, fetch.MinBytes, fetch.MaxBytes = 4, 600_000, 1, 1<<20
	join := kmsg.NewPtrJoinGroupRequest()
	join.Version, join.Group, join.ProtocolType = 2, "g", "consumer"
	join.SessionTimeoutMillis, join.RebalanceTimeoutMillis = 60_000, 600_000
	join.Protocols = []kmsg.JoinGroupRequestProtocol{{Name: "range"}}
	metadata := kmsg.NewPtrMetadataRequest()
	kafka := func(r kmsg.Request) string { return string(kmsg.NewRequestFormatter().AppendRequest(nil, r, 1)) }
	sqs := func(operation, body string) string {
		return fmt.Sprintf("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"+
			"X-Amz-Target: AmazonSQS.%s\r\nContent-Length: %d\r\n\r\n%s", operation, len(body), body)
	}
	queue := `{"QueueName":"q"}`
	return map[string][]string{
		stack.AWS: {
			"", "POST / HTTP/1.1\r\nHost: 127.", "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf",
			sqs("CreateQueue", queue) + sqs("ReceiveMessage",
				`{"QueueUrl":"http://127.0.0.1/000000000000/q","WaitTimeSeconds":20}`),
			strings.Repeat(sqs("GetQueueUrl", queue), 20_000), // and does not read the answers
		},
		stack.Kafka: {
			"", "\x00\x00", kafka(metadata)[:6], kafka(fetch), kafka(join), strings.Repeat(kafka(metadata), 100_000),
		},
		stack.Redis: {
			"", "*2\r\n$5\r\nBLP", "BLPOP k 0\r\n", "*3\r\n$5\r\nBLPOP\r\n$1\r\nk\r\n$1\r\n0\r\n",
			"*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nc\r\n", strings.Repeat("*1\r\n$4\r\nPING\r\n", 500_000),
			"*6\r\n$5\r\nXREAD\r\n$5\r\nBLOCK\r\n$1\r\n0\r\n$7\r\nSTREAMS\r\n$1\r\ns\r\n$1\r\n$\r\n",
		},
	}
}

// TestCloseWaitsForNoClient closes a stack that clients hold on to, as it serves and while it is paused.
func TestCloseWaitsForNoClient(t *testing.T) {
	const limit = 2 * time.Second
	for name, pause := range map[string]bool{"serving": false, "paused": true} {
		t.Run(name, func(t *testing.T) {
			st, err := Start(t.Context(), stack.Needs{KafkaNodes: 2}, zap.NewNop())
			if err != nil {
				t.Fatal(err)
			}
			addrs := map[string]string{
				stack.AWS: strings.TrimPrefix(st.AWS.URL, "http://"), stack.Kafka: st.Kafka[1], stack.Redis: st.Redis,
			}
			var conns []net.Conn
			cling := func(server, bytes string) {
				conn, err := loopback.Dial(t.Context(), "tcp", addrs[server])
				if err != nil {
					t.Fatal(err)
				}
				conns = append(conns, conn)
				_ = conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
				_, _ = conn.Write([]byte(bytes)) // the server need not read all of it
			}
			for server, sent := range clinging() {
				for _, bytes := range sent {
					cling(server, bytes)
				}
			}
			for range 500 {
				cling(stack.AWS, "GET / HTTP/1.1\r\nHost")
			}
			time.Sleep(200 * time.Millisecond) // until they are served, as far as they are
			if pause {
				for _, p := range st.Processes {
					must(t, p.Pause(t.Context()))
				}
			}
			began := time.Now()
			must(t, st.Close(context.Background()))
			if took := time.Since(began); took > limit {
				t.Errorf("Close took %v", took)
			}
			for _, conn := range conns {
				_ = conn.Close()
			}
		})
	}
}

// TestCloseGivesUpOnAServerThatNeverEnds has one that never does, and one that ends with an error.
func TestCloseGivesUpOnAServerThatNeverEnds(t *testing.T) {
	never := make(chan struct{})
	broken := errors.New("broken")
	err := closeAll(t.Context(), []server{
		{"stuck", func(context.Context) error { <-never; return nil }},
		{"broken", func(context.Context) error { return broken }},
	}, 20*time.Millisecond)
	close(never)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "stuck") {
		t.Errorf("got %v", err)
	}
}
