package containers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

// refuseWithin is how long a published port may refuse while its container runs: engines in a virtual machine
// need a moment to forward it.
var refuseWithin = 10 * time.Second

// local fails if the engine runs on another machine, which publishes its ports only there.
func (e *Engine) local(ctx context.Context) error {
	u, err := url.Parse(e.Host)
	if err != nil || u.Scheme != "tcp" {
		return nil // a socket is on this machine
	}
	resolve, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	ips, err := net.DefaultResolver.LookupIPAddr(resolve, u.Hostname())
	if err != nil {
		return nil // the engine answered, so its name resolves by other means; the ports will tell
	}
	own, _ := net.InterfaceAddrs() // if they are not known, only loopback counts as local
	for _, ip := range ips {
		if ip.IP.IsLoopback() {
			return nil
		}
		for _, a := range own {
			if n, ok := a.(*net.IPNet); ok && n.IP.Equal(ip.IP) {
				return nil
			}
		}
	}
	return &stack.UnavailableError{
		Backend: stack.Containers,
		Reason: fmt.Sprintf("the engine at %s is on another machine, and publishes its ports on that one's 127.0.0.1 alone",
			e.Host),
		Advice: remoteAdvice,
	}
}

// unreachable is the error for a published port that can't be reached from here.
func (e *Engine) unreachable(addr string) error {
	return &stack.UnavailableError{
		Backend: stack.Containers,
		Reason: fmt.Sprintf("the ports that the engine at %s publishes can't be reached from here (a container runs, and "+
			"nobody listens at %s)", e.Host, addr),
		Advice: "run crashlab where the engine is; in a dev container give it the host's network (--network=host), or use " +
			"--backend embedded",
	}
}

// refused reports whether err means that no connection came about.
func refused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && !op.Timeout()
}

// free reports whether nothing listens at an address. An engine that publishes a port on this machine listens
// there from before its container runs.
func free(addr string) bool {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		_ = l.Close() // it was opened only to see
	}
	return err == nil || strings.Contains(err.Error(), "cannot assign")
}
