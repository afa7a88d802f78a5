package stream

import (
	"testing"

	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

func TestPoisonIsRoutedButNotRead(t *testing.T) {
	op := load.Op{ID: "movement-7", Key: "k3"}
	m := part.Decode[movement](poisoned(op))
	if m.ID != op.ID || m.Account != op.Key {
		t.Errorf("routed to %+v", m)
	}
	p := &pipeline{accounts: &part.Table[account]{}}
	if err := p.apply(t.Context(), nil, m); err == nil {
		t.Error("applied")
	}
}
