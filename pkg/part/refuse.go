package part

import (
	"context"
	"fmt"
	"sync"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/stack"
)

// Refuses returns what a [fault.Switch] needs to have the queue take no message: whoever sends to it gets a 503,
// EventBridge and SNS too, which no fault on a design's own calls reaches. Only the embedded AWS can do
// it: a lab whose queue refuses needs "sqs" among its Services, and "events" if a bus sends to it.
func (q *Queue) Refuses(b *lab.Builder) fault.Switchable {
	var mu sync.Mutex
	refused, lift, seen := func() int { return 0 }, func() {}, 0
	return fault.Switchable{
		On: func(context.Context) (err error) {
			aws, can := b.Stack.Processes[stack.AWS].(stack.Refuser)
			if !can {
				return fmt.Errorf("queue %s: only the embedded AWS can be told to refuse messages; use --backend embedded", q.Name)
			}
			mu.Lock()
			defer mu.Unlock()
			refused, lift, err = aws.Refuse(q.URL)
			return err
		},
		Off: func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			lift()
			seen = refused()
			return nil
		},
		Measure: func(context.Context) (fault.Measurement, error) {
			mu.Lock()
			defer mu.Unlock()
			n := refused()
			return fault.Measurement{Acted: n > 0, Text: fmt.Sprintf("%d messages refused", n)}, nil
		},
		Left: func(context.Context) (fault.Measurement, error) {
			mu.Lock()
			defer mu.Unlock()
			n := refused() - seen
			return fault.Measurement{Acted: n > 0, Text: fmt.Sprintf("%d messages refused since", n)}, nil
		},
	}
}
