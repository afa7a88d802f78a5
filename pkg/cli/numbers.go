package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/backend"
	"github.com/crashlab/crashlab/pkg/usage"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// numbersFlags are the flags of explain; all of them go with --numbers.
type numbersFlags struct {
	timeFlag
	numbers    bool
	designs    []string
	json       bool
	perUserDay number
	peakFactor number
	cpu        number
	busy       number
}

func (f *numbersFlags) register(cmd *cobra.Command) {
	f.perUserDay = number{least: "0.000001", most: "100000"}
	f.peakFactor = number{least: "1", most: "1000", text: "5", value: usage.Whole(5)}
	f.cpu = number{least: "0.001", most: "10000", text: "0.5", value: usage.Whole(1).Over(usage.Whole(2))}
	f.busy = number{least: "1", most: "100", text: "60", value: usage.Whole(60)}
	f.timeFlag.register(cmd)
	flags := cmd.Flags()
	flags.Lookup("time").Usage = "with --numbers: " + flags.Lookup("time").Usage
	flags.BoolVar(&f.numbers, "numbers", false,
		"measure what a user's action asks of the dependencies, and what that needs and costs at scale")
	flags.StringSliceVar(&f.designs, "design", nil, "with --numbers: only these designs (default: all)")
	flags.BoolVar(&f.json, "json", false, "with --numbers: print one JSON document instead")
	flags.Var(&f.perUserDay, "actions-per-user-day", "with --numbers: actions per user and day (default: the lab's)")
	flags.Var(&f.peakFactor, "peak-factor", "with --numbers: peak traffic as a multiple of the average")
	flags.Var(&f.cpu, "cpu-per-request", "with --numbers: milliseconds of an instance's processor for a request that it "+
		"answers or makes")
	flags.Var(&f.busy, "utilization", "with --numbers: percent of the instances' processors that the peak takes")
}

// unused refuses a flag that would have no effect.
func (f *numbersFlags) unused(flags *pflag.FlagSet) (err error) {
	flags.Visit(func(flag *pflag.Flag) {
		if err == nil && !slices.Contains([]string{"numbers", "interview", "verbose"}, flag.Name) {
			err = fmt.Errorf("--%s works only with --numbers; add it", flag.Name)
		}
	})
	return err
}

// number is a flag for a decimal number between two others.
type number struct {
	least, most string
	text        string
	value       usage.Quantity
}

func (n *number) String() string { return n.text }
func (n *number) Type() string   { return "number" }

func (n *number) Set(text string) error {
	least, _ := usage.Decimal(n.least)
	most, _ := usage.Decimal(n.most)
	q, err := usage.Decimal(text)
	if err != nil || q.Less(least) || most.Less(q) {
		return fmt.Errorf("want a decimal number from %s to %s", n.least, n.most)
	}
	n.text, n.value = text, q
	return nil
}

// perUserDay returns the lab's own assumption, or 1.
func perUserDay(w lab.Workload) string {
	if w.PerUserDay == 0 {
		return "1"
	}
	return strconv.FormatFloat(w.PerUserDay, 'f', -1, 64)
}

// numbersSeed decides keys and arrivals of the measurement. An action's requests hardly depend on them.
const numbersSeed = 1

// numbersDoc is the output of explain --numbers --json.
type numbersDoc struct {
	Lab       string  `json:"lab"`
	Operation string  `json:"operation"`
	Backend   string  `json:"backend"`
	Time      string  `json:"time"` // virtual.RealTime or virtual.VirtualTime
	Seed      uint64  `json:"seed"`
	Rate      float64 `json:"rate"`     // operations a second while measuring
	Duration  float64 `json:"duration"` // seconds

	Assumptions usage.Assumptions `json:"assumptions"`
	MonthDays   int               `json:"month_days"`
	Replicas    int               `json:"kafka_replicas"`
	Retention   int               `json:"kafka_retention_days"`
	RedisCopies int               `json:"redis_nodes_per_shard"`

	Prices  []usage.Price    `json:"prices"`
	Limits  []usage.Limit    `json:"limits"`
	Quotas  []usage.Quota    `json:"quotas"`
	Designs []usage.Estimate `json:"designs"`
}

