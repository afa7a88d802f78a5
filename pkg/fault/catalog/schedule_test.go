package catalog

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/link"
)

func TestEveryKindsExampleParsesAndPrintsAsItself(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			s, err := ParseSchedule(k.Example, 1)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.String(); got != k.Example {
				t.Errorf("spelt %s, read %s", got, k.Example)
			}
			if s[0].Fault.Requested() == "" {
				t.Error("it requests nothing")
			}
		})
	}
}

func TestParseSchedule(t *testing.T) {
	for text, want := range map[string]string{
		"redis:latency=200ms@2s..5s":                          "redis:latency=200ms@2s..5s",
		"billing->redis:cut@1s..2s":                           "billing→redis:cut@1s..2s",
		"*:cut@1s..2s":                                        "*:cut@1s..2s",
		" redis:cut@3s..4s ; kafka-2:kill@2s..6s":             "kafka-2:kill@2s..6s\nredis:cut@3s..4s",
		"redis:cut@3s..4s\n\nredis:cut@1s..2s\n":              "redis:cut@1s..2s\nredis:cut@3s..4s",
		"aws/sqs:latency=1s,jitter=100ms@0s..1.5s":            "aws/sqs:api-latency=1s,jitter=100ms@0s..1.5s",
		"aws:latency=1s@0s..1s":                               "aws:latency=1s@0s..1s",
		"aws/s3/*/bucket:throttle,first=3,region=eu-*@1s..2s": "aws/s3/*/bucket:throttle,first=3,region=eu-*@1s..2s",
		"redis:latency=10ms,share=30%@1s..2s":                 "redis:latency=10ms,share=0.3@1s..2s",
		"redis:latency=10ms|20ms,direction=both@2s..4s": "redis:latency=10ms,direction=both@2s..3s\n" +
			"redis:latency=20ms,direction=both@3s..4s",
		"redis:cut@0s..3s every 1s for 200ms":               "redis:cut@0s..200ms\nredis:cut@1s..1.2s\nredis:cut@2s..2.2s",
		"poison=20@2s..6s":                                  "poison=20@2s..6s",
		"kafka:slow=10%,period=50ms@1s..2s":                 "kafka:slow=0.1,period=50ms@1s..2s",
		"redis:slow=0.5|0.1@1s..3s":                         "redis:slow=0.5@1s..2s\nredis:slow=0.1@2s..3s",
		"redis:memory=64000kB@1s..2s":                       "redis:memory=64MB@1s..2s",
		`hot-key:switch,asks="half for one key"@1s..2s`:     `hot-key:switch,asks="half for one key"@1s..2s`,
		`w:crash="effect done, message not deleted"@1s..2s`: `w:crash="effect done, message not deleted"@1s..2s`,
		"": "",
		// A period that would push the clock past the end of time.
		"redis:cut@1s..2s every 2562047h for 2562046h": "redis:cut@1s..2s",
	} {
		s, err := ParseSchedule(text, 1)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := s.String(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestParseErrorsPointAtTheCharacter(t *testing.T) {
	for text, want := range map[string][2]string{
		"redis:latncy=200ms@2s..5s":            {"latncy", `unknown fault "latncy"; did you mean latency?`},
		"redis:latency=200@2s..5s":             {"200@", `latency: "200": want a duration such as 200ms`},
		"redis:latency=200ms,jiter=1ms@2s..5s": {"jiter", `latency has no setting "jiter"; did you mean jitter?`},
		"redis:latency=200ms,jitter@2s..5s":    {"@", "jitter wants a value: jitter=…"},
		"redis:latency@2s..5s":                 {"latency", "latency: delay 0s: want more than 0"},
		"redis:latency=200ms":                  {"", "when is missing: …@2s..5s"},
		"redis:latency=200ms@2s":               {"", "the end is missing: …@2s..5s"},
		"redis:latency=200ms@2s..1s":           {"2s..", "from 2s to 1s: want an end after the beginning"},
		"redis:latency=200ms@2s..x":            {"x", `"x": want a duration such as 2s or 500ms`},
		"redis:latency=200ms@2s..5s often": {"often",
			"want the end of the line, a semicolon, every PERIOD for LENGTH, or random N for LENGTH"},
		"redis:cut@2s..5s every 1s for 2s": {"every",
			"every 1s for 2s: want a length of more than 0 and less than the period"},
		"redis:cut@2s..5s random 9 for 1s": {"random",
			"random 9 times for 1s from 2s to 5s: want a length of more than 0, at most 333.333333ms"},
		"redis:cut@2s..5s random many for 1s": {"many", "want a number of times"},
		"redis:cut@2s..5s every 1s":           {"", "want for LENGTH"},
		"kill@2s..5s":                         {"kill", "kill needs a target: kafka-2:kill@2s..6s"},
		"redis:poison=3@2s..5s":               {"redis", "poison has no target: poison=20@2s..6s"},
		"poison@2s..5s":                       {"poison", "inject poison: one in 0 operations: want at least 1"},
		":cut@2s..5s":                         {":", "the target is empty; * means any"},
		"redis:kill=5@2s..5s":                 {"=5", "kill takes no value: kafka-2:kill@2s..6s"},
		"redis:kill,x=5@2s..5s":               {"x=5", "kill takes no settings: kafka-2:kill@2s..6s"},
		"redis:slow@2s..5s":                   {"slow", "slow: share 0: want more than 0, less than 1"},
		"redis:slow=10@2s..5s":                {"slow", "slow: share 10: want more than 0, less than 1"},
		"redis:slow=0.1,periode=1s@2s..5s":    {"periode", `slow has no setting "periode"; did you mean period?`},
		"redis:memory@2s..5s":                 {"memory", "memory: 0 bytes: want more than 0"},
		"redis:memory=16MiB@2s..5s": {"16MiB",
			`memory: "16MiB": want a whole number such as 20, 50kB or 2MB`},
		"switch@2s..5s":             {"switch", "switch needs a target: add-shard:switch@2s..5s"},
		"add-shard:switch=2@2s..5s": {"=2", "switch takes no value: add-shard:switch@2s..5s"},
		"a->b:switch@2s..5s":        {"a->b", "switch: a link, want a name"},
		"add-shard:swich@2s..5s":    {"swich", `unknown fault "swich"; did you mean switch?`},
		"sqs:throttle@2s..5s": {"sqs",
			`throttle: "sqs": want aws, aws/SERVICE, aws/SERVICE/OPERATION or aws/SERVICE/OPERATION/RESOURCE`},
		"aws/sqs:throttle=1.5@2s..5s":                {"throttle", "add AWS rule: probability 1.5: want 0 to 1"},
		"kafka-[:cut@2s..5s":                         {"kafka", `cut: match links "kafka-[": syntax error in pattern`},
		"billing→reddis:cut@2s..5s":                  {"reddis", "there is no reddis here; did you mean redis?"},
		"billing→redis:cut@2s..5s; biling:kill@0..1": {"biling", "there is no biling here; did you mean billing-1?"},
	} {
		_, err := ParseSchedule(text, 1, "redis", "kafka-1", "aws", "billing-1")
		if !strings.Contains(want[1], "there is no") {
			_, err = ParseSchedule(text, 1)
		}
		e, ok := errors.AsType[*fault.ParseError](err)
		if !ok {
			t.Errorf("%s: %v, want an error", text, err)
			continue
		}
		if e.Reason != want[1] {
			t.Errorf("%s: %s, want %s", text, e.Reason, want[1])
		}
		if rest := string([]rune(e.Line)[e.Column:]); !strings.HasPrefix(rest, want[0]) || want[0] == "" && rest != "" {
			t.Errorf("%s: points at %q, want %q\n%v", text, rest, want[0], err)
		}
	}
}

func TestASwitchNeedNotBeAKnownName(t *testing.T) {
	if _, err := ParseSchedule("add-shard:switch@1s..2s", 1, "redis", "billing-1"); err != nil {
		t.Error(err)
	}
}

func TestSameSeedSameSchedule(t *testing.T) {
	const text = "redis:cut@0s..60s random 10 for 500ms; aws:latency=1s@0s..60s random 10 for 500ms"
	read := func(seed uint64) string {
		s, err := ParseSchedule(text, seed)
		if err != nil {
			t.Fatal(err)
		}
		return s.String()
	}
	one, again := read(1), read(1)
	if one != again {
		t.Error("the same seed gives two schedules")
	}
	if one == read(2) {
		t.Error("two seeds give one schedule")
	}
	lines := strings.Split(one, "\n")
	if len(lines) != 20 {
		t.Errorf("%d windows, want 20", len(lines))
	}
}

func TestAFaultOutsideTheSyntaxIsWrittenAsItsRequest(t *testing.T) {
	s, err := fault.Once(awsapi.Rules{Name: "rules.json"}, time.Second, 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.String(); !strings.HasPrefix(got, "[") {
		t.Error(got)
	}
	s, _ = fault.Once(network.Cut{Link: link.Pattern{From: "a b"}}, time.Second, 2*time.Second)
	if got := s.String(); !strings.HasPrefix(got, "[") {
		t.Error(got)
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, k := range Kinds() {
		f.Add(k.Example)
	}
	f.Add("a->b:latency=1ms|2ms,share=3%@0..5s random 3 for 1ms;x:cut@1s..2s every 1s for 1ms")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSchedule(text, 7)
		if err != nil {
			e, ok := errors.AsType[*fault.ParseError](err)
			if !ok {
				t.Fatalf("%T: %v", err, err)
			}
			if e.Column < 0 || e.Column > len([]rune(e.Line)) {
				t.Fatalf("column %d of %q", e.Column, e.Line)
			}
			return
		}
		spelt := s.String()
		if strings.Contains(spelt, "[") {
			return // a name with a special character
		}
		again, err := ParseSchedule(spelt, 7)
		if err != nil {
			t.Fatalf("%q was read, was spelt %q, and that: %v", text, spelt, err)
		}
		if again.String() != spelt {
			t.Fatalf("%q is spelt %q", spelt, again)
		}
	})
}
