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
	{localStack, "lambda", "a function is described as it was made", noLambda},
	{localStack, "lambda", "a second function of a name is ResourceConflictException", noLambda},
	{localStack, "lambda", "the answer is the function's", noLambda},
	{localStack, "lambda", "the error of a function is Unhandled", noLambda},
	{localStack, "lambda", "a missing function is ResourceNotFoundException", noLambda},
	{localStack, "lambda", "a function without concurrency is TooManyRequestsException", noLambda},
	{localStack, "lambda", "an event is handled later", noLambda},
	{localStack, "lambda", "a queue's messages are deleted when they are handled", noLambda},
	{localStack, "lambda", "a message that no filter passes is deleted", noLambda},
	{localStack, "lambda", "a filter that is no pattern is InvalidParameterValueException", noLambda},
	{localStack, "lambda", "a stream's records keep their order", noLambda},
	{localStack, "lambda", "a mapping of a stream needs a position", noLambda},

	{kfake, "kafka", "a name with a space is InvalidTopic", "kfake accepts it"},
}

// noLambda is the reason for all of Lambda: LocalStack runs functions in containers of its own, which it is given no
// Docker for.
const noLambda = "LocalStack has no Lambda here: a design's functions run on the embedded one beside it"

// knownOf returns why a case is skipped on a server, or an empty string.
func knownOf(server, service, name string) string {
	for _, d := range known {
		if d.server == server && d.service == service && d.name == name {
			return d.instead
		}
	}
	return ""
}
