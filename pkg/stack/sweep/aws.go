package sweep

import (
	"context"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func awsSweepers(cfg aws.Config) []sweeper {
	return []sweeper{
		{"SQS queue", func(ctx context.Context, prefix string) (int, error) {
			return queues(ctx, sqs.NewFromConfig(cfg), prefix)
		}},
		{"SNS topic", func(ctx context.Context, prefix string) (int, error) {
			return topics(ctx, sns.NewFromConfig(cfg), prefix)
		}},
		{"DynamoDB table", func(ctx context.Context, prefix string) (int, error) {
			return tables(ctx, dynamodb.NewFromConfig(cfg), prefix)
		}},
		{"Kinesis stream", func(ctx context.Context, prefix string) (int, error) {
			return streams(ctx, kinesis.NewFromConfig(cfg), prefix)
		}},
		{"S3 bucket", func(ctx context.Context, prefix string) (int, error) {
			return buckets(ctx, bucketClient(cfg), prefix)
		}},
		{"EventBridge rule or bus", func(ctx context.Context, prefix string) (int, error) {
			return rulesAndBuses(ctx, eventClient(cfg), prefix)
		}},
	}
}

func queues(ctx context.Context, c *sqs.Client, prefix string) (int, error) {
	var names []string
	urls := map[string]string{}
	// Without MaxResults SQS sends one page of 1,000 and no token.
	pages := sqs.NewListQueuesPaginator(c, &sqs.ListQueuesInput{QueueNamePrefix: &prefix, MaxResults: aws.Int32(1000)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		for _, url := range page.QueueUrls {
			name := path.Base(url)
			names = append(names, name)
			urls[name] = url
		}
	}
	return each(names, prefix, func(name string) error {
		_, err := c.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: aws.String(urls[name])})
		return err
	})
}

func topics(ctx context.Context, c *sns.Client, prefix string) (int, error) {
	var names []string
	arns := map[string]string{}
	pages := sns.NewListTopicsPaginator(c, &sns.ListTopicsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		for _, t := range page.Topics {
			name := (*t.TopicArn)[strings.LastIndexByte(*t.TopicArn, ':')+1:]
			names = append(names, name)
			arns[name] = *t.TopicArn
		}
	}
	// A topic's subscriptions go with it.
	return each(names, prefix, func(name string) error {
		_, err := c.DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: aws.String(arns[name])})
		return err
	})
}

func tables(ctx context.Context, c *dynamodb.Client, prefix string) (int, error) {
	var names []string
	pages := dynamodb.NewListTablesPaginator(c, &dynamodb.ListTablesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		names = append(names, page.TableNames...)
	}
	return each(names, prefix, func(name string) error {
		_, err := c.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name})
		return err
	})
}

func streams(ctx context.Context, c *kinesis.Client, prefix string) (int, error) {
	var names []string
	pages := kinesis.NewListStreamsPaginator(c, &kinesis.ListStreamsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		names = append(names, page.StreamNames...)
	}
	return each(names, prefix, func(name string) error {
		_, err := c.DeleteStream(ctx, &kinesis.DeleteStreamInput{StreamName: &name, EnforceConsumerDeletion: aws.Bool(true)})
		return err
	})
}
