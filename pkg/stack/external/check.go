package external

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
)

// problem is why a dependency can't be used, and what the user can check.
type problem struct {
	reason, advice string
}

// unavailable joins problems to one error, or nil if there are none.
func unavailable(problems []*problem) error {
	var reasons, advice []string
	for _, p := range problems {
		if p != nil {
			reasons = append(reasons, p.reason)
			advice = append(advice, p.advice)
		}
	}
	if reasons == nil {
		return nil
	}
	return &stack.UnavailableError{
		Backend: stack.External, Reason: strings.Join(reasons, ", and "), Advice: strings.Join(advice, "; "),
	}
}

// checkKafka asks for the brokers and dials each at its advertised address: the usual mistake is a bootstrap
// address that works with advertised ones that don't.
func checkKafka(ctx context.Context, addrs []string, nodes int, log *zap.Logger) *problem {
	advice := "check " + EnvKafka
	at := strings.Join(addrs, ",")
	transport := &kafka.Transport{}
	defer transport.CloseIdleConnections()
	client := kafka.Client{Addr: kafka.TCP(addrs...), Transport: transport}
	resp, err := client.Metadata(ctx, &kafka.MetadataRequest{})
	if err != nil {
		return &problem{fmt.Sprintf("Kafka does not answer at %s (%s)", at, cause(err)), advice}
	}
	for _, b := range resp.Brokers {
		addr := net.JoinHostPort(b.Host, strconv.Itoa(b.Port))
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return &problem{
				fmt.Sprintf("Kafka at %s advertises %s, which can't be reached from here (%s)", at, addr, cause(err)),
				"set its advertised.listeners to an address that this machine reaches",
			}
		}
		if err := c.Close(); err != nil {
			log.Debug("closing the probe of a broker failed", zap.String("address", addr), zap.Error(err))
		}
	}
	if len(resp.Brokers) < nodes {
		return &problem{
			fmt.Sprintf("Kafka at %s has %d broker(s) and this lab needs %d", at, len(resp.Brokers), nodes),
			"use a larger cluster, or another backend",
		}
	}
	return nil
}

// checkRedis speaks the protocol itself: a client library would retry, and log each failure.
func checkRedis(ctx context.Context, addr string) *problem {
	fail := func(why string) *problem {
		return &problem{fmt.Sprintf("Redis does not answer at %s (%s)", addr, why), "check " + EnvRedis}
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return fail(cause(err))
	}
	defer func() { _ = c.Close() }() // nothing is lost with it
	if deadline, ok := ctx.Deadline(); ok {
		err = c.SetDeadline(deadline)
	}
	if err == nil {
		_, err = c.Write([]byte("*1\r\n$4\r\nPING\r\n"))
	}
	if err != nil {
		return fail(cause(err))
	}
	answer, err := bufio.NewReader(c).ReadString('\n')
	switch {
	case err != nil:
		return fail(cause(err))
	case !strings.HasPrefix(answer, "+PONG"):
		return fail(fmt.Sprintf("it says %q to PING", strings.TrimSpace(answer)))
	}
	return nil
}

// cause returns the innermost error, which says most about a network failure.
func cause(err error) string {
	var dns *net.DNSError
	var request *url.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("no answer within %v", answerWithin)
	case errors.As(err, &dns):
		return "no such host " + dns.Name
	case errors.As(err, &request):
		return request.Err.Error()
	}
	return err.Error()
}
