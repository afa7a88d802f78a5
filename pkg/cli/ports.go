package cli

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

const (
	lastPort    = 65535
	unreserved  = 1024 // the first port that needs no privileges
	suggestions = 500  // how many ports after a taken one are tried
)

func registerPorts(cmd *cobra.Command, p *stack.Ports) {
	flags := cmd.Flags()
	flags.IntVar(&p.AWS, "aws-port", 0, "embedded, containers: port of the AWS API; 0 is any free one")
	flags.IntVar(&p.Kafka, "kafka-port", 0,
		"embedded, containers: port of the first Kafka broker; the others have the next ones")
	flags.IntVar(&p.Redis, "redis-port", 0, "embedded, containers: port of Redis")
}

// ask is what a flag asks for: count ports from first on.
type ask struct {
	flag         string
	first, count int
}

func (a ask) String() string { return fmt.Sprintf("--%s %d", a.flag, a.first) }

// checkPorts refuses ports that a stack can't have: those that are none, that two flags ask for, or that
// something else listens on.
func checkPorts(p stack.Ports, nodes int, backend string) error {
	var asks []ask
	for _, a := range []ask{{"aws-port", p.AWS, 1}, {"kafka-port", p.Kafka, nodes}, {"redis-port", p.Redis, 1}} {
		if a.first != 0 {
			asks = append(asks, a)
		}
	}
	for i, a := range asks {
		if backend == stack.External {
			return fmt.Errorf("%v: your own endpoints have their ports; use --backend embedded or containers", a)
		}
		if a.first < 1 || a.first+a.count-1 > lastPort {
			return fmt.Errorf("%v: ports are from 1 to %d, and this takes %d; 0 is any free one", a, lastPort, a.count)
		}
		for _, b := range asks[:i] {
			if a.first < b.first+b.count && b.first < a.first+a.count {
				return fmt.Errorf("%v: --%s takes this port too; %s", a, b.flag, a.suggest(asks))
			}
		}
	}
	for _, a := range asks {
		if number, err := a.taken(); err != nil {
			return fmt.Errorf("%v: port %d %s; %s", a, number, because(err), a.suggest(asks))
		}
	}
	return nil
}

// taken returns the first of the ports that can't be listened on, and why.
func (a ask) taken() (number int, err error) {
	for number := a.first; number < a.first+a.count; number++ {
		ln, err := loopback.Listen(net.JoinHostPort("127.0.0.1", strconv.Itoa(number)))
		if err != nil {
			return number, err
		}
		if err := ln.Close(); err != nil {
			return number, err
		}
	}
	return 0, nil
}

func because(err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return "is in use"
	case errors.Is(err, syscall.EACCES):
		return "needs privileges"
	}
	return fmt.Sprintf("can't be listened on (%v)", err)
}

// suggest names ports that are free instead, and that no other flag asks for.
func (a ask) suggest(others []ask) string {
	first := max(a.first+1, unreserved)
	for _, o := range others {
		if o.flag != a.flag {
			first = max(first, o.first+o.count)
		}
	}
	for number := first; number < first+suggestions && number+a.count-1 <= lastPort; number++ {
		if _, err := (ask{a.flag, number, a.count}).taken(); err == nil {
			return fmt.Sprintf("--%s %d is free, and 0 is any free one", a.flag, number)
		}
	}
	return "0 is any free one"
}
