package part

import (
	"context"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

// named answers with the name of its instance.
func named(ctx context.Context, i *lab.Instance) error {
	return Serve(ctx, i, map[string]Handler{
		"GET /name": func(context.Context, *Request) (any, error) { return []byte(i.Name), nil },
	})
}

// names asks until it has heard of that many instances, or fails.
func names(t *testing.T, env *lab.Env, f *Fleet, want int) map[string]bool {
	t.Helper()
	heard := map[string]bool{}
	ctx := testContext(t)
	err := lab.Poll(ctx, "the fleet has that many instances", func(ctx context.Context) (bool, error) {
		clear(heard)
		for range 4 * want {
			var name []byte
			if err := f.Ask(ctx, env.Observer(), "GET /name", nil, &name); err != nil {
				return false, err
			}
			heard[string(name)] = true
		}
		return len(heard) == want && f.Serving() == want, nil
	})
	if err != nil {
		t.Fatalf("%v: heard of %v, %d serve", err, heard, f.Serving())
	}
	return heard
}

func TestAFleetFollowsItsAutoscaler(t *testing.T) {
	for _, warm := range []bool{true, false} {
		want := make(chan int, 1)
		want <- 1
		var f *Fleet
		env := up(t, func(b *lab.Builder) {
			f = NewFleet(b, "web", 1, 3, warm, named)
			f.Boot, f.Wake = 20*time.Millisecond, time.Millisecond
			now := 0
			b.Service("autoscaler", f.Autoscaler(5*time.Millisecond, func(int) int {
				select {
				case now = <-want:
				default:
				}
				return now
			}))
		})
		for _, n := range []int{1, 3, 1, 2} {
			want <- n
			names(t, env, f, n)
		}
		if err := f.Lose(testContext(t), 2); err != nil {
			t.Fatal(err)
		}
		want <- 3
		names(t, env, f, 3)
	}
}

func TestAFleetWithoutCapacityHasItsWarmPoolOnly(t *testing.T) {
	for warm, most := range map[bool]int{true: 2, false: 1} {
		var f *Fleet
		env := up(t, func(b *lab.Builder) {
			f = NewFleet(b, "web", 1, 2, warm, named)
			f.Refuse(true)
			b.Service("autoscaler", f.Autoscaler(time.Millisecond, func(int) int { return 2 }))
		})
		names(t, env, f, most)
		f.Refuse(false)
		names(t, env, f, 2)
	}
}

func TestAnInstanceThatRefusesConnectionsGetsNoMore(t *testing.T) {
	var f *Fleet
	env := up(t, func(b *lab.Builder) { f = NewFleet(b, "web", 2, 2, false, named) })
	if err := f.Lose(testContext(t), 1); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for range 10 {
		if f.Ask(testContext(t), env.Observer(), "GET /name", nil, nil) != nil {
			failed++
		}
	}
	if failed > 2 || f.Serving() != 1 {
		t.Errorf("%d of 10 requests failed, %d instances serve", failed, f.Serving())
	}
}
