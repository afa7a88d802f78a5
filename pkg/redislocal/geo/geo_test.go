package geo

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

func started(t testing.TB) *probe.Probe {
	p := probe.New(t, conn.Commands(), str.Commands(), zset.Commands(), Commands())
	p.Do("GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania")
	return p
}

func TestPositions(t *testing.T) {
	started(t).Wants(
		"GEOADD g NX CH 13.361389 38.115556 Palermo 2 2 two", "1",
		"GEOADD g XX CH 2.5 2 two 3 3 three", "1",
		"GEOADD g NX XX 1 1 a", "-ERR syntax error",
		"GEOADD g 1 2 a 3", "-ERR syntax error",
		"GEOADD g 200 1 a", "-ERR invalid longitude,latitude pair 200.000000,1.000000",
		"GEOADD g 1 a a", "-ERR value is not a valid float",
		"ZSCORE g Palermo", `"3479099956230698"`,
		"GEOHASH g Palermo Catania nope", `["sqc8b49rny0" "sqdtr74hyu0" nil]`,
		"GEODIST g Palermo Catania", `"166274.1516"`,
		"GEODIST g Palermo Catania km", `"166.2742"`,
		"GEODIST g Palermo Catania miles", "-ERR unsupported unit provided. please use M, KM, FT, MI",
		"GEODIST g Palermo nope", "nil",
		"GEODIST nope Palermo Catania", "nil",
		"GEOPOS g Palermo nope", `[["13.361389338970184" "38.1155563954963"] nil[]]`,
		"SET s v", "+OK",
		"GEOPOS s a", "-"+string(engine.ErrType),
		"GEOADD s 1 1 a", "-"+string(engine.ErrType),
	)
}

func TestSearch(t *testing.T) {
	started(t).Wants(
		"GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC", `["Catania" "Palermo"]`,
		"GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 km DESC WITHDIST",
		`[["Palermo" "190.4424"] ["Catania" "56.4413"]]`,
		"GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 m WITHHASH", `[["Palermo" 3479099956230698]]`,
		"GEOSEARCH g FROMMEMBER Palermo BYRADIUS 200 km COUNT 1 DESC", `["Catania"]`,
		"GEOSEARCH g FROMMEMBER Palermo BYRADIUS 200 km COUNT 1 ANY", `["Palermo"]`,
		"GEOSEARCH g FROMMEMBER Palermo BYRADIUS inf km ASC", `["Palermo" "Catania"]`,
		"GEOSEARCH g FROMMEMBER nope BYRADIUS 1 km", "-ERR could not decode requested zset member",
		"GEOSEARCH nope FROMMEMBER nope BYRADIUS 1 km", "[]",
		"GEOSEARCH g FROMMEMBER Palermo BYRADIUS -1 km", "-ERR radius cannot be negative",
		"GEOSEARCH g FROMMEMBER Palermo BYBOX -1 1 km", "-ERR height or width cannot be negative",
		"GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km ANY", "-ERR the ANY argument requires COUNT argument",
		"GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 km COUNT 0", "-ERR COUNT must be > 0",
		"geosearch g BYRADIUS 1 km ASC COUNT 1",
		"-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch",
		"GEOSEARCH g FROMLONLAT 1 2 ASC COUNT 1",
		"-ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH",
		"GEOSEARCHSTORE d g FROMLONLAT 15 37 BYRADIUS 200 km", "2",
		"ZRANGE d 0 -1", `["Palermo" "Catania"]`,
		"GEOSEARCHSTORE d g FROMMEMBER Palermo BYRADIUS 1 km STOREDIST", "1",
		"ZRANGE d 0 -1 WITHSCORES", `["Palermo" "0"]`,
		"GEOADD near 2.1909389952632 41.433791470673 a", "1",
		"GEOSEARCHSTORE d near FROMLONLAT 2.191 41.433 BYRADIUS 1000 m STOREDIST", "1",
		"ZSCORE d a", `"88.05060698409301"`,
		"GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 m", "0",
		"ZCARD d", "0",
		"GEOSEARCHSTORE d g FROMLONLAT 0 0 BYRADIUS 1 m WITHDIST",
		"-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
	)
}

func TestTheOlderCommands(t *testing.T) {
	started(t).Wants(
		"GEORADIUS g 15 37 200 km ASC", `["Catania" "Palermo"]`,
		"GEORADIUS_RO g 15 37 200 km COUNT 1", `["Catania"]`,
		"GEORADIUS_RO g 15 37 200 km STORE d", "-ERR syntax error",
		"GEORADIUSBYMEMBER g Palermo 1 km WITHDIST", `[["Palermo" "0.0000"]]`,
		"GEORADIUSBYMEMBER_RO g Palermo 1 km", `["Palermo"]`,
		"GEORADIUSBYMEMBER nope x y km", "[]",
		"GEORADIUS g 15 37 200 km STORE d STOREDIST e", "2",
		"ZCARD d", "0",
		"ZCARD e", "2",
	)
	if got := storeKeys(6)([]string{"georadius", "g", "1", "2", "3", "m", "STORE", "d"}); !slices.Equal(got, []int{1, 7}) {
		t.Errorf("keys: %v", got)
	}
}

func TestShapesInRESP3(t *testing.T) {
	p := started(t)
	p.Do("HELLO 3")
	p.Wants(
		"GEOPOS g Palermo nope", `[[,13.361389338970184 ,38.1155563954963] nil]`,
		"GEODIST g Palermo Catania km", `"166.2742"`,
		"GEOSEARCH g FROMMEMBER Palermo BYRADIUS 1 m WITHCOORD", `[["Palermo" [,13.361389338970184 ,38.1155563954963]]]`,
	)
}

// TestSearchAgainstAll compares searches with the distance of each position, everywhere but at the edges of the map,
// where the search of Redis goes round in part only.
func TestSearchAgainstAll(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	z := zset.New(r)
	for i := range 2000 {
		z.Set(strconv.Itoa(i), score(r.Float64()*300-150, r.Float64()*140-70))
	}
	for range 500 {
		q := query{count: math.MaxInt64}
		q.lon, q.lat, q.radius = r.Float64()*200-100, r.Float64()*100-50, math.Pow(10, 3+3*r.Float64())
		if r.IntN(2) == 0 {
			q.box, q.width, q.height = true, q.radius, math.Pow(10, 3+3*r.Float64())
		}
		var want int
		z.All(func(_ string, score float64) bool {
			if _, ok := q.distance(position(score)); ok {
				want++
			}
			return true
		})
		if got := len(q.find(z)); got != want {
			t.Errorf("%+v: %d, want %d", q.shape, got, want)
		}
	}
}

// TestASmallSearchLooksAtFew counts the members of the cells that a search goes through.
func TestASmallSearchLooksAtFew(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	z := zset.New(r)
	const n = 100_000
	for i := range n {
		z.Set(strconv.Itoa(i), score(r.Float64()*300-150, r.Float64()*140-70))
	}
	for range 100 {
		s := shape{lon: r.Float64()*200 - 100, lat: r.Float64()*100 - 50, radius: 10e3} // of a few positions
		looked := 0
		for _, part := range s.cells() {
			low, high := part.scores()
			from, to := zset.ScoreRange{Low: low, High: high, HighOpen: true}.Ranks(z)
			looked += to - from
		}
		if looked > n/100 {
			t.Errorf("%+v: %d members", s, looked)
		}
	}
}
