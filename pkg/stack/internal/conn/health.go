package conn

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
)

// Health is LocalStack's health page, which the embedded AWS also has.
type Health struct {
	Services map[string]string // state by name
	Version  string            // of LocalStack
	Emulator string            // empty on LocalStack itself
}

// largest is more than a health page is long.
const largest = 1 << 20

// AskHealth returns the health page of an AWS endpoint. ok is false if the endpoint has none, like real AWS
// and other emulators, or does not answer before ctx ends.
func AskHealth(ctx context.Context, url string) (h Health, ok bool) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_localstack/health", nil)
	if err != nil {
		return Health{}, false
	}
	resp, err := (&http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		return Health{}, false
	}
	defer func() { _ = resp.Body.Close() }() // everything of interest was read
	err = json.NewDecoder(io.LimitReader(resp.Body, largest)).Decode(&h)
	return h, err == nil && resp.StatusCode == http.StatusOK && len(h.Services) > 0
}
