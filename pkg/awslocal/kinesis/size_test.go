package kinesis

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Tests with megabytes bypass the wire, which would take seconds.

func call(t *testing.T, s *Service, operation string, decode func(v any) error) (any, error) {
	t.Helper()
	return s.Call(context.Background(), &api.Request{
		Operation: operation, Region: "us-east-1", Account: "000000000000", Decode: decode,
	})
}

func input(text string) func(v any) error {
	return func(v any) error { return json.Unmarshal([]byte(text), v) }
}

// member reads a member of an answer.
func member(answer any, name string) reflect.Value { return reflect.ValueOf(answer).FieldByName(name) }

// A read returns at most 10 MB, whatever its limit.
func TestGetRecordsStopsAt10MB(t *testing.T) {
	s := New(Config{Clock: clockwork.NewFakeClock()})
	if _, err := call(t, s, "CreateStream", input(`{"StreamName":"s","ShardCount":1}`)); err != nil {
		t.Fatal(err)
	}
	st := s.streams[key{"us-east-1", "000000000000", "s"}]
	for range 11 {
		st.append(s.now(), hashKey{}, &entry{Data: make([]byte, maxRecord-1), PartitionKey: "k"}, false)
	}
	answer, err := call(t, s, "GetShardIterator",
		input(`{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"TRIM_HORIZON"}`))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{10, 1, 0} {
		name := "NextShardIterator"
		if i == 0 {
			name = "ShardIterator"
		}
		answer, err = call(t, s, "GetRecords", input(`{"ShardIterator":"`+member(answer, name).String()+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		if n := member(answer, "Records").Len(); n != want {
			t.Errorf("read %d: %d records, want %d", i, n, want)
		}
	}
}

func TestPutRecordsRefusesMoreThan10MB(t *testing.T) {
	s := New(Config{})
	_, err := call(t, s, "PutRecords", func(v any) error {
		records := make([]entry, 11)
		for i := range records {
			records[i] = entry{Data: make([]byte, maxRecord-1), PartitionKey: "k"}
		}
		reflect.ValueOf(v).Elem().FieldByName("Records").Set(reflect.ValueOf(records))
		return nil
	})
	var e *api.Error
	if !errors.As(err, &e) || e.Code != "InvalidArgumentException" {
		t.Errorf("got %v", err)
	}
}
