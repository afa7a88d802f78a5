package monolith

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

var errLost = errors.New("the call got lost")

// call asks a module in another process for something.
func (s *shop) call(ctx context.Context, i *lab.Instance, module, what string, o order) error {
	i.Effect(ctx, history.Event{Op: o.ID, Name: called, Key: module})
	if err := i.Work(ctx, hopTime); err != nil {
		return err
	}
	// A fifth of the calls get lost, whichever call it is: the order's ID and the module decide.
	if s.ills.on(flaky) && crc32.ChecksumIEEE([]byte(module+o.ID))%100 < 100-survive {
		s.ills.hit(flaky)
		return fmt.Errorf("call %s: %w", module, errLost)
	}
	return part.Ask(ctx, i, s.processes[s.layout[module]], "POST /"+what, o, nil)
}

// transact takes stock and writes the order, both or neither.
func (s *shop) transact(ctx context.Context, i *lab.Instance, o order) error {
	taken := types.Put{TableName: &s.stock.Name, Item: s.stock.Item(o)}
	written := types.Put{TableName: &s.orders.Name, Item: s.orders.Item(o)}
	_, err := i.DynamoDB().TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{{Put: &taken}, {Put: &written}},
	})
	if err != nil {
		return fmt.Errorf("place the order: %w", err)
	}
	return s.between(i)
}

// reserveThenOrder does it one after the other.
func (s *shop) reserveThenOrder(ctx context.Context, i *lab.Instance, o order) error {
	if err := s.stock.Put(ctx, i, o); err != nil {
		return err
	}
	if err := s.between(i); err != nil {
		return err
	}
	return s.orders.Put(ctx, i, o)
}
