package dynamodb

import (
	"errors"
	"math"
	"math/bits"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// What one partition serves per second, whatever the table's provisioned throughput.
const (
	partitionRead  = 3000
	partitionWrite = 1000
)

// onDemandPartitions is how many partitions a new on-demand table has: enough for 12,000 reads and 4,000
// writes per second.
const onDemandPartitions = 4

// Throttling enables the limits of tables and partitions. Every item belongs to a partition by the hash of
// its hash key. A partition serves 3,000 read and 1,000 write units per second. A provisioned table or index
// serves its provisioned throughput. Unused capacity is kept for Burst. A write needs capacity of the table
// and of each global index that it changes: an index that can't keep up throttles the table.
type Throttling struct {
	PartitionRead  float64       // read units per second; default 3000
	PartitionWrite float64       // write units per second; default 1000
	Burst          time.Duration // how long unused capacity is kept; default 1 s (AWS: up to 5 min)
}

func (c Throttling) withDefaults() Throttling {
	if c.PartitionRead <= 0 {
		c.PartitionRead = partitionRead
	}
	if c.PartitionWrite <= 0 {
		c.PartitionWrite = partitionWrite
	}
	if c.Burst <= 0 {
		c.Burst = time.Second
	}
	return c
}

// bucket is a token bucket. A request passes while it has any token left, and may overdraw it: otherwise a
// large item could not be served at all.
type bucket struct {
	rate, most, level float64
	at                time.Time
}

func newBucket(rate float64, burst time.Duration, now time.Time) *bucket {
	most := rate * burst.Seconds()
	return &bucket{rate, most, most, now}
}

func (b *bucket) fill(now time.Time) {
	if elapsed := now.Sub(b.at); elapsed > 0 {
		b.level = min(b.most, b.level+b.rate*elapsed.Seconds())
		b.at = now
	}
}

// pair is the buckets for reads and for writes.
type pair struct{ read, write *bucket }

func (p pair) of(write bool) *bucket {
	if write {
		return p.write
	}
	return p.read
}

// meter holds the limits of a table or a global index.
type meter struct {
	onDemand bool

	mu         sync.Mutex
	whole      *pair // nil under PAY_PER_REQUEST
	partitions []pair
}

// meterTable gives a table and its global indexes their limits, if throttling is on.
func (s *Service) meterTable(t *table) {
	if s.cfg.Throttling == nil {
		return
	}
	t.meter = s.newMeter(t.onDemand, t.throughput)
	for _, x := range t.indexes {
		if x.global {
			x.meter = s.newMeter(t.onDemand, x.throughput)
		}
	}
}

func (s *Service) newMeter(onDemand bool, provisioned throughput) *meter {
	limits, now := s.cfg.Throttling.withDefaults(), s.clock.Now()
	m := &meter{onDemand: onDemand}
	count := onDemandPartitions
	if !onDemand {
		m.whole = &pair{
			newBucket(float64(provisioned.read), limits.Burst, now),
			newBucket(float64(provisioned.write), limits.Burst, now),
		}
		// As many as the reads and writes together need.
		read, write := float64(provisioned.read)/limits.PartitionRead, float64(provisioned.write)/limits.PartitionWrite
		count = int(max(1, math.Ceil(read+write)))
	}
	for range count {
		m.partitions = append(m.partitions, pair{
			newBucket(limits.PartitionRead, limits.Burst, now),
			newBucket(limits.PartitionWrite, limits.Burst, now),
		})
	}
	return m
}

// buckets are the buckets that a request to that row uses.
func (m *meter) buckets(rowKey string, write bool) []*bucket {
	partition := uint64(0)
	if rowKey != "" { // a scan starts at the first
		partition, _ = bits.Mul64(hashOf(rowKey), uint64(len(m.partitions)))
	}
	list := []*bucket{m.partitions[partition].of(write)}
	if m.whole != nil {
		list = append(list, m.whole.of(write))
	}
	return list
}

// ready reports whether a request to that row passes now. Without a meter everything does.
func (m *meter) ready(rowKey string, write bool, now time.Time) bool {
	if m == nil {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.buckets(rowKey, write) {
		if b.fill(now); b.level <= 0 {
			return false
		}
	}
	return true
}

// charge takes the units of a request that has passed.
func (m *meter) charge(rowKey string, write bool, units float64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.buckets(rowKey, write) {
		b.level -= units
	}
}

// admitWrite charges a write to the table and to the global indexes that it changes, or to none of them. The
// caller holds the table's lock.
func (t *table) admitWrite(e effect, used usage, now time.Time) error {
	if t.meter == nil {
		return nil
	}
	if !t.meter.ready(e.key, true, now) {
		return t.meter.throttled(false)
	}
	for _, entry := range e.entries {
		if !entry.index.meter.ready(entry.rowKey(), true, now) {
			return entry.index.meter.throttled(true)
		}
	}
	units := used.units
	for _, entry := range e.entries {
		if n := used.indexes[entry.index]; entry.index.global {
			entry.index.meter.charge(entry.rowKey(), true, n)
		} else {
			units += n // a local index shares the table's partitions
		}
	}
	t.meter.charge(e.key, true, units)
	return nil
}

// rowKey is the entry that the change is charged to.
func (x entryEffect) rowKey() string {
	if x.new != nil {
		return x.new.key
	}
	return x.old.key
}

func (m *meter) throttled(index bool) *api.Error {
	switch {
	case m.onDemand:
		err := serviceError("ThrottlingException",
			"Throughput exceeds the current capacity of your table or index. DynamoDB is automatically "+
				"scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: "+
				"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html")
		err.Namespace = namespaceThrottling
		return err
	case index:
		return serviceError("ProvisionedThroughputExceededException",
			"The level of configured provisioned throughput for one or more global secondary "+
				"indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global "+
				"secondary indexes with the UpdateTable API")
	}
	return serviceError("ProvisionedThroughputExceededException",
		"The level of configured provisioned throughput for the table was exceeded. "+
			"Consider increasing your provisioning level with the UpdateTable API.")
}

// isThrottling reports whether an error says that a request was refused for lack of capacity.
func isThrottling(err error) bool {
	var answer *api.Error
	return errors.As(err, &answer) &&
		(answer.Code == "ThrottlingException" || answer.Code == "ProvisionedThroughputExceededException")
}
