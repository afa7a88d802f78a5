package lambda

import (
	"encoding/json"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/eventpattern"
)

const (
	maxFilters       = 5 // of a mapping
	maxFilterPattern = 4096
)

type filterCriteria struct {
	Filters []filter `json:",omitempty"`
}

type filter struct {
	Pattern string `json:",omitempty"`
}

// filters are a mapping's compiled filters: an item passes if any matches. Without filters all pass.
type filters struct {
	body string // the member that producers write: SQS's body, Kinesis's data; empty for DynamoDB
	all  []compiledFilter
}

type compiledFilter struct {
	pattern *eventpattern.Pattern
	body    byte // how the condition on the body begins: { for JSON, [ for plain text; 0 if there is none
}

// compile compiles filters for a source, or refuses them.
func (c *filterCriteria) compile(source target) (filters, error) {
	f := filters{body: map[string]string{"sqs": "body", "kinesis": "data"}[source.service]}
	if c == nil {
		return f, nil
	}
	if len(c.Filters) > maxFilters {
		return f, invalid("An event source mapping can have at most %d filters.", maxFilters)
	}
	for _, one := range c.Filters {
		p, err := eventpattern.Parse(one.Pattern, maxFilterPattern)
		if err != nil {
			return f, invalid("Invalid filter pattern definition. %v", err)
		}
		members := map[string]json.RawMessage{}
		_ = json.Unmarshal([]byte(one.Pattern), &members) // it is an object
		compiled := compiledFilter{pattern: p}
		if condition := members[f.body]; f.body != "" && len(condition) > 0 {
			compiled.body = condition[0]
		}
		f.all = append(f.all, compiled)
	}
	return f, nil
}

// jsonObject reads JSON as patterns match it; nil if it is no object.
func jsonObject(raw []byte) map[string]any {
	v, _ := eventpattern.JSON(string(raw))
	object, _ := v.(map[string]any)
	return object
}

// pass reports whether an item passes. metadata makes its other members. A body that is no JSON object or list is
// plain text; a condition of the other kind drops the item:
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
func (f filters) pass(metadata func() map[string]any, body string) bool {
	if len(f.all) == 0 {
		return true
	}
	item, kind := metadata(), byte('[')
	if f.body != "" {
		item[f.body] = body
		switch v, err := eventpattern.JSON(body); v.(type) {
		case map[string]any, []any:
			if err == nil {
				item[f.body], kind = v, '{'
			}
		}
	}
	for _, one := range f.all {
		if (one.body == 0 || one.body == kind) && one.pattern.Match(item) {
			return true
		}
	}
	return false
}
