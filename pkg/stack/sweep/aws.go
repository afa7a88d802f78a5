package sweep

import (
	"context"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func awsKinds(cfg aws.Config) []kind {
	schedules := scheduler.NewFromConfig(cfg)
	return append([]kind{
		queues(sqs.NewFromConfig(cfg)), topics(sns.NewFromConfig(cfg)), tables(dynamodb.NewFromConfig(cfg)),
		streams(kinesis.NewFromConfig(cfg)), buckets(bucketClient(cfg)),
		machines(sfn.NewFromConfig(cfg)), activities(sfn.NewFromConfig(cfg)),
		functions(lambda.NewFromConfig(cfg)), alarms(cloudwatch.NewFromConfig(cfg)),
		defaultSchedules(schedules), scheduleGroups(schedules),
	}, eventKinds(eventClient(cfg))...)
}

func queues(c *sqs.Client) kind {
	list := func(ctx context.Context, prefix string) (found []Thing, err error) {
		// Without MaxResults SQS sends one page of 1,000 and no token.
		in := &sqs.ListQueuesInput{MaxResults: aws.Int32(1000)}
		if prefix != "" {
			in.QueueNamePrefix = &prefix
		}
		pages := sqs.NewListQueuesPaginator(c, in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			for _, url := range page.QueueUrls {
				found = append(found, Thing{Name: path.Base(url), ref: url})
			}
		}
		return found, nil
	}
	return kind{"SQS queue", list, one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &t.ref})
		return err
	})}
}

func topics(c *sns.Client) kind {
	list := func(ctx context.Context, _ string) (found []Thing, err error) {
		pages := sns.NewListTopicsPaginator(c, &sns.ListTopicsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			for _, t := range page.Topics {
				found = append(found, Thing{Name: (*t.TopicArn)[strings.LastIndexByte(*t.TopicArn, ':')+1:], ref: *t.TopicArn})
			}
		}
		return found, nil
	}
	// Deleting a topic deletes its subscriptions.
	return kind{"SNS topic", list, one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: &t.ref})
		return err
	})}
}

func tables(c *dynamodb.Client) kind {
	list := func(ctx context.Context, _ string) (found []Thing, err error) {
		pages := dynamodb.NewListTablesPaginator(c, &dynamodb.ListTablesInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			found = append(found, named(page.TableNames)...)
		}
		return found, nil
	}
	return kind{"DynamoDB table", list, one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &t.Name})
		return err
	})}
}

func streams(c *kinesis.Client) kind {
	list := func(ctx context.Context, _ string) (found []Thing, err error) {
		pages := kinesis.NewListStreamsPaginator(c, &kinesis.ListStreamsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			found = append(found, named(page.StreamNames)...)
		}
		return found, nil
	}
	return kind{"Kinesis stream", list, one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteStream(ctx, &kinesis.DeleteStreamInput{
			StreamName: &t.Name, EnforceConsumerDeletion: aws.Bool(true),
		})
		return err
	})}
}
