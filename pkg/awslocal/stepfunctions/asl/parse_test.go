package asl

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// one is a definition with one state.
func one(state string) string { return fmt.Sprintf(`{"StartAt":"A","States":{"A":%s}}`, state) }

// each is a Map state around a processor.
func each(processor string) string {
	return one(`{"Type":"Map","End":true,"ItemProcessor":` + processor + `}`)
}

// retry is a Task state with a Retry.
func retry(retriers string) string {
	return one(`{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","End":true,"Retry":` + retriers + `}`)
}

func choice(rule string) string {
	return `{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[` + rule + `]},"B":{"Type":"Succeed"}}}`
}

// Each definition that is refused, with all that is found, as "code: message at location".
func TestDefinitionsAreRefused(t *testing.T) {
	const schema = "SCHEMA_VALIDATION_FAILED: "
	long := strings.Repeat("n", 81)
	allOperators := strings.Join(operatorNames(), ", ")
	for _, tc := range []struct {
		name, definition string
		want             []string
	}{
		{"empty", "", []string{schema + "Definition must be a valid JSON object at "}},
		{"list", "[]", []string{schema + "Definition must be a valid JSON object at "}},
		{"empty object", "{}", []string{schema + "These fields are required: [States, StartAt] at /"}},
		{"no StartAt", `{"States":{"A":{"Type":"Succeed"}}}`, []string{schema + "These fields are required: [StartAt] at /"}},
		{"no states", `{"StartAt":"A","States":{}}`, []string{schema + "Value cannot be empty at /States"}},
		{"missing and unreachable", `{"StartAt":"pass1","States":{"pass1":{"Type":"Pass","Next":"pass3"},
			"pass2":{"Type":"Pass","End":true}}}`, []string{
			"MISSING_TRANSITION_TARGET: Missing 'Next' target: pass3 at /States/pass1/Next",
			`MISSING_TRANSITION_TARGET: State "pass2" is not reachable. at /States/pass2`,
		}},
		{"missing start", `{"StartAt":"Not sure","States":{"A":{"Type":"Pass","End":true}}}`, []string{
			"MISSING_TRANSITION_TARGET: Missing 'Next' target: Not sure at /StartAt",
			`MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A`,
		}},
		{"no end", one(`{"Type":"Pass","Next":"A"}`), []string{"MISSING_END_STATE: Workflow has no terminal state at null"}},
		{"type", one(`{"Type":"Job"}`), []string{
			schema + "The field 'Type' should have one of these values: " +
				"[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/A/Type",
			"MISSING_END_STATE: Workflow has no terminal state at null",
		}},
		{"TimeoutSeconds on Map", one(`{"Type":"Map","TimeoutSeconds":5,"End":true,
			"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}}`), []string{
			schema + "Field 'TimeoutSeconds' is not supported at /States/A",
		}},
		{"Catch on Pass", one(`{"Type":"Pass","Catch":[],"End":true}`), []string{
			schema + "Field 'Catch' is not supported at /States/A",
		}},
		{"End of Fail", one(`{"Type":"Fail","End":true}`), []string{schema + "Field 'End' is not supported at /States/A"}},
		{"typing error", `{"Coment":"","StartAt":"A","States":{"A":{"Type":"Succeed"}}}`, []string{
			schema + "Field 'Coment' is not supported at /",
		}},
		{"no Next", one(`{"Type":"Pass"}`), []string{
			schema + "This object should have only one of the following fields: [Next, End] at /States/A",
			"MISSING_END_STATE: Workflow has no terminal state at null",
		}},
		{"Next and End", one(`{"Type":"Pass","Next":"A","End":true}`), []string{
			schema + "There should only be one of the following fields: [Next, End] at /States/A",
		}},
		{"name", `{"StartAt":"` + long + `","States":{"` + long + `":{"Type":"Succeed"}}}`, []string{
			"INVALID_STATE_NAME: The state name '" + long + "' exceeds the 80-character limit allowed by the service " +
				"at /States/" + long,
			"MISSING_TRANSITION_TARGET: Missing 'Next' target: " + long + " at /StartAt",
			"MISSING_END_STATE: Workflow has no terminal state at null",
		}},
		{"same name", each(`{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`), []string{
			"DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/ItemProcessor/States/A",
		}},
		{"leaving a processor", each(`{"StartAt":"B","States":{"B":{"Type":"Pass","Next":"A"}}}`), []string{
			"MISSING_TRANSITION_TARGET: Missing 'Next' target: A at /States/A/ItemProcessor/States/B/Next",
			"MISSING_END_STATE: Workflow has no terminal state at /States/A/ItemProcessor",
		}},
		{"no branches", one(`{"Type":"Parallel","Branches":[],"End":true}`), []string{
			schema + "Value cannot be empty at /States/A/Branches",
		}},
		{"branch", one(`{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Succeed"}}},
			{"StartAt":"C"}],"End":true}`), []string{schema + "These fields are required: [States] at /States/A/Branches[1]"}},
		{"distributed", each(`{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"B",
			"States":{"B":{"Type":"Succeed"}}}`), []string{
			schema + "The mode DISTRIBUTED is not supported at /States/A/ItemProcessor/ProcessorConfig/Mode",
		}},
		{"no resource", one(`{"Type":"Task","End":true}`), []string{schema + "These fields are required: [Resource] at /States/A"}},
		{"resource", one(`{"Type":"Task","Resource":"hello","End":true}`), []string{
			schema + "Value is not a valid resource ARN at /States/A/Resource",
		}},
		{"JSONata", one(`{"Type":"Pass","QueryLanguage":"JSONata","End":true}`), []string{
			schema + "The QueryLanguage 'JSONata' is not supported at /States/A/QueryLanguage",
		}},
		{"Output", one(`{"Type":"Pass","Output":1,"End":true}`), []string{
			schema + "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' " +
				"QueryLanguage at /States/A",
		}},
		{"Assign", one(`{"Type":"Pass","Assign":{},"End":true}`), []string{schema + "Field 'Assign' is not supported at /States/A"}},
		{"template", one(`{"Type":"Pass","Parameters":{"a":{"b.$":"x"}},"End":true}`), []string{
			schema + "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call " +
				"at /States/A/Parameters/a/b.$",
		}},
		{"path", one(`{"Type":"Pass","InputPath":"x","End":true}`), []string{
			schema + "Value must be a valid JSONPath. at /States/A/InputPath",
		}},
		{"result path", one(`{"Type":"Pass","ResultPath":"$.a[*]","End":true}`), []string{
			schema + "Value is not a Reference Path: path must lead to one place at /States/A/ResultPath",
		}},
		{"all not alone", retry(`[{"ErrorEquals":["A","States.ALL"]}]`), []string{
			schema + "States.ALL must appear alone and at end of list at /States/A/Retry[0]/ErrorEquals",
		}},
		{"all not last", retry(`[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["A"]}]`), []string{
			schema + "States.ALL must appear alone and at end of list at /States/A/Retry[0]/ErrorEquals",
		}},
		{"retrier", retry(`[{"ErrorEquals":[],"IntervalSeconds":-1,"BackoffRate":0.5,"MaxAttempts":-1,"JitterStrategy":"HALF"}]`),
			[]string{
				schema + "Value cannot be empty at /States/A/Retry[0]/ErrorEquals",
				schema + "Minimum value is 0 at /States/A/Retry[0]/IntervalSeconds",
				schema + "Minimum value is 0 at /States/A/Retry[0]/MaxAttempts",
				schema + "Minimum value is 1 at /States/A/Retry[0]/BackoffRate",
				schema + "Value should be one of the following: [NONE, FULL] at /States/A/Retry[0]/JitterStrategy",
			}},
		{"delay", retry(`[{"ErrorEquals":["A"],"MaxDelaySeconds":31622401}]`), []string{
			schema + "Maximum value is 31622400 at /States/A/Retry[0]/MaxDelaySeconds",
		}},
		{"wait", one(`{"Type":"Wait","Seconds":1,"Timestamp":"tomorrow","End":true}`), []string{
			schema + "There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp] " +
				"at /States/A",
			schema + "String does not match RFC3339 timestamp at /States/A/Timestamp",
		}},
		{"seconds", one(`{"Type":"Wait","Seconds":"1","End":true}`), []string{
			schema + "Expected value of type Integer at /States/A/Seconds",
		}},
		{"heartbeat", one(`{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","TimeoutSeconds":5,
			"HeartbeatSeconds":5,"End":true}`), []string{
			schema + "The field 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds' at /States/A",
		}},
		{"no operator", choice(`{"Variable":"$.a","Next":"B"}`), []string{
			schema + "This object should have only one of the following fields: [" + allOperators + "] at /States/A/Choices[0]",
		}},
		{"two operators", choice(`{"Variable":"$.a","IsNull":true,"StringEquals":"a","Next":"B"}`), []string{
			schema + "There should only be one of the following fields: [" + allOperators + "] at /States/A/Choices[0]",
		}},
		{"operand", choice(`{"Variable":"$.a","NumericEquals":"1","Next":"B"}`), []string{
			schema + "Expected value of type Number at /States/A/Choices[0]/NumericEquals",
		}},
		{"inner Next", choice(`{"And":[{"Variable":"$.a","IsNull":true,"Next":"B"}],"Next":"B"}`), []string{
			schema + "Field 'Next' is not supported at /States/A/Choices[0]/And[0]",
		}},
		{"both", choice(`{"And":[],"Or":[{"Variable":"$.a","IsNull":true}],"Next":"B"}`), []string{
			schema + "The object must have only one of the following fields, [And, Or, Not, Variable, Condition] " +
				"at /States/A/Choices[0]",
			schema + "Value cannot be empty at /States/A/Choices[0]/And",
			schema + "Field 'Or' is not supported at /States/A/Choices[0]",
		}},
		{"variables", choice(`{"Variable":"$a","IsNull":true,"Next":"B"}`), []string{
			schema + "Value is not a Reference Path: variables are not supported at /States/A/Choices[0]/Variable",
		}},
		{"deep", strings.Repeat("[", 1001), []string{"TOO_DEEPLY_NESTED: Definition is too deeply nested at "}},
		{"long", strings.Repeat(" ", MaxDefinition+1), []string{
			schema + "Definition must not be longer than 1048576 bytes at ",
		}},
	} {
		m, found := Parse(tc.definition)
		want := "Invalid State Machine Definition: '" + strings.Join(tc.want, ", ") + "'"
		if got := InvalidDefinition(found); got != want || m != nil || !Failed(found) {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, want)
		}
	}
}

