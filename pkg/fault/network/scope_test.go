package network

import (
	"io"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/faulttest"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

// twoByTwo returns a surface on which two instances have links to two servers, and a round trip over any of them.
func twoByTwo(t *testing.T) (*fault.Surface, func(from, to string) error) {
	t.Helper()
	s, other := faulttest.Surface(t), faulttest.Surface(t)
	s.Instances = []string{"billing-1", "billing-2"}
	addrs := map[string]string{}
	for name, on := range map[string]*fault.Surface{stack.Redis: s, stack.Kafka: other} {
		if err := on.Ping(t.Context(), "billing-1", name); err != nil {
			t.Fatal(err)
		}
		addrs[name] = on.Links.Links(link.Pattern{})[0].Addr
		s.Links.Name(addrs[name], name)
	}
	trip := func(from, to string) error {
		c, err := s.Links.Dialer(from)(t.Context(), "tcp", addrs[to])
		if err != nil {
			return err
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(5 * time.Second))
		if _, err := io.WriteString(c, "ping"); err != nil {
			return err
		}
		_, err = io.ReadFull(c, make([]byte, 4))
		return err
	}
	return s, trip
}

// A fault acts on the links that it names, and on no other: neither of its instance nor to its server.
func TestNetworkFaultsSpareOtherLinks(t *testing.T) {
	named := link.Pattern{From: "billing-1", To: stack.Redis}
	for _, f := range []fault.Fault{
		Latency{Link: named, Delay: 20 * time.Millisecond}, Cut{Link: named}, Cut{Link: named, OneWay: AnswersOnly},
		Blackhole{Link: named}, Reset{Link: named}, SlowClose{
			Link: named, Delay: 5 * time.Millisecond, Direction: link.Requests,
		},
		LimitData{Link: named, Bytes: 2}, Bandwidth{Link: named, BytesPerSecond: 200},
		Flap{Link: named, Down: 5 * time.Millisecond, Up: 5 * time.Millisecond},
	} {
		t.Run(f.Requested(), func(t *testing.T) {
			t.Parallel() // some wait for a ping to time out
			s, trip := twoByTwo(t)
			injection, err := f.Inject(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			faulttest.Acts(t, injection)
			for _, p := range []link.Pattern{
				{From: "billing-1", To: stack.Kafka}, {From: "billing-2", To: stack.Redis}, {From: "billing-2", To: stack.Kafka},
			} {
				if err := trip(p.From, p.To); err != nil {
					t.Errorf("%v: %v", p, err)
				}
				for _, l := range s.Links.Links(p) {
					if harm(l)+l.Resets > 0 {
						t.Errorf("%v was hit: %+v", p, l)
					}
				}
			}
			faulttest.Revert(t, injection)
		})
	}
}
