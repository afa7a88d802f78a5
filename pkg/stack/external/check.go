package external

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// problem is why a dependency can't be used, and what the user can check.
type problem struct {
	reason, advice string
}

// unavailable joins problems to one error; nil where there is none.
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

// checkAWS takes any HTTP answer for a sign of life: emulators agree on no health page.
func checkAWS(ctx context.Context, e stack.Endpoint) *problem {
	if e.URL == "" {
		return checkRealAWS(ctx, e)
	}
	advice := "check " + EnvAWS
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.URL+"/_localstack/health", nil)
	if err != nil || req.URL.Host == "" {
		return &problem{fmt.Sprintf("AWS endpoint %q is not a URL", e.URL), advice + ", as http://127.0.0.1:4566"}
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return &problem{fmt.Sprintf("AWS does not answer at %s (%s)", e.URL, cause(err)), advice}
	}
	_ = resp.Body.Close() // nothing is read from it
	return nil
}

func checkRealAWS(ctx context.Context, e stack.Endpoint) *problem {
	const advice = "check your AWS profile, region and network (aws sts get-caller-identity)"
	cfg, err := conn.AWS(ctx, e)
	if err == nil {
		_, err = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	}
	if err != nil {
		return &problem{"AWS does not accept the SDK's credentials (" + cause(err) + ")", advice}
	}
	return nil
}

// checkKafka asks for the brokers and dials each at the address that it advertises: a broker that
// can be bootstrapped from and not be reached is the usual mistake.
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
	defer func() { _ = c.Close() }() // all was said
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

// cause is the end of an error's chain, which is what the reader needs of a network error.
func cause(err error) string {
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("no answer within %v", answerWithin)
	case errors.As(err, &dns):
		return "no such host " + dns.Name
	}
	return err.Error()
}
