package pubsub

import (
	"strings"
	"testing"
)

// A subscriber that does not read is dropped once 32 MB wait for it; the publisher is not held up.
func TestASubscriberThatDoesNotReadIsDropped(t *testing.T) {
	p := started(t)
	s := p.Connect(t)
	s.Wants("SUBSCRIBE a", `["subscribe" "a" 1]`)
	message := strings.Repeat("m", 1<<20)
	published := 0
	for p.Send("PUBLISH", "a", message) != "0" {
		if published++; published > 1000 {
			t.Fatal("the subscriber is still there")
		}
	}
	if published < 32 {
		t.Errorf("it was dropped after %d MB", published)
	}
}
