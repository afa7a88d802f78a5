package sns

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/dedup"
)

// topic is one topic.
type topic struct {
	arn        string
	owner      string // account
	attributes map[string]string
	tags       map[string]string

	fifo     bool
	sequence uint64
	seen     dedup.Window[published]
	// order is held while a message of a FIFO topic is numbered and delivered, so that
	// queues get messages in the order of their numbers.
	order sync.Mutex

	subscriptions []*subscription // oldest first
	deleted       int             // subscriptions removed
}

// topicAttributes lists the attributes that callers can set; true marks those of FIFO topics.
var topicAttributes = map[string]bool{
	"ArchivePolicy": true, "ContentBasedDeduplication": true, "FifoThroughputScope": true, "FifoTopic": true,
	"DeliveryPolicy": false, "DisplayName": false, "KmsMasterKeyId": false, "Policy": false, "SignatureVersion": false,
	"TracingConfig": false,
}

func checkTopicAttribute(name, value string, fifo bool) error {
	onlyFIFO, known := topicAttributes[name]
	// Feedback attributes (HTTPSuccessFeedbackRoleArn …) are stored without an effect.
	if !known && !strings.Contains(name, "Feedback") {
		return errParameter("AttributeName")
	}
	if onlyFIFO && !fifo && value != "false" {
		return errParameter("Attributes Reason: %s is only valid for FIFO topics", name)
	}
	valid := true
	switch name {
	case "ContentBasedDeduplication", "FifoTopic":
		valid = value == "true" || value == "false"
	case "FifoThroughputScope":
		valid = value == "Topic" || value == "MessageGroup"
	case "SignatureVersion":
		valid = value == "1" || value == "2"
	}
	if !valid {
		return errParameter("Attributes Reason: Invalid value for %s: %s", name, value)
	}
	return nil
}

var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

type tag struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

type topicOutput struct {
	TopicArn string `json:"TopicArn"`
}

type createTopicInput struct {
	Name       string            `json:"Name"`
	Attributes map[string]string `json:"Attributes"`
	Tags       []tag             `json:"Tags"`
}

func (s *Service) createTopic(r *api.Request, in *createTopicInput) (any, error) {
	fifo := in.Attributes["FifoTopic"] == "true"
	stem, suffixed := strings.CutSuffix(in.Name, ".fifo")
	if suffixed != fifo || !topicName.MatchString(stem) || len(in.Name) > 256 {
		return nil, errParameter("Topic Name")
	}
	for _, name := range slices.Sorted(maps.Keys(in.Attributes)) {
		if err := checkTopicAttribute(name, in.Attributes[name], fifo); err != nil {
			return nil, err
		}
	}
	if !fifo {
		delete(in.Attributes, "FifoTopic") // "false" is not kept
	}
	tags := map[string]string{}
	for _, t := range in.Tags {
		tags[t.Key] = t.Value
	}
	arn := "arn:aws:sns:" + r.Region + ":" + r.Account + ":" + in.Name
	if t := s.topics[arn]; t != nil {
		if !containsAll(t.attributes, in.Attributes) {
			return nil, errParameter("Attributes Reason: Topic already exists with different attributes")
		}
		if !containsAll(t.tags, tags) {
			return nil, errParameter("Tags Reason: Topic already exists with different tags")
		}
		return &topicOutput{TopicArn: arn}, nil
	}
	t := &topic{
		arn: arn, owner: r.Account, attributes: map[string]string{
			"DisplayName": "", "Policy": defaultPolicy(arn, r.Account),
		}, tags: tags, fifo: fifo,
	}
	if fifo {
		t.attributes["ContentBasedDeduplication"] = "false"
		t.attributes["FifoThroughputScope"] = "Topic"
	}
	maps.Copy(t.attributes, in.Attributes)
	s.topics[arn] = t
	return &topicOutput{TopicArn: arn}, nil
}

func containsAll(have, want map[string]string) bool {
	for k, v := range want {
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}

func defaultPolicy(arn, account string) string {
	return fmt.Sprintf(`{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Effect":"Allow","Sid":"__default_statement_ID","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":%q,"Condition":{"StringEquals":{"AWS:SourceOwner":%q}}}]}`, arn, account)
}

const deliveryPolicy = `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`

// findTopic returns the topic of an ARN. s.mu is held.
func (s *Service) findTopic(arn string) (*topic, error) {
	if parts := strings.Split(arn, ":"); len(parts) < 6 {
		return nil, errParameter("TopicArn Reason: An ARN must have at least 6 elements, not %d", len(parts))
	} else if len(parts) > 6 || parts[0] != "arn" || parts[2] != "sns" {
		return nil, errParameter("TopicArn")
	}
	t := s.topics[arn]
	if t == nil {
		return nil, errNotFound("Topic")
	}
	return t, nil
}

// deleteTopic also succeeds for a missing topic.
func (s *Service) deleteTopic(_ *api.Request, in *topicInput) (any, error) {
	t, err := s.findTopic(in.TopicArn)
	if t == nil {
		if e, ok := errors.AsType[*api.Error](err); ok && e.QueryCode == "NotFound" {
			return nil, nil
		}
		return nil, err
	}
	for _, sub := range t.subscriptions {
		delete(s.subscriptions, sub.arn)
	}
	delete(s.topics, t.arn)
	return nil, nil
}

type pageInput struct {
	NextToken string `json:"NextToken"`
}

type listTopicsOutput struct {
	Topics    []topicOutput `json:"Topics"`
	NextToken string        `json:"NextToken,omitempty"`
}

func (s *Service) listTopics(r *api.Request, in *pageInput) (any, error) {
	prefix := "arn:aws:sns:" + r.Region + ":" + r.Account + ":"
	var arns []string
	for _, arn := range slices.Sorted(maps.Keys(s.topics)) {
		if strings.HasPrefix(arn, prefix) {
			arns = append(arns, arn)
		}
	}
	arns, next, err := page(arns, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &listTopicsOutput{NextToken: next}
	for _, arn := range arns {
		out.Topics = append(out.Topics, topicOutput{TopicArn: arn})
	}
	return out, nil
}

type attributesOutput struct {
	Attributes map[string]string `json:"Attributes"`
}

func (s *Service) getTopicAttributes(t *topic, _ *topicInput) (any, error) {
	pending := 0
	for _, sub := range t.subscriptions {
		if sub.pending {
			pending++
		}
	}
	out := maps.Clone(t.attributes)
	out["TopicArn"], out["Owner"], out["EffectiveDeliveryPolicy"] = t.arn, t.owner, deliveryPolicy
	out["SubscriptionsPending"] = strconv.Itoa(pending)
	out["SubscriptionsConfirmed"] = strconv.Itoa(len(t.subscriptions) - pending)
	out["SubscriptionsDeleted"] = strconv.Itoa(t.deleted)
	return &attributesOutput{Attributes: out}, nil
}

type setTopicInput struct {
	topicInput
	Name  string `json:"AttributeName"`
	Value string `json:"AttributeValue"`
}

func (s *Service) setTopicAttributes(t *topic, in *setTopicInput) (any, error) {
	if in.Name == "FifoTopic" {
		return nil, errParameter("AttributeName")
	}
	if err := checkTopicAttribute(in.Name, in.Value, t.fifo); err != nil {
		return nil, err
	}
	t.attributes[in.Name] = in.Value
	return nil, nil
}
