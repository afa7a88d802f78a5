package fault

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/link"
)

// LimitData closes each connection of the links when it has carried so many bytes: answers that
// end in the middle.
type LimitData struct {
	Link      link.Pattern
	Bytes     int64
	Direction link.Direction
	Share     float64 // of the connections; 0 means all
}

func (f LimitData) Requested() string {
	return on(f.Link, "connections closed after "+size(f.Bytes)+ofShare(f.Share))
}

func (f LimitData) Inject(ctx context.Context, s *Surface) (Injection, error) {
	toxic := link.LimitData{Bytes: f.Bytes, Direction: f.Direction}
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, 0, f.measure}.inject(ctx, s)
}

func (f LimitData) measure(ctx context.Context, o *onLinks) (Measurement, error) {
	o.ping(ctx)
	n := o.since(func(l link.Link) int64 { return l.Closed })
	return Measurement{Acted: n > 0, Text: fmt.Sprintf("%d connections closed early", n)}, nil
}
