package awslocal_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestAServiceThatIsNotThereAnswersInItsProtocol(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	for service, path := range map[string]string{
		"batch": "/v1/submitjob", "glacier": "/-/vaults/v", "pipes": "/v1/pipes/p",
		"apigateway": "/restapis", "execute-api": "/stage", "ballet": "/",
	} {
		status, h, body := raw(t, "POST", s.URL()+path, "{}", "Authorization", scope+service+"/aws4_request",
			"Content-Type", "application/json")
		require.Equal(t, http.StatusNotFound, status, service)
		require.Equal(t, "UnknownOperationException", h.Get("X-Amzn-Errortype"), service)
		require.Equal(t, "application/json", h.Get("Content-Type"), service)
		require.Len(t, h.Get("X-Amzn-Requestid"), 36, service)
		want := fmt.Sprintf(`{"message":"The service \"%s\" is not served by the embedded AWS."}`, service)
		require.JSONEq(t, want, body)
	}
	_, h, body := raw(t, "GET", s.URL()+"/2013-04-01/hostedzone", "", "Authorization", scope+"route53/aws4_request")
	require.Contains(t, body, "<Code>UnknownOperationException</Code>")
	require.Contains(t, body, "<RequestId>"+h.Get("X-Amz-Request-Id")+"</RequestId>")
}

func TestWhatIsNotServedIsLoggedTheFirstTime(t *testing.T) {
	core, logs := observer.New(zap.ErrorLevel) // as without -v
	s := awstest.Start(t, awslocal.Config{Log: zap.New(core)})
	for range 2 {
		raw(t, "POST", s.URL(), `{}`, "X-Amz-Target", "AmazonSQS.Dance")
		raw(t, "POST", s.URL(), `{}`, "X-Amz-Target", "AmazonSQS.Sing")
		raw(t, "POST", s.URL(), `{}`, "X-Amz-Target", "AmazonSSM.GetParameter")
		raw(t, "GET", s.URL()+"/2020-05-31/distribution/f", "", "Authorization", scope+"cloudfront/aws4_request")
		raw(t, "GET", s.URL()+"/2020-05-31/distribution/g", "", "Authorization", scope+"cloudfront/aws4_request")
		raw(t, "DELETE", s.URL()+"/v1/pipes/s", "", "Authorization", scope+"pipes/aws4_request")
	}
	var got []string
	for _, e := range logs.All() {
		require.Equal(t, "not served", e.Message)
		got = append(got, fmt.Sprint(e.ContextMap()["service"], " ", e.ContextMap()["operation"]))
	}
	require.Equal(t, []string{
		"sqs Dance", "sqs Sing", "AmazonSSM GetParameter", "cloudfront GET /2020-05-31/distribution",
		"pipes DELETE /v1/pipes",
	}, got)
}

// A client that makes up names fills neither the memory nor the terminal.
func TestWhatIsNotServedIsBounded(t *testing.T) {
	core, logs := observer.New(zap.ErrorLevel)
	s := awstest.Start(t, awslocal.Config{Log: zap.New(core)})
	raw(t, "POST", s.URL(), `{}`, "X-Amz-Target", "AmazonSQS."+strings.Repeat("x", 1<<10))
	require.Len(t, logs.All()[0].ContextMap()["operation"], 100)
	for i := range 1100 {
		raw(t, "POST", s.URL(), `{}`, "X-Amz-Target", fmt.Sprint("AmazonSQS.", i))
	}
	require.Equal(t, 1000, logs.Len())
}
