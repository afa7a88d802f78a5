package containers

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/stack"
)

// A fixed ID: the nodes have to agree on it, and clusters never meet.
const kafkaCluster = "5L6g3nShT-eMCtK--X86sw"

// kafkaSpecs describes the nodes of one cluster. Each is a broker and a controller.
func kafkaSpecs(image string, ports []int) []spec {
	nodes := len(ports)
	var voters []string
	for i := range ports {
		voters = append(voters, fmt.Sprintf("%d@%s:9093", i+1, kafkaHost(i, nodes)))
	}
	var specs []spec
	for i, port := range ports {
		specs = append(specs, spec{
			name: stack.Node(i + 1), image: image, port: port, inner: 9092,
			env:   kafkaEnv(i, nodes, port, strings.Join(voters, ",")),
			ready: func(addr string) readiness { return kafkaReady(addr, nodes) },
		})
	}
	return specs
}

// kafkaHost is the name by which the other nodes reach one. A single node needs no network.
func kafkaHost(i, nodes int) string {
	if nodes == 1 {
		return "localhost"
	}
	return stack.Node(i + 1)
}

// kafkaEnv sets everything: with one KAFKA_ variable set, the image drops all of its defaults.
func kafkaEnv(i, nodes, port int, voters string) map[string]string {
	replicas := strconv.Itoa(min(3, nodes))
	inSync := strconv.Itoa(min(2, nodes))
	return map[string]string{
		"CLUSTER_ID":                     kafkaCluster,
		"KAFKA_NODE_ID":                  strconv.Itoa(i + 1),
		"KAFKA_PROCESS_ROLES":            "broker,controller",
		"KAFKA_CONTROLLER_QUORUM_VOTERS": voters,
		"KAFKA_LISTENERS":                "CLIENT://:9092,INTERNAL://:9094,CONTROLLER://:9093",
		"KAFKA_ADVERTISED_LISTENERS": fmt.Sprintf("CLIENT://127.0.0.1:%d,INTERNAL://%s:9094",
			port, kafkaHost(i, nodes)),
		"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
		"KAFKA_INTER_BROKER_LISTENER_NAME":     "INTERNAL",
		"KAFKA_CONTROLLER_LISTENER_NAMES":      "CONTROLLER",

		"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR":                 replicas,
		"KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR":         replicas,
		"KAFKA_TRANSACTION_STATE_LOG_MIN_ISR":                    inSync,
		"KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": replicas,
		"KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR":            inSync,
		// The default is 50 each, which a first consumer waits for.
		"KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS":         "3",
		"KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS": "3",

		"KAFKA_NUM_PARTITIONS":                   strconv.Itoa(stack.KafkaPartitions),
		"KAFKA_AUTO_CREATE_TOPICS_ENABLE":        "true",
		"KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
		"KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS":     strconv.FormatInt(stack.KafkaMinSession.Milliseconds(), 10),
		"KAFKA_BROKER_SESSION_TIMEOUT_MS":        strconv.FormatInt(stack.KafkaFailover.Milliseconds(), 10),
		"KAFKA_BROKER_HEARTBEAT_INTERVAL_MS":     strconv.FormatInt(stack.KafkaFailover.Milliseconds()/4, 10),
		"KAFKA_LOG_DIRS":                         "/tmp/kraft-combined-logs",
	}
}
