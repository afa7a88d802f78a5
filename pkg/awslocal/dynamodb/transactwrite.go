package dynamodb

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// The limits of a transaction.
const (
	maxTransaction      = 100
	maxTransactionBytes = 4 << 20
)

type transactWriteInput struct {
	TransactItems               []transactWriteItem
	ClientRequestToken          string
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

// transactWriteItem has one of its four members.
type transactWriteItem struct {
	ConditionCheck, Put, Update, Delete *writeInput `json:",omitempty"`
}

type transactWriteOutput struct {
	ConsumedCapacity      []*capacityReport                   `json:",omitempty"`
	ItemCollectionMetrics map[string][]*itemCollectionMetrics `json:",omitempty"`
}

func (s *Service) transactWriteItems(at home, in *transactWriteInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	writes := make([]*write, len(in.TransactItems))
	bytes := 0
	for i, item := range in.TransactItems {
		action, kind := item.action()
		var err error
		if writes[i], err = s.newWrite(kind, action); err != nil {
			return nil, err
		}
		bytes += attr.ItemSize(writes[i].item)
	}
	if bytes > maxTransactionBytes {
		return nil, validationError("Transaction payload size cannot exceed 4MB")
	}
	if in.ClientRequestToken == "" {
		return s.transactWrite(at, in, writes)
	}
	return s.tokens.once(at, in, s.clock.Now, func() (*transactWriteOutput, error) {
		return s.transactWrite(at, in, writes)
	})
}

// transactWrite plans all writes under the locks of all their tables, and makes all or none.
func (s *Service) transactWrite(at home, in *transactWriteInput, writes []*write) (*transactWriteOutput, error) {
	names := make([]string, len(writes))
	for i, w := range writes {
		names[i] = w.table
	}
	tables, unlock, err := s.openAll(at, names, forWrite)
	if err != nil {
		return nil, err
	}
	defer unlock()

	effects := make([]effect, len(writes))
	used := make([]usage, len(writes))
	reasons := make([]cancellationReason, len(writes))
	items := itemSet{}
	for i, w := range writes {
		t := tables[i]
		if err := t.schema.checkNotEmpty(w.item); err != nil {
			return nil, err
		}
		if err := w.target(t); err != nil {
			return nil, canceledBy(i, err, len(writes))
		}
		if !items.add(t, w.key) {
			return nil, errSameItem()
		}
	}
	for i, w := range writes {
		t := tables[i]
		var err error
		if effects[i], err = w.plan(t); err == nil {
			used[i] = effects[i].usage(t).times(2) // a transaction writes everything twice
			err = t.admitWrite(effects[i], used[i], s.clock.Now())
		}
		reasons[i] = reasonOf(err)
	}
	if err := canceled(reasons); err != nil {
		return nil, err
	}
	for i, e := range effects {
		tables[i].commit(e, s.clock.Now(), nil)
	}
	out := &transactWriteOutput{ConsumedCapacity: reports(used, in.ReturnConsumedCapacity, forWrite)}
	for i, w := range writes {
		if metrics := tables[i].collectionMetrics(in.ReturnItemCollectionMetrics, w.item); metrics != nil {
			if out.ItemCollectionMetrics == nil {
				out.ItemCollectionMetrics = map[string][]*itemCollectionMetrics{}
			}
			out.ItemCollectionMetrics[w.table] = append(out.ItemCollectionMetrics[w.table], metrics)
		}
	}
	return out, nil
}

// itemSet finds two operations of a transaction on one item.
type itemSet map[string]bool

func (set itemSet) add(t *table, rowKey string) bool {
	item := t.id.name + "/" + rowKey
	if set[item] {
		return false
	}
	set[item] = true
	return true
}

func errSameItem() error {
	return validationError("Transaction request cannot include multiple operations on one item")
}

// cancellationReason says whether one action canceled its transaction.
type cancellationReason struct {
	Code    string
	Message string   `json:",omitempty"`
	Item    attr.Map `json:",omitempty"`
}

// reasonCodes are the codes of errors in a cancellation.
var reasonCodes = map[string]string{
	"ConditionalCheckFailedException":        "ConditionalCheckFailed",
	"ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
	"ThrottlingException":                    "ThrottlingError",
	"ValidationException":                    "ValidationError",
}

func reasonOf(err error) cancellationReason {
	var answer *api.Error
	if !errors.As(err, &answer) {
		return cancellationReason{Code: "None"}
	}
	item, _ := answer.Members["Item"].(attr.Map)
	return cancellationReason{reasonCodes[answer.Code], answer.Message, item}
}

// canceled returns the error of a transaction with any reason but None.
func canceled(reasons []cancellationReason) error {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = r.Code
	}
	if !slices.ContainsFunc(codes, func(code string) bool { return code != "None" }) {
		return nil
	}
	err := serviceError("TransactionCanceledException",
		"Transaction cancelled, please refer cancellation reasons for specific reasons [%s]",
		strings.Join(codes, ", "))
	err.Members = map[string]any{"CancellationReasons": reasons}
	return err
}

// canceledBy is the error of a transaction of n actions that a wrong key cancels: it is found before any action is
// looked at more closely, so that the others have no reason.
func canceledBy(i int, err error, n int) error {
	reasons := make([]cancellationReason, n)
	for j := range reasons {
		reasons[j] = reasonOf(nil)
	}
	reasons[i] = reasonOf(err)
	return canceled(reasons)
}

// action returns the member that the item has; nil if it has none or several.
func (item transactWriteItem) action() (*writeInput, writeKind) {
	var action *writeInput
	var kind writeKind
	for k, in := range map[writeKind]*writeInput{
		writeCheck: item.ConditionCheck, writePut: item.Put, writeUpdate: item.Update, writeDelete: item.Delete,
	} {
		if in == nil {
			continue
		}
		if action != nil {
			return nil, 0
		}
		action, kind = in, k
	}
	return action, kind
}

// kindMembers are the members of a transactWriteItem, as in paths.
var kindMembers = map[writeKind]string{
	writeCheck: "conditionCheck", writePut: "put", writeUpdate: "update", writeDelete: "delete",
}

func (in *transactWriteInput) check() error {
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.enum("returnItemCollectionMetrics", in.ReturnItemCollectionMetrics, "SIZE", "NONE")
	c.length("transactItems", len(in.TransactItems), maxTransaction)
	if n := len(in.ClientRequestToken); n > 36 {
		c.violate("clientRequestToken", quoted(in.ClientRequestToken), "Member must have length less than or equal to 36")
	}
	for i, item := range in.TransactItems {
		action, kind := item.action()
		if action == nil {
			continue
		}
		path := fmt.Sprintf("transactItems.%d.member.%s.", i+1, kindMembers[kind])
		c.notNull(path+"tableName", action.TableName != nil)
		c.notNull(path+"updateExpression", kind != writeUpdate || action.UpdateExpression != nil)
		c.notNull(path+"conditionExpression", kind != writeCheck || action.ConditionExpression != nil)
		c.enum(path+"returnValuesOnConditionCheckFailure", action.ReturnValuesOnConditionCheckFailure, "ALL_OLD", "NONE")
	}
	if err := c.err(); err != nil {
		return err
	}
	for _, item := range in.TransactItems {
		if action, _ := item.action(); action == nil {
			return validationError("TransactItems can only contain one of Check, Put, Update or Delete")
		}
	}
	return nil
}
