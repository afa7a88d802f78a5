package dynamodb

import "fmt"

type transactGetInput struct {
	TransactItems          []transactGetItem
	ReturnConsumedCapacity string
}

type transactGetItem struct{ Get *getInput }

type transactGetOutput struct {
	Responses        []getOutput
	ConsumedCapacity []*capacityReport `json:",omitempty"`
}

// transactGetItems reads all items under the locks of all their tables.
func (s *Service) transactGetItems(at home, in *transactGetInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	gets := make([]*get, len(in.TransactItems))
	names := make([]string, len(gets))
	for i, item := range in.TransactItems {
		var err error
		if gets[i], err = s.newGet(item.Get); err != nil {
			return nil, err
		}
		gets[i].consistent = true
		names[i] = gets[i].table
	}
	tables, unlock, err := s.openAll(at, names, forRead)
	if err != nil {
		return nil, err
	}
	defer unlock()

	out := &transactGetOutput{Responses: make([]getOutput, len(gets))}
	used := make([]usage, len(gets))
	reasons := make([]cancellationReason, len(gets))
	items := itemSet{}
	for i, g := range gets {
		if err := tables[i].schema.checkNotEmpty(g.key); err != nil {
			return nil, err
		}
		if err := g.target(tables[i]); err != nil {
			return nil, canceledBy(i, err, len(gets))
		}
		if !items.add(tables[i], g.row) {
			return nil, errSameItem()
		}
	}
	for i, g := range gets {
		var r *row
		r, used[i], err = g.read(s, tables[i])
		out.Responses[i].Item = g.show(r)
		used[i] = used[i].times(2) // a transaction reads everything twice
		reasons[i] = reasonOf(err)
	}
	if err := canceled(reasons); err != nil {
		return nil, err
	}
	out.ConsumedCapacity = reports(used, in.ReturnConsumedCapacity, forRead)
	return out, nil
}

func (in *transactGetInput) check() error {
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.length("transactItems", len(in.TransactItems), maxTransaction)
	for i, item := range in.TransactItems {
		path := fmt.Sprintf("transactItems.%d.member.get", i+1)
		if c.notNull(path, item.Get != nil); item.Get != nil {
			c.notNull(path+".tableName", item.Get.TableName != nil)
			c.notNull(path+".key", item.Get.Key != nil)
		}
	}
	return c.err()
}
