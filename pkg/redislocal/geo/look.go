package geo

import (
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

// each writes an array with an element for each member that the command names, from the position of one, or by
// absent.
func each(c *engine.Call, found func(lon, lat float64), absent func()) error {
	z, ok, err := engine.Get[*zset.ZSet](c, c.Args[1])
	if err != nil {
		return err
	}
	c.Array(len(c.Args) - 2)
	for _, member := range c.Args[2:] {
		var score float64
		is := false
		if ok {
			score, is = z.Score(member)
		}
		if is {
			found(position(score))
		} else {
			absent()
		}
	}
	return nil
}

func positions(c *engine.Call) error {
	return each(c, func(lon, lat float64) {
		c.Array(2)
		c.Double(lon)
		c.Double(lat)
	}, c.NullArray)
}

func hashes(c *engine.Call) error {
	return each(c, func(lon, lat float64) { c.Bulk(text(lon, lat)) }, c.Null)
}

// unit returns the meters in a unit.
func unit(s string) (float64, error) {
	switch strings.ToUpper(s) {
	case "M":
		return 1, nil
	case "KM":
		return 1000, nil
	case "FT":
		return 0.3048, nil
	case "MI":
		return 1609.34, nil
	}
	return 0, engine.Error("ERR unsupported unit provided. please use M, KM, FT, MI")
}

// between is GEODIST.
func between(c *engine.Call) error {
	if len(c.Args) > 5 {
		return engine.ErrSyntax
	}
	meters := 1.0
	if len(c.Args) == 5 {
		var err error
		if meters, err = unit(c.Args[4]); err != nil {
			return err
		}
	}
	z, ok, err := engine.Get[*zset.ZSet](c, c.Args[1])
	if err != nil {
		return err
	}
	if !ok {
		c.Null()
		return nil
	}
	a, ok := z.Score(c.Args[2])
	b, ok2 := z.Score(c.Args[3])
	if !ok || !ok2 {
		c.Null()
		return nil
	}
	lon1, lat1 := position(a)
	lon2, lat2 := position(b)
	c.Bulk(formatDistance(distance(lon1, lat1, lon2, lat2) / meters))
	return nil
}

// formatDistance writes a distance with the four decimals that Redis shows.
func formatDistance(f float64) string { return strconv.FormatFloat(f, 'f', 4, 64) }
