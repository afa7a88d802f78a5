package sns

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// subscription is one subscription. deliver.go reads a copy of it, so its fields are replaced, never changed
// in place.
type subscription struct {
	arn, topicArn, owner string
	protocol, endpoint   string
	pending              bool
	token                string // confirms it
	base                 string // URL of our endpoint, for links in messages

	attributes map[string]string // as set
	raw        bool
	filter     *filter // nil: everything
	onBody     bool    // the filter looks at the message's body
	deadLetter string  // ARN of a queue, or empty
}

// set checks and sets one attribute. parameter is its name in errors.
func (sub *subscription) set(name, value, parameter string) error {
	switch name {
	case "RawMessageDelivery":
		value = strings.ToLower(value)
		if value != "true" && value != "false" {
			return errParameter("%s Reason: RawMessageDelivery: Invalid value [%s]. Must be true or false.", parameter, value)
		}
		sub.raw = value == "true"
	case "FilterPolicyScope":
		if value != "MessageAttributes" && value != "MessageBody" {
			return errParameter("%s Reason: FilterPolicyScope: Invalid value [%s]. Please use either MessageBody or "+
				"MessageAttributes", parameter, value)
		}
		sub.onBody = value == "MessageBody"
	case "FilterPolicy":
		f, err := parseFilter(value, sub.onBody)
		if err != nil {
			return errParameter("%s Reason: FilterPolicy: %v", parameter, err)
		}
		sub.filter = f
	case "RedrivePolicy":
		target, err := sub.parseRedrive(value)
		if err != nil {
			return err
		}
		sub.deadLetter = target
	case "DeliveryPolicy", "SubscriptionRoleArn", "ReplayPolicy":
		// Stored without an effect.
	default:
		return errParameter("AttributeName")
	}
	sub.attributes = maps.Clone(sub.attributes)
	if value == "" || value == "{}" {
		delete(sub.attributes, name)
	} else {
		sub.attributes[name] = value
	}
	return nil
}

func (sub *subscription) parseRedrive(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	var policy struct {
		Target string `json:"deadLetterTargetArn"`
	}
	if err := json.Unmarshal([]byte(value), &policy); err != nil {
		return "", errParameter("RedrivePolicy: failed to parse JSON")
	}
	if policy.Target != "" && !isQueueARN(policy.Target) {
		return "", errParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn")
	}
	if strings.HasSuffix(sub.topicArn, ".fifo") && policy.Target != "" && strings.HasSuffix(sub.endpoint, ".fifo") &&
		!strings.HasSuffix(policy.Target, ".fifo") {
		return "", errParameter("RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.")
	}
	return policy.Target, nil
}

func isQueueARN(arn string) bool {
	parts := strings.Split(arn, ":")
	return len(parts) == 6 && parts[0] == "arn" && parts[2] == "sqs" && parts[5] != ""
}

type subscribeInput struct {
	TopicArn   string            `json:"TopicArn"`
	Protocol   string            `json:"Protocol"`
	Endpoint   string            `json:"Endpoint"`
	Attributes map[string]string `json:"Attributes"`
	ReturnArn  bool              `json:"ReturnSubscriptionArn"`
}

type subscriptionOutput struct {
	SubscriptionArn string `json:"SubscriptionArn"`
}

func (in *subscribeInput) check() error {
	switch in.Protocol {
	case "sqs":
		if !isQueueARN(in.Endpoint) {
			return errParameter("SQS endpoint ARN")
		}
		if strings.HasSuffix(in.Endpoint, ".fifo") && !strings.HasSuffix(in.TopicArn, ".fifo") {
			return errParameter("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard " +
				"SNS topics")
		}
	case "http", "https":
		if !strings.HasPrefix(in.Endpoint, in.Protocol+"://") {
			return errParameter("Endpoint must match the specified protocol")
		}
	case "email", "email-json", "sms", "lambda", "application", "firehose":
		return errParameter("Protocol Reason: the embedded AWS does not deliver by %s", in.Protocol)
	default:
		return errParameter("Amazon SNS does not support this protocol string: %s", in.Protocol)
	}
	return nil
}

func (s *Service) subscribe(_ context.Context, r *api.Request, in *subscribeInput) (any, error) {
	sub, fresh, err := s.addSubscription(r, in)
	if err != nil {
		return nil, err
	}
	if fresh && sub.pending {
		s.background(func(ctx context.Context) { s.requestConfirmation(ctx, sub) })
	}
	if sub.pending && !in.ReturnArn {
		return &subscriptionOutput{SubscriptionArn: "pending confirmation"}, nil
	}
	return &subscriptionOutput{SubscriptionArn: sub.arn}, nil
}

