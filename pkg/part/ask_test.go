package part

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

type greeting struct{ Text, For string }

func TestAskAndItsAnswers(t *testing.T) {
	var door, client *lab.Process
	var asker *lab.Instance
	env := up(t, func(b *lab.Builder) {
		door = b.Service("door", func(ctx context.Context, i *lab.Instance) error {
			return Serve(ctx, i, map[string]Handler{
				"POST /greetings/{name}": func(ctx context.Context, r *Request) (any, error) {
					return greeting{string(r.Body) + " " + r.PathValue("name"), load.OperationOf(ctx)}, nil
				},
				"GET /nothing":  func(context.Context, *Request) (any, error) { return nil, nil },
				"GET /accepted": func(context.Context, *Request) (any, error) { return Accepted, nil },
				"GET /raw":      func(context.Context, *Request) (any, error) { return []byte("{"), nil },
				"GET /refused":  func(context.Context, *Request) (any, error) { return nil, load.Definite(errors.New("no")) },
				"GET /throttled": func(context.Context, *Request) (any, error) {
					return nil, &Status{http.StatusTooManyRequests, "wait"}
				},
				"GET /broken": func(context.Context, *Request) (any, error) { return nil, errors.New("lost") },
			})
		})
		client = b.Service("client", func(ctx context.Context, i *lab.Instance) error {
			asker = i
			i.Ready()
			<-ctx.Done()
			return nil
		})
	})
	ctx := load.WithOperation(testContext(t), "op-7")
	var g greeting
	if err := Ask(ctx, asker, door, "POST /greetings/ada", []byte("hello"), &g); err != nil ||
		g != (greeting{"hello ada", "op-7"}) {
		t.Errorf("greeted with %+v, %v", g, err)
	}
	var raw []byte
	if err := Ask(ctx, asker, door, "GET /raw", nil, &raw); err != nil || string(raw) != "{" {
		t.Errorf("raw is %q, %v", raw, err)
	}
	for path, want := range map[string]struct {
		code     int
		definite bool
	}{
		"nothing": {}, "accepted": {}, "refused": {400, true}, "throttled": {429, true}, "broken": {503, false},
		"nowhere": {404, true},
	} {
		err := Ask(ctx, asker, door, "GET /"+path, nil, nil)
		var status *Status
		if errors.As(err, &status) != (want.code > 0) || status != nil && status.Code != want.code ||
			load.IsDefinite(err) != want.definite {
			t.Errorf("%s: %v, definite: %v; want %+v", path, err, load.IsDefinite(err), want)
		}
	}
	if err := Ask(ctx, asker, door, "POST /greetings/ada", []byte(strings.Repeat("x", MaxBody+1)),
		nil); !load.IsDefinite(err) {
		t.Errorf("too long: %v", err)
	}
	if err := door.Kill(ctx); err != nil {
		t.Fatal(err)
	}
	_ = Ask(ctx, asker, door, "GET /nothing", nil, nil) // may be on a connection that it can't know to be dead
	if err := Ask(ctx, asker, door, "GET /nothing", nil, nil); !load.IsDefinite(err) {
		t.Errorf("nobody listens: %v, want a definite error", err)
	}
	if err := client.Kill(ctx); err != nil {
		t.Fatal(err)
	}
	_ = env
}

// An answer that breaks off says nothing: the request may have been carried out.
func TestAnAnswerThatBreaksOffIsNone(t *testing.T) {
	var door *lab.Process
	env := up(t, func(b *lab.Builder) {
		door = b.Service("door", func(ctx context.Context, i *lab.Instance) error {
			return i.Serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "100")
				_, _ = w.Write([]byte("to be cont"))
				panic(http.ErrAbortHandler)
			}))
		})
	})
	for name, answer := range map[string]any{"not wanted": nil, "raw": new([]byte)} {
		err := Ask(testContext(t), env.Observer(), door, "POST /orders", []byte("order"), answer)
		if err == nil || load.IsDefinite(err) {
			t.Errorf("answer %s: %v, want an error that is not definite", name, err)
		}
	}
}

// An answer that is written bit by bit is read bit by bit: the second comes only once the first has arrived.
func TestAnAnswerIsReadAsItComes(t *testing.T) {
	arrived := make(chan struct{})
	var p *lab.Process
	env := up(t, func(b *lab.Builder) {
		p = b.Service("teller", func(ctx context.Context, i *lab.Instance) error {
			return Serve(ctx, i, map[string]Handler{"GET /story": func(context.Context, *Request) (any, error) {
				return func(w io.Writer) {
					fmt.Fprintln(w, "once")
					<-arrived
					fmt.Fprintln(w, "upon a time")
				}, nil
			}})
		})
	})
	var heard []string
	err := Ask(testContext(t), env.Observer(), p, "GET /story", nil, func(story io.Reader) error {
		lines := bufio.NewScanner(story)
		for lines.Scan() {
			heard = append(heard, lines.Text())
			if len(heard) == 1 {
				close(arrived)
			}
		}
		return lines.Err()
	})
	if err != nil || !slices.Equal(heard, []string{"once", "upon a time"}) {
		t.Errorf("heard %q, %v", heard, err)
	}
}
