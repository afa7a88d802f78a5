package embedded

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// verdict is what a guard does with a request. The zero value passes it on to kfake.
type verdict struct {
	refuse string              // why its connection is closed
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

// maxProduce is the newest version of Produce that is offered. From the next one on, topics have ids, and two
// unknown ids panic in kfake.
const maxProduce = 12

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

func inspectProduce(req *kmsg.ProduceRequest) verdict {
	if req.Version > maxProduce {
		return verdict{refuse: fmt.Sprintf("version %d, and the newest one offered is %d", req.Version, maxProduce)}
	}
	for _, t := range req.Topics {
		for _, p := range t.Partitions {
			if !countsItsRecords(p.Records) {
				makeInvalid(p.Records)
			}
		}
	}
	return verdict{}
}

// Where things are in a record batch.
const (
	batchChecksum   = 17 // of what follows it
	batchAttributes = 21
	batchCount      = 57
	batchHeader     = 61

	compression  = 7    // attributes
	controlBatch = 0x20 // attribute

	minRecord     = 7       // bytes
	maxCompressed = 1 << 20 // records; more than a compressed batch of max.message.bytes ever has
)

// countsItsRecords reports whether a batch can have as many records as its header says. kfake takes the
// header's word, and a count below 0 sets its high watermark back.
func countsItsRecords(batch []byte) bool {
	if len(batch) < batchHeader {
		return true // kfake finds that by itself
	}
	count := int32(binary.BigEndian.Uint32(batch[batchCount:]))
	most := (len(batch) - batchHeader) / minRecord
	if binary.BigEndian.Uint16(batch[batchAttributes:])&compression != 0 {
		most = maxCompressed
	}
	return count > 0 && int(count) <= most
}

// makeInvalid makes kfake answer INVALID_RECORD, as a real broker does for a wrong count.
func makeInvalid(batch []byte) {
	batch[batchAttributes+1] |= controlBatch
	sum := crc32.Checksum(batch[batchAttributes:], crc32.MakeTable(crc32.Castagnoli))
	binary.BigEndian.PutUint32(batch[batchChecksum:], sum)
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
