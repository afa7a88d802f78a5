package containers

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/containerd/errdefs"

	"github.com/crashlab/crashlab/pkg/stack"
)

// refusal is why an engine can't be used, and what the user can do about it.
type refusal struct {
	place  place
	reason string // a clause
	advice string
	nobody bool // nothing is there, rather than an engine that can't be used
}

const startDocker = "start Docker (scripts/docker-up does on Debian), or use --backend embedded"

var (
	errNoEngine = errors.New("no engine: its answer to a ping is another one than Docker's")
	errSSH      = errors.New("it is reached by ssh")
	errScheme   = errors.New("no address of an engine")
)

// check refuses what can be refused without a connection.
func (p place) check() error {
	scheme, rest, _ := strings.Cut(p.host, "://")
	switch {
	case scheme == "ssh":
		return errSSH
	case rest == "" || scheme != "unix" && scheme != "tcp" && scheme != "npipe":
		return errScheme
	}
	return nil
}

// withPort adds Docker's usual port to an address without one.
func (p place) withPort() string {
	address, ok := strings.CutPrefix(p.host, "tcp://")
	if !ok {
		return p.host
	}
	host, path, slash := strings.Cut(address, "/")
	if _, _, err := net.SplitHostPort(host); err != nil {
		port := "2375"
		if p.tls != nil {
			port = "2376"
		}
		host = net.JoinHostPort(strings.Trim(host, "[]"), port)
	}
	if slash {
		path = "/" + path
	}
	return "tcp://" + host + path
}

// refusal turns err into words for the user.
func (p place) refusal(err error) refusal {
	r := refusal{place: p, advice: startDocker}
	cause := err
	var failed *callError
	if errors.As(err, &failed) && failed.err != nil {
		cause = failed.err
	}
	text := cause.Error()
	says := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(text, part) {
				return true
			}
		}
		return false
	}
	switch {
	case errors.Is(err, errSSH):
		r.reason = "is reached by ssh, and the ports of its containers are not here"
		r.advice = remoteAdvice
	case errors.Is(err, errScheme):
		r.reason = "is no address of an engine"
		r.advice = "want unix:///path/of/docker.sock or tcp://host:2375"
	case errors.Is(cause, syscall.ENOENT):
		r.reason, r.nobody = "is not there", true
	case errors.Is(cause, syscall.ECONNREFUSED):
		r.reason, r.nobody = "has nobody listening", true
	case errors.Is(cause, syscall.EACCES), errors.Is(cause, syscall.EPERM):
		r.reason = "refuses this user: permission denied"
		r.advice = "join the group docker with sudo usermod -aG docker $USER and log in again, or use --backend embedded"
	case failed != nil && failed.err == nil:
		r.reason = "does not answer within " + seconds(connectWithin)
		r.advice = "start the engine anew, or use --backend embedded"
	case says("HTTP request to an HTTPS server", `malformed HTTP response "\x15`):
		r.reason = "speaks TLS alone"
		r.advice = "set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem"
	case says("server gave HTTP response to HTTPS client", "does not look like a TLS handshake"):
		r.reason = "speaks no TLS"
		r.advice = "unset DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH"
	case says("x509:", "tls:", "X509", "PEM"):
		r.reason = "has no TLS that fits ours: " + text
		r.advice = "look at ca.pem, cert.pem and key.pem" + p.certificatesDir()
	case says("minimum supported API version"):
		r.reason = "is too old: " + tooOld(text)
		r.advice = "update Docker to 19.03 or later, or use --backend embedded"
	case errors.Is(err, errNoEngine), errdefs.IsNotFound(err), says("malformed HTTP"):
		r.reason = "is something else than a Docker engine"
		r.advice = "set " + p.named() + " to an engine's address"
	default:
		r.reason = "fails: " + firstLine(strings.TrimPrefix(text, "Error response from daemon: "))
	}
	return r
}

const remoteAdvice = "run `crashlab up --backend containers` on that machine and use --backend external here, or use " +
	"--backend embedded"

// named returns what named the engine's address.
func (p place) named() string {
	if p.by == "" {
		return "DOCKER_HOST"
	}
	return p.by
}

func (p place) certificatesDir() string {
	if p.tls == nil {
		return ""
	}
	return " in " + p.tls.dir
}

// firstLine keeps a web page out of a message.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return fmt.Sprintf("%.120s", line)
}

// tooOld is "its API is 1.39, and 1.40 is the least".
func tooOld(text string) string {
	var is, least string
	if _, err := fmt.Sscanf(text,
		"API version %s is not supported by this client: the minimum supported API version is %s", &is, &least); err != nil {
		return text
	}
	return "its API is " + is + ", and " + least + " is the least"
}

// unavailable joins all refusals to one error of one line.
func unavailable(all []refusal) error {
	e := &stack.UnavailableError{Backend: stack.Containers, Advice: all[0].advice}
	var texts []string
	nobody := true
	for _, r := range all {
		if nobody && !r.nobody {
			nobody, e.Advice = false, r.advice // rather than to start another
		}
		text := r.place.host + " " + r.reason
		if r.place.by != "" {
			text = fmt.Sprintf("%s (%s) %s", r.place.host, r.place.by, r.reason)
		}
		texts = append(texts, text)
	}
	e.Reason = "no Docker engine to use: " + strings.Join(texts, ", ")
	if nobody {
		return &absentError{e}
	}
	return e
}

// absentError says that there is no engine at all, not that one can't be used.
type absentError struct{ *stack.UnavailableError }

func (e *absentError) Unwrap() error { return e.UnavailableError }

// Absent reports whether an error of this package means that this machine has no engine, and so no objects of
// ours; reason is a clause.
func Absent(err error) (reason string, absent bool) {
	var none *absentError
	if !errors.As(err, &none) {
		return "", false
	}
	return none.Reason, true
}
