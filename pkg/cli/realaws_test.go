package cli

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/external/externaltest"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
)

// billed is the toy, each of whose designs makes a queue.
func (t *toy) billed() lab.Spec {
	l := t.spec()
	for i := range l.Designs {
		build := l.Designs[i].Build
		l.Designs[i].Build = func(b *lab.Builder) {
			part.NewQueue(b, "orders", time.Second, 0)
			build(b)
		}
	}
	return l
}

// onAWS runs a command with an answer to its question; without one nobody can be asked.
func onAWS(t *testing.T, lt *toy, answer string, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	if answer == "" {
		exit = Main([]lab.Spec{lt.billed()}, args, &out, &err)
	} else {
		exit = execute([]lab.Spec{lt.billed()}, args, strings.NewReader(answer+"\n"), &out, &err)
	}
	return exit, out.String(), err.String()
}

// namesOn returns the names of all that is on a stack.
func namesOn(t *testing.T, st *stack.Stack) (names []string) {
	t.Helper()
	things, err := sweep.List(t.Context(), st, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, thing := range things {
		names = append(names, thing.Name)
	}
	slices.Sort(names)
	return names
}

func lastLineOf(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestARunOnRealAWSAsksBeforeItSpends(t *testing.T) {
	st := externaltest.RealAWS(t)
	lt := &toy{}
	exit, out, stderr := onAWS(t, lt, "n", "run", "toy", "--real-aws", "--short", "--seed", "7")
	if exit != ExitCouldNotRun || out != "" || lastLineOf(stderr) !=
		"spend about $0.0000 on account 000000000000 in eu-west-1 (at "+st.AWS.URL+", the endpoint of your AWS profile)? "+
			"[y/N] crashlab: not confirmed; nothing was done" {
		t.Errorf("no: exit %d, %s", exit, stderr)
	}
	if left := namesOn(t, st); left != nil {
		t.Errorf("it made %v", left)
	}

	var (
		mu     sync.Mutex // the designs are measured side by side
		during []string
	)
	lt.whenOn = func() {
		found := namesOn(t, st) // none in the rehearsal, which is on another stack
		mu.Lock()
		defer mu.Unlock()
		if len(found) > len(during) {
			during = found
		}
	}
	exit, out, stderr = onAWS(t, lt, "yes", "run", "toy", "--real-aws", "--backend", "external", "--short", "--seed", "7")
	if exit != ExitPass && exit != ExitUnknown || !strings.Contains(out, "external") {
		t.Errorf("yes: exit %d, %s %s", exit, out, stderr)
	}
	prefix := regexp.MustCompile(`all names begin with (\S+), .*crashlab clean --real-aws --prefix (\S+)\n`).
		FindStringSubmatch(stderr)
	if prefix == nil || prefix[1] != prefix[2] || !slices.Equal(during, []string{
		prefix[1] + "-forgets-orders", prefix[1] + "-keeps-orders",
	}) {
		t.Errorf("made %v under %v", during, prefix)
	}
	if left := namesOn(t, st); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// Whatever can't be run on real AWS is refused in one line, before anything is made.
func TestWhatRealAWSRefuses(t *testing.T) {
	st := externaltest.RealAWS(t)
	for _, c := range []struct {
		args, want string
		with       func(t *testing.T)
	}{
		{"run toy --real-aws", "without a terminal nobody can be asked; add --yes", nil},
		{"run toy --yes", "--yes works only with --real-aws", nil},
		{"run toy --real-aws --yes --backend embedded", "--real-aws works only with --backend external, not embedded", nil},
		{"run toy --real-aws --yes --keep", "would cost as long as it is kept", nil},
		{"run toy --real-aws --yes --time virtual",
			"--time virtual: the external backend runs by the machine's clock", nil},
		{"run toy --real-aws --yes --aws-endpoint http://x", "real AWS and the endpoint http://x are both asked for", nil},
		{"run toy --real-aws --yes", "AWS_ENDPOINT_URL=http://x would lead elsewhere; unset AWS_ENDPOINT_URL",
			func(t *testing.T) { t.Setenv("AWS_ENDPOINT_URL", "http://x") }},
		{"run toy --real-aws --yes", "AWS_ENDPOINT_URL_SQS=http://x would lead elsewhere; unset AWS_ENDPOINT_URL_SQS",
			func(t *testing.T) { t.Setenv("AWS_ENDPOINT_URL_SQS", "http://x") }},
		{"run toy --real-aws --yes", "the SDK finds no AWS region; set AWS_REGION",
			func(t *testing.T) { externaltest.Profile(t, "endpoint_url = "+st.AWS.URL) }},
		{"run toy --real-aws --yes", "the SDK finds no AWS credentials",
			func(t *testing.T) { t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull) }},
		{"run toy --real-aws --yes", "does not accept the access key test (SignatureDoesNotMatch)",
			func(t *testing.T) { externaltest.Keys(t, "test", "wrong") }},
		{"run toy --real-aws --yes", "does not accept the access key AKIANOBODY (InvalidClientTokenId)",
			func(t *testing.T) { externaltest.Keys(t, "AKIANOBODY", "wrong") }},
		{"run toy --real-aws --yes --duration 1s --fault redis:kill@200ms..400ms",
			"the external backend can't reach the process of redis; use another --fault", nil},
		{"run toy --real-aws --yes --duration 1s --fault aws:latency=10ms@200ms..400ms",
			"real AWS has no single address that a network fault could act on", nil},
		{"clean --real-aws --prefix cl-0thj2aaaabbbbbccc", "without a terminal nobody can be asked; add --yes", nil},
		{"clean --real-aws --yes", "on real AWS it must be that of one run", nil},
		{"clean --real-aws --yes --prefix cl-0thj2", "on real AWS it must be that of one run", nil},
		{"clean --real-aws --yes --prefix orders", "names of a run's resources begin with cl-", nil},
		{"clean --real-aws --yes --prefix cl-0thj2aaaabbbbbccc --older-than 1h",
			"--older-than doesn't work with --real-aws", nil},
		{"clean --real-aws --backend containers", "--real-aws works only with --backend external, not containers", nil},
	} {
		t.Run(c.want, func(t *testing.T) {
			if c.with != nil {
				c.with(t)
			}
			exit, out, stderr := onAWS(t, &toy{}, "", strings.Fields(c.args)...)
			if last := lastLineOf(stderr); exit != ExitCouldNotRun || out != "" || !strings.HasPrefix(last, "crashlab: ") ||
				!strings.Contains(last, c.want) {
				t.Errorf("crashlab %s: exit %d, %s %q; want %q", c.args, exit, out, stderr, c.want)
			}
		})
	}
	if left := namesOn(t, st); left != nil {
		t.Errorf("made %v", left)
	}
}

func TestAnInterruptedRunLeavesNothingOnRealAWS(t *testing.T) {
	st := externaltest.RealAWS(t)
	interrupt := sync.OnceFunc(func() { _ = syscall.Kill(os.Getpid(), syscall.SIGINT) })
	lt := &toy{whenOn: func() {
		if namesOn(t, st) != nil {
			interrupt()
		}
	}}
	exit, out, stderr := onAWS(t, lt, "", "run", "toy", "--real-aws", "--yes", "--short")
	if exit != ExitInterrupted || out != "" || lastLineOf(stderr) != "interrupted; everything was restored" {
		t.Errorf("exit %d, %s, %s", exit, out, stderr)
	}
	if left := namesOn(t, st); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// An endpoint that goes away in the middle keeps what was made on it.
func TestARunSaysWhatItCouldNotDelete(t *testing.T) {
	st := externaltest.RealAWS(t)
	for name, during := range map[string]func(){
		"failed": func() {}, "interrupted": func() { _ = syscall.Kill(os.Getpid(), syscall.SIGINT) },
	} {
		if err := st.Processes[stack.AWS].Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		once := sync.OnceFunc(func() {
			_ = st.Processes[stack.AWS].Kill(context.Background()) // it does not fail
			during()
		})
		lt := &toy{whenOn: func() {
			if st.Processes[stack.AWS] != nil && made(st) {
				once()
			}
		}}
		exit, _, stderr := onAWS(t, lt, "", "run", "toy", "--real-aws", "--yes", "--short")
		want := map[string]int{"failed": ExitCouldNotRun, "interrupted": ExitInterrupted}[name]
		if last := lastLineOf(stderr); exit != want || !regexp.MustCompile(`clean up: .*list SQS queues: .*; crashlab clean `+
			`--real-aws --prefix cl-\w{17} deletes what is left on AWS$`).MatchString(last) {
			t.Errorf("%s: exit %d, %s", name, exit, last)
		}
	}
}

// made reports whether a run has made something on a stack that answers.
func made(st *stack.Stack) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	things, err := sweep.List(ctx, st, "")
	return err == nil && things != nil
}

func TestCleanOnRealAWS(t *testing.T) {
	externaltest.RealAWS(t)
	ids := runIDs()
	st := littered(t, ids)
	externaltest.Profile(t, "region = "+st.AWS.Region, "endpoint_url = "+st.AWS.URL)
	before := namesOn(t, st)
	of := func(id string) (n int) {
		for _, name := range namesOn(t, st) {
			if strings.HasPrefix(name, "cl-"+id+"-") {
				n++
			}
		}
		return n
	}
	clean := func(answer string, args ...string) (int, string, string) {
		return onAWS(t, &toy{}, answer, append([]string{"clean", "--real-aws", "--prefix"}, args...)...)
	}

	exit, out, stderr := clean("n", "cl-"+ids.dead)
	if exit != ExitCouldNotRun || !strings.Contains(out, "SQS queue cl-"+ids.dead+"-dlq\n") ||
		!strings.Contains(stderr, "delete these 4 on account 000000000000 in us-east-1") ||
		!strings.HasSuffix(stderr, "not confirmed; nothing was done\n") || !slices.Equal(namesOn(t, st), before) {
		t.Errorf("no: exit %d, %s %s", exit, out, stderr)
	}
	if exit, out, _ := clean("", "cl-"+ids.live, "--yes"); exit != ExitPass || !strings.Contains(out, "kept run") {
		t.Errorf("a live run: exit %d, %s", exit, out)
	}
	exit, out, stderr = clean("y", "cl-"+ids.dead)
	if exit != ExitPass || !strings.Contains(out,
		": 1 × EventBridge bus, 1 × EventBridge rule, 1 × S3 bucket, 1 × SQS queue\n") {
		t.Errorf("yes: exit %d, %s %s", exit, out, stderr)
	}
	if exit, out, _ := clean("", "cl-"+ids.dead, "--yes"); exit != ExitPass || !strings.Contains(out, "nothing to clean") {
		t.Errorf("again: exit %d, %s", exit, out)
	}
	exit, out, stderr = clean("", "cl-"+ids.young, "--yes")
	if exit != ExitPass || !strings.Contains(out, "1 × SQS queue") {
		t.Errorf("without a question: exit %d, %s %s", exit, out, stderr)
	}
	// What is on Kafka and Redis stays, as does everything of others.
	if of(ids.dead) != 2 || of(ids.young) != 1 || of(ids.live) != 2 || of(ids.old) != 2 ||
		len(namesOn(t, st)) != len(before)-5 {
		t.Errorf("left: %v", namesOn(t, st))
	}
}
