package awslocal

import (
	"net/http"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

const defaultRegion = "us-east-1"

// route finds the service of a request. The protocol decides what signature, target, form and path leave
// open.
func (s *Server) route(r *http.Request, body []byte) *exchange {
	x := &exchange{Call: awscall.Of(r, body), id: id.UUID()}
	if x.Region == "" {
		x.Region = defaultRegion
	}
	x.svc = s.byName[x.API]
	if x.Protocol == awscall.REST && x.svc != nil && x.svc.rest == nil { // it names no operation
		x.Protocol = awscall.Query
		if x.svc.namespace == "" {
			x.Protocol = awscall.JSON
		}
	}
	if x.Protocol == awscall.RESTJSON {
		x.rest = r
		if x.Operation == "" {
			x.Operation = restOperation(r)
		}
	}
	x.cbor = x.Protocol == awscall.JSON && x.svc != nil && x.svc.cbor && r.Header.Get("Content-Type") == wire.CBOR
	if x.Protocol == awscall.Query {
		x.form = x.Form()
	}
	return x
}
