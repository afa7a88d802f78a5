package lab

import (
	"cmp"
	"slices"

	"github.com/segmentio/kafka-go"
)

// KafkaMember returns a consumer as [Instance.KafkaReader] does, for a group of several: it asks up to
// five times as often whether the group hands out its partitions anew, and when it does gives the members
// three times as long to come for theirs, so that on a busy machine none is left out and has it all
// begin again. After a crash a group waits as long for the dead member.
func (i *Instance) KafkaMember(topic, group string) *kafka.Reader {
	cfg := i.readerConfig(topic, group)
	cfg.GroupBalancers = []kafka.GroupBalancer{rangeInOrder{}}
	cfg.HeartbeatInterval = cfg.MaxWait
	cfg.RebalanceTimeout *= 3
	return kafka.NewReader(cfg)
}

// rangeInOrder gives each member a range of the partitions as Kafka's own RangeAssignor does, in the
// order of their numbers. kafka-go's takes them in the order in which the broker lists them.
type rangeInOrder struct{ kafka.RangeGroupBalancer }

func (r rangeInOrder) AssignGroups(members []kafka.GroupMember,
	partitions []kafka.Partition) kafka.GroupMemberAssignments {
	sorted := slices.Clone(partitions)
	slices.SortFunc(sorted, func(a, b kafka.Partition) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.ID, b.ID))
	})
	return r.RangeGroupBalancer.AssignGroups(members, sorted)
}
