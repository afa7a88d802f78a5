package stack

import (
	"net"

	"github.com/crashlab/crashlab/pkg/stack/internal/port"
)

// Listen listens on a loopback port that a killed server can return to: the system does not hand it out to
// outgoing connections meanwhile.
func Listen() (net.Listener, error) { return port.Listen() }
