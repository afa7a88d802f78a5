package lab

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/stack"
)

// The observer is outside the experiment: no fault reaches its AWS calls, and no meter counts them.
func TestTheObserverIsNotPartOfTheExperiment(t *testing.T) {
	served := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served++
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = w.Write([]byte("{}"))
	}))
	defer server.Close()
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead.Close()
	st := &stack.Stack{
		Kafka: []string{dead.Addr().String()}, Redis: dead.Addr().String(),
		AWS: stack.Endpoint{URL: server.URL, Region: "us-east-1", AccessKey: "test", SecretKey: "test"},
	}
	env := NewEnv("test", 1, 100, st, history.NewRecorder(time.Now()), zap.NewNop())
	defer func() {
		if err := env.Close(testContext(t)); err != nil {
			t.Error(err)
		}
	}()
	injection, err := awsapi.Error{Code: "AccessDenied", Status: 400}.Inject(testContext(t), env.Surface)
	if err != nil {
		t.Fatal(err)
	}
	defer injection.Revert(testContext(t))
	i, err := env.Run(testContext(t), "worker", client)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := env.Observer().SQS().ListQueues(testContext(t), &sqs.ListQueuesInput{}); err != nil || served != 1 {
		t.Errorf("the observer was hit: %v, %d served", err, served)
	}
	if _, err := i.current().SQS().ListQueues(testContext(t), &sqs.ListQueuesInput{}); err == nil || served != 1 {
		t.Errorf("the worker was not: %v, %d served", err, served)
	}
	if n := len(env.Usage.Counts()); n != 0 {
		t.Errorf("counted: %v", env.Usage.Counts())
	}
}
