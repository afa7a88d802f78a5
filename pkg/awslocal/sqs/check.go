package sqs

import (
	"math/big"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// checkEntry returns an error if the queue does not accept a message.
func (q *queue) checkEntry(e *entry) error {
	if e.Body == "" {
		return errMissing("MessageBody")
	}
	if sizeOf(e) > q.maxSize {
		return errParameter("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", q.maxSize)
	}
	if !allowedText(e.Body) {
		return errContents()
	}
	if err := checkMessageAttributes(e.Attributes); err != nil {
		return err
	}
	for name, a := range e.SystemAttributes {
		if name != "AWSTraceHeader" {
			return errParameter("Message system attribute name '%s' is invalid.", name)
		}
		if a.DataType != "String" || a.StringValue == nil {
			return errParameter("Message system attribute '%s' must contain a non-empty value of type 'String'.", name)
		}
	}
	if err := checkID(e.DeduplicationID, "MessageDeduplicationId"); err != nil {
		return err
	}
	if err := checkID(e.GroupID, "MessageGroupId"); err != nil {
		return err
	}
	if d := e.DelaySeconds; d != nil && (*d < 0 || *d > maxDelay) {
		return errValue(*d, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
	}
	if q.fifo == nil {
		if e.DeduplicationID != "" {
			return errValue(e.DeduplicationID, "MessageDeduplicationId",
				"The request includes a parameter that is not valid for this queue type.")
		}
		return nil
	}
	if e.DelaySeconds != nil && *e.DelaySeconds != 0 {
		return errValue(*e.DelaySeconds, "DelaySeconds",
			"The request include parameter that is not valid for this queue type.")
	}
	return q.checkOrdering(e)
}

// checkOrdering returns an error if a message lacks what a FIFO queue needs to order and deduplicate it.
func (q *queue) checkOrdering(e *entry) error {
	if q.fifo == nil {
		return nil
	}
	if e.GroupID == "" {
		return errMissing("MessageGroupId")
	}
	if e.DeduplicationID == "" && !q.contentDedup {
		return errParameter("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId " +
			"provided explicitly")
	}
	return nil
}

// sizeOf is the size that counts against limits: the body, and names, types and values of the attributes.
func sizeOf(e *entry) int {
	size := len(e.Body)
	for name, a := range e.Attributes {
		size += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			size += len(*a.StringValue)
		}
	}
	return size
}

// allowedText reports whether s has only characters that XML 1.0 allows.
func allowedText(s string) bool {
	for _, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
		case r < 0x20, r == 0xFFFE, r == 0xFFFF:
			return false
		}
	}
	return utf8.ValidString(s)
}

var (
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,256}$`)
	fifoID        = regexp.MustCompile("^[!-~]{1,128}$")
)

func checkID(id, parameter string) error {
	if id != "" && !fifoID.MatchString(id) {
		return errValue(id, parameter, parameter+
			" can only include alphanumeric and punctuation characters. 1 to 128 in length.")
	}
	return nil
}

func checkMessageAttributes(attributes map[string]attributeValue) error {
	if len(attributes) > 10 {
		return errParameter("Number of message attributes [%d] exceeds the allowed maximum [10].", len(attributes))
	}
	for name, a := range attributes {
		if err := checkMessageAttribute(name, a); err != nil {
			return err
		}
	}
	return nil
}

func checkMessageAttribute(name string, a attributeValue) error {
	lower := strings.ToLower(name)
	if !attributeName.MatchString(name) {
		return errParameter("Message (user) attribute name '%s' is invalid: it can only contain alphanumeric characters, "+
			"underscores, hyphens and periods, 1 to 256 in length.", name)
	}
	if strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon.") || strings.HasPrefix(name, ".") ||
		strings.HasSuffix(name, ".") || strings.Contains(name, "..") {
		return errParameter("You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are " +
			"reserved for internal use. Additionally, they cannot start or end with '.'.")
	}
	kind, _, _ := strings.Cut(a.DataType, ".")
	switch {
	case a.DataType == "":
		return errParameter("The message attribute '%s' must contain non-empty message attribute type.", name)
	case kind != "String" && kind != "Number" && kind != "Binary":
		return errParameter("The message attribute '%s' has an invalid message attribute type, the set of supported type "+
			"prefixes is Binary, Number, and String.", name)
	case len(a.DataType) > 256:
		return errParameter("Message (user) attribute types must be shorter than 256 Bytes")
	case kind == "Binary" && len(a.BinaryValue) == 0, kind != "Binary" && (a.StringValue == nil || *a.StringValue == ""):
		return errParameter("The message attribute '%s' must contain non-empty message attribute value for message "+
			"attribute type '%s'.", name, a.DataType)
	case kind == "Binary":
		return nil
	case !allowedText(*a.StringValue):
		return errParameter("The message attribute '%s' contains characters outside of the allowed set.", name)
	case kind == "Number":
		if _, ok := new(big.Float).SetString(*a.StringValue); !ok {
			return errParameter("Can't cast the value of message (user) attribute '%s' to a number.", name)
		}
	}
	return nil
}

func secondsOf(n int) time.Duration { return time.Duration(n) * time.Second }
