package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
	"github.com/crashlab/crashlab/pkg/usage"
)

// asking is the toy lab with designs whose instances call Redis and SQS once for each operation.
func asking() lab.Spec {
	s := (&toy{}).spec()
	for i := range s.Designs {
		s.Designs[i].Guards = nil
		s.Designs[i].Build = func(b *lab.Builder) {
			q := part.NewQueue(b, "q", time.Second, 0)
			var i *lab.Instance
			b.Service("store-1", func(ctx context.Context, store *lab.Instance) error {
				i = store
				i.Ready()
				<-ctx.Done()
				return nil
			})
			b.Client(func(ctx context.Context, op load.Op) (string, error) {
				if err := b.Observer().Redis().Get(ctx, "not counted").Err(); err == nil {
					return "", os.ErrExist
				}
				if err := i.Redis().Set(ctx, op.ID, 1, 0).Err(); err != nil {
					return "", err
				}
				return "", q.Send(ctx, i, []byte(op.ID))
			})
		}
	}
	s.Workload.PerUserDay = 0.5
	return s
}

func explain(t *testing.T, l lab.Spec, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	exit = Main([]lab.Spec{l}, append([]string{"explain", "toy", "--numbers"}, args...), &out, &err)
	return exit, out.String(), err.String()
}

func TestNumbersForPeople(t *testing.T) {
	exit, out, stderr := explain(t, asking(), "--design", "keeps", "--actions-per-user-day", "1", "--peak-factor", "2")
	if exit != ExitPass || stderr != "" {
		t.Fatalf("exit %d, %q", exit, stderr)
	}
	lines := strings.Split(strings.Join(strings.Fields(strings.ReplaceAll(out, "\n", " ¶ ")), " "), "¶")
	for _, want := range []string{
		"embedded, real time, seed 1, no fault",
		"assumed 1 per user and day (--actions-per-user-day), peak 2 × the average",
		"redis set 1.000 1.000 0 0 -",
		"1.000 sqs.standard",
		"puts a day 1,000,000 100,000,000 1,000,000,000",
		"puts/s on average: a day ÷ 86,400 11.574 1,157.407 11,574.074",
		"puts/s at the peak: × 2 23.148 2,314.814 23,148.148",
		"store instances, 2 requests an action, 2,400 requests/s each 46.296 → 1 4,629.628 → 2 46,296.296 → 20",
		"EC2 on-demand standard instances: 5 vCPUs - - 40 https://",
		"EC2 instances, m7g.large, instance hours × $0.0816 720.000 = 58.75 1,440.000 = 117.50 14,400.000 = 1,175.04",
		"SQS standard requests, million requests of 64 KB × $0.40 30.000 = 12.00 3,000.000 = 1,200.00 30,000.000 = 12,000.00",
		"ElastiCache nodes, cache.r7g.large, node hours × $0.219 1,440.000 = 315.36 1,440.000 = 315.36 1,440.000 = 315.36",
	} {
		found := false
		for _, line := range lines {
			found = found || strings.Contains(line, want)
		}
		if !found {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for _, bad := range []string{"redis get", "SNS publishes", "CreateQueue", "forgets", "\x1b", "\r"} {
		if strings.Contains(out, bad) {
			t.Errorf("%q in\n%s", bad, out)
		}
	}
}

// The document has the same numbers, and they add up.
func TestNumbersDocument(t *testing.T) {
	exit, out, stderr := explain(t, asking(), "--json")
	if exit != ExitPass || stderr != "" {
		t.Fatalf("exit %d, %q", exit, stderr)
	}
	type number = json.Number
	var doc struct {
		Lab, Operation, Backend, Time string
		Assumptions                   struct {
			PerUserDay number `json:"actions_per_user_day"`
			PeakFactor number `json:"peak_factor"`
		}
		Prices  []struct{ ID, Known, Source string }
		Limits  []struct{ ID, Source string }
		Designs []struct {
			Design string
			Asks   []struct {
				Service, Operation string
				Requests, Units    number
			} `json:"per_action"`
			Scales []struct {
				Users int64
				Month number `json:"actions_per_month"`
				Cost  []struct {
					Name                     string
					Quantity, Price, Dollars number
				}
				Dollars number `json:"dollars_per_month"`
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("stdout is not one JSON document: %v", err)
	}
	if doc.Lab != "toy" || doc.Operation != "put" || doc.Backend != "embedded" || doc.Time != "real" ||
		doc.Assumptions.PerUserDay != "0.5" || doc.Assumptions.PeakFactor != "5" {
		t.Errorf("%+v", doc)
	}
	if len(doc.Designs) != 2 || len(doc.Prices) != len(usage.Prices) || len(doc.Limits) != len(usage.Limits) {
		t.Fatalf("%d designs, %d prices, %d limits", len(doc.Designs), len(doc.Prices), len(doc.Limits))
	}
	for _, d := range doc.Designs {
		for _, a := range d.Asks {
			if a.Operation != "all commands" && a.Requests != "1" {
				t.Errorf("%s: %s %s × %s, want 1", d.Design, a.Service, a.Operation, a.Requests)
			}
		}
		for n, s := range d.Scales {
			sum := usage.Quantity{}
			for _, c := range s.Cost {
				q, _ := usage.Decimal(string(c.Quantity))
				p, _ := usage.Decimal(string(c.Price))
				if got := q.Times(p).Round(2).String(); got != string(c.Dollars) {
					t.Errorf("%s: %s × %s = %s, not %s", c.Name, c.Quantity, c.Price, got, c.Dollars)
				}
				dollars, _ := usage.Decimal(string(c.Dollars))
				sum = sum.Plus(dollars)
			}
			if s.Users != usage.Scales[n] || len(s.Cost) != 4 || sum.String() != string(s.Dollars) {
				t.Errorf("%s: %+v: the sum is %s", d.Design, s, sum)
			}
		}
	}
}

func TestNumbersOfADesignThatFails(t *testing.T) {
	l := asking()
	l.Designs[1].Guards = nil
	l.Designs[1].Build = func(b *lab.Builder) {
		b.Prepare("open the store", func(context.Context, *lab.Instance) error { return os.ErrPermission })
	}
	exit, out, stderr := explain(t, l)
	if exit != ExitCouldNotRun || out != "" ||
		!strings.Contains(stderr, "measure toy: start keeps: open the store: permission denied") {
		t.Errorf("exit %d, %q %q", exit, out, stderr)
	}
}

func TestNumbersBadInput(t *testing.T) {
	for args, want := range map[string]string{
		"--design keep":               `unknown design "keep"; did you mean keeps?`,
		"--actions-per-user-day 0":    "want a decimal number from 0.000001 to 100000",
		"--actions-per-user-day -1":   "want a decimal number",
		"--actions-per-user-day many": "want a decimal number",
		"--actions-per-user-day NaN":  "want a decimal number",
		"--actions-per-user-day 1e99": "want a decimal number",
		"--cpu-per-request 0":         "want a decimal number from 0.001 to 10000",
		"--utilization 101":           "want a decimal number from 1 to 100",
		"--peak-factor 0.5":           "want a decimal number from 1 to 1000",
		"--time unreal":               `unknown time "unreal"; did you mean real?`,
		"--peak-facto 2":              `unknown flag "--peak-facto"; did you mean --peak-factor?`,
	} {
		exit, out, stderr := explain(t, (&toy{}).spec(), strings.Fields(args)...)
		if exit != ExitCouldNotRun || out != "" || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, %q %q; want one line with %q", args, exit, out, stderr, want)
		}
	}
	exit, out, stderr := crashlab(t, &toy{}, "explain", "toy", "--json")
	if exit != ExitCouldNotRun || out != "" || !strings.Contains(stderr, "--json works only with --numbers") {
		t.Errorf("exit %d, %q %q", exit, out, stderr)
	}
}
