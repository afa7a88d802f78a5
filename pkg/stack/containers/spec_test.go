package containers

import (
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/crashlab/crashlab/pkg/stack"
)

func TestRequestsPublishOnLoopbackOnlyAndHaveLabels(t *testing.T) {
	specs, err := plan(map[string]string{stack.AWS: "a", stack.Kafka: "k", stack.Redis: "r"}, stack.Needs{KafkaNodes: 3})
	must(t, err)
	if len(specs) != 5 {
		t.Fatalf("%d containers, want 5", len(specs))
	}
	ports := map[int]bool{}
	for _, s := range specs {
		ports[s.port] = true
		req := s.request(map[string]string{labelOurs: "1", labelRun: "r1"}, "net")
		var h container.HostConfig
		req.HostConfigModifier(&h)
		for inner, bindings := range h.PortBindings {
			for _, b := range bindings {
				if !b.HostIP.IsLoopback() || b.HostPort == "" || b.HostPort == "0" {
					t.Errorf("%s publishes %s at %v:%s", s.name, inner, b.HostIP, b.HostPort)
				}
			}
		}
		for _, label := range []string{labelOurs, labelRun, labelName, labelPort} {
			if req.Labels[label] == "" {
				t.Errorf("%s has no label %s", s.name, label)
			}
		}
		if req.Name != "crashlab-r1-"+s.name {
			t.Errorf("name %q", req.Name)
		}
		if got := req.NetworkAliases["net"]; len(got) != 1 || got[0] != s.name {
			t.Errorf("%s is known as %q", s.name, got)
		}
	}
	if len(ports) != 5 {
		t.Errorf("ports are shared: %v", ports)
	}
}

func TestKafkaEnvironment(t *testing.T) {
	for _, tc := range []struct {
		ports []int
		want  []map[string]string
	}{
		{[]int{20001}, []map[string]string{{
			"KAFKA_NODE_ID": "1", "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
			"KAFKA_ADVERTISED_LISTENERS":             "CLIENT://127.0.0.1:20001,INTERNAL://localhost:9094",
			"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
		}}},
		{[]int{20001, 20002, 20003}, []map[string]string{{}, {
			"KAFKA_NODE_ID": "2", "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093",
			"KAFKA_ADVERTISED_LISTENERS":             "CLIENT://127.0.0.1:20002,INTERNAL://kafka-2:9094",
			"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "3", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "2",
			"KAFKA_BROKER_SESSION_TIMEOUT_MS": "2000",
		}}},
	} {
		for i, s := range kafkaSpecs("image", tc.ports) {
			if i >= len(tc.want) {
				break
			}
			for k, want := range tc.want[i] {
				if got := s.env[k]; got != want {
					t.Errorf("%d nodes, node %d: %s=%q, want %q", len(tc.ports), i+1, k, got, want)
				}
			}
		}
	}
}

func TestTokenIsPassedOnlyWhenSet(t *testing.T) {
	if _, set := awsSpec("i", 1, "").env["LOCALSTACK_AUTH_TOKEN"]; set {
		t.Error("an empty token is passed")
	}
	if got := awsSpec("i", 1, "secret").env["LOCALSTACK_AUTH_TOKEN"]; got != "secret" {
		t.Errorf("got %q", got)
	}
}
