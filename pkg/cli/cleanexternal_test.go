package cli

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/stack/owner"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
)

// The runs that left something, by what clean reports of them.
type leavings struct{ dead, live, young, old string }

func runIDs() leavings {
	own := owner.NewID() // minute, user, process, and random part
	hours := func(n int64) string { return strconv.FormatInt(time.Now().Unix()/60-60*n, 36) }
	return leavings{
		dead: own[:9] + "00000" + own[14:], live: own,
		young: own[:5] + "zzzz" + own[9:], old: hours(3) + "zzzz" + own[9:],
	}
}

// littered is a stack with a queue and a key of every run, one more of everything of the dead one, and things
// without an owner.
func littered(t *testing.T, ids leavings) *stack.Stack {
	t.Helper()
	st, err := embedded.Start(t.Context(), stack.Needs{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	cfg := awsclient.Config(t.Context(), st.AWS, &http.Transport{DisableKeepAlives: true})
	keys := redis.NewClient(&redis.Options{Addr: st.Redis})
	defer func() { _ = keys.Close() }()
	for _, name := range []string{
		"cl-" + ids.dead + "-dlq", "cl-" + ids.live + "-dlq", "cl-" + ids.young + "-dlq", "cl-" + ids.old + "-dlq",
		"orders", "cl-orders", "cl-" + ids.dead + "x", "clickhouse", "my-cl-" + ids.dead + "-dlq",
	} {
		must(sqs.NewFromConfig(cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name)}))
		must(keys.Set(t.Context(), name+"-k", "v", 0).Result())
	}
	dead := "cl-" + ids.dead + "-dlq"
	events := eventbridge.NewFromConfig(cfg)
	must(events.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &dead}))
	for _, bus := range []string{"default", dead} {
		must(events.PutRule(t.Context(), &eventbridge.PutRuleInput{
			Name: &dead, EventBusName: aws.String(bus), EventPattern: aws.String(`{"source":["x"]}`),
		}))
	}
	buckets := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	must(buckets.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &dead}))
	must(buckets.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &dead, Key: aws.String("a/b"), Body: strings.NewReader("x"),
	}))
	transport := &kafka.Transport{}
	defer transport.CloseIdleConnections()
	must((&kafka.Client{Addr: kafka.TCP(st.Kafka...), Transport: transport}).CreateTopics(t.Context(),
		&kafka.CreateTopicsRequest{
			Topics: []kafka.TopicConfig{{Topic: dead, NumPartitions: 1, ReplicationFactor: 1}},
		}))
	return st
}

func TestCleanExternal(t *testing.T) {
	const nobodys = 10 // five queues and five keys
	for _, tc := range []struct {
		args          string   // with @young and so on for a run's id
		removed, kept []string // by field of leavings
	}{
		{"", []string{"dead"}, []string{"live", "young", "old"}},
		{"--live", []string{"dead", "live"}, []string{"young", "old"}},
		{"--older-than 1h", []string{"dead", "old"}, []string{"live", "young"}},
		{"--older-than 24h", []string{"dead"}, []string{"live", "young", "old"}},
		{"--prefix cl-@young", []string{"young"}, nil},
		{"--prefix cl-@live", nil, []string{"live"}},
		{"--prefix cl-@live --live", []string{"live"}, nil},
		{"--prefix cl-@young --older-than 1h", nil, []string{"young"}},
		{"--prefix cl-orders", nil, nil},
	} {
		t.Run(tc.args, func(t *testing.T) {
			ids := runIDs()
			of := map[string]string{"dead": ids.dead, "live": ids.live, "young": ids.young, "old": ids.old}
			st := littered(t, ids)
			args := tc.args
			for name, id := range of {
				args = strings.ReplaceAll(args, "@"+name, id)
			}
			exit, out, stderr := crashlab(t, &toy{}, append([]string{
				"clean", "--backend", "external", "--aws-endpoint", st.AWS.URL, "--kafka-brokers", st.Kafka[0], "--redis-addr",
				st.Redis,
			}, strings.Fields(args)...)...)
			if exit != ExitPass || stderr != "" {
				t.Fatalf("exit %d, %s", exit, stderr)
			}
			for _, want := range []struct {
				names []string
				says  string
			}{{tc.removed, "removed"}, {tc.kept, "kept"}} {
				if n := strings.Count(out, want.says+" run"); n != len(want.names) {
					t.Errorf("%s %d runs, want %v:\n%s", want.says, n, want.names, out)
				}
				for _, name := range want.names {
					if !strings.Contains(out, want.says+" run cl-"+of[name]+", began ") {
						t.Errorf("%s was not %s:\n%s", name, want.says, out)
					}
				}
			}
			if len(tc.removed)+len(tc.kept) == 0 && out != "nothing to clean\n" {
				t.Errorf("got %q", out)
			}
			left, err := sweep.List(t.Context(), st, "")
			if err != nil {
				t.Fatal(err)
			}
			var others int
			for _, thing := range left {
				id, ok := owner.Parse(thing.Name)
				if !ok {
					others++
				}
				for _, name := range tc.removed {
					if ok && id.Text == of[name] {
						t.Errorf("%s %s is still there", thing.Kind, thing.Name)
					}
				}
			}
			if others != nobodys {
				t.Errorf("%d things that no run made, want %d", others, nobodys)
			}
		})
	}
}

