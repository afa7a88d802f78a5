package fault

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/link"
)

// Blackhole leaves connections of the links open and lets them be opened, and nothing comes
// through: what clients without a time-out wait on for ever.
type Blackhole struct {
	Link    link.Pattern
	Timeout time.Duration // silence after which a connection is reset; 0 means never
	Share   float64       // of the connections; 0 means all
}

func (f Blackhole) Requested() string {
	until := ""
	if f.Timeout > 0 {
		until = ", reset after " + ms(f.Timeout)
	}
	return on(f.Link, "silence"+until+ofShare(f.Share))
}

func (f Blackhole) Inject(ctx context.Context, s *Surface) (Injection, error) {
	toxic := link.Blackhole{Direction: link.Both, Timeout: f.Timeout}
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, 0, deadLinks(f.Share)}.inject(ctx, s)
}
