package awslocal

import (
	"maps"
	"net/http"
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/cloudwatch"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
	"github.com/crashlab/crashlab/pkg/awslocal/eventbridge"
	"github.com/crashlab/crashlab/pkg/awslocal/kinesis"
	"github.com/crashlab/crashlab/pkg/awslocal/lambda"
	"github.com/crashlab/crashlab/pkg/awslocal/s3"
	"github.com/crashlab/crashlab/pkg/awslocal/scheduler"
	"github.com/crashlab/crashlab/pkg/awslocal/sns"
	"github.com/crashlab/crashlab/pkg/awslocal/sqs"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions"
	"github.com/crashlab/crashlab/pkg/awslocal/sts"
)

// service is one registered service: its name and its protocol. A service has an api.Service (RPC protocols)
// or a rest handler.
type service struct {
	name       string // endpoint prefix, by which requests are routed: awscall.Call's API
	namespace  string // XML namespace of the query protocol; empty for services without it
	pathParam  string // parameter that the path of a request stands for, if the path is not /
	queryError bool   // JSON errors carry the old query code in a header
	dynamoDB   bool   // has what only DynamoDB's front end does: see dynamodbedge.go
	coral      string // JSON's "__type" prefix of errors from before the service is called; empty for none
	cbor       bool   // clients may send CBOR instead of JSON

	rpc  api.Service
	rest http.Handler
}

// signingName is the service's name in the scope of a credential.
func (s *service) signingName() string {
	if s.name == "dynamodbstreams" {
		return "dynamodb"
	}
	return s.name
}

// reach is how a process that the server starts calls it.
func (s *Server) reach() (url, accessKey, secretKey string) {
	for _, key := range slices.Sorted(maps.Keys(s.cfg.Keys)) {
		return s.URL(), key, s.cfg.Keys[key]
	}
	return s.URL(), "test", "test"
}

// services lists all services of the endpoint.
func (s *Server) makeServices(cfg Config) []*service {
	cfg.DynamoDB.Clock, cfg.Kinesis.Clock, cfg.EventBridge.Clock = cfg.Clock, cfg.Clock, cfg.Clock
	cfg.EventBridge.Caller = s
	cfg.StepFunctions.Clock, cfg.StepFunctions.Caller, cfg.StepFunctions.Guard = cfg.Clock, s, s.guard("states")
	cfg.EventBridge.Guard, cfg.DynamoDB.Guard = s.guard("events"), s.guard("dynamodb")
	cfg.Lambda.Clock, cfg.Lambda.Caller, cfg.Lambda.Guard = cfg.Clock, s, s.guard("lambda")
	cfg.Lambda.Log, cfg.Lambda.Endpoint = cfg.Log.Named("lambda"), s.reach
	tables := dynamodb.New(cfg.DynamoDB)
	return []*service{
		{
			name: "sqs", namespace: "http://queue.amazonaws.com/doc/2012-11-05/", pathParam: "QueueUrl", queryError: true,
			rpc: sqs.New(sqs.Config{Clock: cfg.Clock, Guard: s.guard("sqs")}),
		},
		{
			name: "sns", namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
			rpc: sns.New(sns.Config{Clock: cfg.Clock, Caller: s, Log: cfg.Log.Named("sns"), Guard: s.guard("sns")}),
		},
		{
			name: "sts", namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
			rpc: sts.New(sts.Config{Clock: cfg.Clock}),
		},
		{name: "dynamodb", coral: "com.amazon.coral.service", dynamoDB: true, rpc: tables},
		{name: "dynamodbstreams", coral: "com.amazon.coral.service", rpc: tables.Streams()},
		{name: "kinesis", cbor: true, rpc: kinesis.New(cfg.Kinesis)},
		{name: "events", rpc: eventbridge.New(cfg.EventBridge)},
		{name: "lambda", rpc: lambda.New(cfg.Lambda)},
		{name: "states", rpc: stepfunctions.New(cfg.StepFunctions)},
		{
			name: "monitoring", namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/", queryError: true,
			rpc: cloudwatch.New(cloudwatch.Config{Clock: cfg.Clock, Caller: s, Guard: s.guard("monitoring")}),
		},
		{name: "scheduler", rpc: scheduler.New(scheduler.Config{Clock: cfg.Clock, Caller: s, Guard: s.guard("scheduler")})},
		{name: "s3", rest: s3.New(s3.Config{
			Clock: cfg.Clock, Account: cfg.Account, NotServed: func(operation string) { s.notServed("s3", operation) },
		})},
	}
}
