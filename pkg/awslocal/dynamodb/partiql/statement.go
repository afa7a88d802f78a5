package partiql

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// Kind is what a statement does.
type Kind int

// The statements.
const (
	Select Kind = iota
	Insert
	Update
	Delete
	Exists // the check of a condition, in transactions
)

// Statement is a parsed statement with its parameters.
type Statement struct {
	Kind       Kind
	Table      string
	Index      string // of a SELECT; empty for the table itself
	Projection []Text // of a SELECT; none for all attributes
	Item       map[string]attr.Wire
	Sections   map[string][]Text // of an UPDATE: SET, REMOVE, ADD, DELETE
	Where      []Condition       // all must hold
	OrderBy    string            // an attribute, or empty
	Descending bool
	Returning  string // as in ReturnValues, or empty
}

// Binding collects the placeholders of a request's expressions.
type Binding struct {
	Names  map[string]string
	Values map[string]attr.Wire
}

// Text is a part of an expression. It writes itself with new placeholders.
type Text func(*Binding) string

// Join writes parts with a separator; without parts it returns nil.
func (b *Binding) Join(parts []Text, separator string) *string {
	if len(parts) == 0 {
		return nil
	}
	written := make([]string, len(parts))
	for i, part := range parts {
		written[i] = part(b)
	}
	text := strings.Join(written, separator)
	return &text
}

// Name writes an attribute's name.
func Name(name string) Text {
	return func(b *Binding) string {
		if b.Names == nil {
			b.Names = map[string]string{}
		}
		key := fmt.Sprintf("#n%d", len(b.Names))
		b.Names[key] = name
		return key
	}
}

func value(v attr.Wire) Text {
	return func(b *Binding) string {
		if b.Values == nil {
			b.Values = map[string]attr.Wire{}
		}
		key := fmt.Sprintf(":v%d", len(b.Values))
		b.Values[key] = v
		return key
	}
}

// Condition is a condition of a WHERE clause.
type Condition struct {
	Text Text
	// Name, Op and Value are set for a comparison of a top-level attribute with values: Op is a comparator,
	// BETWEEN or begins_with, Value the first value.
	Name  string
	Op    string
	Value attr.Wire

	conjuncts []Condition // of an AND
	bare      bool        // an AND or OR, which needs parentheses inside others
}

// SyntaxError is an error of a statement, in AWS's words.
type SyntaxError string

func (e SyntaxError) Error() string { return string(e) }