func TestCleanExternalSaysWhatItRemoved(t *testing.T) {
	ids := runIDs()
	st := littered(t, ids)
	t.Setenv("AWS_ENDPOINT_URL", st.AWS.URL)
	t.Setenv("KAFKA_BROKERS", st.Kafka[0])
	t.Setenv("REDIS_ADDR", st.Redis)
	_, out, _ := crashlab(t, &toy{}, "clean", "--backend", "external")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	slices.Sort(lines) // kept ones first, by time
	for i, want := range []string{
		"kept run cl-" + ids.old + ", began 3 h ago, from another user or machine: --prefix cl-" + ids.old + " removes it",
		"kept run cl-" + ids.live + ", began just now: its process is still running; --live removes it",
		"kept run cl-" + ids.young + ", began just now, from another user or machine: --prefix cl-" + ids.young +
			" removes it",
		"removed run cl-" + ids.dead +
			", began just now: 1 × EventBridge bus, 1 × EventBridge rule, 1 × Kafka topic, 1 × Redis key, 1 × S3 bucket, 1 × " +
			"SQS queue",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("line %d: no %q in\n%s", i, want, out)
		}
	}
	exit, _, stderr := crashlab(t, &toy{}, "clean", "--backend", "external", "--redis-addr", "127.0.0.1:1")
	if exit != ExitCouldNotRun || !regexp.MustCompile(`^crashlab: .*Redis does not answer.*\n$`).MatchString(stderr) {
		t.Errorf("exit %d, %q", exit, stderr)
	}
}

func TestCleanRefuses(t *testing.T) {
	for args, want := range map[string]string{
		"--backend extrnal":                           `unknown backend "extrnal"; did you mean external?`,
		"--older-than 1h":                             "works only with --backend external",
		"--redis-addr 127.0.0.1:1":                    "works only with --backend external",
		"--backend external --older-than -1h":         "the age must be above zero",
		"--backend external --older-than soon":        `invalid argument "soon"`,
		"--backend external --prefix orders":          "names of a run's resources begin with cl-",
		"--backend external --prefix cl-":             "matches everyone's runs",
		"--backend external --prefix=":                "names of a run's resources begin with cl-",
		"--backend external --prefix cl-x extra-word": "clean takes 0 arguments",
	} {
		exit, out, stderr := crashlab(t, &toy{}, append([]string{"clean"}, strings.Fields(args)...)...)
		if exit != ExitCouldNotRun || out != "" || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("crashlab clean %s: exit %d, %q; want 3 and %q", args, exit, stderr, want)
		}
	}
}

func TestAgoIsForReaders(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "just now", 119 * time.Second: "just now", 2 * time.Minute: "2 min ago", 119 * time.Minute: "119 min ago",
		2 * time.Hour: "2 h ago", 47 * time.Hour: "47 h ago", 48 * time.Hour: "2 days ago",
	} {
		if got := ago(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
