package info

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

func TestInfo(t *testing.T) {
	p := probe.New(t, Commands(), str.Commands())
	p.Wants(
		"INFO cluster", `"# Cluster\r\ncluster_enabled:0\r\n"`,
		"INFO none", `""`,
		"INFO keyspace CPU", `"# CPU\r\nused_cpu_sys:0.000000\r\nused_cpu_user:0.000000\r\n`+
			`used_cpu_sys_children:0.000000\r\nused_cpu_user_children:0.000000\r\n\r\n# Keyspace\r\n"`,
		"SET k v", "+OK",
		"SET l v PX 500", "+OK",
		"INFO keyspace", `"# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=500,subexpiry=0\r\n"`,
		"GET", "-ERR wrong number of arguments for 'get' command",
		"what", "-ERR unknown command 'what', with args beginning with: ",
		"SET k v NX XX", "-ERR syntax error",
		"INFO errorstats", `"# Errorstats\r\nerrorstat_ERR:count=3\r\n"`,
	)
	usual, all := p.Do("INFO"), p.Do("INFO everything")
	for _, want := range []string{"redis_version:8.2.1", "redis_build_id:crashlab", "role:master", "used_memory:",
		"connected_clients:1", "# Modules", "total_error_replies:3"} {
		if !strings.Contains(usual, want) {
			t.Errorf("INFO has no %s", want)
		}
	}
	for _, want := range []string{"cmdstat_set:calls=3,", "rejected_calls=0,failed_calls=1",
		"latency_percentiles_usec_set:"} {
		if strings.Contains(usual, want) || !strings.Contains(all, want) {
			t.Errorf("%s is not in INFO everything alone", want)
		}
	}
}

func TestHuman(t *testing.T) {
	for n, want := range map[int64]string{0: "0B", 1023: "1023B", 1536: "1.50K", 3 << 20: "3.00M", 5 << 40: "5.00T"} {
		if got := human(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
