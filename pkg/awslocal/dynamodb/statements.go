package dynamodb

import (
	"errors"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/partiql"
)

// maxBatchStatements is how many statements a BatchExecuteStatement may have.
const maxBatchStatements = 25

type batchStatementInput struct {
	Statements             []statementInput
	ReturnConsumedCapacity string
}

type batchStatementOutput struct {
	Responses        []batchStatementResponse
	ConsumedCapacity []*capacityReport `json:",omitempty"`
}

type batchStatementResponse struct {
	TableName string               `json:",omitempty"`
	Item      *attr.Map            `json:",omitempty"`
	Error     *batchStatementError `json:",omitempty"`
}

type batchStatementError struct {
	Code    string
	Message string
	Item    attr.Map `json:",omitempty"`
}

// batchCodes are the codes of errors in a batch of statements, where they differ from a transaction's.
var batchCodes = map[string]string{
	"DuplicateItemException": "DuplicateItem", "ResourceNotFoundException": "ResourceNotFound",
}

func (s *Service) batchExecuteStatement(at home, in *batchStatementInput) (any, error) {
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.length("statements", len(in.Statements), maxBatchStatements)
	if err := c.err(); err != nil {
		return nil, err
	}
	parsed, err := parseAll(in.Statements)
	if err != nil {
		return nil, err
	}
	out := &batchStatementOutput{Responses: make([]batchStatementResponse, len(parsed))}
	for i, st := range parsed {
		statement := in.Statements[i]
		statement.ReturnConsumedCapacity = in.ReturnConsumedCapacity
		out.Responses[i].TableName = st.Table
		done, err := s.executeOne(at, &statement, st)
		if err != nil {
			out.Responses[i].Error = batchError(err)
			continue
		}
		if len(done.Items) > 0 {
			out.Responses[i].Item = &done.Items[0]
		}
		if done.ConsumedCapacity != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, done.ConsumedCapacity)
		}
	}
	return out, nil
}

// executeOne executes a statement that must name one item.
func (s *Service) executeOne(at home, in *statementInput, st *partiql.Statement) (*statementOutput, error) {
	if st.Kind == partiql.Select {
		key, err := s.keyOf(at, st)
		if err != nil {
			return nil, err
		}
		if _, _, err := splitKey(st.Where, key); err != nil || st.Index != "" {
			return nil, validationError("Select statements within BatchExecuteStatement must specify the primary key in the " +
				"where clause.")
		}
	}
	return s.execute(at, in, st)
}

func batchError(err error) *batchStatementError {
	var answer *api.Error
	if !errors.As(err, &answer) {
		return &batchStatementError{Code: "InternalServerError", Message: err.Error()}
	}
	code, known := batchCodes[answer.Code]
	if !known {
		code = reasonCodes[answer.Code]
	}
	item, _ := answer.Members["Item"].(attr.Map)
	return &batchStatementError{code, answer.Message, item}
}

// parseAll parses the statements of a batch or transaction, which must be all reads or all writes.
func parseAll(statements []statementInput) ([]*partiql.Statement, error) {
	parsed := make([]*partiql.Statement, len(statements))
	for i := range statements {
		var err error
		if parsed[i], err = statements[i].parse(); err != nil {
			return nil, err
		}
		if (parsed[i].Kind == partiql.Select) != (parsed[0].Kind == partiql.Select) {
			return nil, validationError("Statements must be all reads or all writes; they can't be mixed")
		}
	}
	return parsed, nil
}

type executeTransactionInput struct {
	TransactStatements     []statementInput
	ClientRequestToken     string
	ReturnConsumedCapacity string
}

type executeTransactionOutput struct {
	Responses        []getOutput       `json:",omitempty"`
	ConsumedCapacity []*capacityReport `json:",omitempty"`
}

func (s *Service) executeTransaction(at home, in *executeTransactionInput) (any, error) {
	var c constraints
	c.length("transactStatements", len(in.TransactStatements), maxTransaction)
	if err := c.err(); err != nil {
		return nil, err
	}
	parsed, err := parseAll(in.TransactStatements)
	if err != nil {
		return nil, err
	}
	if parsed[0].Kind == partiql.Select {
		return s.readStatements(at, in, parsed)
	}
	return s.writeStatements(at, in, parsed)
}

func (s *Service) readStatements(at home, in *executeTransactionInput, parsed []*partiql.Statement) (any, error) {
	get := &transactGetInput{ReturnConsumedCapacity: in.ReturnConsumedCapacity}
	for _, st := range parsed {
		key, err := s.keyOf(at, st)
		if err != nil {
			return nil, err
		}
		item := &getInput{TableName: &st.Table}
		var rest []partiql.Text
		if item.Key, rest, err = splitKey(st.Where, key); err != nil {
			return nil, err
		}
		if rest != nil || st.Index != "" {
			return nil, validationError("Select statements within ExecuteTransaction must have the primary key alone in the " +
				"where clause.")
		}
		var b partiql.Binding
		item.ProjectionExpression = b.Join(st.Projection, ", ")
		item.ExpressionAttributeNames = b.Names
		get.TransactItems = append(get.TransactItems, transactGetItem{item})
	}
	answer, err := s.transactGetItems(at, get)
	if err != nil {
		return nil, err
	}
	read := answer.(*transactGetOutput)
	return &executeTransactionOutput{read.Responses, read.ConsumedCapacity}, nil
}

func (s *Service) writeStatements(at home, in *executeTransactionInput, parsed []*partiql.Statement) (any, error) {
	write := &transactWriteInput{
		ClientRequestToken: in.ClientRequestToken, ReturnConsumedCapacity: in.ReturnConsumedCapacity,
	}
	for i, st := range parsed {
		kind, action, err := s.statementWrite(at, &in.TransactStatements[i], st)
		if err != nil {
			return nil, err
		}
		var item transactWriteItem
		switch kind {
		case writePut:
			item.Put = action
		case writeUpdate:
			item.Update = action
		case writeDelete:
			item.Delete = action
		default:
			item.ConditionCheck = action
		}
		write.TransactItems = append(write.TransactItems, item)
	}
	answer, err := s.transactWriteItems(at, write)
	if err != nil {
		return nil, duplicates(err, parsed)
	}
	return &executeTransactionOutput{ConsumedCapacity: answer.(*transactWriteOutput).ConsumedCapacity}, nil
}

// duplicates names the reason of a canceled transaction whose INSERT found an item.
func duplicates(err error, parsed []*partiql.Statement) error {
	var answer *api.Error
	if !errors.As(err, &answer) {
		return err
	}
	reasons, ok := answer.Members["CancellationReasons"].([]cancellationReason)
	if !ok {
		return err
	}
	for i, st := range parsed {
		if st.Kind == partiql.Insert && reasons[i].Code == "ConditionalCheckFailed" {
			reasons[i] = cancellationReason{Code: "DuplicateItem", Message: "Duplicate primary key exists in table"}
		}
	}
	return canceled(reasons)
}
