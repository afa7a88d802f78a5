package awslocal_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestCompressedRequests(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{})
	squeeze := func(to func(io.Writer) io.WriteCloser, text string) []byte {
		var b bytes.Buffer
		w := to(&b)
		_, _ = w.Write([]byte(text))
		_ = w.Close()
		return b.Bytes()
	}
	zipped := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	deflated := func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
	for _, tc := range []struct {
		encoding string
		body     []byte
		status   int
	}{
		{"gzip", squeeze(zipped, `{"Limit":1}`), 200}, {"deflate", squeeze(deflated, `{"Limit":1}`), 200},
		{"gzip", squeeze(zipped, `{"Limit":0}`), 400}, {"", []byte(`{"Limit":1}`), 200},
		{"gzip", []byte(`{"Limit":1}`), 500}, {"gzip", nil, 500}, {"deflate", nil, 500}, {"br", []byte(`{}`), 500},
		{"gzip", squeeze(zipped, `{"Limit":1}`)[:12], 500},
		{"gzip", squeeze(zipped, string(make([]byte, 20<<20))), 500},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL(), bytes.NewReader(tc.body))
		require.NoError(t, err)
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810.ListTables")
		r.Header.Set("Content-Encoding", tc.encoding)
		r.Close = true
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, tc.status, answer.StatusCode, "%s %.20q", tc.encoding, tc.body)
	}
}