func TestSyntaxErrorsHaveAPlace(t *testing.T) {
	_, found := Parse("{\n  \"StartAt\": nope}")
	want := []Diagnostic{{
		SeverityError, CodeInvalidJSON,
		"invalid character 'o' in literal null (expecting 'u')\n" +
			" at [Source: (String)\"{\n  \"StartAt\": nope}\"; line: 2, column: 15]",
		"[Source: (String)\"{\n  \"StartAt\": nope}\"; line: 2, column: 15]",
	}}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("found %q", found)
	}
}

func TestWarningsDoNotRefuse(t *testing.T) {
	m, found := Parse(one(`{"Type":"Pass","Result":{"a.$":"$.b"},"End":true}`))
	if m == nil || len(found) != 1 || found[0].Code != CodePassResultIsStatic || Failed(found) {
		t.Errorf("%v, %v", m, found)
	}
}

const order = `{
	"Comment": "an order", "Version": "1.0", "TimeoutSeconds": 3600, "QueryLanguage": "JSONPath", "StartAt": "Reserve",
	"States": {
		"Reserve": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:000000000000:activity:reserve",
			"TimeoutSeconds": 60, "HeartbeatSecondsPath": "$.beat", "Parameters": {"id.$": "$.id"},
			"ResultSelector": {"r.$": "$.room"}, "ResultPath": "$.reserved",
			"Retry": [{"ErrorEquals": ["Busy"], "JitterStrategy": "FULL", "MaxDelaySeconds": 30},
			{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 0, "BackoffRate": 1.5}],
			"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Cancel"}], "Next": "Check"},
		"Check": {"Type": "Choice", "Choices": [{"Variable": "$.reserved.r", "IsPresent": true, "Next": "Each"}],
			"Default": "Cancel"},
		"Each": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ToleratedFailurePercentage": 25,
			"ItemSelector": {"n.$": "$$.Map.Item.Index", "item.$": "$$.Map.Item.Value", "id.$": "$.id"},
			"ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Pause",
				"States": {"Pause": {"Type": "Wait", "SecondsPath": "$.n", "End": true}}}, "Next": "Both"},
		"Both": {"Type": "Parallel", "Branches": [
			{"StartAt": "L", "States": {"L": {"Type": "Pass", "Result": null, "End": true}}},
			{"StartAt": "R", "States": {"R": {"Type": "Pass", "ResultPath": null, "OutputPath": "$.id", "End": true}}}],
			"Next": "Done"},
		"Done": {"Type": "Succeed", "InputPath": null},
		"Cancel": {"Type": "Fail", "Error": "Cancelled", "CausePath": "States.Format('because of {}', $.error.Error)"}
	}}`

