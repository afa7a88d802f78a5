package stepfunctions_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const (
	sendTask = `"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q",` +
		`"MessageBody.$":"$.m"}`
	oneChoice = `{"Type":"Choice","Choices":[{"Variable":"$.a","NumericEquals":1,"Next":"X"}]}`
	catchAll  = `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C","ResultPath":null}]`
)

func TestOneStateIsTested(t *testing.T) {
	f := start(t, others{"sqs SendMessage": func(in map[string]any) (any, error) {
		if in["MessageBody"] == "bad" {
			return nil, api.Errorf("InvalidMessageContents", "no")
		}
		return map[string]any{"MessageId": "1"}, nil
	}})
	for name, c := range map[string]struct {
		definition, input string
		want              string // status, next state, output or error
	}{
		"pass": {`{"Type":"Pass","Result":1,"ResultPath":"$.r","Next":"B"}`, `{"a":0}`,
			`SUCCEEDED B {"a":0,"r":1}`},
		"the end":   {`{"Type":"Pass","End":true}`, `1`, `SUCCEEDED - 1`},
		"succeed":   {`{"Type":"Succeed","OutputPath":"$.a"}`, `{"a":2}`, `SUCCEEDED - 2`},
		"fail":      {`{"Type":"Fail","Error":"E","Cause":"c"}`, `{}`, `FAILED - E c`},
		"choice":    {oneChoice, `{"a":1}`, `SUCCEEDED X {"a":1}`},
		"no choice": {oneChoice, `{"a":2}`, `FAILED - States.Runtime`},
		"task": {`{` + sendTask + `,"ResultSelector":{"id.$":"$.MessageId"},"Next":"B"}`, `{"m":"ok"}`,
			`SUCCEEDED B {"id":"1"}`},
		"task that fails": {`{` + sendTask + `,"End":true}`, `{"m":"bad"}`, `FAILED - SQS.InvalidMessageContentsException`},
		"task to retry": {`{` + sendTask + `,"End":true,"Retry":[{"ErrorEquals":["States.ALL"]}]}`, `{"m":"bad"}`,
			`RETRIABLE - SQS.InvalidMessageContentsException`},
		"task to catch": {`{` + sendTask + `,"End":true,` + catchAll + `}`, `{"m":"bad"}`,
			`CAUGHT_ERROR C {"m":"bad"} SQS.InvalidMessageContentsException`},
	} {
		t.Run(name, func(t *testing.T) {
			out := must(f.TestState(t.Context(), &sdk.TestStateInput{
				Definition: &c.definition, Input: &c.input, RoleArn: ptr(role),
			}))(t)
			got := fmt.Sprintf("%s %s", out.Status, str(out.NextState))
			for _, text := range []*string{out.Output, out.Error, out.Cause} {
				if text != nil {
					got += " " + *text
				}
			}
			if !strings.HasPrefix(got, c.want) || out.InspectionData != nil {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAStateIsInspected(t *testing.T) {
	f := start(t, others{"sqs SendMessage": func(in map[string]any) (any, error) {
		if in["MessageBody"] == "bad" {
			return nil, api.Errorf("InvalidMessageContents", "no")
		}
		return map[string]any{"MessageId": "1"}, nil
	}})
	out := must(f.TestState(t.Context(), &sdk.TestStateInput{
		Definition: ptr(`{` + sendTask + `,"InputPath":"$.in","ResultSelector":{"id.$":"$.MessageId"},` +
			`"ResultPath":"$.r","OutputPath":"$.r.id","Next":"B"}`),
		Input: ptr(`{"in":{"m":"x"}}`), InspectionLevel: types.InspectionLevelDebug,
	}))(t)
	d := out.InspectionData
	got := strings.Join([]string{
		*d.Input, *d.AfterInputPath, *d.AfterParameters, *d.AfterResultSelector, *d.AfterResultPath, *out.Output,
	}, "\n")
	want := `{"in":{"m":"x"}}
{"m":"x"}
{"MessageBody":"x","QueueUrl":"q"}
{"id":"1"}
{"in":{"m":"x"},"r":{"id":"1"}}
"1"`
	if got != want || !strings.Contains(*d.Result, `"MessageId":"1"`) {
		t.Errorf("got %s, want %s; result %s", got, want, *d.Result)
	}
	for definition, want := range map[string]string{
		`{` + sendTask + `,"End":true,"Retry":[{"ErrorEquals":["States.Timeout"]},{"ErrorEquals":["States.ALL"],` +
			`"IntervalSeconds":7}]}`: "RETRIABLE retry 1 after 7",
		`{` + sendTask + `,"End":true,` + catchAll + `}`: "CAUGHT_ERROR catch 0",
	} {
		out := must(f.TestState(t.Context(), &sdk.TestStateInput{
			Definition: &definition, Input: ptr(`{"m":"bad"}`), InspectionLevel: types.InspectionLevelTrace,
		}))(t)
		got := fmt.Sprint(out.Status)
		if e := out.InspectionData.ErrorDetails; e != nil && e.RetryIndex != nil {
			got += fmt.Sprint(" retry ", *e.RetryIndex, " after ", *e.RetryBackoffIntervalSeconds)
		} else if e != nil {
			got += fmt.Sprint(" catch ", *e.CatchIndex)
		}
		if got != want {
			t.Errorf("got %s (%s), want %s", got, str(out.Error), want)
		}
	}
}

func TestATestedStateTakesItsTime(t *testing.T) {
	f := start(t, nil)
	for definition, c := range map[string]struct {
		after time.Duration
		want  string
	}{
		`{"Type":"Wait","Seconds":60,"Next":"B"}`:  {time.Minute, "SUCCEEDED -"},
		`{"Type":"Wait","Seconds":600,"Next":"B"}`: {5 * time.Minute, "FAILED States.Timeout"},
	} {
		done := make(chan string)
		go func() {
			out, err := f.TestState(ctx, &sdk.TestStateInput{Definition: &definition})
			if err != nil {
				done <- err.Error()
				return
			}
			done <- fmt.Sprintf("%s %s", out.Status, str(out.Error))
		}()
		f.wait(2, c.after) // the state's timer, and the limit
		if got := <-done; got != c.want {
			t.Errorf("%s: got %s, want %s", definition, got, c.want)
		}
	}
}

func TestAStateIsNotTested(t *testing.T) {
	f := start(t, nil)
	machine := `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Succeed"}}}`
	activity := `{"Type":"Task","End":true,"Resource":"arn:aws:states:us-east-1:000000000000:activity:a"}`
	parallel := `{"Type":"Parallel","End":true,"Branches":[` + machine + `]}`
	succeed := ptr(`{"Type":"Succeed"}`)
	for message, in := range map[string]sdk.TestStateInput{
		"InvalidDefinition: These fields are required: [Type]":    {Definition: ptr(`{}`)},
		"InvalidDefinition: Definition must be a valid JSON":      {Definition: ptr(`[]`)},
		"InvalidDefinition: Express state machine does not":       {Definition: &activity},
		"ValidationException: State type 'Parallel' is not":       {Definition: &parallel},
		"ValidationException: The embedded AWS tests":             {Definition: succeed, Context: ptr(`{}`)},
		"ValidationException: State C is not in the definition":   {Definition: &machine, StateName: ptr("C")},
		"InvalidExecutionInput: Invalid State Machine Execution":  {Definition: succeed, Input: ptr(`x`)},
		"ValidationException: 1 validation error detected: Value": {Definition: succeed, InspectionLevel: "ALL"},
	} {
		code, text, _ := strings.Cut(message, ": ")
		_, err := f.TestState(t.Context(), &in)
		wantError(t, err, code, text)
	}
	out := must(f.TestState(t.Context(), &sdk.TestStateInput{Definition: &machine, StateName: ptr("A")}))(t)
	if *out.NextState != "B" {
		t.Errorf("next: %s", *out.NextState)
	}
}
