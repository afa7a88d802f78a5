// Package awsrules changes the outcome of single AWS calls. It is a transport under the SDK that answers,
// delays, loses or splits the calls that its rules match, in the wire format of each service. It knows
// nothing of faults, and does not judge whether a rule hit anything: package fault/awsapi does.
package awsrules
