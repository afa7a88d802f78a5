package info

import (
	"fmt"
	"maps"
	"slices"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func stats(p *page, e *engine.Engine) {
	s := e.Stats()
	p.add("total_connections_received", s.Connections)
	p.add("total_commands_processed", s.Commands)
	p.add("instantaneous_ops_per_sec", 0)
	p.add("total_net_input_bytes", 0)
	p.add("total_net_output_bytes", 0)
	p.add("rejected_connections", 0)
	p.add("sync_full", 0)
	p.add("sync_partial_ok", 0)
	p.add("sync_partial_err", 0)
	p.add("expired_keys", s.Expired)
	p.add("expired_stale_perc", "0.00")
	p.add("evicted_keys", s.Evicted)
	p.add("evicted_clients", 0)
	p.add("keyspace_hits", s.Hits)
	p.add("keyspace_misses", s.Misses)
	p.add("pubsub_channels", e.SubscribedNames(engine.Channels))
	p.add("pubsub_patterns", e.SubscribedNames(engine.Patterns))
	p.add("pubsubshard_channels", e.SubscribedNames(engine.Shards))
	p.add("latest_fork_usec", 0)
	p.add("total_forks", 0)
	p.add("total_error_replies", s.Errors)
	p.add("total_reads_processed", s.Commands)
	p.add("total_writes_processed", s.Commands)
}

func commandStats(p *page, e *engine.Engine) {
	s := e.Stats().ByCommand
	for _, name := range slices.Sorted(maps.Keys(s)) {
		one := s[name]
		p.add("cmdstat_"+name, fmt.Sprintf("calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
			one.Calls, one.Took.Microseconds(), float64(one.Took.Microseconds())/float64(max(one.Calls, 1)),
			one.Rejected, one.Failed))
	}
}

func errorStats(p *page, e *engine.Engine) {
	s := e.Stats().ByCode
	for _, code := range slices.Sorted(maps.Keys(s)) {
		p.add("errorstat_"+code, fmt.Sprintf("count=%d", s[code]))
	}
}

func latencyStats(p *page, e *engine.Engine) {
	s := e.Stats().ByCommand
	for _, name := range slices.Sorted(maps.Keys(s)) {
		one := s[name]
		p.add("latency_percentiles_usec_"+name, fmt.Sprintf("p50=%d.000,p99=%d.000,p99.9=%d.000",
			one.Percentile(0.5), one.Percentile(0.99), one.Percentile(0.999)))
	}
}

func keyspace(p *page, e *engine.Engine) {
	for i := range engine.Databases {
		db := e.DB(i)
		if n := db.Keys().Len(); n > 0 {
			p.add(fmt.Sprintf("db%d", i), fmt.Sprintf("keys=%d,expires=%d,avg_ttl=%d,subexpiry=0",
				n, db.Volatile(), db.AverageTTL().Milliseconds()))
		}
	}
}
