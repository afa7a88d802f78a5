package network

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/probe"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/link"
)

// deadLinks measures faults under which no ping comes back: every link that worked before must be dead. For a
// share of the connections it is enough that some links are.
func deadLinks(share float64) func(context.Context, *onLinks) (fault.Measurement, error) {
	if share == 0 || share == 1 {
		return allDead
	}
	return someDead
}

func allDead(ctx context.Context, o *onLinks) (fault.Measurement, error) {
	dead, how := 0, ""
	for _, r := range o.ping(ctx) {
		if r.Err != nil {
			dead++
			how = ": " + probe.Reason(r.Err)
		}
	}
	alive := 0
	for _, r := range o.before {
		if r.Took > 0 {
			alive++
		}
	}
	return fault.Measurement{
		Acted: dead == len(o.pairs) && alive > 0,
		Text:  fmt.Sprintf("%d of %d links dead%s", dead, len(o.pairs), how),
	}, nil
}

func someDead(ctx context.Context, o *onLinks) (fault.Measurement, error) {
	o.ping(ctx)
	_, acts := o.lasts(func(l link.Link) int64 { return l.Refused + l.Resets + l.Swallowed })
	refused := o.since(func(l link.Link) int64 { return l.Refused })
	resets := o.since(func(l link.Link) int64 { return l.Resets })
	lost := o.since(func(l link.Link) int64 { return l.Swallowed })
	dials := o.since(func(l link.Link) int64 { return l.Dials })
	return fault.Measurement{
		Acted: acts,
		Text:  fmt.Sprintf("%d of %d dials refused, %d connections reset, %s lost", refused, dials, resets, say.Size(lost)),
	}, nil
}
