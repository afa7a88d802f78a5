package lambda_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"
)

func criteria(patterns ...string) *types.FilterCriteria {
	c := &types.FilterCriteria{}
	for _, p := range patterns {
		c.Filters = append(c.Filters, types.Filter{Pattern: &p})
	}
	return c
}

// A condition on JSON drops text and the other way around; messages that are dropped are deleted.
func TestMessagesAreFiltered(t *testing.T) {
	for name, c := range map[string]struct {
		patterns  []string
		body      string
		delivered bool
	}{
		"JSON, matches":       {[]string{`{"body":{"n":[1]}}`}, `{"n":1}`, true},
		"JSON, other":         {[]string{`{"body":{"n":[1]}}`}, `{"n":2}`, false},
		"JSON, one of two":    {[]string{`{"body":{"n":[1]}}`, `{"body":{"n":[2]}}`}, `{"n":2}`, true},
		"text, matches":       {[]string{`{"body":["go"]}`}, `go`, true},
		"text, other":         {[]string{`{"body":["go"]}`}, `no`, false},
		"text for JSON":       {[]string{`{"body":{"n":[{"exists":false}]}}`}, `go`, false},
		"JSON for text":       {[]string{`{"body":[{"exists":false}]}`}, `{"n":1}`, false},
		"metadata":            {[]string{`{"eventSource":["aws:sqs"]}`}, `go`, true},
		"metadata, other":     {[]string{`{"eventSource":["aws:sns"]}`}, `go`, false},
		"a list of no filter": {nil, `go`, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate()
			f := start(t, handlers{"f": g.handle})
			url, arn := f.queue(t, "q")
			f.put(t, url, c.body)
			f.mapping(t, sdk.CreateEventSourceMappingInput{EventSourceArn: &arn, FilterCriteria: criteria(c.patterns...)})
			if c.delivered {
				g.enter(t)
				g.leave <- nil
			}
			f.has(t, url, "0+0")
			require.Empty(t, g.entered)
		})
	}
}

func TestRecordsAreFiltered(t *testing.T) {
	var r reader
	f := start(t, handlers{"f": r.handle})
	l := f.log(t, 1)
	l.put(t, "abc")
	uuid := f.mapLog(t, l, func(in *sdk.CreateEventSourceMappingInput) {
		in.FilterCriteria = criteria(`{"data":{"key":["b"]}}`, `{"partitionKey":["c"]}`)
	})
	f.comes(t, "bc", r.seen)
	_, err := f.UpdateEventSourceMapping(t.Context(), &sdk.UpdateEventSourceMappingInput{
		UUID: &uuid, FilterCriteria: criteria(),
	})
	require.NoError(t, err)
	l.put(t, "d")
	f.comes(t, "bc d", r.seen)
}

func TestAFilterIsRefused(t *testing.T) {
	f := start(t, handlers{"f": echo})
	l := f.log(t, 1)
	for message, in := range map[string]sdk.CreateEventSourceMappingInput{
		"Invalid filter pattern definition.": {FilterCriteria: criteria(`{"data":"x"}`)},
		"at most 5 filters": {FilterCriteria: criteria(`{"a":[1]}`, `{"a":[1]}`, `{"a":[1]}`, `{"a":[1]}`, `{"a":[1]}`,
			`{"a":[1]}`)},
		"cannot be in the future": {StartingPosition: "AT_TIMESTAMP",
			StartingPositionTimestamp: aws.Time(epoch.Add(time.Hour))},
		"Cannot access stream":                  {EventSourceArn: aws.String(l.arn + "x")},
		"mappings for consumers of streams":     {EventSourceArn: aws.String(l.arn + "/consumer/c:1")},
		"ScalingConfig is only supported":       {ScalingConfig: &types.ScalingConfig{MaximumConcurrency: aws.Int32(2)}},
		"MaximumRecordAgeInSeconds must be":     {MaximumRecordAgeInSeconds: aws.Int32(59)},
		"Member must have value less than or":   {ParallelizationFactor: aws.Int32(11)},
		"StartingPositionTimestamp must not be": {StartingPosition: "AT_TIMESTAMP"},
	} {
		in.FunctionName = aws.String("f")
		if in.EventSourceArn == nil {
			in.EventSourceArn = &l.arn
		}
		if in.StartingPosition == "" {
			in.StartingPosition = "LATEST"
		}
		_, err := f.CreateEventSourceMapping(t.Context(), &in)
		require.ErrorContains(t, err, message, fmt.Sprint(in))
	}
}
