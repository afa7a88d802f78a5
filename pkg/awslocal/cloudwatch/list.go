package cloudwatch

import (
	"encoding/base64"
	"slices"
	"time"
)

const (
	metricsPage  = 500
	listedFor    = 14 * day // since a metric's last datum
	recently     = 3 * time.Hour
	alarmsPage   = 50
	maxPage      = 100
	historyKept  = 10_000 // items of an account
	historyUntil = 30 * day
)

type dimensionFilter struct{ Name, Value string }

func (m metric) has(filters []dimensionFilter) bool {
	for _, f := range filters {
		if !slices.ContainsFunc(m.Dimensions, func(d dimension) bool {
			return d.Name == f.Name && (f.Value == "" || d.Value == f.Value)
		}) {
			return false
		}
	}
	return true
}

func (s *Service) listMetrics(a *account, in *struct {
	Namespace, MetricName     string
	Dimensions                []dimensionFilter
	NextToken, RecentlyActive string
}) (any, error) {
	if in.RecentlyActive != "" && in.RecentlyActive != "PT3H" {
		return nil, invalid("The value %s for parameter RecentlyActive is invalid.", in.RecentlyActive)
	}
	within := listedFor
	if in.RecentlyActive != "" {
		within = recently
	}
	now := s.now()
	keys, next, err := page(a.series, in.NextToken, metricsPage, func(x *series) bool {
		return (in.Namespace == "" || x.Namespace == in.Namespace) &&
			(in.MetricName == "" || x.MetricName == in.MetricName) && x.has(in.Dimensions) && now.Sub(x.updated) < within
	})
	if err != nil {
		return nil, err
	}
	out := struct {
		Metrics   []metric
		NextToken string `json:",omitempty"`
	}{[]metric{}, next}
	for _, key := range keys {
		out.Metrics = append(out.Metrics, a.series[key].metric)
	}
	return out, nil
}

// page returns the keys of one page of a map, in order, and the token of the next page.
func page[T any](all map[string]T, token string, limit int, keep func(T) bool) (keys []string, next string, err error) {
	after, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return nil, "", badToken()
	}
	for key, v := range all {
		if key > string(after) && keep(v) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	if len(keys) > limit {
		keys = keys[:limit]
		next = base64.StdEncoding.EncodeToString([]byte(keys[limit-1]))
	}
	return keys, next, nil
}

// pageSize checks the size that a client asks for.
func pageSize(asked *int, standard int) (int, error) {
	if asked == nil {
		return standard, nil
	}
	if *asked < 1 || *asked > maxPage {
		return 0, member(*asked, "maxRecords", "have value between 1 and 100")
	}
	return *asked, nil
}
