package eventbridge_test

import (
	"fmt"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

func TestBuses(t *testing.T) {
	f := start(t, nil)
	d := must[*sdk.DescribeEventBusOutput](t)(f.DescribeEventBus(ctx, &sdk.DescribeEventBusInput{}))
	if *d.Arn != "arn:aws:events:us-east-1:000000000000:event-bus/default" {
		t.Errorf("default bus %s", *d.Arn)
	}
	c := must[*sdk.CreateEventBusOutput](t)(f.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: ptr("orders")}))
	_, err := f.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: ptr("orders")})
	wantError(t, err, "ResourceAlreadyExistsException", "Event bus orders already exists.")
	_, err = f.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: ptr("no spaces")})
	wantError(t, err, "ValidationException", "regular expression")
	l := must[*sdk.ListEventBusesOutput](t)(f.ListEventBuses(ctx, &sdk.ListEventBusesInput{NamePrefix: ptr("o")}))
	if len(l.EventBuses) != 1 || *l.EventBuses[0].Arn != *c.EventBusArn {
		t.Errorf("buses %+v", l.EventBuses)
	}
	f.rule(t, *c.EventBusArn, "r", queue()) // an ARN works like a name
	_, err = f.DeleteEventBus(ctx, &sdk.DeleteEventBusInput{Name: ptr("orders")})
	wantError(t, err, "ValidationException", "has rules")
	_, err = f.DeleteEventBus(ctx, &sdk.DeleteEventBusInput{Name: ptr("default")})
	wantError(t, err, "ValidationException", "Cannot delete event bus default.")
	_, err = f.DescribeEventBus(ctx, &sdk.DescribeEventBusInput{Name: ptr("nowhere")})
	wantError(t, err, "ResourceNotFoundException", "Event bus nowhere does not exist.")
	must[*sdk.DeleteEventBusOutput](t)(f.DeleteEventBus(ctx, &sdk.DeleteEventBusInput{Name: ptr("nowhere")}))
}

func TestRules(t *testing.T) {
	f := start(t, nil)
	for i := range 3 {
		must[*sdk.PutRuleOutput](t)(f.PutRule(ctx, &sdk.PutRuleInput{
			Name: ptr(fmt.Sprint("r", i)), EventPattern: ptr(`{"source":["shop"]}`), Description: ptr("d"),
		}))
	}
	d := must[*sdk.DescribeRuleOutput](t)(f.DescribeRule(ctx, &sdk.DescribeRuleInput{Name: ptr("r1")}))
	if *d.Arn != "arn:aws:events:us-east-1:000000000000:rule/r1" || d.State != types.RuleStateEnabled ||
		*d.EventPattern != `{"source":["shop"]}` || *d.CreatedBy != "000000000000" {
		t.Errorf("rule %+v", d)
	}
	first := must[*sdk.ListRulesOutput](t)(f.ListRules(ctx, &sdk.ListRulesInput{Limit: ptr[int32](2)}))
	rest := must[*sdk.ListRulesOutput](t)(f.ListRules(ctx, &sdk.ListRulesInput{
		Limit: ptr[int32](2), NextToken: first.NextToken,
	}))
	if len(first.Rules) != 2 || len(rest.Rules) != 1 || *rest.Rules[0].Name != "r2" || rest.NextToken != nil {
		t.Errorf("pages %d, %d", len(first.Rules), len(rest.Rules))
	}

	must[*sdk.DisableRuleOutput](t)(f.DisableRule(ctx, &sdk.DisableRuleInput{Name: ptr("r1")}))
	d = must[*sdk.DescribeRuleOutput](t)(f.DescribeRule(ctx, &sdk.DescribeRuleInput{Name: ptr("r1")}))
	if d.State != types.RuleStateDisabled {
		t.Errorf("state %s", d.State)
	}
	must[*sdk.EnableRuleOutput](t)(f.EnableRule(ctx, &sdk.EnableRuleInput{Name: ptr("r1")}))

	_, err := f.DescribeRule(ctx, &sdk.DescribeRuleInput{Name: ptr("rx")})
	wantError(t, err, "ResourceNotFoundException", "Rule rx does not exist on EventBus default.")
	_, err = f.PutRule(ctx, &sdk.PutRuleInput{Name: ptr("r")})
	wantError(t, err, "ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.")
	_, err = f.PutRule(ctx, &sdk.PutRuleInput{Name: ptr("r"), EventPattern: ptr(`{"source":"shop"}`)})
	wantError(t, err, "InvalidEventPatternException",
		`Event pattern is not valid. Reason: "source" must be an object or an array`)
	_, err = f.PutRule(ctx, &sdk.PutRuleInput{
		Name: ptr("r"), EventPattern: ptr(`{"source":["shop"]}`), EventBusName: ptr("nowhere"),
	})
	wantError(t, err, "ResourceNotFoundException", "Event bus nowhere does not exist.")

	f.rule(t, "", "r1", queue()) // an update keeps only the targets
	_, err = f.DeleteRule(ctx, &sdk.DeleteRuleInput{Name: ptr("r1")})
	wantError(t, err, "ValidationException", "Rule can't be deleted since it has targets.")
	must[*sdk.RemoveTargetsOutput](t)(f.RemoveTargets(ctx, &sdk.RemoveTargetsInput{Rule: ptr("r1"), Ids: []string{"t"}}))
	must[*sdk.DeleteRuleOutput](t)(f.DeleteRule(ctx, &sdk.DeleteRuleInput{Name: ptr("r1")}))
	must[*sdk.DeleteRuleOutput](t)(f.DeleteRule(ctx, &sdk.DeleteRuleInput{Name: ptr("r1")})) // again
}

