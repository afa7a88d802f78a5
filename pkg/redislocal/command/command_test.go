package command

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/config"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/keys"
	lists "github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

func TestCommand(t *testing.T) {
	p := probe.New(t, Commands(), config.Commands(), str.Commands(), lists.Commands(), keys.Commands(nil))
	p.Wants(
		"COMMAND INFO get none", `[["get" 2 [+readonly +fast] 1 1 1 [+@read +@string +@fast] [] [["flags" [+RO +access] `+
			`"begin_search" ["type" "index" "spec" ["index" 1]] "find_keys" ["type" "range" "spec" ["lastkey" 0 "keystep" 1 `+
			`"limit" 0]]]] []] nil[]]`,
		"COMMAND INFO config|get", `[["config|get" -3 [+admin +noscript] 0 0 0 [+@admin +@slow +@dangerous] [] [] []]]`,
		"COMMAND DOCS config|get none", `["config|get" ["summary" "" "since" "" "group" "server"]]`,
		"COMMAND GETKEYS set k v", `["k"]`,
		"COMMAND GETKEYS mset k v l w", `["k" "l"]`,
		"COMMAND GETKEYSANDFLAGS set k v", `[["k" [+OW +update]]]`,
		"COMMAND GETKEYSANDFLAGS set k v GET", `[["k" [+RW +access +update]]]`,
		"COMMAND GETKEYSANDFLAGS mset k v l w", `[["k" [+OW +update]] ["l" [+OW +update]]]`,
		"COMMAND GETKEYSANDFLAGS append k v", `[["k" [+RW +insert]]]`,
		"COMMAND GETKEYSANDFLAGS getdel k", `[["k" [+RW +access +delete]]]`,
		"COMMAND GETKEYSANDFLAGS lmove k l left left", `[["k" [+RW +access +delete]] ["l" [+RW +insert]]]`,
		"COMMAND GETKEYSANDFLAGS rename k l", `[["k" [+RW +access +delete]] ["l" [+OW +update]]]`,
		"COMMAND GETKEYSANDFLAGS del k l", `[["k" [+RM +delete]] ["l" [+RM +delete]]]`,
		"COMMAND GETKEYS none k", "-ERR Invalid command specified",
		"COMMAND GETKEYS get", "-ERR Invalid number of arguments specified for command",
		"COMMAND GETKEYS config get x", "-ERR The command has no key arguments",
		"COMMAND LIST FILTERBY PATTERN set", `["set"]`,
		"COMMAND LIST FILTERBY PATTERN config|g*", `["config|get"]`,
		"COMMAND LIST FILTERBY MODULE none", "[]",
		"COMMAND LIST FILTERBY ACLCAT none", "[]",
		"COMMAND LIST FILTERBY what x", "-ERR syntax error",
		"COMMAND LIST what", "-ERR syntax error",
	)
	if got := p.Do("COMMAND LIST FILTERBY ACLCAT admin"); !strings.Contains(got, `"config|set"`) {
		t.Error(got)
	}
	if got, n := p.Do("COMMAND"), p.Do("COMMAND COUNT"); !strings.Contains(got, `["config" -2 `) || n == "0" {
		t.Error(n, got)
	}
	if got := p.Do("COMMAND DOCS"); !strings.Contains(got, `"get" ["summary" "" "since" "" "group" "string"]`) {
		t.Error(got)
	}
}
