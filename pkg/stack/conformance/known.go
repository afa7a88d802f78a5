package conformance

// difference is a case that a server does not pass, whatever backend it is part of.
type difference struct {
	server  string
	service string
	name    string
	instead string // what the server does
}

// known lists every known difference. LocalStack's are those of 4.14.0, where it deviates from AWS's
// documentation; a lab must not rely on these. The embedded backend's are ours to fix, or those of a library
// that we use.
var known = []difference{
	{localStack, "sqs", "a redrive policy without a count is InvalidParameterValue", "LocalStack accepts it"},
	{localStack, "sqs", "a batch can fail in part", "LocalStack's SenderFault is false for an invalid handle"},
	{localStack, "sqs", "the visibility of a message that is not in flight can't be changed",
		"LocalStack changes nothing and says nothing"},
	{localStack, "sqs", "a visibility timeout of more than 12 hours is InvalidAttributeValue", "LocalStack accepts it"},
	{localStack, "sns", "an empty batch is EmptyBatchRequest", "LocalStack says InternalError"},
	{localStack, "dynamodb", "a missing index is ValidationException",
		"DynamoDB Local says ResourceNotFoundException"},
	{localStack, "kinesis", "an invalid iterator is an error", "kinesis-mock says InternalError"},
	{localStack, "eventbridge", "a pattern that is not JSON is InvalidEventPatternException", "LocalStack accepts it"},
	{localStack, "eventbridge", "a disabled rule sends nothing until it is enabled", "LocalStack sends"},
	{localStack, "stepfunctions", "a worker that sends no heartbeat loses its task",
		"LocalStack says InvalidToken to a late result"},
	{localStack, "stepfunctions", "a stopped execution is aborted", "LocalStack tells no error of it"},
	{localStack, "scheduler", "a schedule of a missing group is ResourceNotFoundException",
		"LocalStack says InternalError"},
	{localStack, "scheduler", "creating a group again is ConflictException", "LocalStack accepts it"},
	{localStack, "scheduler", "a one-time schedule sends its input to a queue",
		"LocalStack keeps schedules and runs none"},

	{kfake, "kafka", "a name with a space is InvalidTopic", "kfake accepts it"},
}

// knownOf returns why a case is skipped on a server, or an empty string.
func knownOf(server, service, name string) string {
	for _, d := range known {
		if d.server == server && d.service == service && d.name == name {
			return d.instead
		}
	}
	return ""
}
