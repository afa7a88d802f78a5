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
	return networkFault{f.Link, f.Share, []link.Toxic{toxic}, 0, unreachable}.inject(ctx, s)
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

// unreachable measures faults under which no ping comes back: every link must be dead that was
// alive before.
func unreachable(ctx context.Context, o *onLinks) (Measurement, error) {
	dead, how := 0, ""
	for _, r := range o.ping(ctx) {
		if r.err != nil {
			dead++
			how = reason(r.err)
		}
	}
	alive := 0
	for _, r := range o.before {
		if r.took > 0 {
			alive++
		}
	}
	m := Measurement{Text: fmt.Sprintf("%d of %d links dead", dead, len(o.pairs))}
	if dead > 0 {
		m.Text += ": " + how
	}
	m.Acted = dead == len(o.pairs) && alive > 0
	return m, nil
}
