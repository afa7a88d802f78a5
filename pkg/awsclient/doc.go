// Package awsclient configures clients of the AWS SDK for an endpoint of a stack: an emulator on this
// machine, or AWS itself.
package awsclient
