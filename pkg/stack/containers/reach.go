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

// refuseWithin is how long a published port may refuse while its container runs: engines in a
// virtual machine need a moment to lead it here.
var refuseWithin = 10 * time.Second

// local fails where the engine is another machine's, whose ports are published there alone.
func (e *Engine) local(ctx context.Context) error {
	u, err := url.Parse(e.Host)
	if err != nil || u.Scheme != "tcp" {
		return nil // a socket is this machine's
	}
	resolve, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	ips, err := net.DefaultResolver.LookupIPAddr(resolve, u.Hostname())
	if err != nil {
		return nil // it has answered: it is found by other means, and the ports will tell
	}
	own, _ := net.InterfaceAddrs() // where they are not known, loopback alone is ours
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

// unreachable is what to say of a published port that is not here.
func (e *Engine) unreachable(addr string) error {
	return &stack.UnavailableError{
		Backend: stack.Containers,
		Reason: fmt.Sprintf("the ports that the engine at %s publishes can't be reached from here (a container runs, and "+
			"nobody listens at %s)", e.Host, addr),
		Advice: "run crashlab where the engine is; in a dev container give it the host's network (--network=host), or use " +
			"--backend embedded",
	}
}

// refused says whether err is that of a connection that did not come about.
func refused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" && !op.Timeout()
}

// free says whether nobody listens at an address. An engine that publishes a port here listens at
// it from before its container runs, whether the process in there listens or not.
func free(addr string) bool {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		_ = l.Close() // it was only there to see
	}
	return err == nil || strings.Contains(err.Error(), "cannot assign")
}
