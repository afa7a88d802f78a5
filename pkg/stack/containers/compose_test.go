package containers

import (
	"maps"
	"os"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Where compose's settings differ from the backend's, and why.
var composeDiffers = map[string]string{
	// Addresses: compose's containers share a network, and other containers may join it.
	"KAFKA_CONTROLLER_QUORUM_VOTERS": "ports", "KAFKA_LISTENERS": "ports", "KAFKA_ADVERTISED_LISTENERS": "ports",
	"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "names of listeners",

	"KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE": "the backend leaves it to the image",

	"SERVICES": "a variable may name others", "EAGER_SERVICE_LOADING": "a service loads at its first use",
	"STRICT_SERVICE_LOADING":     "the services are named",
	"PROVIDER_OVERRIDE_DYNAMODB": "the default's name", "LOCALSTACK_AUTH_TOKEN": "is passed on",
}

// A lab sees the same on compose's dependencies as on the backend's.
func TestComposeSetsWhatTheBackendSets(t *testing.T) {
	file, err := os.ReadFile("../../../compose/docker-compose.yml")
	must(t, err)
	var doc struct {
		Services map[string]struct {
			Command     []string
			Environment map[string]string
		}
	}
	must(t, yaml.Unmarshal(file, &doc))
	redis := redisSpec("", 0)
	if got := doc.Services["redis"].Command; !slices.Equal(got, redis.cmd) {
		t.Errorf("compose starts redis as %q, the backend as %q", got, redis.cmd)
	}
	for service, backend := range map[string]map[string]string{
		"kafka": kafkaSpecs("", []int{9092})[0].env, "localstack": awsSpec("", 0, "").env,
	} {
		composed := doc.Services[service].Environment
		all := maps.Clone(backend)
		maps.Copy(all, composed)
		for name := range all {
			inner, here := backend[name]
			outer, there := composed[name]
			same := here && there && inner == outer
			if _, differs := composeDiffers[name]; same == differs {
				t.Errorf("%s: %s is %q in compose (set: %v) and %q on the backend (set: %v); known to differ: %v", service, name,
					outer, there, inner, here, differs)
			}
		}
	}
}
