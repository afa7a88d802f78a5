package saga

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// booking is an agency's row of a trip. A trip that was released can't be booked any more: a release that overtakes its
// booking holds.
type booking struct {
	ID       string `dynamodbav:"id" key:"hash"` // the trip's
	Trip     string `dynamodbav:"trip"`
	Booked   bool   `dynamodbav:"booked"`
	Released bool   `dynamodbav:"released"`
}

// unreported is the crash point of an agency that has booked, and has told nobody.
const unreported = "booked, not reported"

// refusedShare is the share of the trips that an agency refuses while it is sold out, P.
const refusedShare = 0.25

// errSoldOut is the answer of an agency that refuses a trip for good.
var errSoldOut = errors.New("sold out")

// agency books one leg of trips, in a table of its own.
type agency struct {
	name        string // "flight", "hotel" or "car"
	table       *part.Table[booking]
	byTrip      bool // a booking's key is its trip's: a trip that comes again has one
	compensated bool // the design releases what was booked before a refusal
	seed        uint64

	sold     atomic.Bool // a share of what comes is refused
	refusals atomic.Int64
}

func newAgency(b *lab.Builder, name string) *agency {
	a := &agency{
		name: name, table: part.NewTable[booking](b, name), seed: b.Seed,
		byTrip: b.Guarded(tripKey), compensated: b.Guarded(compensation),
	}
	b.Audit(a.audit)
	b.Switch(name+"-refuses", fault.Switchable{
		On:  func(context.Context) error { a.sold.Store(true); return nil },
		Off: func(context.Context) error { a.sold.Store(false); return nil },
		Measure: func(context.Context) (fault.Measurement, error) {
			n := a.refusals.Load()
			return fault.Measurement{Acted: n > 0, Text: fmt.Sprintf("%d trips refused", n)}, nil
		},
	})
	return a
}

// book books a trip. A trip that is booked already is a success: it came before, and nobody heard of the answer.
// again says so.
func (a *agency) book(ctx context.Context, i *lab.Instance, trip string) (again bool, err error) {
	row := booking{ID: trip, Trip: trip, Booked: true}
	if !a.byTrip {
		row.ID += fmt.Sprintf("@%d", i.Clock().Now().UnixNano())
	}
	if a.sold.Load() {
		old, _, err := a.table.Get(ctx, i, row.ID)
		if err != nil {
			return false, err
		}
		if !old.Booked && a.refuses(ctx, i, trip) {
			return false, errSoldOut
		}
	}
	_, err = i.DynamoDB().PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &a.table.Name, Item: a.table.Item(row), ConditionExpression: aws.String("attribute_not_exists(id)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		if released, _ := refused.Item["released"].(*types.AttributeValueMemberBOOL); released != nil && released.Value {
			return false, errSoldOut
		}
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("book: %w", err)
	}
	return false, i.CrashPoint(unreported)
}

// refuses decides whether a trip is refused, which is the same each time.
func (a *agency) refuses(ctx context.Context, i *lab.Instance, trip string) bool {
	if !a.compensated {
		i.Effect(ctx, history.Event{Op: trip, Name: risked, Key: a.name})
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s %s", a.seed, a.name, trip)
	if rand.New(rand.NewPCG(a.seed, h.Sum64())).Float64() >= refusedShare {
		return false
	}
	i.Effect(ctx, history.Event{Op: trip, Name: refused, Key: a.name})
	a.refusals.Add(1)
	return true
}

// release undoes a booking, or makes sure that there will be none.
func (a *agency) release(ctx context.Context, i *lab.Instance, trip string) error {
	_, err := i.DynamoDB().UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &a.table.Name, Key: a.table.Key(trip),
		UpdateExpression: aws.String("SET released = :true, trip = :trip"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":true": &types.AttributeValueMemberBOOL{Value: true}, ":trip": &types.AttributeValueMemberS{Value: trip},
		},
	})
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}

// audit puts on record what the table has.
func (a *agency) audit(ctx context.Context, i *lab.Instance) error {
	return a.table.Each(ctx, i, func(row booking) {
		if row.Booked {
			i.Effect(ctx, history.Event{Op: row.Trip, Name: booked, Key: a.name})
		}
		if row.Booked && row.Released {
			i.Effect(ctx, history.Event{Op: row.Trip, Name: released, Key: a.name})
		}
	})
}
