package conformance

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// The servers whose differences are known. The backend does not matter: any of them may answer at the user's
// own endpoints.
const (
	localStack = "LocalStack"
	ownAWS     = "crashlab's AWS"
	kfake      = "kfake"
	miniredis  = "miniredis"
)

// server is the software behind a dependency.
type server struct{ name, version string }

func (s server) String() string {
	if s.version == "" {
		return s.name
	}
	return s.name + " " + s.version
}

// answering identifies the server of each dependency of a stack.
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

// whichAWS tells LocalStack from the embedded AWS by the health page.
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

// whichKafka recognizes kfake by the cluster ID that the embedded backend gives it.
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

// whichRedis reads the server's name from its greeting.
func whichRedis(ctx context.Context, c *redis.Client) (server, error) {
	hello, err := c.Do(ctx, "HELLO", "3").Result()
	if err != nil {
		return server{}, err
	}
	said, _ := hello.(map[any]any)
	name, _ := said["server"].(string)
	version, _ := said["version"].(string)
	if name == miniredis {
		return server{name: miniredis}, nil // its version is that of the Redis it imitates
	}
	return server{name: "Redis", version: version}, nil
}
