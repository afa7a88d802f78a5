// Package awsapi is the faults on calls of the AWS API, one file a fault. Each puts a rule into force among
// those under the clients of the case, [awsrules.Rules].
package awsapi
