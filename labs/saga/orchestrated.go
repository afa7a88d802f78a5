package saga

import (
	"context"
	_ "embed"
	"errors"
	"strings"
	"text/template"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

//go:embed trip.asl.tmpl
var definition string

// settings fill in the definition.
type settings struct {
	Outcomes    string // table
	Timeout     int    // seconds that a task may take
	Retries     int
	Compensates bool
	Steps       []step
}

type step struct {
	Name, Before, Next string // agencies; empty: none
}

const (
	timeout = 2
	retries = 6
	forever = 99_999_999 // the limit of a task that has none
)

// orchestrated has a state machine that knows the whole trip. Agencies know their own work, and poll for it.
var orchestrated = lab.Design{
	Name:    "orchestrated",
	Summary: "a state machine calls the agencies in turn, and undoes in reverse",
	Cost:    150 * time.Millisecond,
	Guards:  []lab.Guard{compensation, tripKey, taskTimeout, taskRetry, unknownStays},
	Build: func(b *lab.Builder) {
		s := newAgencies(b)
		set := settings{
			Outcomes: s.outcomes.Name, Timeout: forever, Compensates: b.Guarded(compensation),
			Steps: []step{{"flight", "", "hotel"}, {"hotel", "flight", "car"}, {"car", "hotel", ""}},
		}
		if b.Guarded(taskTimeout) {
			set.Timeout = timeout
		}
		if b.Guarded(taskRetry) {
			set.Retries = retries
		}
		m := part.NewMachine(b, "trip", set.definition(), "book-flight", "release-flight", "book-hotel", "release-hotel",
			"book-car", "release-car")
		keeps := b.Guarded(unknownStays)
		for _, a := range s.all {
			b.Service(a.name, a.works(m, keeps))
		}
		b.Backlog(m.Running)
		s.open(b, func(ctx context.Context, i *lab.Instance, t trip) error {
			err := m.Start(ctx, i, t.ID, t)
			if _, ok := errors.AsType[*types.ExecutionAlreadyExists](err); ok {
				return nil // a retry of the SDK's, or the client's
			}
			return err
		})
	},
}

// noCompensation has a state machine that ends where a step fails.
var noCompensation = orchestrated.Less(lab.Design{
	Name: "no-compensation", Broken: true,
	Summary: "a state machine calls the agencies in turn, and ends where one fails",
}, compensation)

func (s settings) definition() string {
	var text strings.Builder
	if err := template.Must(template.New("").Parse(definition)).Execute(&text, s); err != nil {
		panic(err) // for want of a sound template, which every run would show
	}
	return text.String()
}

// works is an agency as a worker of two activities. Unless it keeps its work, a success that it could not report is a
// failure to it.
func (a *agency) works(m *part.Machine, keeps bool) lab.Service {
	books := func(ctx context.Context, i *lab.Instance, in []byte) (any, error) {
		_, err := a.book(ctx, i, part.Decode[trip](in).ID)
		if errors.Is(err, errSoldOut) {
			err = &part.TaskError{Name: "SoldOut", Cause: "no room at the " + a.name}
		}
		return trip{}, err
	}
	releases := func(ctx context.Context, i *lab.Instance, in []byte) error {
		return a.release(ctx, i, part.Decode[trip](in).ID)
	}
	book := part.Worker{Machine: m, Activity: "book-" + a.name, Handle: books}
	if !keeps {
		book.Unreported = releases
	}
	release := part.Worker{Machine: m, Activity: "release-" + a.name,
		Handle: func(ctx context.Context, i *lab.Instance, in []byte) (any, error) {
			return trip{}, releases(ctx, i, in)
		}}
	return func(ctx context.Context, i *lab.Instance) error {
		both, ctx := errgroup.WithContext(ctx)
		both.Go(func() error { return book.Run(ctx, i) })
		both.Go(func() error { return release.Run(ctx, i) })
		return both.Wait()
	}
}
