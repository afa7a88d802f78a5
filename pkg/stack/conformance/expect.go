package conformance

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/aws/smithy-go"
)

// ok fails the case if a call failed: ok(client.Call(ctx, in))(t).
func ok[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// must fails the case if a call failed.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// equal fails the case if a value is not the expected one.
func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// fails fails the case unless err is an error response with one of these codes.
func fails(t *testing.T, err error, codes ...string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got %v, want %v", err, codes)
	}
	if !slices.Contains(codes, api.ErrorCode()) {
		t.Fatalf("got %s (%s), want %v", api.ErrorCode(), api.ErrorMessage(), codes)
	}
}

// fails1 is fails for a call that also returns a value: fails1(client.Call(ctx, in))(t, "Code").
func fails1[T any](_ T, err error) func(t *testing.T, codes ...string) {
	return func(t *testing.T, codes ...string) {
		t.Helper()
		fails(t, err, codes...)
	}
}

// patience is how long a case waits for an asynchronous effect.
const patience = 20 * time.Second

// eventually fails the case unless cond holds before patience ends.
func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if cond() {
			return
		}
	}
	t.Fatalf("not within %v: %s", patience, what)
}

// never fails the case if cond holds at any time during d.
func never(t *testing.T, d time.Duration, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if cond() {
			t.Fatalf("within %v: %s", d, what)
		}
	}
}
