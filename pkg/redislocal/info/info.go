package info

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Commands is INFO.
func Commands() []engine.Command {
	return []engine.Command{{Name: "info", Group: "server", Arity: -1, Flags: engine.Unpaused, Run: info}}
}

// section is a part of INFO.
type section struct {
	name   string
	extra  bool // only in "all" and "everything"
	fields func(*page, *engine.Engine)
}

var sections = []section{
	{"Server", false, server},
	{"Clients", false, clients},
	{"Memory", false, memory},
	{"Persistence", false, persistence},
	{"Stats", false, stats},
	{"Replication", false, replication},
	{"CPU", false, cpu},
	{"Modules", false, func(*page, *engine.Engine) {}},
	{"Commandstats", true, commandStats},
	{"Errorstats", false, errorStats},
	{"Latencystats", true, latencyStats},
	{"Cluster", false, func(p *page, _ *engine.Engine) { p.add("cluster_enabled", 0) }},
	{"Keyspace", false, keyspace},
}

// page is the text of INFO.
type page struct{ strings.Builder }

func (p *page) add(name string, value any) { fmt.Fprintf(p, "%s:%v\r\n", name, value) }

func info(c *engine.Call) error {
	var names []string
	for _, name := range c.Args[1:] {
		names = append(names, strings.ToLower(name))
	}
	all := slices.Contains(names, "all") || slices.Contains(names, "everything")
	usual := len(names) == 0 || slices.Contains(names, "default")
	var p page
	for _, s := range sections {
		if !all && !slices.Contains(names, strings.ToLower(s.name)) && (!usual || s.extra) {
			continue
		}
		if p.Len() > 0 {
			p.WriteString("\r\n")
		}
		p.WriteString("# " + s.name + "\r\n")
		s.fields(&p, c.Engine)
	}
	c.Verbatim("txt", p.String())
	return nil
}
