// Package awslocal is an AWS in this process: one HTTP endpoint on loopback that the AWS SDKs,
// boto3 and the AWS CLI can use like the real one, or like LocalStack's.
//
//	local, err := awslocal.Start(awslocal.Config{})
//	defer local.Close()
//	cfg.BaseEndpoint = aws.String(local.URL())
//
// The services are listed in services.go; the doc of each service's package says what it covers and what it
// leaves out. A request is routed to its service by package awscall, decoded by protocol (package wire),
// answered by the service (package api), and encoded back. DynamoDB compresses a long answer for a client that
// asks. Signatures are read, and verified if [Config] has keys (package signature). The endpoint serves this
// machine alone: a request under a foreign host name, or from a foreign page in a browser, is refused.
//
// Beside another emulator it can have single services and pass on what is asked of the others (Upstream).
//
// A fault can stop it with Stop and Restart, or freeze it with Stall and Resume. Faults of single
// calls are applied in the clients.
//
// It does not replace LocalStack: it keeps everything in memory and has no IAM. A call that it does
// not support gets AWS's own error, and a line in the log the first time. A panic is an InternalFailure for the
// client whose request caused it, and a line in the log.
package awslocal
