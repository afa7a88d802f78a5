package awslocal

import (
	"net/http"
	"strings"

	"github.com/crashlab/crashlab/pkg/awscall"
)

const defaultRegion = "us-east-1"

// route finds out where a request goes. What its signature, target, form and path leave open is
// settled by what the service speaks.
func (s *Server) route(r *http.Request, body []byte) *exchange {
	x := &exchange{Call: awscall.Of(r, body)}
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
	if x.Protocol == awscall.Query {
		x.form = x.Form()
	}
	return x
}

// accountOf is the account a key acts for: a key of twelve digits names it, as in LocalStack;
// every other key acts for the default account.
func accountOf(accessKey, standard string) string {
	if len(accessKey) != 12 || strings.Trim(accessKey, "0123456789") != "" {
		return standard
	}
	return accessKey
}
