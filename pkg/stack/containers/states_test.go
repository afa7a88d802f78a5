package containers

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

// TestEngineStates is the table of the messages for an engine in every state it may be in. Each call ends
// within the wait for its state, in an error of one line. Every one is a *[stack.UnavailableError], for which
// a command exits with 3 and auto goes embedded. Only clean exits with 0 when there is no engine.
//
// The waits are shortened here. A user knows after 2 s whether there is an engine. An engine that stops
// answering is given up after 30 s, a silent pull after 60 s, unreachable ports after 10 s. auto also asks
// for the images within 2 s.
func TestEngineStates(t *testing.T) {
	broken := func(call string, h http.HandlerFunc) fake { return fake{call: h} }
	everywhere := func(h http.HandlerFunc) fake { return fake{"": h} }
	absent := status(http.StatusNotFound, `{"message":"No such image"}`)
	for _, tc := range []struct {
		state   string
		at      func(t *testing.T) string // sets the state, and returns its DOCKER_HOST
		connect string                    // Connect's error; empty if there is an engine
		clean   string                    // the error of what follows, if it differs
		pull    string
		start   string
		wait    string // the wait that it takes to know; empty: no time
		nobody  bool   // there is nothing to clean
	}{
		{state: "no socket", at: hosted("unix:///nowhere/docker.sock"),
			connect: "unix:///nowhere/docker.sock (DOCKER_HOST) is not there; start Docker", nobody: true},
		{state: "a dead socket", at: deadSocket,
			connect: "has nobody listening; start Docker", nobody: true},
		{state: "it accepts and says nothing", at: engine(everywhere(hang)),
			connect: "does not answer within 0.05 s; start the engine anew", wait: connectWait},
		{state: "it hangs at its version", at: engine(broken("/version", hang)),
			connect: "does not answer within", wait: connectWait},
		{state: "it drips its version", at: engine(broken("/version", drip)),
			connect: "does not answer within", wait: connectWait},
		{state: "it answers 500", at: engine(everywhere(status(http.StatusInternalServerError, "boom\nand more"))),
			connect: "fails: boom; start Docker"},
		{state: "its API is too old", at: engine(everywhere(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Api-Version", "1.39")
		})),
			connect: "is too old: its API is 1.39, and 1.40 is the least; update Docker"},
		{state: "a web server", at: engine(everywhere(status(http.StatusNotFound, "<html>"))),
			connect: "is something else than a Docker engine; set DOCKER_HOST"},
		{state: "a web server that has everything", at: engine(everywhere(status(http.StatusOK, "<html>"))),
			connect: "is something else than a Docker engine; set DOCKER_HOST"},
		{state: "a server that does not speak HTTP", at: noWebServer,
			connect: "is something else than a Docker engine; set DOCKER_HOST"},
		{state: "TLS without our knowing", at: behindTLS,
			connect: "speaks TLS alone; set DOCKER_TLS_VERIFY=1"},
		{state: "TLS with a certificate that nobody trusts", at: func(t *testing.T) string {
			withTLS(t)
			return behindTLS(t)
		},
			connect: "has no TLS that fits ours"},
		{state: "no TLS where we want it", at: func(t *testing.T) string { withTLS(t); return plainTCP(t) },
			connect: "speaks no TLS; unset DOCKER_TLS_VERIFY"},
		{state: "ssh", at: hosted("ssh://me@box"),
			connect: "is reached by ssh, and the ports of its containers are not here; run `crashlab up"},
		{state: "no address", at: hosted("/var/run/docker.sock"),
			connect: "is no address of an engine; want unix:///path/of/docker.sock"},

		{state: "it hangs after its version", at: engine(fake{"/json": hang, "/volumes": hang}), wait: answerWait,
			clean: "did not answer within 0.2 s (asked to list",
			pull:  "did not answer within 0.2 s (asked to inspect one of the images)",
			start: "did not answer within 0.2 s (asked to inspect one of the images)"},
		{state: "it drips after its version", at: engine(fake{"/json": drip, "/volumes": drip}), wait: answerWait,
			clean: "did not answer within 0.2 s", pull: "did not answer within 0.2 s", start: "did not answer within 0.2 s"},
		{state: "it hangs up after its version", at: engine(fake{"/json": hangUp, "/volumes": hangUp}),
			clean: "did not answer (asked to list volumes): EOF", pull: "EOF", start: "EOF"},
		{state: "it fails after its version", at: engine(fake{
			"/json": status(http.StatusInternalServerError, "boom"), "/volumes": status(http.StatusInternalServerError, "boom"),
		}),
			clean: "boom", pull: "boom", start: "boom"},
		{state: "it creates no container", at: engine(broken("/containers/create", hang)), wait: answerWait,
			start: "did not answer within 0.2 s (asked to create a container)"},
		{state: "it starts no container", at: engine(fake{"/containers/create": created, "/start": hang}), wait: answerWait,
			start: "did not answer within 0.2 s (asked to start a container)"},
		{state: "a container exits at once", at: engine(fake{
			"/containers/create": created, "c1/json": state(`"Running":false,"ExitCode":3`),
		}),
			start: "it exited with code 3"},
		{state: "its ports are not here", at: engine(fake{
			"/containers/create": created, "c1/json": state(`"Running":true`),
		}), wait: portWait,
			start: "can't be reached from here (a container runs, and nobody listens at 127.0.0.1:"},
		{state: "no image, and no registry", at: engine(fake{
			"4.14.0/json": absent, "/images/create": status(http.StatusNotFound, "no such host"),
		}),
			pull:  "localstack/localstack:4.14.0 can't be pulled",
			start: "these images are not here: localstack/localstack:4.14.0; fetch them with crashlab pull"},
		{state: "it stops in the middle of a pull", at: engine(fake{
			"4.14.0/json": absent, "/images/create": oneMessage,
		}), wait: messageWait,
			pull: "did not answer within 0.05 s (asked to pull an image)", start: "these images are not here"},
	} {
		t.Run(tc.state, func(t *testing.T) {
			hurry(t, tc.wait)
			t.Setenv("DOCKER_HOST", tc.at(t))
			says := func(what, want string, call func() error) {
				t.Helper()
				began := time.Now()
				err := call()
				took := time.Since(began)
				if want == "" {
					if err != nil && tc.connect == "" && what != "start" {
						t.Errorf("%s: %v", what, err)
					}
					return
				}
				if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%s says %v, want %q in one line", what, err, want)
				}
				var unavailable *stack.UnavailableError
				if (what == "connect" || what == "start") && !errors.As(err, &unavailable) {
					t.Errorf("%s: auto would not go embedded for %T", what, err)
				}
				if took > 5*time.Second {
					t.Errorf("%s: took %v", what, took)
				}
			}
			or := func(want string) string {
				if tc.connect != "" {
					return tc.connect
				}
				return want
			}
			says("connect", tc.connect, func() error {
				e, err := Connect(t.Context())
				if err == nil {
					_ = e.Close()
				}
				return err
			})
			h := Examine(t.Context(), Images{})
			if h.Ready() && (tc.connect != "" || tc.pull != "") {
				t.Errorf("a stack could be started, and so auto would: %+v", h)
			}
			says("clean", or(tc.clean), func() error {
				_, err := Clean(t.Context(), false)
				if _, nobody := Absent(err); nobody != tc.nobody {
					t.Errorf("there is nothing to clean: %v, want %v", nobody, tc.nobody)
				}
				return err
			})
			says("pull", or(tc.pull), func() error {
				_, err := Pull(t.Context(), Images{}, func(string) {})
				return err
			})
			if or(tc.start) != "" {
				says("start", or(tc.start), func() error {
					_, err := Start(t.Context(), Config{})
					return err
				})
			}
		})
	}
}

