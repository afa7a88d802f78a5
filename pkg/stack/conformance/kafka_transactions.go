package conformance

import (
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// producer begins a session of a transactional id.
func (e *Env) producer(t *testing.T, id string) *kafka.ProducerSession {
	t.Helper()
	var p *kafka.ProducerSession
	eventually(t, "the coordinator gives a producer id", func() bool {
		out, err := e.Kafka.InitProducerID(t.Context(), &kafka.InitProducerIDRequest{
			TransactionalID: id, TransactionTimeoutMs: int(time.Minute.Milliseconds()), ProducerID: -1, ProducerEpoch: -1,
		})
		if err != nil || out.Error != nil {
			return false
		}
		p = out.Producer
		return true
	})
	return p
}

// stage commits an offset inside a transaction that stays open.
func (e *Env) stage(t *testing.T, id, group, topic string, p *kafka.ProducerSession, offset int64) {
	t.Helper()
	must(t, ok(e.Kafka.AddOffsetsToTxn(t.Context(), &kafka.AddOffsetsToTxnRequest{
		TransactionalID: id, ProducerID: p.ProducerID, ProducerEpoch: p.ProducerEpoch, GroupID: group,
	}))(t).Error)
	out := ok(e.Kafka.TxnOffsetCommit(t.Context(), &kafka.TxnOffsetCommitRequest{
		TransactionalID: id, ProducerID: p.ProducerID, ProducerEpoch: p.ProducerEpoch, GroupID: group, GenerationID: -1,
		Topics: map[string][]kafka.TxnOffsetCommit{topic: {{Partition: 0, Offset: offset}}},
	}))(t)
	must(t, out.Topics[topic][0].Error)
}

func (e *Env) end(t *testing.T, id string, p *kafka.ProducerSession, commit bool) error {
	t.Helper()
	return ok(e.Kafka.EndTxn(t.Context(), &kafka.EndTxnRequest{
		TransactionalID: id, ProducerID: p.ProducerID, ProducerEpoch: p.ProducerEpoch, Committed: commit,
	}))(t).Error
}

// kafka-go has the requests of transactions, but no producer that marks its records as part of one. So these
// cases are about offsets and fencing.
var kafkaTransactions = []Case{
	{"a producer gets an id, and a new session raises its epoch", func(t *testing.T, e *Env) {
		id := e.Name()
		a, b := e.producer(t, id), e.producer(t, id)
		equal(t, "producer id", b.ProducerID, a.ProducerID)
		if b.ProducerEpoch <= a.ProducerEpoch {
			t.Fatalf("epoch %d, then %d", a.ProducerEpoch, b.ProducerEpoch)
		}
	}},
	{"offsets of a transaction count when it is committed", func(t *testing.T, e *Env) {
		id, group, topic := e.Name(), e.Name(), e.newTopic(t, 1)
		e.committed(t, group, topic, 0) // so that the coordinator exists
		p := e.producer(t, id)
		e.stage(t, id, group, topic, p, 5)
		equal(t, "while it is open", e.committed(t, group, topic, 0), -1)
		must(t, e.end(t, id, p, true))
		eventually(t, "the offset is there", func() bool { return e.committed(t, group, topic, 0) == 5 })
	}},
	{"offsets of an aborted transaction do not count", func(t *testing.T, e *Env) {
		id, group, topic := e.Name(), e.Name(), e.newTopic(t, 1)
		e.committed(t, group, topic, 0)
		p := e.producer(t, id)
		e.stage(t, id, group, topic, p, 5)
		must(t, e.end(t, id, p, false))
		never(t, 300*time.Millisecond, "the offset is there", func() bool { return e.committed(t, group, topic, 0) != -1 })
	}},
	{"a partition is added to a transaction", func(t *testing.T, e *Env) {
		id, topic := e.Name(), e.newTopic(t, 1)
		p := e.producer(t, id)
		out := ok(e.Kafka.AddPartitionsToTxn(t.Context(), &kafka.AddPartitionsToTxnRequest{
			TransactionalID: id, ProducerID: p.ProducerID, ProducerEpoch: p.ProducerEpoch,
			Topics: map[string][]kafka.AddPartitionToTxn{topic: {{Partition: 0}}},
		}))(t)
		must(t, out.Topics[topic][0].Error)
		must(t, e.end(t, id, p, true))
	}},
	{"a session is fenced by a later one", func(t *testing.T, e *Env) {
		id := e.Name()
		old := e.producer(t, id)
		e.producer(t, id)
		out := ok(e.Kafka.AddOffsetsToTxn(t.Context(), &kafka.AddOffsetsToTxnRequest{
			TransactionalID: id, ProducerID: old.ProducerID, ProducerEpoch: old.ProducerEpoch, GroupID: e.Name(),
		}))(t)
		if out.Error == nil {
			t.Fatal("the old session goes on")
		}
	}},
	{"ending a transaction that has not begun is InvalidTxnState", func(t *testing.T, e *Env) {
		id := e.Name()
		is(t, e.end(t, id, e.producer(t, id), true), kafka.InvalidTransactionState)
	}},
}
