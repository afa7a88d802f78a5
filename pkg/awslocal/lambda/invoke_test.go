package lambda_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/lambda"
)

func TestAFunctionAnswers(t *testing.T) {
	f := start(t, handlers{"f": echo})
	out := f.call(t, "f", `{"a":1}`)
	require.JSONEq(t, `{"a":1}`, string(out.Payload))
	require.EqualValues(t, 200, out.StatusCode)
	require.Equal(t, "$LATEST", *out.ExecutedVersion)
	require.Nil(t, out.FunctionError)
	log := logOf(t, out)
	require.Contains(t, log, "START RequestId: ")
	require.Contains(t, log, "Billed Duration: 0 ms\tMemory Size: 128 MB")
	require.Contains(t, log, "Init Duration: 0.00 ms")
	require.NotContains(t, logOf(t, f.call(t, "f", `1`)), "Init", "the environment is warm")
	require.JSONEq(t, `{}`, string(f.call(t, "f", ``).Payload))

	for _, name := range []string{
		"f:$LATEST", "arn:aws:lambda:us-east-1:000000000000:function:f", "000000000000:function:f",
	} {
		require.JSONEq(t, `2`, string(f.call(t, name, `2`).Payload), name)
	}
}

func TestAnErrorOfAFunction(t *testing.T) {
	f := start(t, handlers{
		"plain": func(context.Context, []byte) ([]byte, error) { return nil, errors.New("no") },
		"typed": func(context.Context, []byte) ([]byte, error) {
			return nil, &lambda.Error{Type: "Refused", Message: "no"}
		},
		"panic": func(context.Context, []byte) ([]byte, error) { panic("oh") },
		"large": func(context.Context, []byte) ([]byte, error) { return make([]byte, 7<<20), nil },
	})
	for name, want := range map[string]string{
		"plain": `{"errorMessage":"no","errorType":"errorString"}`, "typed": `{"errorMessage":"no","errorType":"Refused"}`,
		"panic": `{"errorMessage":"oh","errorType":"string"}`,
		"large": `{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).",` +
			`"errorType":"Function.ResponseSizeTooLarge"}`,
	} {
		out := f.call(t, name, `{}`)
		require.Equal(t, "Unhandled", aws.ToString(out.FunctionError), name)
		require.EqualValues(t, 200, out.StatusCode, name)
		require.JSONEq(t, want, string(out.Payload), name)
	}
	require.Contains(t, logOf(t, f.call(t, "panic", `{}`)), "Init Duration", "a panic ends the environment")
}

func TestATimeout(t *testing.T) {
	g := newGate()
	f := start(t, handlers{"f": g.handle})
	done := make(chan *sdk.InvokeOutput)
	go func() { done <- f.call(t, "f", `1`) }()
	g.enter(t)
	f.clock.Advance(3 * time.Second)
	out := <-done
	require.Equal(t, "Unhandled", aws.ToString(out.FunctionError))
	require.Contains(t, string(out.Payload), `Error: Task timed out after 3.00 seconds","errorType":"Sandbox.Timedout"`)
	require.Contains(t, logOf(t, out), "Duration: 3000.00 ms\tBilled Duration: 3000 ms")
	require.Contains(t, logOf(t, out), "Status: timeout")
}

func TestADryRunRunsNothing(t *testing.T) {
	f := start(t, handlers{"f": func(context.Context, []byte) ([]byte, error) { panic("run") }})
	out, err := f.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("f"), InvocationType: types.InvocationTypeDryRun,
	})
	require.NoError(t, err)
	require.EqualValues(t, 204, out.StatusCode)
}

func TestARequestIsRefused(t *testing.T) {
	f := start(t, handlers{"f": echo})
	for code, c := range map[string]struct {
		in      sdk.InvokeInput
		message string
	}{
		"ResourceNotFoundException": {sdk.InvokeInput{FunctionName: aws.String("g"), Qualifier: aws.String("1")},
			"Function not found: arn:aws:lambda:us-east-1:000000000000:function:g:1"},
		"InvalidRequestContentException": {sdk.InvokeInput{FunctionName: aws.String("f"), Payload: []byte("{")},
			"Could not parse request body into json"},
		"RequestTooLargeException": {sdk.InvokeInput{
			FunctionName: aws.String("f"), Payload: []byte(`"` + strings.Repeat("a", 1<<20) + `"`),
			InvocationType: types.InvocationTypeEvent,
		}, "Request must be smaller than 1048576 bytes for the InvokeFunction operation"},
		"ValidationException": {sdk.InvokeInput{FunctionName: aws.String("f"), InvocationType: "Later"},
			"Member must satisfy enum value set: [Event, RequestResponse, DryRun]"},
		"InvalidParameterValueException": {sdk.InvokeInput{FunctionName: aws.String("f:1"), Qualifier: aws.String("2")},
			"does not match the specified qualifier"},
	} {
		_, err := f.Invoke(t.Context(), &c.in)
		wantError(t, err, code, c.message)
	}
}

