package hash

import (
	"testing"
	"time"
)

func TestTimesToLive(t *testing.T) {
	p := started(t)
	p.Wants(
		"HSET h a 1 b 2 c 3", "3",
		"HTTL h FIELDS 2 a no", "[-1 -2]",
		"HTTL no FIELDS 2 a b", "[-2 -2]",
		"HEXPIRE h 10 FIELDS 2 a no", "[1 -2]",
		"HEXPIRE no 10 FIELDS 1 a", "[-2]",
		"HPTTL h FIELDS 1 a", "[10000]",
		"HEXPIRE h 5 NX FIELDS 2 a b", "[0 1]",
		"HEXPIRE h 20 XX FIELDS 2 a c", "[1 0]",
		"HEXPIRE h 10 GT FIELDS 2 a c", "[0 0]",
		"HEXPIRE h 30 LT FIELDS 2 a c", "[0 1]",
		"HPEXPIRE h 1500 FIELDS 1 c", "[1]",
		"HTTL h FIELDS 3 a b c", "[20 5 2]",
		"HPERSIST h FIELDS 3 a a no", "[1 -1 -2]",
		"HPEXPIREAT h 70368744177663 FIELDS 1 a", "[1]",
		"HPEXPIRETIME h FIELDS 1 a", "[70368744177663]",
		"HEXPIRETIME h FIELDS 1 a", "[70368744178]",
		"HPEXPIREAT h 70368744177664 FIELDS 1 a", "-ERR invalid expire time in 'hpexpireat' command",
		"HEXPIRE h 9223372036854775807 FIELDS 1 a", "-ERR invalid expire time in 'hexpire' command",
		"HEXPIRE h -1 FIELDS 1 a", "-ERR invalid expire time, must be >= 0",
		"HEXPIRE h x FIELDS 1 a", "-ERR value is not an integer or out of range",
		"HEXPIRE h 1 FIELDS 0 a", "-ERR Parameter `numFields` should be greater than 0",
		"HTTL h FIELDS 0 a", "-ERR Number of fields must be a positive integer",
		"HEXPIRE h 1 FIELDS 2 a", "-ERR The `numfields` parameter must match the number of arguments",
		"HEXPIRE h 1 NO 1 a b", "-ERR Mandatory argument FIELDS is missing or not at the right position",
		"HTTL h NO 1 a", "-ERR Mandatory argument FIELDS is missing or not at the right position",
		"HEXPIREAT h 1 FIELDS 1 a", "[2]",
		"HEXISTS h a", "0",
		"HSET h c 4", "0",
		"HTTL h FIELDS 1 c", "[-1]",
		"HPEXPIRE h 5000 FIELDS 1 c", "[1]",
		"HINCRBY h c 1", "5",
		"HPTTL h FIELDS 1 c", "[5000]",
	)
}

func TestAnExpiredFieldIsGoneForAllCommands(t *testing.T) {
	p := started(t)
	p.Wants("HSET h a 1 b 2", "2", "HPEXPIRE h 100 FIELDS 1 a", "[1]", "HPEXPIRE h 200 FIELDS 1 b", "[1]")
	p.Clock.Advance(100 * time.Millisecond)
	p.Wants("HLEN h", "1", "HGETALL h", `["b" "2"]`, "HGET h a", "nil", "HEXISTS h a", "0")
	p.Clock.Advance(100 * time.Millisecond)
	p.Wants("HLEN h", "0", "HLEN h", "0", "HSET h a 1", "1", "HTTL h FIELDS 1 a", "[-1]")
}

func TestTheCycleRemovesFieldsThatNobodyAsksFor(t *testing.T) {
	p := started(t)
	p.Engine.Exclusive(func() { p.Engine.Config.Set("notify-keyspace-events", "KA") })
	other := p.Connect(t)
	other.Do("SUBSCRIBE __keyspace@0__:h")
	p.Wants("HSET h a 1 b 2", "2", "HPEXPIRE h 100 FIELDS 1 a", "[1]")
	for _, want := range []string{"hset", "hexpire"} {
		if got := other.Receive(); got != `["message" "__keyspace@0__:h" "`+want+`"]` {
			t.Errorf("want %s, got %s", want, got)
		}
	}
	if err := p.Clock.BlockUntilContext(t.Context(), 1); err != nil { // the cycle sleeps
		t.Fatal(err)
	}
	p.Clock.Advance(time.Second)
	if got := other.Receive(); got != `["message" "__keyspace@0__:h" "hexpired"]` {
		t.Error(got)
	}
	p.Wants("HGETALL h", `["b" "2"]`)
}

func TestHGETEXAndHGETDEL(t *testing.T) {
	p := started(t)
	p.Wants(
		"HSET h a 1 b 2 c 3", "3",
		"HGETEX h FIELDS 2 a no", `["1" nil]`,
		"HGETEX no FIELDS 2 a no", `[nil nil]`,
		"HGETEX h EX 10 FIELDS 1 a", `["1"]`,
		"HTTL h FIELDS 2 a b", "[10 -1]",
		"HGETEX h PERSIST FIELDS 2 a b", `["1" "2"]`,
		"HTTL h FIELDS 2 a b", "[-1 -1]",
		"HGETEX h PXAT 1 FIELDS 1 a", `["1"]`,
		"HEXISTS h a", "0",
		"HGETEX h EX 10 FIELDS", "-ERR wrong number of arguments for 'hgetex' command",
		"HGETEX h EX x FIELDS 1 a", "-ERR value is not an integer or out of range",
		"HGETEX h EX 1 PX 1 FIELDS 1 a", "-ERR Mandatory argument FIELDS is missing or not at the right position",
		"HGETDEL h FIELDS 2 b no", `["2" nil]`,
		"HGETDEL h FIELDS 1 b c", "-ERR The `numfields` parameter must match the number of arguments",
		"HGETDEL no FIELDS 1 b", `[nil]`,
		"HGETDEL h FIELDS 1 c", `["3"]`,
		"HLEN h", "0",
	)
}

func TestHSETEX(t *testing.T) {
	p := started(t)
	p.Wants(
		"HSETEX h FXX FIELDS 1 a 1", "0",
		"HLEN h", "0",
		"HSETEX h EX 10 FIELDS 2 a 1 b 2", "1",
		"HTTL h FIELDS 2 a b", "[10 10]",
		"HSETEX h FNX FIELDS 2 b 3 c 4", "0",
		"HSETEX h FXX KEEPTTL FIELDS 1 a 5", "1",
		"HTTL h FIELDS 1 a", "[10]",
		"HSETEX h FIELDS 1 a 6", "1",
		"HTTL h FIELDS 1 a", "[-1]",
		"HGETALL h", `["a" "6" "b" "2"]`,
		"HSETEX h PXAT 1 FIELDS 2 a 1 b 1", "1",
		"HLEN h", "0",
		"HSETEX h FNX FXX FIELDS 1 a 1", "-ERR Only one of FXX or FNX arguments can be specified",
		"HSETEX h EX 1 KEEPTTL FIELDS 1 a 1",
		"-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
		"HSETEX h FIELDS 2 a 1", "-ERR wrong number of arguments for 'hsetex' command",
		"HSETEX h FIELDS 0 a 1", "-ERR invalid number of fields",
		"HSETEX h EX -1 FIELDS 1 a 1", "-ERR invalid expire time, must be >= 0",
		"HSETEX h A B C D", "-ERR unknown argument: A",
	)
}
