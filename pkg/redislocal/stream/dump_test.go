package stream

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/keys"
)

// A restored stream is told from the first one by nothing: not by its groups, nor by what trimming and adding do.
func TestDump(t *testing.T) {
	p := probe.New(t, Commands(), keys.Commands(map[string]dump.Loader{"stream": Load}))
	for i := 1; i <= 250; i++ { // three nodes
		p.Do(fmt.Sprintf("XADD a %d-1 f v%d g ''", i, i))
	}
	for _, line := range []string{
		"XDEL a 3-1 249-1", "XSETID a 300-7 ENTRIESADDED 400 MAXDELETEDID 249-1",
		"XGROUP CREATE a g 0", "XGROUP CREATE a late $ ENTRIESREAD 399", "XGROUP CREATE a empty 5-1",
		"XREADGROUP GROUP g one COUNT 3 STREAMS a >", "XREADGROUP GROUP g two COUNT 2 STREAMS a >",
		"XACK a g 2-1", "XDEL a 1-1", "XGROUP CREATECONSUMER a late idle", "XCLAIM a g two 0 4-1 IDLE 5 RETRYCOUNT 9",
	} {
		p.Do(line)
	}
	payload := restore(t, p, "a", "b")
	if again := restore(t, p, "b", "c"); again != payload {
		t.Error("a dump of what was restored differs")
	}
	for _, line := range []string{
		"XINFO STREAM %s FULL COUNT 0", "XINFO STREAM %s", "XINFO GROUPS %s", "XINFO CONSUMERS %s g",
		"XPENDING %s g - + 10", "XADD %s 300-* f v", "XADD %s 1-1 f v", "XTRIM %s MAXLEN ~ 100", "XLEN %s",
		"XREADGROUP GROUP g one STREAMS %s 0", "XAUTOCLAIM %s g one 0 0 COUNT 2",
		"XREADGROUP GROUP g one COUNT 1 STREAMS %s >",
		"OBJECT ENCODING %s",
	} {
		a, b := p.Do(fmt.Sprintf(line, "a")), p.Do(fmt.Sprintf(line, "b"))
		if line == "XREADGROUP GROUP g one STREAMS %s 0" || line == "XREADGROUP GROUP g one COUNT 1 STREAMS %s >" {
			a, b = a[len(`[["a"`):], b[len(`[["b"`):]
		}
		if a != b {
			t.Errorf("%s\n a %s\n b %s", line, a, b)
		}
	}
	p.Do("XTRIM a MAXLEN 0")
	restore(t, p, "a", "d")
	p.Wants("XLEN d", "0", "XADD d 300-7 f v",
		"-ERR The ID specified in XADD is equal or smaller than the target stream top item")
}

// restore copies a key by its payload, and returns that.
func restore(t *testing.T, p *probe.Probe, from, to string) string {
	t.Helper()
	payload, err := strconv.Unquote(p.Do("DUMP " + from))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Send("RESTORE", to, "0", payload); got != "+OK" {
		t.Fatal(got)
	}
	return payload
}
