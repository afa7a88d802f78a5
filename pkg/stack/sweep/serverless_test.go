package sweep

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	awslambda "github.com/crashlab/crashlab/pkg/awslocal/lambda"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

const role = "arn:aws:iam::000000000000:role/sweep"

func TestPrefixDeletesAlarmsSchedulesAndFunctions(t *testing.T) {
	st, ctx := start(t), t.Context()
	cfg := conn.AWS(ctx, st.AWS)
	defer conn.CloseIdle(cfg)
	metrics, schedules := cloudwatch.NewFromConfig(cfg), scheduler.NewFromConfig(cfg)
	code, queues := lambda.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	schedule := func(name string, group *string) {
		_, err := schedules.CreateSchedule(ctx, &scheduler.CreateScheduleInput{
			Name: &name, GroupName: group, ScheduleExpression: aws.String("rate(1 hour)"),
			FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
			Target: &schedulertypes.Target{
				Arn: aws.String("arn:aws:sqs:us-east-1:000000000000:q"), RoleArn: aws.String(role),
			},
		})
		must(err)
	}
	for _, prefix := range []string{"run-1-", "theirs-"} {
		_, err := metrics.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
			AlarmName: aws.String(prefix + "alarm"), Namespace: aws.String("sweep"), MetricName: aws.String("m"),
			Statistic: cwtypes.StatisticSum, Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1),
			Threshold: aws.Float64(1), ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold,
		})
		must(err)
		group := prefix + "group"
		_, err = schedules.CreateScheduleGroup(ctx, &scheduler.CreateScheduleGroupInput{Name: &group})
		must(err)
		schedule("hourly", &group)
		schedule(prefix+"hourly", nil)
		_, err = queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(prefix + "queue")})
		must(err)
		_, err = code.CreateFunction(ctx, &lambda.CreateFunctionInput{
			FunctionName: aws.String(prefix + "function"), Role: aws.String(role), Runtime: types.RuntimePython313,
			Handler: aws.String("app.handle"),
			Code:    &types.FunctionCode{S3Bucket: aws.String(awslambda.Served), S3Key: aws.String("http://127.0.0.1:9")},
		})
		must(err)
		_, err = code.CreateEventSourceMapping(ctx, &lambda.CreateEventSourceMappingInput{
			FunctionName:   aws.String(prefix + "function"),
			EventSourceArn: aws.String("arn:aws:sqs:us-east-1:000000000000:" + prefix + "queue"),
		})
		must(err)
	}

	report, err := Prefix(ctx, st, "run-1")
	must(err)
	for _, kind := range []string{"CloudWatch alarm", "schedule", "schedule group", "Lambda function", "SQS queue"} {
		if report[kind] != 1 {
			t.Errorf("%s: deleted %d, want 1", kind, report[kind])
		}
	}
	mappings, err := code.ListEventSourceMappings(ctx, nil)
	must(err)
	if n := len(mappings.EventSourceMappings); n != 1 {
		t.Errorf("%d event source mappings are left, want that of the others", n)
	}
	left, err := List(ctx, st, "")
	must(err)
	if len(left) != 5 {
		t.Errorf("left: %v", left)
	}
}
