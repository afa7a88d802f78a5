package dynamodb

import (
	"encoding/base64"
	"encoding/json"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/partiql"
)

// statementInput is a PartiQL statement: of ExecuteStatement, or one of a batch or transaction.
type statementInput struct {
	Statement                           *string
	Parameters                          []attr.Wire
	ConsistentRead                      bool
	Limit                               *int64
	NextToken                           *string
	ReturnConsumedCapacity              string
	ReturnValuesOnConditionCheckFailure string
}

type statementOutput struct {
	Items            []attr.Map
	NextToken        string          `json:",omitempty"`
	LastEvaluatedKey attr.Map        `json:",omitempty"`
	ConsumedCapacity *capacityReport `json:",omitempty"`
}

func (s *Service) executeStatement(at home, in *statementInput) (any, error) {
	st, err := in.parse()
	if err != nil {
		return nil, err
	}
	return s.execute(at, in, st)
}

func (in *statementInput) parse() (*partiql.Statement, error) {
	var c constraints
	c.consumedCapacity(in.ReturnConsumedCapacity)
	c.notNull("statement", in.Statement != nil)
	c.atLeast("limit", in.Limit, 1)
	if err := c.err(); err != nil {
		return nil, err
	}
	for _, wire := range in.Parameters {
		if _, err := wire.Parse(); err != nil {
			return nil, rejected(err)
		}
	}
	st, err := partiql.Parse(*in.Statement, in.Parameters)
	if err != nil {
		return nil, rejected(err)
	}
	return st, nil
}

func (s *Service) execute(at home, in *statementInput, st *partiql.Statement) (*statementOutput, error) {
	if st.Kind == partiql.Exists {
		return nil, validationError("EXISTS is only supported in transactions")
	}
	if st.Kind == partiql.Select {
		return s.executeSelect(at, in, st)
	}
	kind, write, err := s.statementWrite(at, in, st)
	if err != nil {
		return nil, err
	}
	answer, err := s.writeItem(at, kind, write)
	if st.Kind == partiql.Insert && isCondition(err) {
		return nil, serviceError("DuplicateItemException", "Duplicate primary key exists in table")
	}
	if err != nil {
		return nil, err
	}
	written := answer.(*writeOutput)
	out := &statementOutput{Items: []attr.Map{}, ConsumedCapacity: written.ConsumedCapacity}
	if written.Attributes != nil {
		out.Items = append(out.Items, written.Attributes)
	}
	return out, nil
}

