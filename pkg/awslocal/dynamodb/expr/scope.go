package expr

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// maxTrees bounds the parsed expressions that a Compiler keeps. Programs use few texts. A program that writes
// values into the text makes a new one each time, and must not fill the memory.
const maxTrees = 2000

// Compiler keeps parsed expressions by their text. The zero value is ready; it is safe for
// concurrent use.
type Compiler struct {
	mu    sync.RWMutex
	trees map[string]any
}

func cached[T any](c *Compiler, kind, text string, parse func(string) (T, error)) (T, error) {
	key := kind + text
	c.mu.RLock()
	tree, found := c.trees[key]
	c.mu.RUnlock()
	if found {
		return tree.(T), nil
	}
	parsed, err := parse(text)
	if err != nil {
		return parsed, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.trees == nil || len(c.trees) >= maxTrees {
		c.trees = map[string]any{}
	}
	c.trees[key] = parsed
	return parsed, nil
}

// Scope holds the placeholders of one request, and which of them its expressions have used.
type Scope struct {
	compiler *Compiler
	names    map[string]string
	values   attr.Map
	used     map[string]bool
}

// Scope checks a request's ExpressionAttributeNames and ExpressionAttributeValues.
func (c *Compiler) Scope(names map[string]string, values map[string]attr.Wire) (*Scope, error) {
	s := &Scope{compiler: c, names: names, used: make(map[string]bool, len(names)+len(values))}
	if err := checkPlaceholders("ExpressionAttributeNames", names, tokenName); err != nil {
		return nil, err
	}
	for key, name := range names {
		if err := attr.CheckName(name); err != nil {
			return nil, problemf("ExpressionAttributeNames contains invalid value: %s for key %s", err, key)
		}
	}
	if err := checkPlaceholders("ExpressionAttributeValues", values, tokenValue); err != nil {
		return nil, err
	}
	s.values = make(attr.Map, len(values))
	for key, wire := range values {
		v, err := wire.Parse()
		if err != nil {
			return nil, problemf("ExpressionAttributeValues contains invalid value: %s for key %s", err, key)
		}
		s.values[key] = v
	}
	return s, nil
}

func checkPlaceholders[V any](param string, placeholders map[string]V, kind tokenKind) error {
	if placeholders != nil && len(placeholders) == 0 {
		return problemf("%s must not be empty", param)
	}
	for key := range placeholders {
		if key != "" {
			if got, length := scan(key); got == kind && length == len(key) {
				continue
			}
		}
		return problemf("%s contains invalid key: Syntax error; key: \"%s\"", param, key)
	}
	return nil
}

// Unused returns AWS's error if a placeholder was in none of the expressions bound so far.
func (s *Scope) Unused() error {
	if len(s.used) == len(s.names)+len(s.values) {
		return nil
	}
	unused := func(param string, keys []string) error {
		keys = slices.DeleteFunc(keys, func(key string) bool { return s.used[key] })
		if len(keys) == 0 {
			return nil
		}
		return problemf("Value provided in %s unused in expressions: keys: {%s}", param, strings.Join(keys, ", "))
	}
	if err := unused("ExpressionAttributeNames", slices.Sorted(maps.Keys(s.names))); err != nil {
		return err
	}
	return unused("ExpressionAttributeValues", s.values.Names())
}

// Condition binds a condition; param names it in errors ("FilterExpression").
func (s *Scope) Condition(param, text string) (Condition, error) {
	return bind(s, param, text, parseCondition, func(b *binder, tree node) Condition {
		b.inOrder = true
		return Condition{b.condition(tree)}
	})
}

// Projection binds a ProjectionExpression.
func (s *Scope) Projection(text string) (Projection, error) {
	return bind(s, "ProjectionExpression", text, parsePaths, func(b *binder, paths []Path) Projection {
		bound := make([]Path, len(paths))
		for i, path := range paths {
			bound[i] = b.path(path)
		}
		b.checkOverlaps(bound)
		return Projection{bound}
	})
}

// Update binds an UpdateExpression.
func (s *Scope) Update(text string) (Update, error) {
	return bind(s, "UpdateExpression", text, parseUpdate, (*binder).update)
}

func bind[Tree, Bound any](s *Scope, param, text string, parse func(string) (Tree, error),
	binding func(*binder, Tree) Bound) (Bound, error) {
	var none Bound
	tree, err := cached(s.compiler, param, text, parse)
	if err == nil {
		b := &binder{scope: s}
		bound := binding(b, tree)
		if b.problem == nil {
			return bound, nil
		}
		err = b.problem
	}
	return none, problemf("Invalid %s: %s", param, err)
}
