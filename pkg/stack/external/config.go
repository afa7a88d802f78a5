package external

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/stack"
)

// Config says where the dependencies are. Empty fields take compose's ports.
type Config struct {
	AWS     stack.Endpoint
	RealAWS bool // AWS itself, by the SDK's own resolution; then AWS.URL must be empty
	Kafka   []string
	Redis   string
}

// The ports of compose.
const (
	composeAWS   = "http://127.0.0.1:4566"
	composeKafka = "127.0.0.1:9092"
	composeRedis = "127.0.0.1:6379"
)

// The variables that `crashlab up` prints and FromEnv reads.
const (
	EnvAWS           = "AWS_ENDPOINT_URL"
	EnvRegion        = "AWS_REGION"         // of the SDKs and the AWS CLI since its version 2
	EnvDefaultRegion = "AWS_DEFAULT_REGION" // of boto3 and the AWS CLI 1, which don't read the other
	EnvAccessKey     = "AWS_ACCESS_KEY_ID"
	EnvSecretKey     = "AWS_SECRET_ACCESS_KEY"
	EnvKafka         = "KAFKA_BROKERS"
	EnvRedis         = "REDIS_ADDR"
)

// FromEnv fills empty fields from the environment; getenv is os.Getenv.
func (c Config) FromEnv(getenv func(string) string) Config {
	or := func(field *string, name string) {
		if *field == "" {
			*field = getenv(name)
		}
	}
	if !c.RealAWS { // the SDK reads its own variables
		or(&c.AWS.URL, EnvAWS)
		or(&c.AWS.Region, EnvRegion)
		or(&c.AWS.Region, EnvDefaultRegion)
		or(&c.AWS.AccessKey, EnvAccessKey)
		or(&c.AWS.SecretKey, EnvSecretKey)
	}
	or(&c.Redis, EnvRedis)
	if len(c.Kafka) == 0 {
		for addr := range strings.SplitSeq(getenv(EnvKafka), ",") {
			if addr = strings.TrimSpace(addr); addr != "" {
				c.Kafka = append(c.Kafka, addr)
			}
		}
	}
	return c
}

// withDefaults fills fields that are still empty with compose's ports, and with the region and keys that
// every emulator accepts.
func (c Config) withDefaults() Config {
	if !c.RealAWS {
		set(&c.AWS.URL, composeAWS)
		set(&c.AWS.Region, "us-east-1")
		set(&c.AWS.AccessKey, "test")
		set(&c.AWS.SecretKey, "test")
	}
	if len(c.Kafka) == 0 {
		c.Kafka = []string{composeKafka}
	}
	set(&c.Redis, composeRedis)
	c.AWS.URL = strings.TrimRight(c.AWS.URL, "/")
	return c
}

func set(field *string, value string) {
	if *field == "" {
		*field = value
	}
}
