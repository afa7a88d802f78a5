package embedded

import (
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// answerUnknownGroups makes the cluster answer for an unused group as Kafka does: it has no offsets. kfake
// says GROUP_ID_NOT_FOUND, and still does for a deleted group. The cluster calls the functions one at a time.
func answerUnknownGroups(fake *kfake.Cluster) {
	used := map[string]bool{}
	use := func(key kmsg.Key, group func(kmsg.Request) string) {
		fake.ControlKey(key.Int16(), func(r kmsg.Request) (kmsg.Response, error, bool) {
			used[group(r)] = true
			return nil, nil, false
		})
	}
	use(kmsg.JoinGroup, func(r kmsg.Request) string { return r.(*kmsg.JoinGroupRequest).Group })
	use(kmsg.OffsetCommit, func(r kmsg.Request) string { return r.(*kmsg.OffsetCommitRequest).Group })
	use(kmsg.ConsumerGroupHeartbeat, func(r kmsg.Request) string { return r.(*kmsg.ConsumerGroupHeartbeatRequest).Group })

	// A group whose first offsets are those of a transaction begins to exist at the commit.
	staged := map[string][]string{} // by transactional id
	fake.ControlKey(kmsg.TxnOffsetCommit.Int16(), func(r kmsg.Request) (kmsg.Response, error, bool) {
		req := r.(*kmsg.TxnOffsetCommitRequest)
		staged[req.TransactionalID] = append(staged[req.TransactionalID], req.Group)
		return nil, nil, false
	})
	fake.ControlKey(kmsg.EndTxn.Int16(), func(r kmsg.Request) (kmsg.Response, error, bool) {
		req := r.(*kmsg.EndTxnRequest)
		for _, group := range staged[req.TransactionalID] {
			used[group] = used[group] || req.Commit
		}
		delete(staged, req.TransactionalID)
		return nil, nil, false
	})

	fake.ControlKey(kmsg.OffsetFetch.Int16(), func(r kmsg.Request) (kmsg.Response, error, bool) {
		req := r.(*kmsg.OffsetFetchRequest)
		if req.Version > 7 || used[req.Group] {
			return nil, nil, false // later versions ask for several groups; kafka-go does not use them
		}
		fake.KeepControl()
		return noOffsets(req), nil, true
	})
}

// noOffsets is the answer of a group that has committed nothing.
func noOffsets(req *kmsg.OffsetFetchRequest) *kmsg.OffsetFetchResponse {
	resp := req.ResponseKind().(*kmsg.OffsetFetchResponse)
	for _, t := range req.Topics {
		topic := kmsg.NewOffsetFetchResponseTopic()
		topic.Topic = t.Topic
		for _, p := range t.Partitions {
			partition := kmsg.NewOffsetFetchResponseTopicPartition()
			partition.Partition, partition.Offset = p, -1
			topic.Partitions = append(topic.Partitions, partition)
		}
		resp.Topics = append(resp.Topics, topic)
	}
	return resp
}
