package info

import (
	"fmt"
	"os"
	"runtime"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// BuildID tells this server from a Redis.
const BuildID = "crashlab"

func server(p *page, e *engine.Engine) {
	up := int64(e.Now().Sub(e.Stats().Started).Seconds())
	p.add("redis_version", conn.Version)
	p.add("redis_git_sha1", "00000000")
	p.add("redis_git_dirty", 0)
	p.add("redis_build_id", BuildID)
	p.add("redis_mode", "standalone")
	p.add("os", runtime.GOOS+" "+runtime.GOARCH)
	p.add("arch_bits", 64)
	p.add("monotonic_clock", "POSIX clock_gettime")
	p.add("multiplexing_api", "go")
	p.add("process_id", os.Getpid())
	p.add("process_supervised", "no")
	p.add("run_id", e.RunID)
	p.add("tcp_port", e.Config.Get("port"))
	p.add("server_time_usec", e.Now().UnixMicro())
	p.add("uptime_in_seconds", up)
	p.add("uptime_in_days", up/86400)
	p.add("hz", e.Config.Get("hz"))
	p.add("configured_hz", e.Config.Get("hz"))
	p.add("lru_clock", e.Now().Unix()&(1<<24-1))
	p.add("executable", "")
	p.add("config_file", "")
	p.add("io_threads_active", 0)
}

func clients(p *page, e *engine.Engine) {
	var tracking, pubsub, watching, watched int
	for _, c := range e.Clients() {
		channels, patterns, shards := c.Subscriptions()
		if channels+patterns+shards > 0 {
			pubsub++
		}
		if c.Tracking != nil {
			tracking++
		}
		if c.Watching() > 0 {
			watching++
			watched += c.Watching()
		}
	}
	p.add("connected_clients", len(e.Clients()))
	p.add("cluster_connections", 0)
	p.add("maxclients", e.Config.Get("maxclients"))
	p.add("client_recent_max_input_buffer", 0)
	p.add("client_recent_max_output_buffer", 0)
	p.add("blocked_clients", e.Stats().Blocked)
	p.add("tracking_clients", tracking)
	p.add("pubsub_clients", pubsub)
	p.add("watching_clients", watching)
	p.add("clients_in_timeout_table", e.Stats().Blocked)
	p.add("total_watched_keys", watched)
	p.add("total_blocking_keys", e.Stats().Blocked)
	p.add("total_blocking_keys_on_nokey", 0)
}

func persistence(p *page, e *engine.Engine) {
	p.add("loading", 0)
	p.add("async_loading", 0)
	p.add("rdb_changes_since_last_save", e.Changes())
	p.add("rdb_bgsave_in_progress", 0)
	p.add("rdb_last_save_time", e.Stats().Started.Unix())
	p.add("rdb_last_bgsave_status", "ok")
	p.add("rdb_last_bgsave_time_sec", -1)
	p.add("rdb_current_bgsave_time_sec", -1)
	p.add("aof_enabled", 0)
	p.add("aof_rewrite_in_progress", 0)
	p.add("aof_rewrite_scheduled", 0)
	p.add("aof_last_rewrite_time_sec", -1)
	p.add("aof_current_rewrite_time_sec", -1)
	p.add("aof_last_bgrewrite_status", "ok")
	p.add("aof_last_write_status", "ok")
}

func replication(p *page, e *engine.Engine) {
	p.add("role", "master")
	p.add("connected_slaves", 0)
	p.add("master_failover_state", "no-failover")
	p.add("master_replid", e.RunID)
	p.add("master_replid2", fmt.Sprintf("%040d", 0))
	p.add("master_repl_offset", 0)
	p.add("second_repl_offset", -1)
	p.add("repl_backlog_active", 0)
	p.add("repl_backlog_size", 1048576)
	p.add("repl_backlog_first_byte_offset", 0)
	p.add("repl_backlog_histlen", 0)
}

func cpu(p *page, _ *engine.Engine) {
	for _, name := range []string{"sys", "user", "sys_children", "user_children"} {
		p.add("used_cpu_"+name, "0.000000")
	}
}
