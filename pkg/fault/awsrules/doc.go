// Package awsrules decides what becomes of AWS calls, call by call: a transport under the SDK that answers,
// holds back, loses or takes apart what its rules mean, in the wire form of each service. It knows nothing
// of faults, nor of whether anything was hit that was meant to be; that is for package fault/awsapi.
package awsrules
