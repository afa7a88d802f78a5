package awslocal

import (
	"encoding/json"
	"net/http"
)

const healthPath = "/_localstack/health"

// version is the LocalStack release whose answers we match; tools read it from the health page.
const version = "4.14.0"

// emulator distinguishes us from LocalStack, which has no such member.
const emulator = "crashlab"

// health answers like LocalStack's health page: tools that wait for LocalStack also wait for us.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	states := make(map[string]string, len(s.byName))
	for name := range s.byName {
		states[name] = "running"
	}
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodHead {
		return
	}
	// The client may be gone; then there is nothing to do.
	_ = json.NewEncoder(w).Encode(map[string]any{
		"services": states, "edition": "community", "version": version, "emulator": emulator,
	})
}
