package lab

import (
	"cmp"
	"slices"

	"github.com/segmentio/kafka-go"
)

// KafkaMember returns a consumer like [Instance.KafkaReader], for a group of several members. It asks up to
// five times as often whether the group rebalances, and gives the members three times as long to rejoin, so
// that on a busy machine no member is left out and restarts the rebalance. After a crash a group waits that
// long for the dead member.
func (i *Instance) KafkaMember(topic, group string) *kafka.Reader {
	cfg := i.readerConfig(topic, group)
	cfg.GroupBalancers = []kafka.GroupBalancer{rangeInOrder{}}
	cfg.HeartbeatInterval = cfg.MaxWait
	cfg.RebalanceTimeout *= 3
	return kafka.NewReader(cfg)
}

// rangeInOrder gives each member a range of the partitions as Kafka's own RangeAssignor does, in the order of
// their numbers. kafka-go takes them in the order of the broker's list.
type rangeInOrder struct{ kafka.RangeGroupBalancer }

func (r rangeInOrder) AssignGroups(members []kafka.GroupMember,
	partitions []kafka.Partition) kafka.GroupMemberAssignments {
	sorted := slices.Clone(partitions)
	slices.SortFunc(sorted, func(a, b kafka.Partition) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.ID, b.ID))
	})
	return r.RangeGroupBalancer.AssignGroups(members, sorted)
}