func TestTargets(t *testing.T) {
	f := start(t, nil)
	targets := []types.Target{}
	for i := range 5 {
		targets = append(targets, types.Target{Id: ptr(fmt.Sprint("t", i)), Arn: ptr(queueARN)})
	}
	f.rule(t, "", "r", targets...)
	page := must[*sdk.ListTargetsByRuleOutput](t)(f.ListTargetsByRule(ctx, &sdk.ListTargetsByRuleInput{
		Rule: ptr("r"), Limit: ptr[int32](3),
	}))
	rest := must[*sdk.ListTargetsByRuleOutput](t)(f.ListTargetsByRule(ctx, &sdk.ListTargetsByRuleInput{
		Rule: ptr("r"), NextToken: page.NextToken,
	}))
	if len(page.Targets) != 3 || len(rest.Targets) != 2 || *rest.Targets[1].Id != "t4" {
		t.Errorf("pages %d, %d", len(page.Targets), len(rest.Targets))
	}
	names := must[*sdk.ListRuleNamesByTargetOutput](t)(f.ListRuleNamesByTarget(ctx, &sdk.ListRuleNamesByTargetInput{
		TargetArn: ptr(queueARN),
	}))
	if strings.Join(names.RuleNames, ",") != "r" {
		t.Errorf("rules %v", names.RuleNames)
	}

	put := func(targets ...types.Target) error {
		_, err := f.PutTargets(ctx, &sdk.PutTargetsInput{Rule: ptr("r"), Targets: targets})
		return err
	}
	with := func(change func(*types.Target)) types.Target {
		target := types.Target{Id: ptr("t0"), Arn: ptr(queueARN)}
		change(&target)
		return target
	}
	wantError(t, put(types.Target{Id: ptr("t5"), Arn: ptr(queueARN)}), "LimitExceededException", "")
	for message, target := range map[string]types.Target{
		"Value '!' at 'targets.1.member.id'": with(func(x *types.Target) { x.Id = ptr("!") }),
		"length less than or equal to 64":    with(func(x *types.Target) { x.Id = ptr(strings.Repeat("x", 65)) }),
		"not in correct format":              with(func(x *types.Target) { x.Arn = ptr("queue") }),
		"is not supported by the embedded": with(func(x *types.Target) {
			x.Arn = ptr("arn:aws:ecs:us-east-1:000000000000:cluster/c")
		}),
		"SqsParameters must be specified": with(func(x *types.Target) { x.Arn = ptr(queueARN + ".fifo") }),
		"between 0 and 185": with(func(x *types.Target) {
			x.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: ptr[int32](186)}
		}),
		"between 60 and 86400": with(func(x *types.Target) {
			x.RetryPolicy = &types.RetryPolicy{MaximumEventAgeInSeconds: ptr[int32](59)}
		}),
		"standard SQS queue": with(func(x *types.Target) {
			x.DeadLetterConfig = &types.DeadLetterConfig{Arn: ptr(dlqARN + ".fifo")}
		}),
		"PartitionKeyPath": with(func(x *types.Target) {
			x.KinesisParameters = &types.KinesisParameters{PartitionKeyPath: ptr("x")}
		}),
		"JSON syntax error": with(func(x *types.Target) { x.Input = ptr("{") }),
		"Invalid InputPath": with(func(x *types.Target) { x.InputPath = ptr("detail") }),
		"Only one of Input, InputPath, or InputTransformer must be provided for target t0.": with(func(x *types.Target) {
			x.Input, x.InputPath = ptr("{}"), ptr("$.detail")
		}),
		"InputTemplate for target t0 contains invalid placeholder nope.": with(func(x *types.Target) {
			x.InputTransformer = &types.InputTransformer{InputTemplate: ptr(`"<nope>"`)}
		}),
		"Invalid path x in InputPathsMap": with(func(x *types.Target) {
			x.InputTransformer = &types.InputTransformer{InputPathsMap: map[string]string{"a": "x"}, InputTemplate: ptr(`"<a>"`)}
		}),
		"reserved name": with(func(x *types.Target) {
			x.InputTransformer = &types.InputTransformer{
				InputPathsMap: map[string]string{"aws.events.event": "$"}, InputTemplate: ptr(`"a"`),
			}
		}),
	} {
		wantError(t, put(target), "ValidationException", message)
	}
	_, err := f.PutTargets(ctx, &sdk.PutTargetsInput{Rule: ptr("rx"), Targets: []types.Target{queue()}})
	wantError(t, err, "ResourceNotFoundException", "Rule rx does not exist on EventBus default.")
}