func TestAnOrderIsInterpreted(t *testing.T) {
	m, found := Parse(order)
	if len(found) > 0 {
		t.Fatal(found)
	}
	if m.StartAt != "Reserve" || m.Timeout.Hours() != 1 || len(m.States) != 6 {
		t.Errorf("machine is %+v", m)
	}
	raw := Scope{Input: value(t, `{"id": 7, "beat": 5, "items": ["a", "b", "c", "d", "e"]}`)}
	reserve := m.States["Reserve"]
	same(t, "effective", `{"id":7}`)(reserve.Effective(raw))
	same(t, "output", `{"beat":5,"id":7,"items":["a","b","c","d","e"],"reserved":{"r":12}}`)(
		reserve.Output(raw, value(t, `{"room": 12, "x": 1}`)))
	same(t, "caught", `{"error":{"Cause":"c","Error":"e"}}`)(reserve.Catching("e").Output(map[string]any{}, "e", "c"))
	if d, err := reserve.TaskTimeout(raw); d.Seconds() != 60 || err != nil {
		t.Errorf("time-out %v, %v", d, err)
	}
	if d, err := reserve.TaskHeartbeat(raw); d.Seconds() != 5 || err != nil {
		t.Errorf("heartbeat %v, %v", d, err)
	}
	first, second := reserve.Retry[0], reserve.Retry[1]
	if !first.FullJitter || first.Interval.Seconds() != 1 || first.MaxAttempts != 3 || first.BackoffRate != 2 ||
		first.MaxDelay.Seconds() != 30 || second.MaxAttempts != 0 || second.BackoffRate != 1.5 {
		t.Errorf("retriers are %+v", reserve.Retry)
	}
	if next, err := m.States["Check"].Choose(raw); next != "Cancel" || err != nil {
		t.Errorf("without a reservation: %s, %v", next, err)
	}

	mapped := m.States["Each"]
	items, err := mapped.Items(raw)
	if len(items) != 5 || err != nil {
		t.Errorf("items are %v, %v", items, err)
	}
	if n, err := mapped.Tolerated(raw, 5); n != 1 || err != nil {
		t.Errorf("tolerates %d, %v", n, err)
	}
	if n, err := mapped.Concurrency(raw); n != 2 || err != nil {
		t.Errorf("concurrency %d, %v", n, err)
	}
	item := Scope{Input: raw.Input, Context: value(t, `{"Map": {"Item": {"Index": 1, "Value": "b"}}}`)}
	same(t, "item", `{"id":7,"item":"b","n":1}`)(mapped.Item(item, "b"))

	left, right := m.States["Both"].Branches[0].States["L"], m.States["Both"].Branches[1].States["R"]
	same(t, "left", `null`)(left.Output(raw, left.PassResult(raw.Input)))
	same(t, "right", `7`)(right.Output(raw, right.PassResult(raw.Input)))
	same(t, "done", `{}`)(m.States["Done"].Effective(raw))
	name, cause, err := m.States["Cancel"].Failure(Scope{Input: value(t, `{"error": {"Error": "Busy"}}`)})
	if name != "Cancelled" || cause != "because of Busy" || err != nil {
		t.Errorf("failure is %s, %s, %v", name, cause, err)
	}
}

