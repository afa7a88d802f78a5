package stepfunctions

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// kind is what a Task state's resource is.
type kind int

const (
	serviceTask  kind = iota // arn:aws:states:::sqs:sendMessage, arn:aws:states:::aws-sdk:sqs:sendMessage
	lambdaTask               // a function's ARN
	activityTask             // an activity's ARN
)

// resource is a Task state's Resource, read.
type resource struct {
	arn       string
	kind      kind
	name      string // of the activity
	service   string // of a serviceTask: "sqs", "aws-sdk:sqs"
	operation string // "sendMessage"
	callback  bool   // .waitForTaskToken
	sync      string // ".sync", ".sync:2"
	optimized *optimized
	sdk       *sdkService
}

const (
	waitForToken = ".waitForTaskToken"
	syncSuffix   = ".sync"
	sync2Suffix  = ".sync:2"
)

// parseResource reads a Resource. The problem is "" or AWS's words for what is wrong.
func parseResource(arn string) (r *resource, problem string) {
	unknown := "The resource provided " + arn +
		" is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return nil, "Value is not a valid resource ARN"
	}
	r = &resource{arn: arn}
	rest := parts[5]
	switch name, isActivity := strings.CutPrefix(rest, "activity:"); {
	case parts[2] == "lambda" && strings.HasPrefix(rest, "function:"):
		r.kind = lambdaTask
		return r, ""
	case parts[2] != "states":
		return nil, unknown
	case isActivity && parts[3] != "":
		r.kind, r.name = activityTask, name
		return r, ""
	case parts[3] != "" || parts[4] != "":
		return nil, unknown
	}
	for _, suffix := range []string{sync2Suffix, syncSuffix, waitForToken} {
		if base, ok := strings.CutSuffix(rest, suffix); ok {
			rest = base
			if suffix == waitForToken {
				r.callback = true
			} else {
				r.sync = suffix
			}
			break
		}
	}
	at := strings.LastIndexByte(rest, ':')
	if at < 0 {
		return nil, unknown
	}
	r.service, r.operation = rest[:at], rest[at+1:]
	if name, ok := strings.CutPrefix(r.service, "aws-sdk:"); ok {
		r.sdk = sdkServices[name]
		if r.sdk == nil || r.sync != "" || r.operation == "" {
			return nil, unknown
		}
		return r, ""
	}
	r.optimized = optimizations[r.service+":"+r.operation]
	if r.optimized == nil || r.callback && !r.optimized.callback || r.sync != "" && !r.optimized.sync {
		return nil, unknown
	}
	return r, ""
}

// action is the operation with its suffix, as histories name it.
func (r *resource) action() string {
	if r.callback {
		return r.operation + waitForToken
	}
	return r.operation + r.sync
}

// event names an event of the task: "Scheduled" is ActivityScheduled, LambdaFunctionScheduled or TaskScheduled.
func (r *resource) event(what string) string {
	return [...]string{serviceTask: "Task", lambdaTask: "LambdaFunction", activityTask: "Activity"}[r.kind] + what
}

// details are those of an event that tells the resource; nil for functions and activities, which don't.
func (r *resource) details() *details {
	if r.kind != serviceTask {
		return nil
	}
	return &details{Resource: r.action(), ResourceType: r.service}
}

// output is the details of an event with a result.
func (r *resource) output(text string) *details {
	var d details
	if base := r.details(); base != nil {
		d = *base
	}
	return withOutput(d, text)
}

// checkResources finds the resources of a machine that can't be served.
func checkResources(m *asl.Machine, isExpress bool) []asl.Diagnostic {
	var found []asl.Diagnostic
	walk(m, "", func(s *asl.State, location string) {
		r, problem := parseResource(s.Resource)
		switch {
		case problem != "" || !isExpress:
		case r.kind == activityTask:
			problem = "Express state machine does not support Activity ARN"
		case r.callback:
			problem = "Express state machine does not support '.waitForTaskToken' service integration "
		case r.sync != "":
			problem = "Express state machine does not support '.sync' service integration"
		}
		if problem != "" {
			found = append(found, asl.Diagnostic{
				Severity: asl.SeverityError, Code: asl.CodeSchemaValidationFailed, Message: problem,
				Location: location + "/Resource",
			})
		}
	})
	return found
}