func hosted(host string) func(*testing.T) string { return func(*testing.T) string { return host } }

func engine(f fake) func(*testing.T) string { return func(t *testing.T) string { return at(t, f) } }

// deadSocket is what a killed engine leaves.
func deadSocket(t *testing.T) string {
	path := filepath.Join(short(t), "docker.sock")
	l, err := net.Listen("unix", path)
	must(t, err)
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	must(t, l.Close())
	return "unix://" + path
}

func noWebServer(t *testing.T) string {
	l, err := net.Listen("unix", filepath.Join(short(t), "docker.sock"))
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 1024))
			fmt.Fprint(c, "-ERR unknown command\r\n")
			_ = c.Close()
		}
	}()
	return "unix://" + l.Addr().String()
}

func behindTLS(t *testing.T) string {
	s := httptest.NewUnstartedServer(fake{})
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	t.Cleanup(s.Close)
	return "tcp://" + s.Listener.Addr().String()
}

func plainTCP(t *testing.T) string {
	s := httptest.NewServer(fake{})
	t.Cleanup(s.Close)
	return "tcp://" + s.Listener.Addr().String()
}

func withTLS(t *testing.T) {
	t.Setenv("DOCKER_TLS_VERIFY", "1")
	t.Setenv("DOCKER_CERT_PATH", t.TempDir())
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	c, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = c.Close()
	}
}

func created(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusCreated)
	fmt.Fprint(w, `{"Id":"c1c1c1c1c1c1c1c1c1"}`)
}

// state is a container in that state.
func state(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"State":{%s}}`, s) }
}

// oneMessage is a pull that begins well.
func oneMessage(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, `{"status":"Pulling"}`)
	w.(http.Flusher).Flush()
	drip(w, r)
}
