package lambda_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"
)

func TestProvisionedEnvironmentsAreWarm(t *testing.T) {
	f := start(t, handlers{"f": echo})
	version, err := f.PublishVersion(t.Context(), &sdk.PublishVersionInput{FunctionName: aws.String("f")})
	require.NoError(t, err)
	require.Equal(t, "1", *version.Version)
	again, err := f.PublishVersion(t.Context(), &sdk.PublishVersionInput{FunctionName: aws.String("f")})
	require.NoError(t, err)
	require.Equal(t, "1", *again.Version, "nothing has changed")
	_, err = f.CreateAlias(t.Context(), &sdk.CreateAliasInput{
		FunctionName: aws.String("f"), Name: aws.String("prod"), FunctionVersion: aws.String("1"),
	})
	require.NoError(t, err)
	put := func(qualifier string, n int32) error {
		_, err := f.PutProvisionedConcurrencyConfig(t.Context(), &sdk.PutProvisionedConcurrencyConfigInput{
			FunctionName: aws.String("f"), Qualifier: &qualifier, ProvisionedConcurrentExecutions: &n,
		})
		return err
	}
	wantError(t, put("$LATEST", 1), "InvalidParameterValueException", "unpublished function versions")
	wantError(t, put("prod", 901), "InvalidParameterValueException", "below its minimum value of [100]")
	require.NoError(t, put("prod", 2))
	require.Eventually(t, func() bool {
		out, err := f.GetProvisionedConcurrencyConfig(t.Context(), &sdk.GetProvisionedConcurrencyConfigInput{
			FunctionName: aws.String("f"), Qualifier: aws.String("prod"),
		})
		return err == nil && out.Status == types.ProvisionedConcurrencyStatusEnumReady &&
			*out.AvailableProvisionedConcurrentExecutions == 2
	}, 10*time.Second, time.Millisecond)
	f.call(t, "f:prod", `1`)
	f.call(t, "f", `1`)
	require.False(t, f.reports[0].Cold)
	require.Equal(t, "1", f.reports[0].Version)
	require.True(t, f.reports[1].Cold)
	settings, err := f.GetAccountSettings(t.Context(), &sdk.GetAccountSettingsInput{})
	require.NoError(t, err)
	require.EqualValues(t, 998, *settings.AccountLimit.UnreservedConcurrentExecutions)
	_, err = f.DeleteProvisionedConcurrencyConfig(t.Context(), &sdk.DeleteProvisionedConcurrencyConfigInput{
		FunctionName: aws.String("f"), Qualifier: aws.String("prod"),
	})
	require.NoError(t, err)
	f.call(t, "f:prod", `1`)
	require.True(t, f.reports[2].Cold)
}

func TestAFailedEventGoesToTheDeadLetterQueueAndTheDestination(t *testing.T) {
	f := start(t, handlers{"f": func(context.Context, []byte) ([]byte, error) { return nil, errors.New("no") }})
	dead, deadARN := f.queue(t, "dead")
	failed, failedARN := f.queue(t, "failed")
	_, err := f.UpdateFunctionConfiguration(t.Context(), &sdk.UpdateFunctionConfigurationInput{
		FunctionName: aws.String("f"), DeadLetterConfig: &types.DeadLetterConfig{TargetArn: &deadARN},
	})
	require.NoError(t, err)
	_, err = f.PutFunctionEventInvokeConfig(t.Context(), &sdk.PutFunctionEventInvokeConfigInput{
		FunctionName: aws.String("f"), MaximumRetryAttempts: aws.Int32(0),
		DestinationConfig: &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: &failedARN}},
	})
	require.NoError(t, err)
	f.send(t, "f", `{"n":1}`)
	f.has(t, dead, "1+0")
	f.has(t, failed, "1+0")
	read := func(url string) string {
		out, err := f.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &url, MessageAttributeNames: []string{"All"},
		})
		require.NoError(t, err)
		require.Len(t, out.Messages, 1)
		if url == dead {
			require.Equal(t, "no", *out.Messages[0].MessageAttributes["ErrorMessage"].StringValue)
			require.Equal(t, "200", *out.Messages[0].MessageAttributes["ErrorCode"].StringValue)
			require.Equal(t, f.reports[0].RequestID, *out.Messages[0].MessageAttributes["RequestID"].StringValue)
		}
		return *out.Messages[0].Body
	}
	require.JSONEq(t, `{"n":1}`, read(dead))
	require.JSONEq(t, `{"version":"1.0","timestamp":"2024-05-01T12:00:00.000Z","requestContext":{"requestId":"`+
		f.reports[0].RequestID+`","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST",`+
		`"condition":"RetriesExhausted","approximateInvokeCount":1},"requestPayload":{"n":1},"responseContext":`+
		`{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"responsePayload":`+
		`{"errorMessage":"no","errorType":"errorString"}}`, read(failed))
}

func TestAnEventWithoutConcurrencyIsGivenUp(t *testing.T) {
	f := start(t, handlers{"f": echo})
	gone, arn := f.queue(t, "gone")
	_, err := f.UpdateFunctionConfiguration(t.Context(), &sdk.UpdateFunctionConfigurationInput{
		FunctionName: aws.String("f"), DeadLetterConfig: &types.DeadLetterConfig{TargetArn: &arn},
	})
	require.NoError(t, err)
	_, err = f.PutFunctionConcurrency(t.Context(), &sdk.PutFunctionConcurrencyInput{
		FunctionName: aws.String("f"), ReservedConcurrentExecutions: aws.Int32(0),
	})
	require.NoError(t, err)
	f.send(t, "f", `1`)
	f.has(t, gone, "1+0") // without any concurrency an event is given up at once
}

func TestPermissionsAndTagsAreKept(t *testing.T) {
	f := start(t, handlers{"f": echo})
	arn := "arn:aws:lambda:us-east-1:000000000000:function:f"
	_, err := f.AddPermission(t.Context(), &sdk.AddPermissionInput{
		FunctionName: aws.String("f"), StatementId: aws.String("s"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("events.amazonaws.com"),
	})
	require.NoError(t, err)
	policy, err := f.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: aws.String("f")})
	require.NoError(t, err)
	require.JSONEq(t, `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s","Effect":"Allow","Principal":`+
		`{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"`+arn+`"}]}`, *policy.Policy)
	_, err = f.RemovePermission(
		t.Context(),
		&sdk.RemovePermissionInput{FunctionName: aws.String("f"), StatementId: aws.String("s")},
	)
	require.NoError(t, err)
	_, err = f.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: aws.String("f")})
	wantError(t, err, "ResourceNotFoundException", "does not exist")
	_, err = f.TagResource(t.Context(), &sdk.TagResourceInput{Resource: &arn, Tags: map[string]string{"a": "1", "b": "2"}})
	require.NoError(t, err)
	_, err = f.UntagResource(t.Context(), &sdk.UntagResourceInput{Resource: &arn, TagKeys: []string{"a"}})
	require.NoError(t, err)
	tags, err := f.ListTags(t.Context(), &sdk.ListTagsInput{Resource: &arn})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"b": "2"}, tags.Tags)
}
