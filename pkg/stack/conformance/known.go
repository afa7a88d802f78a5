package conformance

// difference is a case that a server does not pass, whatever backend it is part of.
type difference struct {
	server  string
	service string
	name    string
	instead string // what the server does
}

// known is every difference there is. LocalStack's are those of 4.14.0, where it is not as AWS
// documents its service, so a lab must not rely on these. The embedded backend's are for us to mend,
// or the library's that we stand on.
var known = []difference{
	{localStack, "sqs", "a redrive policy without a count is InvalidParameterValue", "LocalStack takes it"},
	{localStack, "sqs", "a batch can fail in part", "LocalStack's SenderFault is false for a handle that is none"},
	{localStack, "sqs", "the visibility of a message that is not in flight can't be changed",
		"LocalStack changes nothing and says nothing"},
	{localStack, "sqs", "a visibility timeout of more than 12 hours is InvalidAttributeValue", "LocalStack takes it"},
	{localStack, "sns", "an empty batch is EmptyBatchRequest", "LocalStack says InternalError"},
	{localStack, "dynamodb", "an index that there is not is ValidationException",
		"DynamoDB Local says ResourceNotFoundException"},
	{localStack, "kinesis", "an iterator that is none is an error", "kinesis-mock says InternalError"},
	{localStack, "eventbridge", "a pattern that is not JSON is InvalidEventPatternException", "LocalStack takes it"},
	{localStack, "eventbridge", "a disabled rule sends nothing until it is enabled", "LocalStack sends"},

	{ownAWS, "s3", "an object without a body keeps its type", "our S3 answers without a type"},
	{kfake, "kafka", "a name with a space is InvalidTopic", "kfake takes it"},
	{miniredis, "redis", "redis.call raises, redis.pcall returns", "miniredis puts its own words before the error's code"},
	{miniredis, "redis", "cjson and cmsgpack are there", "miniredis has no cmsgpack; cjson is there"},
	{miniredis, "redis", "an expiry that is no positive number is an error", "miniredis words the error otherwise"},
}

// knownOf returns why a case is skipped on a server, or nothing.
func knownOf(server, service, name string) string {
	for _, d := range known {
		if d.server == server && d.service == service && d.name == name {
			return d.instead
		}
	}
	return ""
}