func TestTags(t *testing.T) {
	f := start(t, nil)
	must[*sdk.PutRuleOutput](t)(f.PutRule(ctx, &sdk.PutRuleInput{
		Name: ptr("r"), EventPattern: ptr(`{"source":["a"]}`), Tags: []types.Tag{{Key: ptr("a"), Value: ptr("1")}},
	}))
	arn := ptr("arn:aws:events:us-east-1:000000000000:rule/r")
	must[*sdk.TagResourceOutput](t)(f.TagResource(ctx, &sdk.TagResourceInput{
		ResourceARN: arn, Tags: []types.Tag{{Key: ptr("b"), Value: ptr("2")}},
	}))
	must[*sdk.UntagResourceOutput](t)(f.UntagResource(ctx, &sdk.UntagResourceInput{
		ResourceARN: arn, TagKeys: []string{"a"},
	}))
	l := must[*sdk.ListTagsForResourceOutput](t)(f.ListTagsForResource(ctx,
		&sdk.ListTagsForResourceInput{ResourceARN: arn}))
	if len(l.Tags) != 1 || *l.Tags[0].Key != "b" {
		t.Errorf("tags %+v", l.Tags)
	}
	_, err := f.ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{
		ResourceARN: ptr("arn:aws:events:us-east-1:000000000000:rule/rx"),
	})
	wantError(t, err, "ResourceNotFoundException", "Rule rx does not exist")
	_, err = f.ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceARN: ptr("arn:aws:s3:::b")})
	wantError(t, err, "ValidationException", "")
}

