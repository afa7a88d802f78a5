package cli

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

// The output of up is all that boto3, either AWS CLI, kcat and redis-cli need.
func TestUpPrintsWhatToolsRead(t *testing.T) {
	st := &stack.Stack{
		AWS:   stack.Endpoint{URL: "http://127.0.0.1:1", Region: "eu-west-1", AccessKey: "a", SecretKey: "b"},
		Kafka: []string{"127.0.0.1:2", "127.0.0.1:3"}, Redis: "127.0.0.1:4",
	}
	want := map[string]string{
		"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1",
		"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "KAFKA_BROKERS": "127.0.0.1:2,127.0.0.1:3",
		"REDIS_ADDR": "127.0.0.1:4",
	}
	var exports, doc bytes.Buffer
	if err := (&app{out: &exports}).endpoints(st, time.Second, false); err != nil {
		t.Fatal(err)
	}
	if err := (&app{out: &doc}).endpoints(st, time.Second, true); err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Env map[string]string }
	if err := json.Unmarshal(doc.Bytes(), &parsed); err != nil {
		t.Fatal(err)
	}
	for name, value := range want {
		if !strings.Contains(exports.String(), "export "+name+"="+value+"\n") || parsed.Env[name] != value {
			t.Errorf("no %s=%s in\n%s%s", name, value, &exports, &doc)
		}
	}
	if n := strings.Count(exports.String(), "\n"); n != len(want) || len(parsed.Env) != len(want) {
		t.Errorf("%d lines and %v, want %d", n, parsed.Env, len(want))
	}
}
