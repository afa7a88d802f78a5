package awslocal

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/loopback"
)

// Upstream is an AWS endpoint beside this one, such as LocalStack's. Requests for a service that is not in Services go
// there as they came, and this endpoint's own services reach the others there, too.
type Upstream struct {
	URL                  string // "http://127.0.0.1:4566"
	AccessKey, SecretKey string
	Services             []string // which this endpoint has itself: "lambda"
}

// upstream is a connected Upstream.
type upstream struct {
	Upstream
	transport *http.Transport
	proxy     httputil.ReverseProxy
}

func connectUpstream(to Upstream) *upstream {
	u := &upstream{Upstream: to, transport: &http.Transport{
		DialContext: loopback.Dial, MaxIdleConnsPerHost: 256, DisableCompression: true,
	}}
	u.proxy = httputil.ReverseProxy{
		Transport: u.transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			base, err := url.Parse(to.URL)
			if err != nil {
				return // the dial fails, and is answered below
			}
			// The host stays the one that the client dialed: it is signed, and queue URLs are made of it.
			r.Out.URL.Scheme, r.Out.URL.Host = base.Scheme, base.Host
		},
		FlushInterval: -1, // an event stream's parts come one by one
		ErrorHandler:  func(w http.ResponseWriter, _ *http.Request, _ error) { reset(w) },
	}
	return u
}

func (u *upstream) close() { u.transport.CloseIdleConnections() }

// pass hands a request on. sent is its body if that was read. A request that gets no answer there gets none here: its
// connection is closed.
func (u *upstream) pass(w http.ResponseWriter, r *http.Request, sent []byte) {
	if awscall.InBody(r) {
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	u.proxy.ServeHTTP(w, r)
}
