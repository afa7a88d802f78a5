package eventbridge

import (
	"encoding/base64"
	"maps"
	"slices"
)

// page is the common input of listings.
type page struct {
	Limit     *int
	NextToken string
}

// list returns the names of one page of a map, in order, and the token of the next page.
func list[T any](all map[string]T, p page, keep func(string, T) bool) (names []string, next string, err error) {
	limit := 100
	if p.Limit != nil {
		if limit = *p.Limit; limit < 1 || limit > 100 {
			return nil, "", member(limit, "limit", "have value between 1 and 100")
		}
	}
	after, err := base64.StdEncoding.DecodeString(p.NextToken)
	if err != nil {
		return nil, "", validation("Parameter NextToken is not valid.")
	}
	names = []string{}
	for name, v := range all {
		if name > string(after) && keep(name, v) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if len(names) > limit {
		names = names[:limit]
		next = base64.StdEncoding.EncodeToString([]byte(names[limit-1]))
	}
	return names, next, nil
}

// sortedKeys returns a map's keys in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
