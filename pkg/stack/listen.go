package stack

import (
	"net"

	"github.com/crashlab/crashlab/pkg/stack/internal/port"
)

// Listen listens on a loopback port that a server can come back to after it was killed: one that the
// system does not hand out to outgoing connections meanwhile.
func Listen() (net.Listener, error) { return port.Listen() }