// numbers measures the designs, in virtual time if that is requested or available, and prints the estimates.
func (a *app) numbers(ctx context.Context, l lab.Spec, f numbersFlags) error {
	embedded := stackFlags{cfg: backend.Config{Name: stack.Embedded}}
	cfg, err := runFlags{stackFlags: embedded, designs: f.designs, seed: numbersSeed, short: true}.config(l)
	if err != nil {
		return err
	}
	if f.perUserDay.text == "" {
		if err := f.perUserDay.Set(perUserDay(l.Workload)); err != nil {
			return fmt.Errorf("actions per user and day of %s: %w", l.Name, err)
		}
	}
	program, err := f.variant(stack.Embedded)
	if err != nil {
		return err
	}
	if program != "" {
		return a.become(ctx, program)
	}
	virtual.Seed(numbersSeed)
	var measured []run.Measurement
	err = a.withStack(ctx, embedded, l.Needs, func(st *stack.Stack, _ time.Duration) error {
		bar := a.progress()
		cfg.Stack, cfg.Log, cfg.Progress = st, a.log, bar.step
		var err error
		measured, err = run.Measure(ctx, cfg)
		bar.end()
		return err
	})
	if err != nil {
		return fmt.Errorf("measure %s: %w", l.Name, err)
	}
	doc, err := newNumbersDoc(l, f, cfg.Designs, measured)
	if err != nil {
		return err
	}
	if f.json {
		out := json.NewEncoder(a.out)
		out.SetIndent("", "  ")
		return out.Encode(doc)
	}
	return printNumbers(a.out, doc)
}

func newNumbersDoc(l lab.Spec, f numbersFlags, designs []lab.Design, measured []run.Measurement) (*numbersDoc, error) {
	doc := &numbersDoc{
		Lab: l.Name, Operation: l.Workload.Operation, Backend: stack.Embedded, Time: virtual.Time, Seed: numbersSeed,
		Assumptions: usage.Assumptions{
			PerUserDay: f.perUserDay.value, PeakFactor: f.peakFactor.value, RedisPerUser: l.Workload.RedisPerUser,
			CPU: f.cpu.value, Utilization: f.busy.value,
		},
		MonthDays: usage.MonthDays, Replicas: usage.KafkaReplicas, Retention: usage.KafkaDays, RedisCopies: usage.RedisCopies,
		Prices: usage.Prices, Limits: usage.Limits,
		Quotas: usage.Quotas,
	}
	for i, m := range measured {
		if m.Case.Operations.OK == 0 {
			return nil, fmt.Errorf("measure %s: no operation succeeded", m.Case.Design)
		}
		doc.Rate, doc.Duration = m.Rate, m.Duration.Seconds()
		doc.Designs = append(doc.Designs, usage.NewEstimate(usage.Measured{
			Design: m.Case.Design, Summary: designs[i].Summary, Operations: int64(m.Case.Operations.Total),
			Instances: rolesOf(m.Case.Instances, m.Case.Handled), Counts: m.Case.Usage, Footprint: designs[i].Footprint,
		}, doc.Assumptions, usage.Scales))
	}
	return doc, nil
}

var digits = regexp.MustCompile(`[0-9]+`)

// rolesOf counts the instances by the common part of their names: billing-1 and billing-2 are two of billing,
// cell-1-a and cell-2-a two of cell-*-a.
func rolesOf(instances []string, handled usage.Handled) []usage.Role {
	var roles []usage.Role
next:
	for _, instance := range instances {
		name := strings.TrimSuffix(digits.ReplaceAllString(instance, "*"), "-*")
		for i := range roles {
			if roles[i].Name == name {
				roles[i].Ran++
				roles[i].Requests += handled[instance]
				continue next
			}
		}
		roles = append(roles, usage.Role{Name: name, Ran: 1, Requests: handled[instance]})
	}
	return roles
}
