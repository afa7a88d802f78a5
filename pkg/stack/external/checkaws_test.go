package external

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

// page gives every request the same answer.
func page(status int, form, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", form)
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// hang answers nothing until the client is gone.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // only then is the client's end seen
	<-r.Context().Done()
}

// drip sends a byte now and then, and never ends.
func drip(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		_, _ = io.WriteString(w, " ")
		w.(http.Flusher).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

func TestAWSIsDistinguishedFromOtherServers(t *testing.T) {
	const html = "<html>\r\n<head><title>404 Not Found</title></head>\r\n" +
		"<body><center><h1>404 Not Found</h1></center><hr><center>nginx/1.27.0</center></body>\r\n</html>\r\n"
	identity := `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::000000000000:root</Arn><Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
	refusal := `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>no</Message></Error></ErrorResponse>`
	localStack := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/_localstack/health" {
			hang(w, r) // a service that takes its time to load
			return
		}
		page(200, "application/json", `{"services":{"sqs":"available"},"edition":"community","version":"4.14.0"}`)(w, r)
	}
	// An emulator of queues alone, which refuses other calls in a form of its own.
	queues := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Amz-Target") != "AmazonSQS.ListQueues" {
				page(404, "application/json", `{"message":"no route"}`)(w, r)
				return
			}
			page(status, "application/x-amz-json-1.0", body, "X-Amzn-Requestid", "5b5b3c4d")(w, r)
		}
	}
	for _, tc := range []struct {
		name   string
		server http.HandlerFunc
		within time.Duration // 0 means Start's own limit
		want   string        // part of the problem; empty for none
	}{
		{"LocalStack", localStack, 0, ""},
		{"an emulator", page(200, "text/xml", identity), 0, ""},
		{"an emulator without that service", page(400, "text/xml", refusal), 0, ""},
		{"queues alone", queues(200, `{}`), 0, ""},
		{"queues alone, and an error", queues(400, `{"__type":"com.amazonaws.sqs#InvalidSecurity","message":"no"}`), 0, ""},
		{"a missing page", page(404, "text/html; charset=utf-8", html), 0,
			"answers, but is not the AWS API (404 Not Found, text/html)"},
		{"a page", page(200, "text/html", html), 0, "answers, but is not the AWS API (200 OK, text/html)"},
		{"an empty page", page(200, "text/plain", ""), 0, "answers, but is not the AWS API (200 OK, text/plain)"},
		{"a method refused", page(405, "text/plain", "Method Not Allowed"), 0,
			"answers, but is not the AWS API (405 Method Not Allowed, text/plain)"},
		{"a login", page(302, "text/html", "", "Location", "/login"), 0,
			"answers, but is not the AWS API (302 Found, text/html)"},
		{"an API of JSON", page(200, "application/json", `{"status":"ok"}`), 0,
			"answers, but is not the AWS API (200 OK, application/json)"},
		{"an API of JSON with codes", page(404, "application/json", `{"code":"NOT_FOUND","message":"no"}`), 0,
			"answers, but is not the AWS API (404 Not Found, application/json)"},
		{"a server in trouble", page(502, "text/html", "<html>bad gateway</html>"), 0,
			"answers, but is not the AWS API (502 Bad Gateway, text/html)"},
		{"one that hangs", hang, 50 * time.Millisecond, "AWS does not answer at"},
		{"one that drips", drip, 50 * time.Millisecond, "AWS does not answer at"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := httptest.NewServer(tc.server)
			t.Cleanup(server.Close)
			if tc.within == 0 {
				tc.within = answerWithin
			}
			ctx, cancel := context.WithTimeout(t.Context(), tc.within)
			defer cancel()
			got := checkAWS(ctx, stack.Endpoint{URL: server.URL, Region: "us-east-1", AccessKey: "a", SecretKey: "b"})
			switch {
			case tc.want == "" && got != nil:
				t.Errorf("refused: %s", got.reason)
			case tc.want != "" &&
				(got == nil || !strings.Contains(got.reason, tc.want) || !strings.Contains(got.reason, server.URL)):
				t.Errorf("got %+v, want %q", got, tc.want)
			case got != nil && strings.Contains(tc.want, "does not answer") && !strings.Contains(got.reason, "no answer within"):
				t.Errorf("%q does not say why", got.reason)
			}
		})
	}
}
