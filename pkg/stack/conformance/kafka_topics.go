package conformance

import (
	"testing"

	"github.com/segmentio/kafka-go"
)

var kafkaTopics = []Case{
	{"a topic has the requested number of partitions", func(t *testing.T, e *Env) {
		name := e.newTopic(t, 3)
		meta := ok(e.Kafka.Metadata(t.Context(), &kafka.MetadataRequest{Topics: []string{name}}))(t)
		must(t, meta.Topics[0].Error)
		equal(t, "partitions", len(meta.Topics[0].Partitions), 3)
		for _, p := range meta.Topics[0].Partitions {
			equal(t, "replicas in sync", len(p.Isr), 1)
		}
	}},
	{"creating a topic again is TopicAlreadyExists", func(t *testing.T, e *Env) {
		name := e.newTopic(t, 1)
		out := ok(e.Kafka.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
			Topics: []kafka.TopicConfig{{Topic: name, NumPartitions: 1, ReplicationFactor: 1}},
		}))(t)
		is(t, out.Errors[name], kafka.TopicAlreadyExists)
	}},
	{"more replicas than brokers are InvalidReplicationFactor", func(t *testing.T, e *Env) {
		name := e.Name()
		out := ok(e.Kafka.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
			Topics: []kafka.TopicConfig{{Topic: name, NumPartitions: 1, ReplicationFactor: 99}},
		}))(t)
		is(t, out.Errors[name], kafka.InvalidReplicationFactor)
	}},
	{"zero partitions is InvalidPartitionNumber", func(t *testing.T, e *Env) {
		name := e.Name()
		out := ok(e.Kafka.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
			Topics: []kafka.TopicConfig{{Topic: name, NumPartitions: 0, ReplicationFactor: 1}},
		}))(t)
		is(t, out.Errors[name], kafka.InvalidPartitionNumber)
	}},
	{"a name with a space is InvalidTopic", func(t *testing.T, e *Env) {
		out := ok(e.Kafka.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{
			Topics: []kafka.TopicConfig{{Topic: "bad name", NumPartitions: 1, ReplicationFactor: 1}},
		}))(t)
		is(t, out.Errors["bad name"], kafka.InvalidTopic)
	}},
	{"a deleted topic is gone", func(t *testing.T, e *Env) {
		name := e.newTopic(t, 1)
		must(t, ok(e.Kafka.DeleteTopics(t.Context(), &kafka.DeleteTopicsRequest{Topics: []string{name}}))(t).Errors[name])
		eventually(t, "it is gone", func() bool {
			first, _ := e.offsets(t, name, 0)
			return first < 0
		})
	}},
	{"deleting a missing topic is UnknownTopicOrPartition", func(t *testing.T, e *Env) {
		name := e.Name()
		is(t, ok(e.Kafka.DeleteTopics(t.Context(), &kafka.DeleteTopicsRequest{Topics: []string{name}}))(t).Errors[name],
			kafka.UnknownTopicOrPartition)
	}},
	{"partitions are added", func(t *testing.T, e *Env) {
		name := e.newTopic(t, 1)
		out := ok(e.Kafka.CreatePartitions(t.Context(), &kafka.CreatePartitionsRequest{
			Topics: []kafka.TopicPartitionsConfig{{Name: name, Count: 3}},
		}))(t)
		must(t, out.Errors[name])
		eventually(t, "the third has a leader", func() bool {
			first, _ := e.offsets(t, name, 2)
			return first == 0
		})
	}},
	{"partitions can't be removed", func(t *testing.T, e *Env) {
		name := e.newTopic(t, 2)
		out := ok(e.Kafka.CreatePartitions(t.Context(), &kafka.CreatePartitionsRequest{
			Topics: []kafka.TopicPartitionsConfig{{Name: name, Count: 1}},
		}))(t)
		is(t, out.Errors[name], kafka.InvalidPartitionNumber)
	}},
	{"a topic keeps its configuration", func(t *testing.T, e *Env) {
		name := e.newTopic(t, 1, kafka.ConfigEntry{ConfigName: "retention.ms", ConfigValue: "12345"})
		out := ok(e.Kafka.DescribeConfigs(t.Context(),
			&kafka.DescribeConfigsRequest{Resources: []kafka.DescribeConfigRequestResource{
				{ResourceType: kafka.ResourceTypeTopic, ResourceName: name, ConfigNames: []string{"retention.ms"}},
			}}))(t)
		must(t, out.Resources[0].Error)
		equal(t, "retention.ms", out.Resources[0].ConfigEntries[0].ConfigValue, "12345")
	}},
}
