package containers

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/crashlab/crashlab/pkg/awscall"
)

// emulator answers each service's first call with its status in the map, else with 400.
type emulator struct {
	status map[string]int

	mu     sync.Mutex
	called []string
}

func (e *emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_localstack") {
		return
	}
	call, err := awscall.Read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	name := call.API
	if its, other := map[string]string{"states": "stepfunctions", "monitoring": "cloudwatch"}[name]; other {
		name = its // LocalStack's name for it
	}
	e.mu.Lock()
	e.called = append(e.called, name)
	e.mu.Unlock()
	status := http.StatusBadRequest
	if s := e.status[name]; s != 0 {
		status = s
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "{}")
}

func TestEachServiceOfLocalStackGetsItsFirstCallAlone(t *testing.T) {
	e := &emulator{}
	server := httptest.NewServer(e)
	defer server.Close()
	must(t, awsReady(server.Listener.Addr().String())(t.Context()))
	want := strings.Split(awsSpec("", 0, "").env["SERVICES"], ",")
	slices.Sort(want)
	slices.Sort(e.called)
	if !slices.Equal(e.called, want) {
		t.Errorf("called %v, want once each %v", e.called, want)
	}
}

func TestOnlyAServiceThatStartsIsAwaited(t *testing.T) {
	for status, ready := range map[int]bool{
		http.StatusNotImplemented: true, http.StatusInternalServerError: false, http.StatusServiceUnavailable: false,
	} {
		server := httptest.NewServer(&emulator{status: map[string]int{"kinesis": status}})
		err := awsReady(server.Listener.Addr().String())(t.Context())
		server.Close()
		if (err == nil) != ready || err != nil && !strings.Contains(err.Error(), "kinesis") {
			t.Errorf("where kinesis says %d: %v", status, err)
		}
	}
}

func TestLocalStackThatDoesNotAnswerIsNotReady(t *testing.T) {
	e := &emulator{}
	server := httptest.NewServer(e)
	ready := awsReady(server.Listener.Addr().String())
	must(t, ready(t.Context()))
	server.Close() // a restart has to become ready anew
	if ready(t.Context()) == nil {
		t.Error("it counts as ready")
	}
}