func TestPutEventsPartialFailure(t *testing.T) {
	f := start(t, nil)
	out := must[*sdk.PutEventsOutput](t)(f.PutEvents(ctx, &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: ptr("shop"), DetailType: ptr("order"), Detail: ptr(`{}`)},
		{DetailType: ptr("order"), Detail: ptr(`{}`)},
		{Source: ptr("shop"), Detail: ptr(`{}`)},
		{Source: ptr("shop"), DetailType: ptr("order")},
		{Source: ptr("shop"), DetailType: ptr("order"), Detail: ptr(`not json`)},
		{Source: ptr("shop"), DetailType: ptr("order"), Detail: ptr(`[1]`)},
		{Source: ptr("aws.s3"), DetailType: ptr("order"), Detail: ptr(`{}`)},
		{Source: ptr("shop"), DetailType: ptr("order"), Detail: ptr(`{}`), EventBusName: ptr("nowhere")}, // accepted and lost
	}}))
	want := []string{
		"", "InvalidArgument", "InvalidArgument", "InvalidArgument", "MalformedDetail", "MalformedDetail",
		"NotAuthorizedForSourceException", "",
	}
	for i, e := range out.Entries {
		if code := e.ErrorCode; (code == nil) != (want[i] == "") || (code != nil && *code != want[i]) ||
			(code == nil) != (e.EventId != nil) {
			t.Errorf("entry %d: %+v", i, e)
		}
	}
	if out.FailedEntryCount != 6 ||
		*out.Entries[1].ErrorMessage != "Parameter Source is not valid. Reason: Source is a required argument." {
		t.Errorf("failed %d, %s", out.FailedEntryCount, *out.Entries[1].ErrorMessage)
	}

	entry := types.PutEventsRequestEntry{Source: ptr("shop"), DetailType: ptr("order"), Detail: ptr(`{}`)}
	_, err := f.PutEvents(ctx, &sdk.PutEventsInput{
		Entries: []types.PutEventsRequestEntry{entry, entry, entry, entry, entry, entry, entry, entry, entry, entry, entry},
	})
	wantError(t, err, "ValidationException", "Member must have length less than or equal to 10")
	_, err = f.PutEvents(ctx, &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{}})
	wantError(t, err, "ValidationException", "Member must have length greater than or equal to 1")
	entry.Detail = ptr(`{"x":"` + strings.Repeat("x", 1<<20) + `"}`)
	_, err = f.PutEvents(ctx, &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{entry}})
	wantError(t, err, "ValidationException", "Total size of the entries in the request is over the limit.")
}

func TestTestEventPattern(t *testing.T) {
	f := start(t, nil)
	event := `{"id":"1","account":"0","source":"shop","time":"2024-05-01T12:00:00Z","region":"us-east-1","resources":[],"detail-type":"order","detail":{"n":5}}`
	for pattern, want := range map[string]bool{
		`{"detail":{"n":[{"numeric":[">",4]}]}}`: true, `{"detail":{"n":[6]}}`: false,
	} {
		out := must[*sdk.TestEventPatternOutput](t)(f.TestEventPattern(ctx, &sdk.TestEventPatternInput{
			EventPattern: &pattern, Event: &event,
		}))
		if out.Result != want {
			t.Errorf("%s: %v", pattern, out.Result)
		}
	}
	_, err := f.TestEventPattern(ctx, &sdk.TestEventPatternInput{EventPattern: ptr(`{"a":1}`), Event: &event})
	wantError(t, err, "InvalidEventPatternException", "Event pattern is not valid.")
	for _, bad := range []string{"plain", "[]", `{"id":"1"}`} {
		_, err = f.TestEventPattern(ctx, &sdk.TestEventPatternInput{EventPattern: ptr(`{"a":[1]}`), Event: &bad})
		wantError(t, err, "ValidationException", "Parameter Event is not valid.")
	}
}

func TestUnsupportedAnswersInAWSForm(t *testing.T) {
	f := start(t, nil)
	_, err := f.ListConnections(ctx, &sdk.ListConnectionsInput{})
	wantError(t, err, "UnknownOperationException", "")
}
