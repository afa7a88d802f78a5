package containers

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/stack"
)

// spec describes one container: what differs between the three dependencies.
type spec struct {
	name  string // the process: "aws", "kafka-1", "redis"
	image string
	port  int // on 127.0.0.1
	inner int // in the container
	cmd   []string
	env   map[string]string
	tmpfs map[string]string
	ready func(addr string) readiness
}

func (s spec) addr() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

func redisSpec(image string, port int) spec {
	return spec{
		name: stack.Redis, image: image, port: port, inner: 6379,
		// Without persistence: a killed Redis has lost its keys, on every backend.
		cmd: []string{"redis-server", "--save", "", "--appendonly", "no"},
		// Replaces the image's volume: if a container is removed by hand, its volume stays.
		tmpfs: map[string]string{"/data": "rw"},
		ready: redisReady,
	}
}

// services are those of LocalStack that labs use.
const services = "sqs,sns,dynamodb,dynamodbstreams,s3,kinesis,events,scheduler,stepfunctions,cloudwatch,sts"

func awsSpec(image string, port int, token string) spec {
	env := map[string]string{
		// Queue URLs get the address that the client used, not a DNS name with the inner port.
		"SQS_ENDPOINT_STRATEGY": "dynamic",
		// The services that labs use start with the container, the others at their first call. So a first
		// call is not slow once the container is ready.
		"SERVICES":                          services,
		"EAGER_SERVICE_LOADING":             "1",
		"STRICT_SERVICE_LOADING":            "0",
		"PROVIDER_OVERRIDE_DYNAMODBSTREAMS": "v2",
		// The container downloads nothing and reports nothing.
		"SKIP_SSL_CERT_DOWNLOAD": "1",
		"DISABLE_EVENTS":         "1",
		"DNS_ADDRESS":            "0",
	}
	if token != "" {
		env["LOCALSTACK_AUTH_TOKEN"] = token
	}
	return spec{name: stack.AWS, image: image, port: port, inner: 4566, env: env, ready: awsReady}
}

// assemble makes a stack of running containers.
func assemble(specs []spec, processes map[string]*process) *stack.Stack {
	st := &stack.Stack{
		Backend: map[string]string{
			stack.AWS: stack.Containers, stack.Kafka: stack.Containers, stack.Redis: stack.Containers,
		},
		Processes: map[string]stack.Process{},
	}
	var nodes stack.All
	for _, s := range specs {
		st.Processes[s.name] = processes[s.name]
		switch s.name {
		case stack.AWS:
			st.AWS = awsEndpoint(s.addr())
		case stack.Redis:
			st.Redis = s.addr()
		default:
			st.Kafka = append(st.Kafka, s.addr())
			nodes = append(nodes, processes[s.name])
		}
	}
	st.Processes[stack.Kafka] = nodes
	return st
}
