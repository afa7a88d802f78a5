package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/containers"
	"github.com/crashlab/crashlab/pkg/stack/external"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
)

func (a *app) up() *cobra.Command {
	var f stackFlags
	var asJSON, detach bool
	var nodes int
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start a stack and print its endpoints, for any client to use",
		Args:  exactly("arguments", 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if nodes < 1 {
				return fmt.Errorf("--kafka-nodes %d: a cluster has at least 1 node", nodes)
			}
			needs := stack.Needs{KafkaNodes: nodes}
			if detach {
				return a.upDetached(cmd.Context(), f, needs, asJSON)
			}
			return a.withStack(cmd.Context(), f, needs, func(st *stack.Stack, ready time.Duration) error {
				if err := a.endpoints(st, ready, asJSON); err != nil {
					return err
				}
				return a.hold(cmd.Context(), st, nil)
			})
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document instead of shell exports")
	cmd.Flags().BoolVar(&detach, "detach", false, "containers: leave the stack running for later runs to find and use")
	cmd.Flags().IntVar(&nodes, "kafka-nodes", 1, "Kafka brokers in the cluster")
	return cmd
}

// upDetached starts a warm stack, which outlives the command.
func (a *app) upDetached(ctx context.Context, f stackFlags, needs stack.Needs, asJSON bool) (err error) {
	if f.cfg.Name != stack.Containers {
		return fmt.Errorf("--detach leaves containers running, and goes with --backend containers alone")
	}
	began := time.Now()
	bar := a.progress()
	st, err := containers.Keep(ctx, containers.Config{Needs: needs, Images: f.cfg.Images, Pull: true, Progress: bar.say, Log: a.log})
	bar.end()
	if err != nil {
		return err
	}
	defer func() {
		if closed := st.Close(context.WithoutCancel(ctx)); err == nil {
			err = closed
		}
	}()
	if err := a.endpoints(st, time.Since(began), asJSON); err != nil {
		return err
	}
	fmt.Fprintln(a.err, "the stack stays; crashlab run finds it, crashlab clean removes it")
	return nil
}

// hold waits until the user interrupts, then removes what runs left on the stack.
func (a *app) hold(ctx context.Context, st *stack.Stack, prefixes []string) error {
	fmt.Fprintln(a.err, "the stack is up; press Ctrl-C to end it")
	<-ctx.Done()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	for _, p := range prefixes {
		if _, err := sweep.Prefix(last, st, p); err != nil {
			return err
		}
	}
	a.ended = true
	return nil
}

// endpoints prints where the stack answers, as the variables that AWS's tools, the labs and scripts
// read.
func (a *app) endpoints(st *stack.Stack, ready time.Duration, asJSON bool) error {
	vars := [][2]string{
		{external.EnvAWS, st.AWS.URL},
		{external.EnvRegion, st.AWS.Region},
		{external.EnvAccessKey, st.AWS.AccessKey},
		{external.EnvSecretKey, st.AWS.SecretKey},
		{external.EnvKafka, strings.Join(st.Kafka, ",")},
		{external.EnvRedis, st.Redis},
	}
	if !asJSON {
		for _, v := range vars {
			fmt.Fprintf(a.out, "export %s=%s\n", v[0], v[1])
		}
		return nil
	}
	env := map[string]string{}
	for _, v := range vars {
		env[v[0]] = v[1]
	}
	return json.NewEncoder(a.out).Encode(struct {
		Backend map[string]string  `json:"backend"`
		Env     map[string]string  `json:"env"`
		Timings map[string]float64 `json:"timings_ms"`
	}{st.Backend, env, map[string]float64{"stack_ready": report.InMilliseconds(ready)}})
}