// keyOf returns the key of a statement's table or index.
func (s *Service) keyOf(at home, st *partiql.Statement) (keySchema, error) {
	t := s.find(at, st.Table)
	if t == nil {
		return keySchema{}, errNoTable()
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if st.Index == "" {
		return t.schema, nil
	}
	x, err := t.index(st.Index)
	if err != nil {
		return keySchema{}, err
	}
	if x.schema.isMulti() {
		return keySchema{}, validationError("PartiQL statements cannot be executed on tables with multi-attribute HASH " +
			"keys or multi-attribute RANGE keys.")
	}
	return x.schema, nil
}

// executeSelect is a Query if the hash key must equal a value, else a Scan.
func (s *Service) executeSelect(at home, in *statementInput, st *partiql.Statement) (*statementOutput, error) {
	key, err := s.keyOf(at, st)
	if err != nil {
		return nil, err
	}
	var b partiql.Binding
	onKey, rest := splitWhere(st.Where, key)
	read := pageInput{
		TableName: &st.Table, ProjectionExpression: b.Join(st.Projection, ", "), Limit: in.Limit,
		ConsistentRead: in.ConsistentRead, ReturnConsumedCapacity: in.ReturnConsumedCapacity, anyFilter: true,
	}
	if st.Index != "" {
		read.IndexName = &st.Index
	}
	if read.ExclusiveStartKey, err = startOf(in.NextToken); err != nil {
		return nil, err
	}
	read.FilterExpression = b.Join(rest, " AND ")
	keyCondition := b.Join(onKey, " AND ")
	read.ExpressionAttributeNames, read.ExpressionAttributeValues = b.Names, b.Values

	var answer any
	switch {
	case keyCondition != nil:
		forward := !st.Descending
		answer, err = s.query(at, &queryInput{
			pageInput: read, KeyConditionExpression: keyCondition, ScanIndexForward: &forward,
		})
	case st.OrderBy != "":
		return nil, validationError("Must have at least one non-optional hash key condition in WHERE clause when using " +
			"ORDER BY clause.")
	default:
		answer, err = s.scan(at, &scanInput{pageInput: read})
	}
	if err != nil {
		return nil, err
	}
	page := answer.(*pageOutput)
	out := &statementOutput{
		Items: *page.Items, LastEvaluatedKey: page.LastEvaluatedKey, ConsumedCapacity: page.ConsumedCapacity,
	}
	if out.LastEvaluatedKey != nil {
		raw, err := json.Marshal(out.LastEvaluatedKey)
		if err != nil {
			return nil, err
		}
		out.NextToken = base64.StdEncoding.EncodeToString(raw)
	}
	return out, nil
}

// startOf reads a NextToken.
func startOf(token *string) (map[string]attr.Wire, error) {
	if token == nil {
		return nil, nil
	}
	var start map[string]attr.Wire
	raw, err := base64.StdEncoding.DecodeString(*token)
	if err != nil || json.Unmarshal(raw, &start) != nil {
		return nil, validationError("Invalid NextToken")
	}
	return start, nil
}

// splitWhere divides conditions into those that select a range of keys, which has one hash key attribute and at most
// one sort key attribute, and the filter.
func splitWhere(where []partiql.Condition, key keySchema) (onKey, rest []partiql.Text) {
	hash, sort := -1, -1
	for i, c := range where {
		switch {
		case hash < 0 && c.Name == key.hash()[0].name && c.Op == "=":
			hash = i
		case sort < 0 && key.hasSort() && c.Name == key.sort()[0].name && c.Op != "<>":
			sort = i
		}
	}
	for i, c := range where {
		if hash >= 0 && (i == hash || i == sort) {
			onKey = append(onKey, c.Inside)
		} else {
			rest = append(rest, c.Inside)
		}
	}
	return onKey, rest
}

// statementWrite translates an INSERT, UPDATE or DELETE, or the check of an EXISTS.
func (s *Service) statementWrite(at home, in *statementInput, st *partiql.Statement) (writeKind, *writeInput, error) {
	key, err := s.keyOf(at, st)
	if err != nil {
		return 0, nil, err
	}
	var b partiql.Binding
	exists := func(function string) partiql.Text {
		return func(b *partiql.Binding) string { return function + "(" + partiql.Name(key.hash()[0].name)(b) + ")" }
	}
	write := &writeInput{
		TableName: &st.Table, ReturnValues: st.Returning, ReturnConsumedCapacity: in.ReturnConsumedCapacity,
		ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
	}
	var conditions []partiql.Text
	kind := writePut
	if st.Kind == partiql.Insert {
		write.Item = st.Item
		conditions = append(conditions, exists("attribute_not_exists"))
	} else {
		if write.Key, conditions, err = splitKey(st.Where, key); err != nil {
			return 0, nil, err
		}
		switch st.Kind {
		case partiql.Update:
			kind = writeUpdate
			conditions = append(conditions, exists("attribute_exists"))
			write.UpdateExpression = b.Join(sections(st), " ")
		case partiql.Delete:
			kind = writeDelete
		default:
			kind = writeCheck
			conditions = append(conditions, exists("attribute_exists"))
		}
	}
	write.ConditionExpression = b.Join(conditions, " AND ")
	write.ExpressionAttributeNames, write.ExpressionAttributeValues = b.Names, b.Values
	return kind, write, nil
}

// sections are the parts of an update expression.
func sections(st *partiql.Statement) (texts []partiql.Text) {
	for _, name := range []string{"SET", "REMOVE", "ADD", "DELETE"} {
		if actions := st.Sections[name]; actions != nil {
			texts = append(texts, func(b *partiql.Binding) string { return name + " " + *b.Join(actions, ", ") })
		}
	}
	return texts
}

// splitKey divides conditions into the key of one item, which they must name, and the rest.
func splitKey(where []partiql.Condition, key keySchema) (map[string]attr.Wire, []partiql.Text, error) {
	named := map[string]attr.Wire{}
	var rest []partiql.Text
	for _, c := range where {
		if _, twice := named[c.Name]; c.Op == "=" && key.has(c.Name) && !twice {
			named[c.Name] = c.Value
			continue
		}
		rest = append(rest, c.Inside)
	}
	if len(named) < len(key.attributes) {
		return nil, nil, validationError("Where clause does not contain a mandatory equality on all key attributes")
	}
	return named, rest, nil
}
