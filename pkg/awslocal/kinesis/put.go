package kinesis

import (
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

const (
	maxRecord        = 1 << 20  // data and key together, unless the stream was told otherwise
	maxRequest       = 10 << 20 // per PutRecords call
	maxRecordsInCall = 500
)

// entry is one record of a put.
type entry struct {
	Data            []byte
	PartitionKey    string
	ExplicitHashKey string
}

// check validates the entry; prefix is its path in the request.
func (e *entry) check(prefix string) error {
	switch {
	case e.PartitionKey == "":
		return validation(e.PartitionKey, prefix+"partitionKey", "have length greater than or equal to 1")
	case len([]rune(e.PartitionKey)) > 256:
		return validation(e.PartitionKey, prefix+"partitionKey", "have length less than or equal to 256")
	case len(e.Data)+len(e.PartitionKey) > maxRecord:
		return validation(fmt.Sprintf("java.nio.HeapByteBuffer[pos=0 lim=%d cap=%[1]d]", len(e.Data)), prefix+"data",
			fmt.Sprintf("have length less than or equal to %d", maxRecord))
	}
	return nil
}

// hash is the key by which a shard is chosen.
func (e *entry) hash() (hashKey, error) {
	if e.ExplicitHashKey == "" {
		return hashOf(e.PartitionKey), nil
	}
	h, ok := parseHashKey(e.ExplicitHashKey)
	if !ok {
		return h, invalidArgument("Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified "+
			"value was %s", e.ExplicitHashKey)
	}
	return h, nil
}

func (s *Service) putRecord(r *api.Request, in *struct {
	ref
	entry
	SequenceNumberForOrdering string
}) (any, error) {
	if err := in.check(""); err != nil {
		return nil, err
	}
	hash, err := in.hash()
	if err != nil {
		return nil, err
	}
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()
	// Sequence numbers always increase strictly, so this one is only validated.
	if seq := in.SequenceNumberForOrdering; seq != "" {
		if _, ok := sequenceShard(seq); !ok {
			return nil, invalidArgument("ExclusiveMinimumSequenceNumber %s used in PutRecord on stream %s under account %s is "+
				"invalid.", seq, st.name, r.Account)
		}
	}
	h, seq, ok := st.append(s.now(), hash, &in.entry, s.limits)
	if !ok {
		return nil, throttled(h, st)
	}
	return struct{ ShardId, SequenceNumber, EncryptionType string }{h.id, seq, "NONE"}, nil
}

func (s *Service) putRecords(r *api.Request, in *struct {
	ref
	Records []entry
}) (any, error) {
	if len(in.Records) == 0 {
		return nil, validation("[]", "records", "have length greater than or equal to 1")
	}
	if len(in.Records) > maxRecordsInCall {
		return nil, validation("[...]", "records", fmt.Sprintf("have length less than or equal to %d", maxRecordsInCall))
	}
	total := 0
	hashes := make([]hashKey, len(in.Records))
	for i := range in.Records {
		e := &in.Records[i]
		if err := e.check(fmt.Sprintf("records.%d.member.", i+1)); err != nil {
			return nil, err
		}
		hash, err := e.hash()
		if err != nil {
			return nil, err
		}
		hashes[i] = hash
		total += len(e.Data) + len(e.PartitionKey)
	}
	if total > maxRequest {
		return nil, invalidArgument("Records size exceeds %d MB limit", maxRequest>>20)
	}
	st, err := s.lock(r, in.ref)
	if err != nil {
		return nil, err
	}
	defer st.mu.Unlock()

	type result struct {
		ShardId        string `json:",omitempty"`
		SequenceNumber string `json:",omitempty"`
		ErrorCode      string `json:",omitempty"`
		ErrorMessage   string `json:",omitempty"`
	}
	out := struct {
		FailedRecordCount int
		Records           []result
		EncryptionType    string
	}{0, make([]result, len(in.Records)), "NONE"}
	now := s.now()
	for i := range in.Records {
		h, seq, ok := st.append(now, hashes[i], &in.Records[i], s.limits)
		if !ok {
			out.FailedRecordCount++
			e := throttled(h, st)
			out.Records[i] = result{ErrorCode: e.Code, ErrorMessage: e.Message}
			continue
		}
		out.Records[i] = result{ShardId: h.id, SequenceNumber: seq}
	}
	return out, nil
}

// append stores an entry in the shard that owns its key. It returns false if the shard's quota is used up.
func (st *stream) append(now time.Time, hash hashKey, e *entry, limits bool) (*shard, string, bool) {
	h := st.owner(hash)
	if limits && !h.quota.write(now, len(e.Data)+len(e.PartitionKey)) {
		return h, "", false
	}
	h.trim(st.horizon(now))
	rec := &record{
		SequenceNumber: st.sequence.next(now.UnixMilli(), h.index), Data: e.Data, PartitionKey: e.PartitionKey,
		ApproximateArrivalTimestamp: wire.Time{Time: now},
	}
	if rec.Data == nil {
		rec.Data = []byte{}
	}
	h.records = append(h.records, rec)
	st.notify()
	return h, rec.SequenceNumber, true
}

func throttled(h *shard, st *stream) *api.Error {
	return api.Errorf("ProvisionedThroughputExceededException",
		"Rate exceeded for shard %s in stream %s under account %s.", h.id, st.name, st.account)
}
