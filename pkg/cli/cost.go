package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/usage"
)

// price is what a run costs.
type price struct {
	requests int64 // that are billed
	dollars  usage.Quantity
}

func (p price) String() string {
	least, _ := usage.Decimal("0.0001")
	if p.dollars.Sign() > 0 && p.dollars.Less(least) {
		return "$" + least.Text(4)
	}
	return "$" + p.dollars.Text(4)
}

// rehearse runs the designs under their fault on the embedded stack, for a short time, and prices what they
// requested, at the rate and for the length of the real run. Of a schedule only the length counts: what it does to the
// number of requests is not known before.
func (a *app) rehearse(ctx context.Context, cfg run.Config, real *run.Outline) (p price, err error) {
	st, err := embedded.Start(ctx, cfg.Lab.Needs, a.log)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, st.Close(context.WithoutCancel(ctx))) }()
	short := cfg
	short.Stack, short.Rate = st, real.Rate
	short.Short, short.Duration, short.ID = true, 0, ""
	short.Keep = true // it goes with its stack, and its shards are counted before
	if cfg.Schedule != "" {
		short.Schedule, short.Fault = "", lab.NoFault
	}
	bar := a.progress()
	short.Progress = func(at run.Progress) { bar.say("estimating the cost on the embedded stack: " + at.Step) }
	result, err := run.Run(ctx, short)
	bar.end()
	if err != nil {
		return p, err
	}
	longer := real.Duration / short.Length().Seconds()
	for _, c := range result.Cases {
		p.requests += c.Usage.Billed()
		p.dollars = p.dollars.Plus(c.Usage.Dollars())
	}
	factor := usage.Whole(int64(math.Ceil(1000 * longer))).Over(usage.Whole(1000))
	p.requests, p.dollars = int64(math.Ceil(float64(p.requests)*longer)), p.dollars.Times(factor)
	shards, err := countShards(ctx, st)
	if err != nil {
		return p, err
	}
	hourly, _ := usage.PriceOf("kinesis.shard")
	hours := int64(math.Ceil((real.Duration + overhead) / 3600)) // the begun hour is billed
	p.dollars = p.dollars.Plus(hourly.Dollars.Times(usage.Whole(shards * hours)))
	return p, nil
}

// overhead is how long a run may take beside its load, in seconds.
const overhead = 120

// countShards counts the shards of all streams, which cost by the hour.
func countShards(ctx context.Context, st *stack.Stack) (n int64, err error) {
	transport := &http.Transport{DialContext: loopback.Dial}
	defer transport.CloseIdleConnections()
	client := kinesis.NewFromConfig(awsclient.Config(ctx, st.AWS, transport))
	pages := kinesis.NewListStreamsPaginator(client, &kinesis.ListStreamsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, fmt.Errorf("list streams: %w", err)
		}
		for _, name := range page.StreamNames {
			out, err := client.ListShards(ctx, &kinesis.ListShardsInput{StreamName: &name})
			if err != nil {
				return 0, fmt.Errorf("list shards: %w", err)
			}
			n += int64(len(out.Shards))
		}
	}
	return n, nil
}
