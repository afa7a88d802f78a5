package sqs

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Limits of AWS's documentation ("Amazon SQS message quotas", "FIFO queue quotas").
const (
	maxMessage    = 1 << 20 // bytes: a message, and all of a batch together
	maxVisibility = 12 * 60 * 60
	maxDelay      = 15 * 60
	maxWait       = 20
	maxBatch      = 10
	maxInFlight   = 120_000 // standard and, since November 2024, FIFO
)

// settings are a queue's attributes, parsed. raw keeps each as it was set or defaulted, because
// GetQueueAttributes returns the caller's own spelling.
type settings struct {
	raw map[string]string

	visibility time.Duration
	delay      time.Duration
	pollWait   time.Duration
	retention  time.Duration
	maxSize    int

	redrive *redrivePolicy
	allow   *redriveAllowPolicy

	fifo         *fifoState // nil on standard queues
	contentDedup bool
	groupDedup   bool // deduplicate within the group, not the queue
}

func defaults() settings {
	s := settings{raw: map[string]string{}}
	for name, value := range map[string]string{
		"DelaySeconds": "0", "MaximumMessageSize": strconv.Itoa(maxMessage), "MessageRetentionPeriod": "345600",
		"ReceiveMessageWaitTimeSeconds": "0", "VisibilityTimeout": "30", "SqsManagedSseEnabled": "true",
	} {
		s.raw[name] = value
		if apply := attributes[name].apply; apply != nil {
			apply(&s, value)
		}
	}
	return s
}

// attribute is one settable queue attribute.
type attribute struct {
	fifo  bool                            // FIFO queues only
	valid func(value string) bool         // nil: any value
	apply func(s *settings, value string) // nil: no effect
}

// attributes lists the attributes that a caller can set. RedrivePolicy and RedriveAllowPolicy are parsed by
// redrive.go, since their validity depends on other queues.
var attributes = map[string]attribute{
	"DelaySeconds": {
		valid: between(0, maxDelay), apply: func(s *settings, v string) { s.delay = seconds(v) },
	},
	"MaximumMessageSize": {
		valid: between(1024, maxMessage), apply: func(s *settings, v string) { s.maxSize = number(v) },
	},
	"MessageRetentionPeriod": {
		valid: between(60, 1_209_600), apply: func(s *settings, v string) { s.retention = seconds(v) },
	},
	"ReceiveMessageWaitTimeSeconds": {
		valid: between(0, maxWait), apply: func(s *settings, v string) { s.pollWait = seconds(v) },
	},
	"VisibilityTimeout": {
		valid: between(0, maxVisibility), apply: func(s *settings, v string) { s.visibility = seconds(v) },
	},
	"Policy":                       {valid: isJSON},
	"RedrivePolicy":                {},
	"RedriveAllowPolicy":           {},
	"KmsMasterKeyId":               {},
	"KmsDataKeyReusePeriodSeconds": {valid: between(60, 86_400)},
	"SqsManagedSseEnabled":         {valid: oneOf("true", "false")},
	"FifoQueue":                    {fifo: true, valid: oneOf("true")},
	"ContentBasedDeduplication": {
		fifo: true, valid: oneOf("true", "false"), apply: func(s *settings, v string) { s.contentDedup = v == "true" },
	},
	"DeduplicationScope": {
		fifo: true, valid: oneOf("queue", "messageGroup"), apply: func(s *settings, v string) {
			s.groupDedup = v == "messageGroup"
		},
	},
	"FifoThroughputLimit": {fifo: true, valid: oneOf("perQueue", "perMessageGroupId")},
}

// computed lists the attributes that are computed on request.
var computed = map[string]func(q *queue) string{
	"ApproximateNumberOfMessages":           func(q *queue) string { return strconv.Itoa(q.counts[visible]) },
	"ApproximateNumberOfMessagesDelayed":    func(q *queue) string { return strconv.Itoa(q.counts[delayed]) },
	"ApproximateNumberOfMessagesNotVisible": func(q *queue) string { return strconv.Itoa(q.counts[inFlight]) },
	"CreatedTimestamp":                      func(q *queue) string { return strconv.FormatInt(q.created.Unix(), 10) },
	"LastModifiedTimestamp":                 func(q *queue) string { return strconv.FormatInt(q.modified.Unix(), 10) },
	"QueueArn":                              func(q *queue) string { return q.arn },
}

// checkAttributes returns an error for attributes that are invalid for a queue of the type, except the
// redrive policies, which checkRedrive checks. An attribute without an effect may be empty.
func checkAttributes(given map[string]string, fifo bool) error {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		a, known := attributes[name]
		if !known || a.fifo && !fifo {
			return errAttributeName(name)
		}
		cleared := given[name] == "" && a.apply == nil
		if a.valid != nil && !cleared && !a.valid(given[name]) {
			return errAttributeValue(name)
		}
	}
	return nil
}

// set sets checked attributes. An empty value removes the attribute.
func (q *queue) set(given map[string]string) {
	for name, value := range given {
		if value == "" {
			delete(q.raw, name)
			continue
		}
		q.raw[name] = value
		if apply := attributes[name].apply; apply != nil {
			apply(&q.settings, value)
		}
	}
	if given["KmsMasterKeyId"] != "" {
		q.raw["SqsManagedSseEnabled"] = "false" // a queue has one kind of encryption
	}
}

func between(low, high int) func(string) bool {
	return func(v string) bool {
		i, err := strconv.Atoi(v)
		return err == nil && i >= low && i <= high
	}
}

func oneOf(allowed ...string) func(string) bool {
	return func(v string) bool { return slices.Contains(allowed, v) }
}

func isJSON(v string) bool { return json.Valid([]byte(v)) }

// number and seconds parse a value that between has accepted.
func number(v string) int {
	i, _ := strconv.Atoi(v)
	return i
}

func seconds(v string) time.Duration { return time.Duration(number(v)) * time.Second }
