package external

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// running returns the addresses of three dependencies that answer.
func running(t *testing.T, needs stack.Needs) Config {
	t.Helper()
	st, err := embedded.Start(t.Context(), needs, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := st.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return Config{AWS: st.AWS, Kafka: st.Kafka, Redis: st.Redis}
}

// closed returns an address at which nothing listens.
func closed(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

func TestStartTakesWhatAnswers(t *testing.T) {
	cfg := running(t, stack.Needs{})
	st, err := Start(t.Context(), cfg, stack.Needs{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	if st.AWS != cfg.AWS || !slices.Equal(st.Kafka, cfg.Kafka) || st.Redis != cfg.Redis {
		t.Errorf("got %+v", st)
	}
	if len(st.Processes) != 0 {
		t.Errorf("processes that nobody may kill: %v", st.Processes)
	}
}

// LocalStack loads a service at its first call, and fails a second one that comes meanwhile.
func TestEveryServiceOfLocalStackIsCalledBeforeTheRun(t *testing.T) {
	cfg := running(t, stack.Needs{})
	inner, err := url.Parse(cfg.AWS.URL)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	called := map[string]int{}
	proxy := httputil.NewSingleHostReverseProxy(inner)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if call, err := awscall.Read(r); err == nil && call.Service != "" {
			mu.Lock()
			called[call.API]++
			mu.Unlock()
			if call.Body != nil {
				r.Body = io.NopCloser(bytes.NewReader(call.Body))
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()
	cfg.AWS.URL = front.URL
	if _, err := Start(t.Context(), cfg, stack.Needs{}, zap.NewNop()); err != nil {
		t.Fatal(err)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	if len(called) != 11 {
		t.Errorf("called %v, want each of the eleven services", called)
	}
}

func TestStartNamesWhatDoesNotAnswer(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*Config, string)
		want   []string // @@ stands for the address at which nothing listens
	}{
		{"aws", func(c *Config, a string) { c.AWS.URL = "http://" + a },
			[]string{"AWS does not answer at http://@@", "refused", "check AWS_ENDPOINT_URL"}},
		{"aws without scheme", func(c *Config, a string) { c.AWS.URL = a }, []string{"AWS endpoint \"@@\" is not a URL"}},
		{"aws that is something else", func(c *Config, _ string) { c.AWS.URL = "http://" + c.Redis },
			[]string{"AWS does not answer at", "check AWS_ENDPOINT_URL"}},
		{"kafka", func(c *Config, a string) { c.Kafka = []string{a} },
			[]string{"Kafka does not answer at @@", "check KAFKA_BROKERS"}},
		{"redis that is something else", func(c *Config, _ string) { c.Redis = strings.TrimPrefix(c.AWS.URL, "http://") },
			[]string{"Redis does not answer", "to PING"}},
		{"redis", func(c *Config, a string) { c.Redis = a }, []string{
			"Redis does not answer at @@", "refused", "check REDIS_ADDR",
		}},
		{"two of them", func(c *Config, a string) { c.Redis, c.AWS.URL = a, "http://"+a },
			[]string{"Redis does not answer", "AWS does not answer", "AWS_ENDPOINT_URL", "REDIS_ADDR"}},
		{"aws twice", func(c *Config, _ string) { c.RealAWS = true }, []string{"both asked for"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg, addr := running(t, stack.Needs{}), closed(t)
			tc.change(&cfg, addr)
			_, err := Start(t.Context(), cfg, stack.Needs{}, zap.NewNop())
			var unavailable *stack.UnavailableError
			if !errors.As(err, &unavailable) {
				t.Fatalf("got %v", err)
			}
			for _, want := range tc.want {
				if want = strings.ReplaceAll(want, "@@", addr); !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than a line: %q", err)
			}
		})
	}
}

func TestStartCountsBrokers(t *testing.T) {
	_, err := Start(t.Context(), running(t, stack.Needs{}), stack.Needs{KafkaNodes: 3}, zap.NewNop())
	if err == nil || !strings.Contains(err.Error(), "has 1 broker(s) and this lab needs 3") {
		t.Fatalf("got %v", err)
	}
}

func TestStartRefusesWhatOnlyAWSDoes(t *testing.T) {
	there := running(t, stack.Needs{})
	for want, needs := range map[string]stack.Needs{
		"throttling is asked for": {Throttling: true}, "signatures are to be verified": {Signatures: true},
	} {
		if _, err := Start(t.Context(), there, needs, zap.NewNop()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestConfigPrefersFlagsThenEnvironmentThenCompose(t *testing.T) {
	env := map[string]string{
		"AWS_ENDPOINT_URL": "http://env:4566/", "AWS_REGION": "eu-west-1", "KAFKA_BROKERS": "a:1, b:2",
		"REDIS_ADDR": "env:6379",
	}
	got := Config{Redis: "flag:6379"}.FromEnv(func(k string) string { return env[k] }).withDefaults()
	if got.AWS.URL != "http://env:4566" || got.AWS.Region != "eu-west-1" || got.AWS.AccessKey != "test" {
		t.Errorf("AWS: %+v", got.AWS)
	}
	if !slices.Equal(got.Kafka, []string{"a:1", "b:2"}) {
		t.Errorf("Kafka: %v", got.Kafka)
	}
	if got.Redis != "flag:6379" {
		t.Errorf("Redis: %v", got.Redis)
	}
	none := Config{}.FromEnv(func(string) string { return "" }).withDefaults()
	if none.AWS.URL != composeAWS || none.Kafka[0] != composeKafka || none.Redis != composeRedis {
		t.Errorf("without an environment: %+v", none)
	}
	env["AWS_REGION"], env["AWS_DEFAULT_REGION"] = "", "eu-west-3"
	if c := (Config{}).FromEnv(func(k string) string { return env[k] }); c.AWS.Region != "eu-west-3" {
		t.Errorf("AWS_DEFAULT_REGION alone: %+v", c.AWS)
	}
	real := Config{RealAWS: true}.FromEnv(func(k string) string { return env[k] }).withDefaults()
	if real.AWS.URL != "" || real.AWS.AccessKey != "" {
		t.Errorf("real AWS: %+v", real.AWS)
	}
}
