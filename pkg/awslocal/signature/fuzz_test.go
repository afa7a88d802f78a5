package signature

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Whatever is accepted is accepted for that method alone.
func FuzzCheck(f *testing.F) {
	for _, lines := range examples {
		r := parsed(f, lines...)
		var header []string
		for name := range r.Header {
			header = append(header, name+": "+r.Header.Get(name))
		}
		f.Add(r.Method, r.URL.Path, r.URL.RawQuery, r.Host, strings.Join(header, "\n"), true)
		f.Add(r.Method, r.URL.Path, r.URL.RawQuery, r.Host, strings.Join(header, "\n"), false)
	}
	f.Add("GET", "/", "", "h",
		"Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=;;,Signature=,\nDate: x", true)
	f.Fuzz(func(t *testing.T, method, path, query, host, headers string, objects bool) {
		r := &http.Request{
			Method: method, Host: host, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{}, ContentLength: -1,
		}
		for line := range strings.SplitSeq(headers, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				r.Header.Add(name, value)
			}
		}
		to := Target{Service: "sqs"}
		if objects {
			to.Service = s3
		}
		seal, refused := Check(r, to, exampleKeys, exampleTime)
		if (seal == nil) == (refused == nil) {
			t.Fatalf("neither accepted nor refused: %v, %v", seal, refused)
		}
		if refused != nil {
			return
		}
		r.Method += "X"
		if _, refused := Check(r, to, exampleKeys, exampleTime); refused == nil {
			t.Fatal("the signature is good for another method, too")
		}
	})
}
