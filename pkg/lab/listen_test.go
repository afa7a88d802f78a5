package lab

import (
	"context"
	"net"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/stack"
)

// An instance listens where it did before, or elsewhere if its port was taken while it was dead.
func TestARestartedInstanceKeepsItsAddress(t *testing.T) {
	ctx := context.Background()
	st := &stack.Stack{Backend: map[string]string{}}
	env := NewEnv("cl-test", 1, 1, st, history.NewRecorder(time.Now()), zap.NewNop())
	defer env.Close(ctx)
	i, err := env.Run(ctx, "web", func(ctx context.Context, i *Instance) error {
		ln, err := i.Listen()
		if err != nil {
			return err
		}
		defer ln.Close()
		i.Ready()
		<-ctx.Done()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	restart := func(meanwhile func()) {
		t.Helper()
		if err := i.Kill(ctx); err != nil {
			t.Fatal(err)
		}
		meanwhile()
		if err := i.Start(ctx); err != nil {
			t.Fatal(err)
		}
	}
	first := i.Addr()
	if restart(func() {}); i.Addr() != first {
		t.Errorf("it listened at %s and now at %s", first, i.Addr())
	}
	restart(func() {
		taken, err := net.Listen("tcp", first)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { taken.Close() })
	})
	if i.Addr() == first {
		t.Errorf("it listens at %s, which is taken", first)
	}
}
