package keys

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/hash"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/set"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

// elementsOf returns what SORT sorts, in the value's own order.
func elementsOf(c *engine.Call, key string) (elements []string, isSet bool, err error) {
	entry := c.Lookup(key)
	if entry == nil {
		return nil, false, nil
	}
	elements = make([]string, 0, entry.Value.Len())
	switch v := entry.Value.(type) {
	case *list.List:
		v.All(func(s string) { elements = append(elements, s) })
	case *set.Set:
		isSet = true
		v.All(func(s string) bool {
			elements = append(elements, s)
			return true
		})
	case *zset.ZSet:
		v.All(func(member string, _ float64) bool {
			elements = append(elements, member)
			return true
		})
	default:
		return nil, false, engine.ErrType
	}
	return elements, isSet, nil
}

// follow returns what a pattern of BY or GET means for an element: # the element, weight_* the string under the
// key with the element in the place of *, object_*->name a field of the hash there.
func follow(c *engine.Call, pattern, element string) (string, bool) {
	if pattern == "#" {
		return element, true
	}
	before, after, ok := strings.Cut(pattern, "*")
	if !ok {
		return "", false
	}
	field := ""
	if rest, name, ok := strings.Cut(after, "->"); ok && name != "" {
		after, field = rest, name
	}
	entry := c.Lookup(before + element + after)
	if entry == nil {
		return "", false
	}
	if v, ok := entry.Value.(*str.String); ok && field == "" {
		return string(v.Bytes()), true
	}
	if v, ok := entry.Value.(*hash.Hash); ok && field != "" {
		return v.Get(field)
	}
	return "", false
}
