package stream

import (
	"encoding/json"
	"testing"

	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

func TestPoisonIsRoutedButNotRead(t *testing.T) {
	op := load.Op{ID: "movement-7", Key: "k3"}
	for name, body := range map[string][]byte{"sound": sound(op), "poisoned": poisoned(op)} {
		if to := part.Decode[address](body); to.ID != op.ID || to.Account != op.Key {
			t.Errorf("%s: routed to %+v", name, to)
		}
		var m movement
		if err := json.Unmarshal(body, &m); (err == nil) != (name == "sound") {
			t.Errorf("%s: read as %+v, %v", name, m, err)
		}
	}
}
