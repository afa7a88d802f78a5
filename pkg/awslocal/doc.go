// Package awslocal is an AWS in this process: one HTTP endpoint on loopback that the AWS SDKs,
// boto3 and the AWS CLI take for the real one, as they do LocalStack's.
//
//	local, err := awslocal.Start(awslocal.Config{})
//	defer local.Close()
//	cfg.BaseEndpoint = aws.String(local.URL())
//
// What is served is the list in services.go; what each service covers and leaves out is in its
// own package's doc. A request finds its service by what package awscall reads of it, is decoded
// by protocol (package wire), answered by the service (package api), and encoded back. Signatures
// are read, never verified.
//
// A fault can take it away with Stop and Restart, or Stall and Resume; faults of single calls stand
// in the clients.
//
// It is no rival to LocalStack: it keeps everything in memory, knows no IAM, and answers what
// it does not have with AWS's own error and a line in the log.
package awslocal
