package geo

import (
	"math"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

// variant is what differs between the commands that search.
type variant struct {
	source     int  // index of the key to search
	options    int  // index of the first option
	storeFirst bool // the first key is where to store
	mayStore   bool // STORE and STOREDIST are options with a key
	around     center
}

// center is how the fixed arguments name the center.
type center int

const (
	optional    center = iota // not at all: options do
	coordinates               // longitude, latitude, radius, unit
	member                    // a member, radius, unit
)

// query is what a search asks for.
type query struct {
	shape
	meters                float64 // in the unit of distances
	order                 int     // of distance: 1 nearest first, -1 farthest first, 0 as found
	count                 int64   // 0 is all
	any                   bool    // any of those inside will do
	dist, hash, coord     bool    // to reply with
	store                 string
	stores, storeDistance bool

	centered, shaped bool
}

const errMember engine.Error = "ERR could not decode requested zset member"

// aroundMember sets the center to a member's position. Without a sorted set it is not needed.
func (q *query) aroundMember(z *zset.ZSet, name string) error {
	if z == nil {
		return nil
	}
	score, ok := z.Score(name)
	if !ok {
		return errMember
	}
	q.lon, q.lat = position(score)
	return nil
}

// circle reads a radius and its unit.
func (q *query) circle(radius, in string) error {
	f, ok := engine.ParseFloat(radius)
	switch {
	case !ok:
		return engine.Error("ERR need numeric radius")
	case f < 0:
		return engine.Error("ERR radius cannot be negative")
	}
	var err error
	q.meters, err = unit(in)
	q.radius, q.shaped = f*q.meters, true
	return err
}

// rectangle reads a width, a height and their unit.
func (q *query) rectangle(width, height, in string) error {
	w, ok := engine.ParseFloat(width)
	if !ok {
		return engine.Error("ERR need numeric width")
	}
	h, ok := engine.ParseFloat(height)
	switch {
	case !ok:
		return engine.Error("ERR need numeric height")
	case w < 0 || h < 0:
		return engine.Error("ERR height or width cannot be negative")
	}
	var err error
	q.meters, err = unit(in)
	q.width, q.height, q.box, q.shaped = w*q.meters, h*q.meters, true, true
	return err
}

// fixed reads the arguments before the options.
func (q *query) fixed(c *engine.Call, v variant, z *zset.ZSet) (err error) {
	switch v.around {
	case coordinates:
		if q.lon, q.lat, err = coordinatesOf(c.Args[2], c.Args[3]); err == nil {
			err = q.circle(c.Args[4], c.Args[5])
		}
		return err
	case member:
		if z == nil {
			return nil
		}
		if err := q.aroundMember(z, c.Args[2]); err != nil {
			return err
		}
		return q.circle(c.Args[3], c.Args[4])
	}
	if v.storeFirst {
		q.store, q.stores = c.Args[1], true
	}
	return nil
}

// read reads a search in a sorted set, which is nil if there is none.
func (q *query) read(c *engine.Call, v variant, z *zset.ZSet) error {
	if err := q.fixed(c, v, z); err != nil {
		return err
	}
	for o := c.Options(v.options); o.More(); {
		if err := q.option(o, v, z); err != nil {
			return err
		}
	}
	return q.check(c, v)
}

func (q *query) option(o *engine.Options, v variant, z *zset.ZSet) (err error) {
	word := o.Word()
	switch {
	case word == "WITHDIST":
		q.dist = true
	case word == "WITHHASH":
		q.hash = true
	case word == "WITHCOORD":
		q.coord = true
	case word == "ANY":
		q.any = true
	case word == "ASC":
		q.order = 1
	case word == "DESC":
		q.order = -1
	case word == "COUNT" && o.More():
		if q.count, err = o.Int(); err == nil && q.count <= 0 {
			err = engine.Error("ERR COUNT must be > 0")
		}
	case (word == "STORE" || word == "STOREDIST") && v.mayStore && o.More():
		q.store, err = o.Next()
		q.stores, q.storeDistance = true, word == "STOREDIST"
	case word == "STOREDIST" && v.storeFirst:
		q.storeDistance = true
	case v.around == optional:
		return q.place(o, word, z)
	default:
		return engine.ErrSyntax
	}
	return err
}

// place reads an option of GEOSEARCH that says where to search.
func (q *query) place(o *engine.Options, word string, z *zset.ZSet) error {
	args := [3]string{}
	take := func(n int) bool {
		if o.Left() < n {
			return false
		}
		for i := range n {
			args[i], _ = o.Next() // there are enough
		}
		return true
	}
	switch {
	case word == "FROMMEMBER" && !q.centered && take(1):
		q.centered = true
		return q.aroundMember(z, args[0])
	case word == "FROMLONLAT" && !q.centered && take(2):
		var err error
		q.lon, q.lat, err = coordinatesOf(args[0], args[1])
		q.centered = true
		return err
	case word == "BYRADIUS" && !q.shaped && take(2):
		return q.circle(args[0], args[1])
	case word == "BYBOX" && !q.shaped && take(3):
		return q.rectangle(args[0], args[1], args[2])
	}
	return engine.ErrSyntax
}

// check fails if options contradict each other or are missing.
func (q *query) check(c *engine.Call, v variant) error {
	switch {
	case q.stores && (q.dist || q.hash || q.coord):
		what := "STORE option in GEORADIUS"
		if v.storeFirst {
			what = "GEOSEARCHSTORE"
		}
		return engine.Error("ERR " + what + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options")
	case v.around == optional && !q.centered:
		return engine.Error("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + c.Args[0])
	case v.around == optional && !q.shaped:
		return engine.Error("ERR exactly one of BYRADIUS and BYBOX can be specified for " + c.Args[0])
	case q.any && q.count == 0:
		return engine.Error("ERR the ANY argument requires COUNT argument")
	}
	if q.count > 0 && q.order == 0 && !q.any {
		q.order = 1
	}
	if q.count == 0 {
		q.count = math.MaxInt64
	}
	return nil
}
