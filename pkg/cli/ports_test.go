//go:build !faketime

package cli

import (
	"bytes"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/backend"
)

// freePort returns a port on which nothing listens.
func freePort(t *testing.T) int {
	t.Helper()
	ln, err := stack.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

func TestPortsThatAStackCanNotHave(t *testing.T) {
	ln, err := stack.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	used := ln.Addr().(*net.TCPAddr).Port
	for _, test := range []struct {
		ports   stack.Ports
		nodes   int
		backend string
		want    []string // parts of the message; none is no error
	}{
		{stack.Ports{}, 1, stack.External, nil},
		{stack.Ports{AWS: freePort(t)}, 1, stack.Embedded, nil},
		{stack.Ports{AWS: 4566}, 1, stack.External, []string{"--aws-port 4566", "--backend embedded"}},
		{stack.Ports{AWS: -1}, 1, stack.Embedded, []string{"--aws-port -1", "1 to 65535"}},
		{stack.Ports{Redis: 70000}, 1, stack.Embedded, []string{"--redis-port 70000", "1 to 65535"}},
		{stack.Ports{Kafka: 65535}, 2, stack.Containers, []string{"--kafka-port 65535", "takes 2"}},
		{stack.Ports{AWS: 9001, Kafka: 9000}, 3, stack.Auto, []string{"--kafka-port 9000", "--aws-port", " is free"}},
		{stack.Ports{Redis: used}, 1, stack.Embedded, []string{fmt.Sprint("--redis-port ", used), "in use", " is free"}},
		{stack.Ports{Kafka: used - 1}, 2, stack.Embedded, []string{" is in use", " is free"}},
	} {
		err := checkPorts(test.ports, test.nodes, test.backend)
		if (err != nil) != (test.want != nil) {
			t.Errorf("%+v for %d brokers: %v", test.ports, test.nodes, err)
			continue
		}
		for _, part := range test.want {
			if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%+v for %d brokers: %v, want %q in one line", test.ports, test.nodes, err, part)
			}
		}
	}
}

// TestATakenPortsSuggestionIsFree follows the suggestion.
func TestATakenPortsSuggestionIsFree(t *testing.T) {
	ln, err := stack.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	err = checkPorts(stack.Ports{AWS: ln.Addr().(*net.TCPAddr).Port}, 1, stack.Embedded)
	if err == nil {
		t.Fatal("a taken port is not refused")
	}
	found := regexp.MustCompile(`--aws-port (\d+) is free`).FindStringSubmatch(err.Error())
	if found == nil {
		t.Fatalf("no suggestion: %v", err)
	}
	number, err := strconv.Atoi(found[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := checkPorts(stack.Ports{AWS: number}, 1, stack.Embedded); err != nil {
		t.Errorf("the suggested port: %v", err)
	}
}

func TestAStackListensWhereItIsAsked(t *testing.T) {
	aws, redis, kafka := freePort(t), freePort(t), freePort(t)
	st, _, err := backend.Start(t.Context(), backend.Config{Name: stack.Embedded, Needs: stack.Needs{
		KafkaNodes: 1, Ports: stack.Ports{AWS: aws, Kafka: kafka, Redis: redis},
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close(t.Context()) }()
	var env bytes.Buffer
	if err := writeEnv(&env, st); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		fmt.Sprintf("AWS_ENDPOINT_URL=http://127.0.0.1:%d\n", aws), fmt.Sprintf("KAFKA_BROKERS=127.0.0.1:%d\n", kafka),
		fmt.Sprintf("REDIS_ADDR=127.0.0.1:%d\n", redis), "AWS_ACCESS_KEY_ID=test\n",
	} {
		if !strings.Contains(env.String(), want) {
			t.Errorf("no %q in\n%s", want, &env)
		}
	}
}

func TestPortsOfKafkaNodesFollowEachOther(t *testing.T) {
	p := stack.Ports{Kafka: 9092}
	if p.Node(1) != 9092 || p.Node(3) != 9094 || (stack.Ports{}).Node(3) != 0 {
		t.Errorf("nodes 1 and 3 at %d and %d, or %d", p.Node(1), p.Node(3), stack.Ports{}.Node(3))
	}
}

// TestUpRefusesInOneLine names what it can't have before it starts anything.
func TestUpRefusesInOneLine(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--env-file", dir + "/no/such/env"}, "can't write the environment to"},
		{[]string{"--env-file", dir}, "it is a directory"},
		{[]string{"--aws-port", "x"}, "aws-port"},
		{[]string{"--kafka-port", "65535", "--kafka-nodes", "3"}, "--kafka-port 65535"},
	} {
		var out, errs bytes.Buffer
		code := Main(nil, append([]string{"up", "--backend", "embedded"}, test.args...), &out, &errs)
		if code != ExitCouldNotRun || out.Len() > 0 || !strings.Contains(errs.String(), test.want) ||
			strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%v: exit %d, %q and %q", test.args, code, &out, &errs)
		}
	}
}