func TestReservedConcurrency(t *testing.T) {
	g := newGate()
	f := start(t, handlers{"f": g.handle})
	_, err := f.PutFunctionConcurrency(t.Context(), &sdk.PutFunctionConcurrencyInput{
		FunctionName: aws.String("f"), ReservedConcurrentExecutions: aws.Int32(1),
	})
	require.NoError(t, err)
	done := make(chan *sdk.InvokeOutput)
	go func() { done <- f.call(t, "f", `1`) }()
	g.enter(t)
	_, err = f.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f")})
	wantError(t, err, "TooManyRequestsException", "Rate Exceeded.")
	var refused *types.TooManyRequestsException
	require.ErrorAs(t, err, &refused)
	require.Equal(t, types.ThrottleReasonReservedFunctionConcurrentInvocationLimitExceeded, refused.Reason)
	g.leave <- nil
	<-done
	go func() { done <- f.call(t, "f", `2`) }()
	require.Equal(t, "2", g.enter(t))
	g.leave <- nil
	<-done
	require.Equal(t, "ReservedFunctionConcurrentInvocationLimitExceeded", f.reports[0].Throttled)
	require.Equal(t, f.reports[1].Environment, f.reports[2].Environment)
	require.False(t, f.reports[2].Cold)
}

func TestAnAccountsConcurrencyIsShared(t *testing.T) {
	g := newGate()
	f := start(t, handlers{"f": g.handle, "g": g.handle, "h": echo}, func(c *lambda.Config) { c.Concurrency = 20 })
	_, err := f.PutFunctionConcurrency(t.Context(), &sdk.PutFunctionConcurrencyInput{
		FunctionName: aws.String("h"), ReservedConcurrentExecutions: aws.Int32(18),
	})
	require.NoError(t, err)
	_, err = f.PutFunctionConcurrency(t.Context(), &sdk.PutFunctionConcurrencyInput{
		FunctionName: aws.String("g"), ReservedConcurrentExecutions: aws.Int32(1),
	})
	wantError(t, err, "InvalidParameterValueException", "below its minimum value of [2]")
	done := make(chan *sdk.InvokeOutput)
	for _, name := range []string{"f", "g"} {
		go func() { done <- f.call(t, name, `1`) }()
		g.enter(t)
	}
	_, err = f.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f")})
	var refused *types.TooManyRequestsException
	require.ErrorAs(t, err, &refused)
	require.Equal(t, types.ThrottleReasonConcurrentInvocationLimitExceeded, refused.Reason)
	f.call(t, "h", `1`)
	for range 2 {
		g.leave <- nil
		<-done
	}
}

func TestNewEnvironmentsAreLimitedInTime(t *testing.T) {
	g := newGate()
	f := start(t, handlers{"f": g.handle}, func(c *lambda.Config) { c.ScalingRate = 2 })
	done := make(chan *sdk.InvokeOutput)
	for range 2 {
		go func() { done <- f.call(t, "f", `1`) }()
		g.enter(t)
	}
	_, err := f.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f")})
	wantError(t, err, "TooManyRequestsException", "Rate Exceeded.")
	for range 2 {
		g.leave <- nil
		<-done
	}
	f.clock.Advance(5 * time.Second) // half of the ten seconds give half of the environments
	for range 3 {
		go func() { done <- f.call(t, "f", `1`) }()
		g.enter(t)
	}
	_, err = f.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("f")})
	wantError(t, err, "TooManyRequestsException", "Rate Exceeded.")
	for range 3 {
		g.leave <- nil
		<-done
	}
}

func TestAnIdleEnvironmentEnds(t *testing.T) {
	f := start(t, handlers{"f": echo})
	f.call(t, "f", `1`)
	f.clock.Advance(5*time.Minute - time.Second)
	f.call(t, "f", `1`)
	f.clock.Advance(5 * time.Minute)
	require.Eventually(t, func() bool {
		f.call(t, "f", `1`)
		return f.reports[len(f.reports)-1].Cold
	}, 10*time.Second, time.Millisecond)
	require.False(t, f.reports[1].Cold)
}

func TestNewCodeStartsNewEnvironments(t *testing.T) {
	f := start(t, handlers{"f": echo, "g": func(context.Context, []byte) ([]byte, error) { return []byte(`"g"`), nil }})
	f.call(t, "f", `1`)
	_, err := f.UpdateFunctionCode(t.Context(), &sdk.UpdateFunctionCodeInput{
		FunctionName: aws.String("f"), S3Bucket: aws.String(lambda.InProcess), S3Key: aws.String("g"),
	})
	require.NoError(t, err)
	require.Equal(t, `"g"`, string(f.call(t, "f", `1`).Payload))
	require.True(t, f.reports[1].Cold)
}
