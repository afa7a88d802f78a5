package containers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// awsLazy is how long to wait for the services that start at their first call. After that an emulator that
// fails them counts as ready: it does not have them.
const awsLazy = 30 * time.Second

// awsReady asks for LocalStack's health page, then for one answer of each service: see [conn.AskServices]. An
// emulator without a health page counts as healthy when it answers at all.
func awsReady(addr string) readiness {
	var healthy time.Time // since when; zero while it is not
	return func(ctx context.Context) error {
		if err := askHealth(ctx, "http://"+addr); err != nil {
			healthy = time.Time{}
			return err
		}
		if healthy.IsZero() {
			healthy = time.Now()
		}
		if err := conn.AskServices(ctx, awsEndpoint(addr)); err != nil && time.Since(healthy) < awsLazy {
			return err
		}
		return nil
	}
}

// awsEndpoint is the endpoint of a LocalStack at an address. It accepts any key.
func awsEndpoint(addr string) stack.Endpoint {
	return stack.Endpoint{URL: "http://" + addr, Region: "us-east-1", AccessKey: "test", SecretKey: "test"}
}

// askHealth fails while the health page does not answer or answers with a 5xx.
func askHealth(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_localstack/health", nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusInternalServerError {
		err = fmt.Errorf("its health page says %d", resp.StatusCode)
	}
	return errors.Join(err, resp.Body.Close())
}
