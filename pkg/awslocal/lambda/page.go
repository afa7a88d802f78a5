package lambda

import (
	"encoding/base64"
	"slices"
)

// page is the common input of listings.
type page struct {
	Marker   string `rest:"query"`
	MaxItems *int   `rest:"query"`
}

// list returns the names of one page of a map, in order, and the marker of the next page.
func list[T any](all map[string]T, p page) (names []string, next string, err error) {
	limit := 50
	if p.MaxItems != nil {
		if err := inRange(p.MaxItems, "maxItems", 1, 10000); err != nil {
			return nil, "", err
		}
		limit = min(*p.MaxItems, limit)
	}
	after, err := base64.StdEncoding.DecodeString(p.Marker)
	if err != nil {
		return nil, "", invalid("Invalid Marker")
	}
	for name := range all {
		if name > string(after) {
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
