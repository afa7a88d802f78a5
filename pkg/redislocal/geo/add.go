package geo

import (
	"fmt"
	"math"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

// coordinatesOf reads a longitude and a latitude.
func coordinatesOf(lon, lat string) (x, y float64, err error) {
	x, ok := engine.ParseFloat(lon)
	y, ok2 := engine.ParseFloat(lat)
	switch {
	case !ok || !ok2:
		return 0, 0, engine.ErrFloat
	case math.Abs(x) > maxLon || math.Abs(y) > maxLat:
		return 0, 0, engine.Error(fmt.Sprintf("ERR invalid longitude,latitude pair %f,%f", x, y))
	}
	return x, y, nil
}

func add(c *engine.Call) error {
	var when zset.Condition
	var countChanged bool
	i := 2
options:
	for ; i < len(c.Args); i++ {
		switch strings.ToUpper(c.Args[i]) {
		case "NX":
			when.Absent = true
		case "XX":
			when.Present = true
		case "CH":
			countChanged = true
		default:
			break options
		}
	}
	rest := c.Args[i:]
	if len(rest) == 0 || len(rest)%3 != 0 || when.Absent && when.Present {
		return engine.ErrSyntax
	}
	var members []string
	var scores []float64
	for ; len(rest) > 0; rest = rest[3:] {
		lon, lat, err := coordinatesOf(rest[0], rest[1])
		if err != nil {
			return err
		}
		members, scores = append(members, rest[2]), append(scores, score(lon, lat))
	}
	added, changed, err := when.Apply(c, c.Args[1], members, scores)
	if err != nil {
		return err
	}
	if countChanged {
		added += changed
	}
	c.Len(added)
	return nil
}
