package embedded

import "github.com/twmb/franz-go/pkg/kmsg"

// mendCreateTopics makes the topics' configurations a list: kfake answers null where the request has none,
// which Java's admin client does not expect, and no source.
func mendCreateTopics(r kmsg.Response) {
	topics := r.(*kmsg.CreateTopicsResponse).Topics
	for i := range topics {
		t := &topics[i]
		if t.ErrorCode == 0 && t.Configs == nil {
			t.Configs = []kmsg.CreateTopicsResponseTopicConfig{}
		}
		for j := range t.Configs {
			t.Configs[j].Source = int8(kmsg.ConfigSourceDynamicTopicConfig)
		}
	}
}

// mendDescribeTopicPartitions makes the lists of eligible leaders empty: kfake answers null, which Java's
// admin client does not expect.
func mendDescribeTopicPartitions(r kmsg.Response) {
	for _, t := range r.(*kmsg.DescribeTopicPartitionsResponse).Topics {
		for i := range t.Partitions {
			p := &t.Partitions[i]
			if p.EligibleLeaderReplicas == nil {
				p.EligibleLeaderReplicas = []int32{}
			}
			if p.LastKnownELR == nil {
				p.LastKnownELR = []int32{}
			}
		}
	}
}
