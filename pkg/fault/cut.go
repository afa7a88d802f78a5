package fault

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/link"
)

// Cut parts the ends of links, as a partition does. Both ways, open connections are reset and new
// ones refused. One way, connections stay open and requests vanish (link.Requests), or requests
// take effect and the answers vanish (link.Answers).
type Cut struct {
	Link   link.Pattern
	OneWay OneWay
	Share  float64 // of the connections; 0 means all
}

// OneWay is the direction in which a one-way cut loses everything; the zero value is both.
type OneWay string

// The directions of a one-way cut.
const (
	BothWays     OneWay = ""
	AnswersOnly  OneWay = "answers"
	RequestsOnly OneWay = "requests"
)

func (f Cut) Requested() string {
	switch f.OneWay {
	case BothWays:
		return on(f.Link, "cut"+ofShare(f.Share))
	default:
		return on(f.Link, fmt.Sprintf("cut, %s vanish%s", f.OneWay, ofShare(f.Share)))
	}
}

func (f Cut) Inject(ctx context.Context, s *Surface) (Injection, error) {
	toxic, err := f.toxic()
	if err != nil {
		return nil, err
	}
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, 0, deadLinks(f.Share)}.inject(ctx, s)
}

func (f Cut) toxic() (link.Toxic, error) {
	switch f.OneWay {
	case BothWays:
		return link.Cut{}, nil
	case AnswersOnly:
		return link.Blackhole{Direction: link.Answers}, nil
	case RequestsOnly:
		return link.Blackhole{Direction: link.Requests}, nil
	}
	return nil, fmt.Errorf("cut one way %q: want %q or %q", f.OneWay, AnswersOnly, RequestsOnly)
}

// deadLinks measures faults under which no ping comes back: every link must be dead that was
// alive before. On a share of the connections it is enough that some of them are.
func deadLinks(share float64) func(context.Context, *onLinks) (Measurement, error) {
	if share == 0 || share == 1 {
		return allDead
	}
	return someDead
}

func allDead(ctx context.Context, o *onLinks) (Measurement, error) {
	dead, how := 0, ""
	for _, r := range o.ping(ctx) {
		if r.err != nil {
			dead++
			how = ": " + reason(r.err)
		}
	}
	alive := 0
	for _, r := range o.before {
		if r.took > 0 {
			alive++
		}
	}
	return Measurement{
		Acted: dead == len(o.pairs) && alive > 0,
		Text:  fmt.Sprintf("%d of %d links dead%s", dead, len(o.pairs), how),
	}, nil
}

func someDead(ctx context.Context, o *onLinks) (Measurement, error) {
	o.ping(ctx)
	refused := o.since(func(l link.Link) int64 { return l.Refused })
	resets := o.since(func(l link.Link) int64 { return l.Resets })
	lost := o.since(func(l link.Link) int64 { return l.Swallowed })
	dials := o.since(func(l link.Link) int64 { return l.Dials })
	return Measurement{
		Acted: refused+resets+lost > 0,
		Text:  fmt.Sprintf("%d of %d dials refused, %d connections reset, %s lost", refused, dials, resets, size(lost)),
	}, nil
}
