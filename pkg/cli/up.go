package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/containers"
	"github.com/crashlab/crashlab/pkg/stack/external"
	"github.com/crashlab/crashlab/pkg/stack/owner"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
)

func (a *app) up() *cobra.Command {
	var f stackFlags
	var asJSON, detach, throttle, verify, functions bool
	var nodes int
	var ports stack.Ports
	var envFile string
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start a stack and print its endpoints for any client",
		Long: "Start a stack and print its endpoints for any client.\n\n" +
			"Nothing is kept: what clients made is gone when the command ends, and each start is empty.",
		Args: exactly("arguments", 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if nodes < 1 {
				return fmt.Errorf("--kafka-nodes %d: it must be at least 1", nodes)
			}
			if err := checkPorts(ports, nodes, f.cfg.Name); err != nil {
				return err
			}
			file, err := createFile("environment", envFile)
			if err != nil {
				return err
			}
			defer file.discard()
			announce := func(st *stack.Stack, ready time.Duration) error {
				return errors.Join(file.commit(func(w io.Writer) error { return writeEnv(w, st) }), a.endpoints(st, ready, asJSON))
			}
			needs := stack.Needs{KafkaNodes: nodes, Ports: ports, Throttling: throttle, Signatures: verify, Functions: functions}
			if detach {
				return a.upDetached(cmd.Context(), f, needs, announce)
			}
			return a.withStack(cmd.Context(), f, needs, func(st *stack.Stack, ready time.Duration) error {
				if err := announce(st, ready); err != nil {
					return err
				}
				a.hold(cmd.Context())
				return nil
			})
		},
	}
	f.register(cmd)
	registerPorts(cmd, &ports)
	cmd.Flags().StringVar(&envFile, "env-file", "", "also write the endpoints to a file, as lines of NAME=value")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document instead of shell exports")
	cmd.Flags().BoolVar(&detach, "detach", false, "containers: leave the stack running for later runs")
	cmd.Flags().IntVar(&nodes, "kafka-nodes", 1, "number of Kafka brokers in the cluster")
	cmd.Flags().BoolVar(&throttle, "throttle", false,
		"throttle DynamoDB and Kinesis as AWS does: by table, index, partition and shard (embedded only)")
	cmd.Flags().BoolVar(&functions, "functions", false,
		"run the code of Lambda functions that clients create, as processes of your user (embedded only)")
	cmd.Flags().BoolVar(&verify, "verify-signatures", false,
		"refuse requests to AWS that are not signed with the keys that the command prints, as AWS does (embedded only)")
	return cmd
}

// upDetached starts a warm stack, which outlives the command.
func (a *app) upDetached(ctx context.Context, f stackFlags, needs stack.Needs,
	announce func(*stack.Stack, time.Duration) error) (err error) {
	if f.cfg.Name != stack.Containers {
		return fmt.Errorf("--detach works only with --backend containers")
	}
	began := time.Now()
	st, found, err := a.findOrKeep(ctx, f, needs)
	if err != nil {
		return err
	}
	defer func() {
		if closed := st.Close(context.WithoutCancel(ctx)); err == nil {
			err = closed
		}
	}()
	if err := announce(st, time.Since(began)); err != nil {
		return err
	}
	state := "stays up"
	if found {
		state = "was already up, and stays up"
	}
	fmt.Fprintf(a.err, "the stack %s; crashlab run finds it, crashlab clean removes it\n", state)
	return nil
}

// findOrKeep takes the existing warm stack, or starts one.
func (a *app) findOrKeep(ctx context.Context, f stackFlags,
	needs stack.Needs) (st *stack.Stack, found bool, err error) {
	if !f.cfg.Own {
		st, err := containers.Find(ctx, needs, f.cfg.Images, a.tell)
		if st != nil || err != nil {
			return st, true, err
		}
	}
	wait := a.waiting()
	defer wait.end()
	st, err = containers.Keep(ctx, containers.Config{
		Needs: needs, Images: f.cfg.Images, Pull: true, Progress: wait.say, Log: a.log,
	})
	return st, false, err
}

// keep holds a stack with what a run made on it, until the user interrupts.
func (a *app) keep(ctx context.Context, st *stack.Stack, id string) (err error) {
	leave, err := st.Enter(ctx, stack.Use{Run: id})
	if err != nil {
		return err
	}
	a.hold(ctx)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	_, err = sweep.Prefix(last, st, owner.Prefix+id)
	return errors.Join(err, leave(last))
}

// hold waits until the user interrupts.
func (a *app) hold(ctx context.Context) {
	fmt.Fprintln(a.err, "the stack is up; press Ctrl-C to stop it")
	<-ctx.Done()
	a.ended = true
}

// variables are the stack's addresses, as AWS's tools, the labs and scripts read them.
func variables(st *stack.Stack) [][2]string {
	return [][2]string{
		{external.EnvAWS, st.AWS.URL},
		{external.EnvRegion, st.AWS.Region},
		{external.EnvDefaultRegion, st.AWS.Region},
		{external.EnvAccessKey, st.AWS.AccessKey},
		{external.EnvSecretKey, st.AWS.SecretKey},
		{external.EnvKafka, strings.Join(st.Kafka, ",")},
		{external.EnvRedis, st.Redis},
	}
}

// writeEnv writes the stack's addresses as Docker, Compose and most loaders of .env files read them.
func writeEnv(w io.Writer, st *stack.Stack) error {
	for _, v := range variables(st) {
		if _, err := fmt.Fprintf(w, "%s=%s\n", v[0], v[1]); err != nil {
			return err
		}
	}
	return nil
}

// endpoints prints the stack's addresses.
func (a *app) endpoints(st *stack.Stack, ready time.Duration, asJSON bool) error {
	vars := variables(st)
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
