package info

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// memory tells what the keys take: the rest of the process is not this server's.
func memory(p *page, e *engine.Engine) {
	used := e.Used()
	peak := max(e.Stats().Peak, used)
	limit := e.Config.Int("maxmemory")
	p.add("used_memory", used)
	p.add("used_memory_human", human(used))
	p.add("used_memory_rss", used)
	p.add("used_memory_rss_human", human(used))
	p.add("used_memory_peak", peak)
	p.add("used_memory_peak_human", human(peak))
	p.add("used_memory_peak_perc", fmt.Sprintf("%.2f%%", 100*float64(used)/float64(max(peak, 1))))
	p.add("used_memory_overhead", 0)
	p.add("used_memory_startup", 0)
	p.add("used_memory_dataset", used)
	p.add("used_memory_dataset_perc", "100.00%")
	p.add("used_memory_lua", 0)
	p.add("used_memory_scripts", 0)
	p.add("maxmemory", limit)
	p.add("maxmemory_human", human(limit))
	p.add("maxmemory_policy", e.Config.Get("maxmemory-policy"))
	p.add("mem_fragmentation_ratio", "1.00")
	p.add("mem_fragmentation_bytes", 0)
	p.add("mem_clients_normal", 0)
	p.add("mem_clients_slaves", 0)
	p.add("mem_allocator", "go")
	p.add("active_defrag_running", 0)
	p.add("lazyfree_pending_objects", 0)
	p.add("lazyfreed_objects", 0)
}

// human writes a number of bytes as 1.50M.
func human(n int64) string {
	f, units := float64(n), "BKMGT"
	for f >= 1024 && len(units) > 1 {
		f, units = f/1024, units[1:]
	}
	if units[0] == 'B' {
		return fmt.Sprintf("%dB", n)
	}
	return fmt.Sprintf("%.2f%c", f, units[0])
}
