package eventbridge_test

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// BenchmarkEventBridgePut measures one PutEvents of one event, of which one rule in ten sends it to a queue,
// through the SDK and a loopback socket, until it is in the queue.
func BenchmarkEventBridgePut(b *testing.B) {
	f := start(b, nil)
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		must[*sdk.PutRuleOutput](b)(f.PutRule(ctx, &sdk.PutRuleInput{
			Name: &name, EventPattern: ptr(`{"source":["elsewhere"]}`),
		}))
	}
	f.rule(b, "", "r", queue())
	in := &sdk.PutEventsInput{
		Entries: []types.PutEventsRequestEntry{
			{Source: ptr("shop"), DetailType: ptr("order"), Detail: ptr(`{"user":"ann","n":1}`)},
		},
	}
	b.ReportAllocs()
	for b.Loop() {
		must[*sdk.PutEventsOutput](b)(f.PutEvents(ctx, in))
		f.caller.next(b)
	}
}
