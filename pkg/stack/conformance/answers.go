package conformance

import (
	"context"
	"fmt"
	"strings"

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
	ownRedis   = "crashlab's Redis"
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

// whichRedis tells Redis from the embedded one by the build that INFO names.
func whichRedis(ctx context.Context, c *redis.Client) (server, error) {
	info, err := c.Info(ctx, "server").Result()
	if err != nil {
		return server{}, err
	}
	said := map[string]string{}
	for line := range strings.Lines(info) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		said[name] = value
	}
	version := said["redis_version"]
	if said["redis_build_id"] == "crashlab" {
		return server{name: ownRedis, version: "as of Redis " + version}, nil
	}
	return server{name: "Redis", version: version}, nil
}
