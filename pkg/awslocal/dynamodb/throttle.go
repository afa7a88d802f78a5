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
// its hash key. A partition serves 3,000 read and 1,000 write units in each second, whatever the table has. A
// provisioned table or index serves its provisioned throughput, wherever in it the traffic goes: adaptive
// capacity takes no time here. What it does not use is kept for Burst; new ones begin with that. A write needs
// capacity of the table and of each global index that it changes: an index that can't keep up throttles the
// table.
type Throttling struct {
	PartitionRead  float64       // read units per second; default 3000
	PartitionWrite float64       // write units per second; default 1000
	Burst          time.Duration // how long unused provisioned throughput is kept; default 5 min
}

func (c Throttling) withDefaults() Throttling {
	if c.PartitionRead <= 0 {
		c.PartitionRead = partitionRead
	}
	if c.PartitionWrite <= 0 {
		c.PartitionWrite = partitionWrite
	}
	if c.Burst <= 0 {
		c.Burst = 5 * time.Minute
	}
	return c
}

// bucket is a token bucket. A request passes while it has any token left, and may overdraw it: otherwise a
// large item could not be served at all.
type bucket struct {
	rate, most, level float64
	at                time.Time
}

// newBucket returns a full bucket.
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

// keep takes over the tokens of the bucket that b replaces. More throughput does not come with burst.
func (b *bucket) keep(before *bucket) {
	before.fill(b.at)
	b.level = min(b.most, before.level)
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
	resource string // ARN
	index    bool
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
	t.meter = s.newMeter(t.meter, t.onDemand, t.throughput)
	t.meter.resource = t.arn()
	for _, x := range t.indexes {
		if x.global {
			x.meter = s.newMeter(x.meter, t.onDemand, x.throughput)
			x.meter.resource, x.meter.index = t.indexARN(x), true
		}
	}
}

// newMeter makes the meter that replaces another, which is nil for a new table or index.
func (s *Service) newMeter(before *meter, onDemand bool, provisioned throughput) *meter {
	limits, now := s.cfg.Throttling.withDefaults(), s.clock.Now()
	m := &meter{onDemand: onDemand}
	count := onDemandPartitions
	if !onDemand {
		m.whole = &pair{
			newBucket(float64(provisioned.read), limits.Burst, now),
			newBucket(float64(provisioned.write), limits.Burst, now),
		}
		if before != nil && before.whole != nil {
			m.whole.read.keep(before.whole.read)
			m.whole.write.keep(before.whole.write)
		}
		// As many as the reads and writes together need.
		read, write := float64(provisioned.read)/limits.PartitionRead, float64(provisioned.write)/limits.PartitionWrite
		count = int(max(1, math.Ceil(read+write)))
	}
	for range count {
		m.partitions = append(m.partitions, pair{
			newBucket(limits.PartitionRead, time.Second, now),
			newBucket(limits.PartitionWrite, time.Second, now),
		})
	}
	return m
}

// partition is the one that has the row.
func (m *meter) partition(rowKey string, write bool) *bucket {
	i := uint64(0)
	if rowKey != "" { // a scan starts at the first
		i, _ = bits.Mul64(hashOf(rowKey), uint64(len(m.partitions)))
	}
	return m.partitions[i].of(write)
}

// admit returns the error of a request to that row that must be throttled now. Without a meter none is.
func (m *meter) admit(rowKey string, write bool, now time.Time) error {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.whole != nil {
		if b := m.whole.of(write); b.empty(now) {
			return m.throttled(write, "ProvisionedThroughputExceeded")
		}
	}
	if m.partition(rowKey, write).empty(now) {
		return m.throttled(write, "KeyRangeThroughputExceeded")
	}
	return nil
}

func (b *bucket) empty(now time.Time) bool {
	b.fill(now)
	return b.level <= 0
}

// charge takes the units of a request that was admitted.
func (m *meter) charge(rowKey string, write bool, units float64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.partition(rowKey, write).level -= units
	if m.whole != nil {
		m.whole.of(write).level -= units
	}
}

// admitWrite charges a write to the table and to the global indexes that it changes, or to none of them. The
// caller holds the table's lock.
func (t *table) admitWrite(e effect, used usage, now time.Time) error {
	if t.meter == nil {
		return nil
	}
	if err := t.meter.admit(e.key, true, now); err != nil {
		return err
	}
	for _, entry := range e.entries {
		if err := entry.index.meter.admit(entry.rowKey(), true, now); err != nil {
			return err
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

// throttlingReason says what was exceeded: Table or Index, Read or Write, and the kind of limit.
type throttlingReason struct {
	Reason   string `json:"reason"`
	Resource string `json:"resource"` // ARN
}

func (m *meter) throttled(write bool, limit string) error {
	reason := throttlingReason{"Table", m.resource}
	if m.index {
		reason.Reason = "Index"
	}
	if write {
		reason.Reason += "Write" + limit
	} else {
		reason.Reason += "Read" + limit
	}
	reasons := []throttlingReason{reason}
	if m.onDemand {
		err := serviceError("ThrottlingException",
			"Throughput exceeds the current capacity of your table or index. DynamoDB is automatically "+
				"scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: "+
				"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html")
		err.Namespace = namespaceThrottling
		err.Members = map[string]any{"throttlingReasons": reasons} // in lower case in this shape only
		return err
	}
	message := "The level of configured provisioned throughput for the table was exceeded. " +
		"Consider increasing your provisioning level with the UpdateTable API."
	if m.index {
		message = "The level of configured provisioned throughput for one or more global secondary " +
			"indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global " +
			"secondary indexes with the UpdateTable API"
	}
	err := serviceError("ProvisionedThroughputExceededException", "%s", message)
	err.Members = map[string]any{"ThrottlingReasons": reasons}
	return err
}

// isThrottling reports whether an error says that a request was refused for lack of capacity.
func isThrottling(err error) bool {
	var answer *api.Error
	return errors.As(err, &answer) &&
		(answer.Code == "ThrottlingException" || answer.Code == "ProvisionedThroughputExceededException")
}
