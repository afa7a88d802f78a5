package geo

import (
	"cmp"
	"slices"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

// point is a member that a search has found.
type point struct {
	member   string
	score    float64
	lon, lat float64
	distance float64 // m from the center
}

// search is GEOSEARCH, GEOSEARCHSTORE and the commands that they replace.
func search(v variant) func(*engine.Call) error {
	return func(c *engine.Call) error {
		z, ok, err := engine.Get[*zset.ZSet](c, c.Args[v.source])
		if err != nil {
			return err
		}
		var q query
		if err := q.read(c, v, z); err != nil {
			return err
		}
		var found []point
		if ok {
			found = q.find(z)
		}
		if q.stores {
			q.keep(c, found)
		} else {
			q.reply(c, found)
		}
		return nil
	}
}

// find returns the members that are asked for, in order.
func (q *query) find(z *zset.ZSet) []point {
	var found []point
	var seen []cell
	for _, part := range q.cells() {
		if slices.Contains(seen, part) { // a neighbor in two directions, of a large cell
			continue
		}
		seen = append(seen, part)
		low, high := part.scores()
		from, to := zset.ScoreRange{Low: low, High: high, HighOpen: true}.Ranks(z)
		z.Each(from, to, false, func(member string, score float64) bool {
			if q.any && int64(len(found)) >= q.count {
				return false
			}
			lon, lat := position(score)
			if d, ok := q.distance(lon, lat); ok {
				found = append(found, point{member, score, lon, lat, d})
			}
			return true
		})
	}
	if q.order != 0 {
		slices.SortStableFunc(found, func(a, b point) int { return q.order * cmp.Compare(a.distance, b.distance) })
	}
	return found[:min(int64(len(found)), q.count)]
}

// keep stores what was found.
func (q *query) keep(c *engine.Call, found []point) {
	z := zset.New(c.Engine.Rand)
	for _, p := range found {
		if q.storeDistance {
			z.Set(p.member, exactDistance(q.lon, q.lat, p.lon, p.lat)/q.meters)
		} else {
			z.Set(p.member, p.score)
		}
	}
	event := "georadiusstore"
	if c.Name() == "geosearchstore" {
		event = c.Name()
	}
	c.Store(q.store, z, engine.ClassZSet, event)
}

func (q *query) reply(c *engine.Call, found []point) {
	fields := 1
	for _, with := range [...]bool{q.dist, q.hash, q.coord} {
		if with {
			fields++
		}
	}
	c.Array(len(found))
	for _, p := range found {
		if fields > 1 {
			c.Array(fields)
		}
		c.Bulk(p.member)
		if q.dist {
			c.Bulk(formatDistance(p.distance / q.meters))
		}
		if q.hash {
			c.Int(int64(p.score))
		}
		if q.coord {
			c.Array(2)
			c.Double(p.lon)
			c.Double(p.lat)
		}
	}
}
