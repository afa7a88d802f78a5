// Package awsapi contains the faults on calls of the AWS API, one file per fault. Each adds a rule to the
// [awsrules.Rules] under the clients of the case.
package awsapi
