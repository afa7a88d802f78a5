package conformance

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// The servers whose differences are known. A backend does not tell them: any may answer at the
// user's own endpoints.
const (
	localStack = "LocalStack"
	ownAWS     = "crashlab's AWS"
	kfake      = "kfake"
	miniredis  = "miniredis"
)

// server is what answers for a dependency.
type server struct{ name, version string }

func (s server) String() string {
	if s.version == "" {
		return s.name
	}
	return s.name + " " + s.version
}

// answering asks each dependency of a stack what it is.
func answering(ctx context.Context, e *Env) (map[string]server, error) {
	broker, err := whichKafka(ctx, e.Kafka)
	if err != nil {
		return nil, fmt.Errorf("ask Kafka what it is: %w", err)
	}
	store, err := whichRedis(ctx, e.Redis)
	if err != nil {
		return nil, fmt.Errorf("ask Redis what it is: %w", err)
	}
	return map[string]server{stack.AWS: whichAWS(ctx, e.Stack.AWS), stack.Kafka: broker, stack.Redis: store}, nil
}

// whichAWS is LocalStack or the embedded one by what their health page says.
func whichAWS(ctx context.Context, e stack.Endpoint) server {
	if e.URL == "" {
		return server{name: "AWS"}
	}
	page, ok := conn.AskHealth(ctx, e.URL)
	switch {
	case !ok:
		return server{name: "an emulator of AWS"}
	case page.Emulator == "crashlab":
		return server{name: ownAWS, version: "as of LocalStack " + page.Version}
	}
	return server{name: localStack, version: page.Version}
}

// whichKafka is kfake by the id that the embedded backend gives its cluster.
func whichKafka(ctx context.Context, c *kafka.Client) (server, error) {
	meta, err := c.Metadata(ctx, &kafka.MetadataRequest{})
	if err != nil {
		return server{}, err
	}
	if meta.ClusterID == "crashlab" {
		return server{name: kfake}, nil
	}
	return server{name: "Apache Kafka"}, nil
}

// whichRedis is what the server calls itself when greeted.
func whichRedis(ctx context.Context, c *redis.Client) (server, error) {
	hello, err := c.Do(ctx, "HELLO", "3").Result()
	if err != nil {
		return server{}, err
	}
	said, _ := hello.(map[any]any)
	name, _ := said["server"].(string)
	version, _ := said["version"].(string)
	if name == miniredis {
		return server{name: miniredis}, nil // the version is one that it claims
	}
	return server{name: "Redis", version: version}, nil
}
