package kinesis_test

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

// speakCBOR starts a server and returns a function that sends CBOR as the SDK for Java does, and reads the answer.
func speakCBOR(t *testing.T) func(operation string, body []byte) (status int, answer map[string]any) {
	clock := clockwork.NewFakeClockAt(epoch)
	url := awstest.Start(t, awslocal.Config{Clock: clock}).URL()
	return func(operation string, body []byte) (int, map[string]any) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-amz-cbor-1.1")
		r.Header.Set("X-Amz-Target", "Kinesis_20131202."+operation)
		r.Close = true
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := response.Header.Get("Content-Type"); got != "application/x-amz-cbor-1.1" {
			t.Errorf("%s: the answer's type is %q", operation, got)
		}
		var answer map[string]any
		if len(raw) > 0 {
			if err := cbor.Unmarshal(raw, &answer); err != nil {
				t.Fatalf("%s: %v in %x", operation, err, raw)
			}
		}
		return response.StatusCode, answer
	}
}

func encode(t *testing.T, v map[string]any) []byte {
	t.Helper()
	raw, err := cbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestRecordsInCBOR(t *testing.T) {
	call := speakCBOR(t)
	created := encode(t, map[string]any{"StreamName": "s", "ShardCount": 1})
	if status, answer := call("CreateStream", created); status != 200 || answer != nil {
		t.Fatalf("%d %v", status, answer)
	}
	// {_ "StreamName": "s", "PartitionKey": "k", "Data": h'00ff'}, of indefinite length as Java writes it.
	put, _ := hex.DecodeString("bf6a53747265616d4e616d6561736c506172746974696f6e4b6579616b644461746142" + "00ff" + "ff")
	if status, answer := call("PutRecord", put); status != 200 || answer["ShardId"] != shard0 {
		t.Fatalf("%d %v", status, answer)
	}
	_, answer := call("GetShardIterator", encode(t, map[string]any{
		"StreamName": "s", "ShardId": shard0, "ShardIteratorType": "AT_TIMESTAMP",
		"Timestamp": cbor.Tag{Number: 1, Content: epoch.UnixMilli()},
	}))
	_, answer = call("GetRecords", encode(t, map[string]any{"ShardIterator": answer["ShardIterator"], "Limit": 10}))
	records, _ := answer["Records"].([]any)
	if len(records) != 1 {
		t.Fatalf("%v", answer)
	}
	record := records[0].(map[any]any)
	if data, _ := record["Data"].([]byte); !bytes.Equal(data, []byte{0, 0xFF}) {
		t.Errorf("data %v", record["Data"])
	}
	// Decoding to any reads tag 1 as the RFC does, in seconds.
	if at, _ := record["ApproximateArrivalTimestamp"].(time.Time); at.Unix() != epoch.UnixMilli() {
		t.Errorf("arrived %v", record["ApproximateArrivalTimestamp"])
	}
}

func TestErrorsInCBOR(t *testing.T) {
	call := speakCBOR(t)
	for _, tc := range []struct {
		operation string
		body      []byte
		code      string
	}{
		{"DescribeStream", encode(t, map[string]any{"StreamName": "absent"}), "ResourceNotFoundException"},
		{"DescribeStream", []byte{0xbf, 0x61}, "SerializationException"},
		{"DescribeStream", encode(t, map[string]any{"StreamName": 7}), "SerializationException"},
		{"Dance", nil, "UnknownOperationException"},
	} {
		status, answer := call(tc.operation, tc.body)
		if message, _ := answer["message"].(string); status != 400 || answer["__type"] != tc.code || message == "" {
			t.Errorf("%s: %d %v, want %s", tc.operation, status, answer, tc.code)
		}
	}
}
