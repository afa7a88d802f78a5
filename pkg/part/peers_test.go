package part

import (
	"context"
	"slices"
	"testing"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

func TestPeersAskEachOtherByName(t *testing.T) {
	var peers Peers
	if names := peers.Names(); len(names) != 0 {
		t.Errorf("nobody has joined, but there are %v", names)
	}
	// GET /ask/{peer} asks the peer for its name.
	member := func(ctx context.Context, i *lab.Instance) error {
		return Serve(ctx, i, map[string]Handler{
			"GET /name": func(context.Context, *Request) (any, error) { return []byte(i.Name), nil },
			"GET /ask/{peer}": func(ctx context.Context, r *Request) (any, error) {
				var name []byte
				err := peers.Ask(ctx, i, r.PathValue("peer"), "GET /name", nil, &name)
				return name, err
			},
		})
	}
	env := up(t, func(b *lab.Builder) { peers.Join(b.Services("peer", 2, member)...) })
	ctx, i := testContext(t), env.Observer()
	for _, from := range peers.Names() {
		for _, to := range []string{"peer-1", "peer-2"} {
			var name []byte
			if err := peers.Ask(ctx, i, from, "GET /ask/"+to, nil, &name); err != nil || string(name) != to {
				t.Errorf("%s asked %s and got %q, %v", from, to, name, err)
			}
		}
	}
	if err := peers.Ask(ctx, i, "peer-3", "GET /name", nil, nil); !load.IsDefinite(err) {
		t.Errorf("peer-3 has not joined: %v, want a definite error", err)
	}
	late, err := env.Run(ctx, "peer-3", member)
	if err != nil {
		t.Fatal(err)
	}
	peers.Join(late)
	if err := peers.Ask(ctx, i, "peer-1", "GET /ask/peer-3", nil, nil); err != nil {
		t.Errorf("peer-3 has joined: %v", err)
	}
	if names := peers.Names(); !slices.Equal(names, []string{"peer-1", "peer-2", "peer-3"}) {
		t.Errorf("the members are %v", names)
	}
}
