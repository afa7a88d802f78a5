package network

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/link"
)

// Cut separates the ends of links, as a partition does. Both ways, open connections are reset and new ones
// refused. One way, connections stay open, and either requests vanish (RequestsOnly) or requests take effect
// and their answers vanish (AnswersOnly). A connection opened meanwhile gets no further than its handshake, which Redis
// and Kafka have.
type Cut struct {
	Link   link.Pattern
	OneWay OneWay
	Share  float64 // of the connections; 0 means all
}

// OneWay is the direction in which a one-way cut loses everything. The zero value means both.
type OneWay string

// The directions of a one-way cut.
const (
	BothWays     OneWay = ""
	AnswersOnly  OneWay = "answers"
	RequestsOnly OneWay = "requests"
)

// UnmarshalText reads the direction in the syntax of schedules.
func (w *OneWay) UnmarshalText(text []byte) error {
	*w = OneWay(text)
	if *w != AnswersOnly && *w != RequestsOnly {
		return fmt.Errorf("%q: want answers or requests, whichever vanish", text)
	}
	return nil
}

// Kind returns the catalog's entry.
func (Cut) Kind() fault.Kind {
	return fault.Kind{Name: "cut", Needs: "link",
		Says:    "a partition: open connections are reset, new ones refused; one way, requests or answers vanish",
		Example: "billing→redis:cut=answers@1s..2s", Target: "Link", Value: "OneWay"}
}

// OnLinks implements [fault.OnLinks].
func (f Cut) OnLinks() link.Pattern { return f.Link }

func (f Cut) Requested() string {
	if f.OneWay == BothWays {
		return on(f.Link, "cut"+ofShare(f.Share))
	}
	return on(f.Link, fmt.Sprintf("cut, %s vanish%s", f.OneWay, ofShare(f.Share)))
}

func (f Cut) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	toxic, err := f.toxic()
	if err != nil {
		return nil, err
	}
	return inject(ctx, s, f.Link, asked{toxic: toxic, judge: deadLinks(f.Share)})
}

// The toxic of a one-way cut is a black hole's.
func (f Cut) toxic() (link.Toxic, error) {
	switch f.OneWay {
	case BothWays:
		return link.Toxic{Cut: true, Share: f.Share}, nil
	case AnswersOnly:
		return link.Toxic{Direction: link.Answers, Share: f.Share, Pipe: Blackhole{}.pipe}, nil
	case RequestsOnly:
		return link.Toxic{Direction: link.Requests, Share: f.Share, Pipe: Blackhole{}.pipe}, nil
	}
	return link.Toxic{}, fmt.Errorf("cut one way %q: want %q or %q", f.OneWay, AnswersOnly, RequestsOnly)
}
