package awslocal

import (
	"net/http"
	"regexp"
	"strings"
	"sync"

	"go.uber.org/zap"
)

// unknownOperation is AWS's code for what a service does not have.
const unknownOperation = "UnknownOperationException"

// missed remembers what was called and is not served, so that each is reported once. Its zero value is empty.
type missed struct {
	mu   sync.Mutex
	seen map[[2]string]bool
}

// Bounds of what is remembered and printed of names that clients make up.
const (
	maxMissed     = 1000
	maxMissedName = 100
)

// first reports whether a service's operation is missed for the first time.
func (m *missed) first(service, operation string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	name := [2]string{service, operation}
	if m.seen[name] || len(m.seen) == maxMissed {
		return false
	}
	if m.seen == nil {
		m.seen = map[[2]string]bool{}
	}
	m.seen[name] = true
	return true
}

// notServed reports a call that is not supported, the first time that it is made. It is an error in the log:
// whoever develops against the endpoint must see it.
func (s *Server) notServed(service, operation string) {
	service, operation = shorten(service), shorten(operation)
	if s.missed.first(service, operation) {
		s.cfg.Log.Error("not served", zap.String("service", service), zap.String("operation", operation))
	}
}

func shorten(name string) string { return name[:min(len(name), maxMissedName)] }

// apiVersion matches the first part of a path that names a version of the API and no resource.
var apiVersion = regexp.MustCompile(`^(v\d+|\d{4}-\d{2}-\d{2})$`)

// restOperation names a REST call by its method and the kind of its resource: "GET /2015-03-31/functions".
func restOperation(r *http.Request) string {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 3)
	if n := 1; len(parts) > n && apiVersion.MatchString(parts[0]) {
		return r.Method + " /" + parts[0] + "/" + parts[1]
	}
	return r.Method + " /" + parts[0]
}
