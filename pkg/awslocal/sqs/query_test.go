package sqs_test

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// query makes a call in the query protocol, which SDKs spoke until 2023.
func (w *world) query(target string, params ...string) (int, string) {
	w.t.Helper()
	form := url.Values{"Version": {"2012-11-05"}}
	for i := 0; i < len(params); i += 2 {
		form.Set(params[i], params[i+1])
	}
	resp, err := http.PostForm(target, form)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	require.Equal(w.t, "text/xml", resp.Header.Get("Content-Type"))
	http.DefaultClient.CloseIdleConnections()
	return resp.StatusCode, string(body)
}

func TestQueryProtocol(t *testing.T) {
	w := newWorld(t)
	_, body := w.query(w.server.URL(), "Action", "CreateQueue", "QueueName", "q", "Attribute.1.Name", "VisibilityTimeout",
		"Attribute.1.Value", "7", "Tag.1.Key", "k", "Tag.1.Value", "v")
	var created struct {
		URL string `xml:"CreateQueueResult>QueueUrl"`
	}
	require.NoError(t, xml.Unmarshal([]byte(body), &created))
	require.Equal(t, "7", w.attribute(created.URL, "VisibilityTimeout"))

	// A request to the queue's own URL needs no QueueUrl.
	status, _ := w.query(created.URL, "Action", "SendMessageBatch",
		"SendMessageBatchRequestEntry.1.Id", "a", "SendMessageBatchRequestEntry.1.MessageBody", "<&\r>",
		"SendMessageBatchRequestEntry.1.MessageAttribute.1.Name", "n",
		"SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType", "Binary",
		"SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.BinaryValue", "AAH/",
		"SendMessageBatchRequestEntry.2.Id", "b", "SendMessageBatchRequestEntry.2.MessageBody", "")
	require.Equal(t, http.StatusOK, status)

	_, body = w.query(created.URL, "Action", "ReceiveMessage", "MaxNumberOfMessages", "10", "AttributeName.1",
		"SentTimestamp", "MessageAttributeName.1", "All")
	var received struct {
		Messages []struct {
			Body       string
			Attribute  []struct{ Name, Value string }
			Attributes []struct {
				Name  string
				Type  string `xml:"Value>DataType"`
				Bytes string `xml:"Value>BinaryValue"`
			} `xml:"MessageAttribute"`
		} `xml:"ReceiveMessageResult>Message"`
		RequestID string `xml:"ResponseMetadata>RequestId"`
	}
	require.NoError(t, xml.Unmarshal([]byte(body), &received))
	require.NotEmpty(t, received.RequestID)
	require.Len(t, received.Messages, 1)
	m := received.Messages[0]
	require.Equal(t, "<&\r>", m.Body)
	require.Equal(t, "SentTimestamp", m.Attribute[0].Name)
	require.Equal(t, "Binary", m.Attributes[0].Type)
	require.Equal(t, "AAH/", m.Attributes[0].Bytes)
}

func TestQueryProtocolErrors(t *testing.T) {
	w := newWorld(t)
	for want, params := range map[string][]string{
		"AWS.SimpleQueueService.NonExistentQueue": {"Action", "GetQueueUrl", "QueueName", "none"},
		"InvalidAction":    {"Action", "Dance"},
		"MissingParameter": {"Action", "GetQueueUrl"},
		"MalformedInput":   {"Action", "ReceiveMessage", "QueueUrl", "q", "WaitTimeSeconds", "soon"},
		"InvalidAttributeName": {"Action", "CreateQueue", "QueueName", "q", "Attribute.1.Name", "Color", "Attribute.1.Value",
			"red"},
	} {
		status, body := w.query(w.server.URL(), params...)
		var e struct {
			Type string `xml:"Error>Type"`
			Code string `xml:"Error>Code"`
		}
		require.NoError(t, xml.Unmarshal([]byte(body), &e))
		require.Equal(t, http.StatusBadRequest, status)
		require.Equal(t, "Sender", e.Type)
		require.Equal(t, want, e.Code)
	}
}
