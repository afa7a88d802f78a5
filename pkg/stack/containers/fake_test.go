package containers

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fake is an engine that answers as Docker does and does nothing. A handler replaces the answer to calls
// whose path ends with its key.
type fake map[string]http.HandlerFunc

func (f fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := versionPrefix.ReplaceAllString(r.URL.Path, "")
	for end, answer := range f {
		if strings.HasSuffix(path, end) {
			answer(w, r)
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Api-Version", "1.41")
	switch path {
	case "/version":
		fmt.Fprint(w, `{"Version":"1.2.3","ApiVersion":"1.41"}`)
	case "/containers/json":
		fmt.Fprint(w, `[]`)
	case "/networks":
		if r.URL.Query().Has("filters") {
			fmt.Fprint(w, `[]`) // none of ours
			return
		}
		fmt.Fprint(w, `[{"Name":"bridge"}]`)
	default:
		fmt.Fprint(w, `{}`)
	}
}

// at serves at a new socket and returns its address.
func at(t *testing.T, h http.Handler) string {
	t.Helper()
	return "unix://" + serveAt(t, filepath.Join(short(t), "docker.sock"), h)
}

// short returns a folder whose path is short enough for a socket's name.
func short(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "engine")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func serveAt(t *testing.T, path string, h http.Handler) string {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	l, err := net.Listen("unix", path)
	must(t, err)
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: h}}
	s.Start()
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return path
}

// hang answers nothing until the client is gone.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // only then does a server see that its client is gone
	<-r.Context().Done()
}

// drip begins an answer and never ends it.
func drip(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	for r.Context().Err() == nil {
		fmt.Fprint(w, " ")
		w.(http.Flusher).Flush()
		time.Sleep(time.Millisecond)
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, body, code) }
}

// The waits that tests shorten.
const (
	connectWait = "connect"
	answerWait  = "answer"
	messageWait = "message"
	portWait    = "port"
)

// hurry shortens one wait that ends without an answer. The others keep their time, which a busy machine may
// need.
func hurry(t *testing.T, wait string) {
	t.Helper()
	shorten := func(d *time.Duration, to time.Duration) {
		was := *d
		t.Cleanup(func() { *d = was })
		*d = to
	}
	switch wait {
	case connectWait:
		shorten(&connectWithin, 50*time.Millisecond)
	case answerWait:
		shorten(&answerWithin, 200*time.Millisecond)
	case messageWait:
		shorten(&messageWithin, 50*time.Millisecond)
	case portWait:
		shorten(&refuseWithin, 100*time.Millisecond)
	}
}

// quiet drops what a server logs about its clients.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
