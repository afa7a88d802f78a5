package lab

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/usage/meter"
)

// clients are the clients of an instance. None of them dials before it is used.
type clients struct {
	http  *http.Client
	aws   aws.Config
	redis *redis.Client
	kafka *kafka.Client

	// One client of each service, made at its first use: a client derives its signing key once, and making
	// one costs a third of a call.
	sqs      func() *sqs.Client
	sns      func() *sns.Client
	dynamodb func() *dynamodb.Client
	kinesis  func() *kinesis.Client
	s3       func() *s3.Client

	eventbridge   func() *eventbridge.Client
	stepfunctions func() *sfn.Client
	lambda        func() *lambda.Client
	cloudwatch    func() *cloudwatch.Client
}

// connect makes the instance's clients and arranges their end.
func (i *Instance) connect() {
	web := &http.Transport{DialContext: i.dial, MaxIdleConnsPerHost: 256}
	i.http = &http.Client{Transport: web}
	i.redis = redis.NewClient(redisOptions(i.env.Stack.Redis, i.dial))
	if !i.exempt() {
		i.http.Transport = i.usage().HTTP(web)
		i.redis.AddHook(i.usage().Redis())
	}
	i.connectAWS(i.awsConfig(web))
	broker := i.kafkaTransport()
	i.kafka = &kafka.Client{Addr: kafka.TCP(i.env.Stack.Kafka...), Transport: broker, Timeout: 5 * time.Second}
	i.onClose(func() {
		web.CloseIdleConnections()
		i.redis.Close()
		broker.CloseIdleConnections()
	})
}

// dial is the dial function of every client of the instance.
func (i *Instance) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if i.dead.Load() {
		return nil, ErrCrashed
	}
	if i.exempt() {
		return loopback.Dial(ctx, network, addr)
	}
	c, err := i.env.Surface.Links.Dialer(i.Name)(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if i.dead.Load() { // it died while dialing
		c.Close()
		return nil, ErrCrashed
	}
	return i.process.gate.Conn(c), nil
}

// dialKafka is dial with a meter for Kafka's requests.
func (i *Instance) dialKafka(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := i.dial(ctx, network, addr)
	if err != nil || i.exempt() {
		return c, err
	}
	return i.usage().Kafka(c), nil
}

// usage returns the meter for what the instance answers and makes.
func (i *Instance) usage() *meter.Meter { return i.env.Usage.Of(i.Name) }

// exempt reports whether the instance is the observer.
func (i *Instance) exempt() bool { return i.process == nil }

// Polling returns a context for what a poller asks AWS at each of its rounds, whatever it finds: estimates of what load
// costs leave it out.
func Polling(ctx context.Context) context.Context { return meter.Polling(ctx) }

// HTTP returns a client for other instances' HTTP services.
func (i *Instance) HTTP() *http.Client { return i.http }

// AWS returns the configuration for any client of the AWS SDK; the common ones are methods here.
func (i *Instance) AWS() aws.Config { return i.aws }

func (i *Instance) awsConfig(transport http.RoundTripper) aws.Config {
	if !i.exempt() {
		transport = i.usage().AWS(transport) // under the faults: a made-up answer is not metered
		transport = i.env.Surface.AWS.RoundTripper(transport, i.Name)
	}
	cfg := awsclient.Config(i.ctx, i.env.Stack.AWS, transport)
	// The SDK's own three tries for each call, however many failed before, with waits that suit a run of
	// seconds instead of minutes.
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxBackoff = 50 * time.Millisecond
			o.RateLimiter = ratelimit.None
		})
	}
	return cfg
}

// connectAWS makes the clients of AWS services.
func (c *clients) connectAWS(cfg aws.Config) {
	c.aws = cfg
	c.sqs = sync.OnceValue(func() *sqs.Client { return sqs.NewFromConfig(cfg) })
	c.sns = sync.OnceValue(func() *sns.Client { return sns.NewFromConfig(cfg) })
	c.dynamodb = sync.OnceValue(func() *dynamodb.Client { return dynamodb.NewFromConfig(cfg) })
	c.kinesis = sync.OnceValue(func() *kinesis.Client { return kinesis.NewFromConfig(cfg) })
	c.s3 = sync.OnceValue(func() *s3.Client {
		return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	})
	c.eventbridge = sync.OnceValue(func() *eventbridge.Client { return eventbridge.NewFromConfig(cfg) })
	c.stepfunctions = sync.OnceValue(func() *sfn.Client { return sfn.NewFromConfig(cfg) })
	c.lambda = sync.OnceValue(func() *lambda.Client { return lambda.NewFromConfig(cfg) })
	c.cloudwatch = sync.OnceValue(func() *cloudwatch.Client { return cloudwatch.NewFromConfig(cfg) })
}

// SQS returns a client for SQS.
func (i *Instance) SQS() *sqs.Client { return i.sqs() }

// SNS returns a client for SNS.
func (i *Instance) SNS() *sns.Client { return i.sns() }

// DynamoDB returns a client for DynamoDB.
func (i *Instance) DynamoDB() *dynamodb.Client { return i.dynamodb() }

