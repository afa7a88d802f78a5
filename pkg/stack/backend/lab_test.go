package backend

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// shared is an embedded stack that says it is of another backend.
func shared(t *testing.T, of string) *stack.Stack {
	t.Helper()
	st, err := embedded.Start(t.Context(), stack.Needs{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, st) })
	st.Backend = maps.Clone(st.Backend)
	st.Backend[stack.AWS] = of
	aws := st.Processes[stack.AWS]
	st.Processes[stack.AWS] = &asked{Process: aws, Refuser: aws.(stack.Refuser)}
	return st
}

// asked is the shared AWS's process, which says if it was killed.
type asked struct {
	stack.Process
	stack.Refuser
	killed atomic.Bool
}

func (a *asked) Kill(ctx context.Context) error {
	a.killed.Store(true)
	return a.Process.Kill(ctx)
}

func names(t *testing.T, st *stack.Stack) (tables, queues int) {
	t.Helper()
	cfg := conn.AWS(t.Context(), st.AWS)
	defer conn.CloseIdle(cfg)
	listed, err := dynamodb.NewFromConfig(cfg).ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err != nil {
		t.Fatal(err)
	}
	there, err := sqs.NewFromConfig(cfg).ListQueues(t.Context(), &sqs.ListQueuesInput{})
	if err != nil {
		t.Fatal(err)
	}
	return len(listed.TableNames), len(there.QueueUrls)
}

// create makes a table and a queue.
func create(t *testing.T, st *stack.Stack) {
	t.Helper()
	cfg := conn.AWS(t.Context(), st.AWS)
	defer conn.CloseIdle(cfg)
	name := aws.String("name")
	if _, err := sqs.NewFromConfig(cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: name}); err != nil {
		t.Fatal(err)
	}
	if _, err := dynamodb.NewFromConfig(cfg).CreateTable(t.Context(), tableNamed(name)); err != nil {
		t.Fatal(err)
	}
}

func TestForGivesALabWhatItsStackLacks(t *testing.T) {
	for _, tc := range []struct {
		name, of       string
		needs          stack.Needs
		note           string
		tables, queues int  // of what the lab makes, in the shared AWS
		both, same     bool // killing its AWS kills the shared one, too; it is the shared stack
	}{
		{"nothing", stack.Embedded, stack.Needs{}, "", 1, 1, true, true},
		{"all there", stack.Embedded, stack.Needs{Services: []string{"lambda"}}, "", 1, 1, true, true},
		{"an AWS of its own", stack.Embedded, stack.Needs{Throttling: true}, "", 0, 0, false, false},
		{"nothing of containers", stack.Containers, stack.Needs{}, "", 1, 1, true, true},
		{"DynamoDB beside them", stack.Containers, stack.Needs{Throttling: true}, "dynamodb", 0, 1, true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			st := shared(t, tc.of)
			view, note, err := For(t.Context(), st, tc.needs, zap.NewNop())
			if err != nil {
				t.Fatal(err)
			}
			if (view == st) != tc.same {
				t.Errorf("it is the shared stack: %v", view == st)
			}
			if (note == "") != (tc.note == "") || !strings.Contains(note, tc.note) {
				t.Errorf("note %q, want %q", note, tc.note)
			}
			create(t, view)
			if tables, queues := names(t, st); tables != tc.tables || queues != tc.queues {
				t.Errorf("the shared AWS has %d tables and %d queues, want %d and %d", tables, queues, tc.tables, tc.queues)
			}
			if tables, queues := names(t, view); tables != 1 || queues != 1 {
				t.Errorf("the lab sees %d tables and %d queues", tables, queues)
			}
			if _, can := view.Processes[stack.AWS].(stack.Refuser); !can {
				t.Error("its AWS can't be told to refuse messages")
			}
			if err := view.Processes[stack.AWS].Kill(t.Context()); err != nil {
				t.Fatal(err)
			}
			if dead := st.Processes[stack.AWS].(*asked).killed.Load(); dead != tc.both {
				t.Errorf("the shared AWS is killed with the lab's: %v", dead)
			}
		})
	}
}

func TestForRefusesWhatCanNotBeMet(t *testing.T) {
	st := shared(t, stack.Containers)
	_, _, err := For(t.Context(), st, stack.Needs{Signatures: true}, zap.NewNop())
	var unavailable *stack.UnavailableError
	if !errors.As(err, &unavailable) || !strings.Contains(err.Error(), "verifies signatures") {
		t.Errorf("signatures on containers: %v", err)
	}
	st = shared(t, stack.External)
	st.Account = "123456789012"
	_, _, err = For(t.Context(), st, stack.Needs{Services: []string{"lambda"}}, zap.NewNop())
	if !errors.As(err, &unavailable) {
		t.Errorf("functions on AWS itself: %v", err)
	}
	if view, _, err := For(t.Context(), st, stack.Needs{Throttling: true}, zap.NewNop()); err != nil || view != st {
		t.Errorf("AWS throttles by itself: %v", err)
	}
}

func TestRunsOfBothStacksWaitForEachOther(t *testing.T) {
	st := shared(t, stack.Containers)
	view, _, err := For(t.Context(), st, stack.Needs{Throttling: true}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	leave, err := view.Enter(t.Context(), stack.Use{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	entered := make(chan struct{})
	go func() {
		defer close(entered)
		if leave, err := st.Enter(t.Context(), stack.Use{}); err != nil || leave(t.Context()) != nil {
			t.Errorf("enter: %v", err)
		}
	}()
	select {
	case <-entered:
		t.Error("a run began on a stack that another one has to itself")
	default:
	}
	if err := leave(t.Context()); err != nil {
		t.Error(err)
	}
	<-entered
}

func tableNamed(name *string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName: name, BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: "HASH"}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "S"}},
	}
}
