package embedded

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// TestPreviewProduce compares what passes the preview with what kmsg decodes, in every version.
func TestPreviewProduce(t *testing.T) {
	produce := func(topics, partitions int) *kmsg.ProduceRequest {
		req := kmsg.NewPtrProduceRequest()
		req.TransactionID = kmsg.StringPtr("tx")
		for range topics {
			topic := kmsg.NewProduceRequestTopic()
			topic.Topic = "orders"
			for range partitions {
				p := kmsg.NewProduceRequestTopicPartition()
				p.Records = make([]byte, 300)
				topic.Partitions = append(topic.Partitions, p)
			}
			req.Topics = append(req.Topics, topic)
		}
		return req
	}
	const early, many, newer = "ends early", "more than 10000", "newest one offered"
	for _, test := range []struct {
		name   string
		req    *kmsg.ProduceRequest
		change func([]byte) []byte
		want   string // part of the refusal
	}{
		{"empty", produce(0, 0), nil, ""},
		{"a topic without partitions", produce(1, 0), nil, ""},
		{"some topics", produce(3, 4), nil, ""},
		{"as many as can be", produce(1, maxPartitions-1), nil, ""},
		{"one more", produce(1, maxPartitions), nil, many},
		{"more topics", produce(maxPartitions/2+1, 1), nil, many},
		{"its last record cut", produce(2, 1), func(b []byte) []byte { return b[:len(b)-10] }, early},
	} {
		for version := int16(0); version <= maxProduce; version++ {
			test.req.Version = version
			body := test.req.AppendTo(nil)
			if test.change != nil {
				body = test.change(body)
			}
			checkRefusal(t, test.name, version, previewProduce(version, body), test.want)
		}
	}
	zeros := make([]byte, 16<<20)
	list := []byte{0xff, 0xff, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0} // 2²⁴ topics
	checkRefusal(t, "a list as long as the request", 3, previewProduce(3, append(list, zeros...)), many)
	tags := []byte{0, 0, 1, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f} // 2³²-1 of them
	checkRefusal(t, "tagged fields", 9, previewProduce(9, tags), early)
	checkRefusal(t, "topic ids", 13, previewProduce(13, nil), newer)
}

func checkRefusal(t *testing.T, name string, version int16, got, want string) {
	t.Helper()
	if (got == "") != (want == "") || !strings.Contains(got, want) {
		t.Errorf("%s, version %d: refused for %q, want %q", name, version, got, want)
	}
}