// addSubscription returns a copy of the new subscription, or of the endpoint's existing one.
func (s *Service) addSubscription(r *api.Request, in *subscribeInput) (sub subscription, fresh bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.findTopic(in.TopicArn)
	if err != nil {
		return sub, false, err
	}
	if err := in.check(); err != nil {
		return sub, false, err
	}
	sub = subscription{
		arn: t.arn + ":" + id.UUID(), topicArn: t.arn, owner: r.Account, protocol: in.Protocol, endpoint: in.Endpoint,
		pending: in.Protocol != "sqs", token: id.Hex(144), base: r.Endpoint, attributes: map[string]string{},
	}
	// The scope first: it decides the form of a filter policy.
	names := slices.Sorted(maps.Keys(in.Attributes))
	if scope, ok := in.Attributes["FilterPolicyScope"]; ok {
		sub.onBody = scope == "MessageBody"
	}
	for _, name := range names {
		if err := sub.set(name, in.Attributes[name], "Attributes"); err != nil {
			return sub, false, err
		}
	}
	for _, old := range t.subscriptions {
		if old.endpoint != in.Endpoint || old.protocol != in.Protocol {
			continue
		}
		if !containsAll(old.attributes, sub.attributes) {
			return sub, false, errParameter("Attributes Reason: Subscription already exists with different attributes")
		}
		return *old, false, nil
	}
	kept := sub
	t.subscriptions = append(t.subscriptions, &kept)
	s.subscriptions[kept.arn] = &kept
	return sub, true, nil
}

type confirmInput struct {
	topicInput
	Token string `json:"Token"`
}

func (s *Service) confirmSubscription(t *topic, in *confirmInput) (any, error) {
	for _, sub := range t.subscriptions {
		if sub.token == in.Token {
			sub.pending = false
			return &subscriptionOutput{SubscriptionArn: sub.arn}, nil
		}
	}
	return nil, errParameter("Token")
}

type subscriptionInput struct {
	SubscriptionArn string `json:"SubscriptionArn"`
	Name            string `json:"AttributeName"`
	Value           string `json:"AttributeValue"`
}

// unsubscribe also succeeds for a missing subscription.
func (s *Service) unsubscribe(_ *api.Request, in *subscriptionInput) (any, error) {
	if n := len(strings.Split(in.SubscriptionArn, ":")); n < 6 {
		return nil, errParameter("SubscriptionArn Reason: An ARN must have at least 6 elements, not %d", n)
	} else if n == 6 {
		return nil, errParameter("SubscriptionId")
	}
	sub := s.subscriptions[in.SubscriptionArn]
	if sub == nil {
		return nil, nil
	}
	delete(s.subscriptions, sub.arn)
	t := s.topics[sub.topicArn]
	t.subscriptions = slices.DeleteFunc(t.subscriptions, func(o *subscription) bool { return o == sub })
	t.deleted++
	return nil, nil
}

func (s *Service) getSubscriptionAttributes(sub *subscription, _ *subscriptionInput) (any, error) {
	out := map[string]string{
		"SubscriptionArn": sub.arn, "TopicArn": sub.topicArn, "Owner": sub.owner, "Protocol": sub.protocol,
		"Endpoint":            sub.endpoint,
		"PendingConfirmation": "false", "ConfirmationWasAuthenticated": "true", "RawMessageDelivery": "false",
		"SubscriptionPrincipal": "arn:aws:iam::" + sub.owner + ":root",
	}
	if sub.pending {
		out["PendingConfirmation"], out["ConfirmationWasAuthenticated"] = "true", "false"
	}
	if sub.filter != nil {
		out["FilterPolicyScope"] = "MessageAttributes"
	}
	maps.Copy(out, sub.attributes)
	if sub.filter == nil {
		delete(out, "FilterPolicyScope") // only shown beside a policy
	}
	return &attributesOutput{Attributes: out}, nil
}

func (s *Service) setSubscriptionAttributes(sub *subscription, in *subscriptionInput) (any, error) {
	return nil, sub.set(in.Name, in.Value, "AttributeValue")
}

type listSubscriptionsOutput struct {
	Subscriptions []listedSubscription `json:"Subscriptions"`
	NextToken     string               `json:"NextToken,omitempty"`
}

type listedSubscription struct {
	SubscriptionArn string `json:"SubscriptionArn"`
	Owner           string `json:"Owner"`
	Protocol        string `json:"Protocol"`
	Endpoint        string `json:"Endpoint"`
	TopicArn        string `json:"TopicArn"`
}

func (s *Service) listSubscriptions(r *api.Request, in *pageInput) (any, error) {
	prefix := "arn:aws:sns:" + r.Region + ":" + r.Account + ":"
	return s.list(in, func(sub *subscription) bool { return strings.HasPrefix(sub.arn, prefix) })
}

type byTopicInput struct {
	topicInput
	pageInput
}

func (s *Service) listSubscriptionsByTopic(t *topic, in *byTopicInput) (any, error) {
	return s.list(&in.pageInput, func(sub *subscription) bool { return sub.topicArn == t.arn })
}

// list returns a page of the matching subscriptions. s.mu is held.
func (s *Service) list(in *pageInput, match func(*subscription) bool) (any, error) {
	var arns []string
	for _, arn := range slices.Sorted(maps.Keys(s.subscriptions)) {
		if match(s.subscriptions[arn]) {
			arns = append(arns, arn)
		}
	}
	arns, next, err := page(arns, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &listSubscriptionsOutput{NextToken: next}
	for _, arn := range arns {
		sub := s.subscriptions[arn]
		item := listedSubscription{
			SubscriptionArn: arn, Owner: sub.owner, Protocol: sub.protocol, Endpoint: sub.endpoint, TopicArn: sub.topicArn,
		}
		if sub.pending {
			item.SubscriptionArn = "PendingConfirmation"
		}
		out.Subscriptions = append(out.Subscriptions, item)
	}
	return out, nil
}
