package embedded

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// verdict is what a guard does with a request. The zero value passes it on to kfake.
type verdict struct {
	answer kmsg.Response       // goes out without kfake seeing the request
	mend   func(kmsg.Response) // changes kfake's response
}

// inspections decide about requests that need it; package doc lists kfake's bugs that are the reasons.
var inspections = map[kmsg.Key]func(kmsg.Request) verdict{
	kmsg.Produce:                 of(inspectProduce),
	kmsg.ApiVersions:             of(inspectApiVersions),
	kmsg.JoinGroup:               of(inspectJoinGroup),
	kmsg.CreateTopics:            of(inspectCreateTopics),
	kmsg.CreatePartitions:        of(inspectCreatePartitions),
	kmsg.AlterConfigs:            of(inspectAlterConfigs),
	kmsg.IncrementalAlterConfigs: of(inspectIncrementalAlterConfigs),
	kmsg.DescribeTopicPartitions: of(inspectDescribeTopicPartitions),
}

func of[R kmsg.Request](inspect func(R) verdict) func(kmsg.Request) verdict {
	return func(r kmsg.Request) verdict { return inspect(r.(R)) }
}

func inspectApiVersions(*kmsg.ApiVersionsRequest) verdict {
	return verdict{mend: func(r kmsg.Response) {
		keys := r.(*kmsg.ApiVersionsResponse).ApiKeys
		for i := range keys {
			if keys[i].ApiKey == kmsg.Produce.Int16() {
				keys[i].MaxVersion = min(keys[i].MaxVersion, maxProduce)
			}
		}
	}}
}

// inspectJoinGroup answers a member that names one protocol twice. kfake counts that as two members.
func inspectJoinGroup(req *kmsg.JoinGroupRequest) verdict {
	named := map[string]bool{}
	for _, p := range req.Protocols {
		if named[p.Name] {
			resp := req.ResponseKind().(*kmsg.JoinGroupResponse)
			resp.ErrorCode, resp.MemberID = kerr.InconsistentGroupProtocol.Code, req.MemberID
			return verdict{answer: resp}
		}
		named[p.Name] = true
	}
	return verdict{}
}

// maxPartitions is how many partitions one request can make. A real controller has the same limit.
const maxPartitions = 10_000

func inspectCreateTopics(req *kmsg.CreateTopicsRequest) verdict {
	total := 0
	for _, t := range req.Topics {
		total += max(int(t.NumPartitions), len(t.ReplicaAssignment), 1)
	}
	if total <= maxPartitions {
		return verdict{mend: mendCreateTopics}
	}
	resp := req.ResponseKind().(*kmsg.CreateTopicsResponse)
	for _, t := range req.Topics {
		topic := kmsg.NewCreateTopicsResponseTopic()
		topic.Topic, topic.ErrorCode, topic.ErrorMessage = t.Topic, kerr.PolicyViolation.Code, tooMany(total)
		resp.Topics = append(resp.Topics, topic)
	}
	return verdict{answer: resp}
}

func inspectCreatePartitions(req *kmsg.CreatePartitionsRequest) verdict {
	total := 0
	for _, t := range req.Topics {
		total += max(int(t.Count), 0)
	}
	if total <= maxPartitions {
		return verdict{}
	}
	resp := req.ResponseKind().(*kmsg.CreatePartitionsResponse)
	for _, t := range req.Topics {
		topic := kmsg.NewCreatePartitionsResponseTopic()
		topic.Topic, topic.ErrorCode, topic.ErrorMessage = t.Topic, kerr.PolicyViolation.Code, tooMany(total)
		resp.Topics = append(resp.Topics, topic)
	}
	return verdict{answer: resp}
}

func tooMany(partitions int) *string {
	return kmsg.StringPtr(fmt.Sprintf("%d partitions in one request; the limit is %d", partitions, maxPartitions))
}

// possible reports whether kfake survives a broker's configuration. The interval of its cleaner goes to a
// ticker, which panics unless it is positive.
func possible(t kmsg.ConfigResourceType, name string, value *string) bool {
	if t != kmsg.ConfigResourceTypeBroker || name != "log.cleaner.backoff.ms" || value == nil {
		return true
	}
	ms, err := strconv.ParseInt(*value, 10, 64)
	return err == nil && ms > 0 && ms <= math.MaxInt64/int64(time.Millisecond)
}

func inspectAlterConfigs(req *kmsg.AlterConfigsRequest) verdict {
	ok := true
	resp := req.ResponseKind().(*kmsg.AlterConfigsResponse)
	for _, r := range req.Resources {
		for _, c := range r.Configs {
			ok = ok && possible(r.ResourceType, c.Name, c.Value)
		}
		resource := kmsg.NewAlterConfigsResponseResource()
		resource.ResourceType, resource.ResourceName = r.ResourceType, r.ResourceName
		resource.ErrorCode = kerr.InvalidConfig.Code
		resp.Resources = append(resp.Resources, resource)
	}
	if ok {
		return verdict{}
	}
	return verdict{answer: resp}
}

func inspectIncrementalAlterConfigs(req *kmsg.IncrementalAlterConfigsRequest) verdict {
	ok := true
	resp := req.ResponseKind().(*kmsg.IncrementalAlterConfigsResponse)
	for _, r := range req.Resources {
		for _, c := range r.Configs {
			ok = ok && (c.Op != kmsg.IncrementalAlterConfigOpSet || possible(r.ResourceType, c.Name, c.Value))
		}
		resource := kmsg.NewIncrementalAlterConfigsResponseResource()
		resource.ResourceType, resource.ResourceName = r.ResourceType, r.ResourceName
		resource.ErrorCode = kerr.InvalidConfig.Code
		resp.Resources = append(resp.Resources, resource)
	}
	if ok {
		return verdict{}
	}
	return verdict{answer: resp}
}

func inspectDescribeTopicPartitions(*kmsg.DescribeTopicPartitionsRequest) verdict {
	return verdict{mend: mendDescribeTopicPartitions}
}
