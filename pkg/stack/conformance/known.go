package conformance

import "github.com/crashlab/crashlab/pkg/stack"

// difference is a case that a backend does not pass.
type difference struct {
	backend string
	service string
	name    string
	instead string // what the backend does
}

// known is every difference there is. On containers they are LocalStack 4.14.0's, where it is not
// as AWS documents its service, so a lab must not rely on these. On embedded they are for us to
// mend, or the library's that we stand on.
var known = []difference{
	{stack.Containers, "sqs", "a redrive policy without a count is InvalidParameterValue", "LocalStack takes it"},
	{stack.Containers, "sqs", "a batch can fail in part", "LocalStack's SenderFault is false for a handle that is none"},
	{stack.Containers, "sqs", "the visibility of a message that is not in flight can't be changed", "LocalStack changes nothing and says nothing"},
	{stack.Containers, "sqs", "a visibility timeout of more than 12 hours is InvalidAttributeValue", "LocalStack takes it"},
	{stack.Containers, "sns", "an empty batch is EmptyBatchRequest", "LocalStack says InternalError"},
	{stack.Containers, "dynamodb", "an index that there is not is ValidationException", "DynamoDB Local says ResourceNotFoundException"},
	{stack.Containers, "kinesis", "an iterator that is none is an error", "kinesis-mock says InternalError"},
	{stack.Containers, "eventbridge", "a pattern that is not JSON is InvalidEventPatternException", "LocalStack takes it"},
	{stack.Containers, "eventbridge", "a disabled rule sends nothing until it is enabled", "LocalStack sends"},

	{stack.Embedded, "s3", "an object without a body keeps its type", "our S3 answers without a type"},
	{stack.Embedded, "kafka", "a name with a space is InvalidTopic", "kfake takes it"},
	{stack.Embedded, "redis", "redis.call raises, redis.pcall returns", "miniredis puts its own words before the error's code"},
	{stack.Embedded, "redis", "cjson and cmsgpack are there", "miniredis has no cmsgpack; cjson is there"},
	{stack.Embedded, "redis", "an expiry that is no positive number is an error", "miniredis words the error otherwise"},
}

// knownOn returns why a case is skipped on a backend, or nothing.
func knownOn(backend, service, name string) string {
	for _, d := range known {
		if d.backend == backend && d.service == service && d.name == name {
			return d.instead
		}
	}
	return ""
}