// same checks a value and an error.
func same(t *testing.T, what, want string) func(got any, err error) {
	t.Helper()
	return func(got any, err error) {
		t.Helper()
		if err != nil || Encode(got) != want {
			t.Errorf("%s: %s, %v, want %s", what, Encode(got), err, want)
		}
	}
}

func TestOneDefinitionOneListOfFindings(t *testing.T) {
	definition := strings.ReplaceAll(order, `"Next": "`, `"Nxt": "`)
	_, first := Parse(definition)
	for range 10 {
		if _, again := Parse(definition); !slices.Equal(first, again) {
			t.Fatalf("%v, then %v", first, again)
		}
	}
}

// Definitions of the largest size that make each location long, or the findings many, are read soon.
func TestParsingIsBounded(t *testing.T) {
	for name, definition := range map[string]string{
		"levels": strings.Repeat(`{"StartAt":"A","States":{"A":{"Type":"Parallel","End":true,"Branches":[`, 90) +
			strings.Repeat(`]}}}`, 90),
		"long field": one(`{"Type":"Pass","Parameters":{"` + strings.Repeat("x", 500000) + `":{` +
			strings.TrimSuffix(manyFields(40000, `"%d":1,`), ",") + `}},"End":true}`),
		"long name": `{"StartAt":"A","States":{"` + strings.Repeat("x", 500000) + `":{` +
			strings.TrimSuffix(manyFields(40000, `"%d":1,`), ",") + `}}}`,
		"many findings": one(`{` + manyFields(60000, `"%d":1,`) + `"Type":"Pass","End":true}`),
	} {
		_, found := Parse(definition)
		if len(definition) > MaxDefinition || len(found) > maxDiagnostics {
			t.Errorf("%s: %d findings in %d bytes", name, len(found), len(definition))
		}
		if wanted := name != "long field"; Failed(found) != wanted {
			t.Errorf("%s: %.200v", name, found)
		}
	}
}

func manyFields(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