// Kinesis returns a client for Kinesis.
func (i *Instance) Kinesis() *kinesis.Client { return i.kinesis() }

// S3 returns a client for S3 that puts the bucket into the path, which every emulator supports.
func (i *Instance) S3() *s3.Client { return i.s3() }

// EventBridge returns a client for EventBridge.
func (i *Instance) EventBridge() *eventbridge.Client { return i.eventbridge() }

// StepFunctions returns a client for Step Functions.
func (i *Instance) StepFunctions() *sfn.Client { return i.stepfunctions() }

// Lambda returns a client for Lambda.
func (i *Instance) Lambda() *lambda.Client { return i.lambda() }

// CloudWatch returns a client for CloudWatch.
func (i *Instance) CloudWatch() *cloudwatch.Client { return i.cloudwatch() }

// Redis returns a client that does not retry: the design decides what a failure means.
func (i *Instance) Redis() *redis.Client { return i.redis }

// quiet turns off the Redis client's own log, which is global: failures to dial Redis are what faults are
// for.
var quiet = sync.OnceFunc(logging.Disable)

// redisBuffer is the size in bytes of a connection's two buffers. The labs' messages are smaller, and
// connections are many: the client's default of 32 KiB was a twentieth of all that a run allocates.
const redisBuffer = 4 << 10

func redisOptions(addr string, dial func(ctx context.Context, network, addr string) (net.Conn, error)) *redis.Options {
	quiet()
	return &redis.Options{
		Addr:                     addr,
		Dialer:                   dial,
		MaxRetries:               -1,
		DialerRetries:            1,
		DialTimeout:              time.Second,
		ReadTimeout:              time.Second,
		ContextTimeoutEnabled:    true,
		ReadBufferSize:           redisBuffer,
		WriteBufferSize:          redisBuffer,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

// Kafka returns a client for Kafka's requests: topics, offsets, metadata.
func (i *Instance) Kafka() *kafka.Client { return i.kafka }

func (i *Instance) kafkaTransport() *kafka.Transport {
	return &kafka.Transport{
		Dial: i.dialKafka, DialTimeout: time.Second, MetadataTTL: 10 * i.env.Idle(100*time.Millisecond, 6*time.Second),
		ClientID: i.Name,
	}
}

// KafkaWriter returns a producer that waits for all in-sync replicas. It batches for 5 ms and tries three
// times, so a lost acknowledgment can make a duplicate.
func (i *Instance) KafkaWriter(topic string) *kafka.Writer {
	t := i.kafkaTransport()
	w := &kafka.Writer{
		Addr:            kafka.TCP(i.env.Stack.Kafka...),
		Topic:           topic,
		Balancer:        &kafka.Hash{},
		RequiredAcks:    kafka.RequireAll,
		BatchTimeout:    5 * time.Millisecond,
		MaxAttempts:     3,
		WriteBackoffMin: 10 * time.Millisecond,
		WriteBackoffMax: 100 * time.Millisecond,
		WriteTimeout:    time.Second,
		ReadTimeout:     time.Second,
		Transport:       t,
	}
	i.onClose(func() { w.Close(); t.CloseIdleConnections() })
	return w
}

// KafkaReader returns a consumer in a group that begins at the earliest offset. The service closes it: an
// unclosed one stays a member and blocks its partitions until the session ends. Fetching can hang after a
// network error: give each fetch a deadline, and make a new reader.
func (i *Instance) KafkaReader(topic, group string) *kafka.Reader {
	return kafka.NewReader(i.readerConfig(topic, group))
}

// readerConfig is how consumers in groups read.
func (i *Instance) readerConfig(topic, group string) kafka.ReaderConfig {
	// A reader that is closed, or has to give a partition back, first waits for its current fetch. So a fetch
	// is short, and a rebalance longer than that. kafka-go subtracts a second from MaxWait for the network,
	// or a quarter if that is less: at exactly a second it would ask without a pause. With little traffic,
	// each partition's fetches are most of the requests.
	const longest = 900 * time.Millisecond
	fetch := i.env.Idle(100*time.Millisecond, longest)
	if fetch == longest {
		fetch = 5 * time.Second
	}
	return kafka.ReaderConfig{
		Brokers:           i.env.Stack.Kafka,
		GroupID:           group,
		Topic:             topic,
		Dialer:            &kafka.Dialer{DialFunc: i.dialKafka, Timeout: time.Second, ClientID: i.Name},
		StartOffset:       kafka.FirstOffset,
		MinBytes:          1,
		MaxBytes:          1 << 20,
		MaxWait:           fetch,
		HeartbeatInterval: i.env.Idle(500*time.Millisecond, 2*time.Second),
		SessionTimeout:    6 * time.Second,
		RebalanceTimeout:  max(500*time.Millisecond, 2*fetch),
		JoinGroupBackoff:  100 * time.Millisecond,
		ReadBackoffMin:    10 * time.Millisecond,
		ReadBackoffMax:    100 * time.Millisecond,
		MaxAttempts:       3,
	}
}
