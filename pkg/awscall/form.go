package awscall

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
)

// mayBeForm reports whether a request can be one of the query protocol.
func mayBeForm(r *http.Request) bool {
	posted := r.Method == http.MethodPost &&
		strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	return posted || strings.Contains(r.URL.RawQuery, "Action=") && r.URL.Query().Has("Action")
}

// Form returns the parameters of a call of the query protocol, from the URL and the body. The body wins, as
// on AWS. A malformed pair is left out, and the service misses its parameter.
func (c *Call) Form() url.Values {
	form, _ := url.ParseQuery(c.query)
	posted, _ := url.ParseQuery(string(c.Body))
	for name, values := range posted {
		form[name] = values
	}
	return form
}

func (c *Call) parameter(name string) string {
	if value := FormValue(c.Body, name); value != "" {
		return value
	}
	return FormValue([]byte(c.query), name)
}

// FormValue returns a parameter of an encoded form, or an empty string. It does not parse the rest, which may
// be a large message.
func FormValue(form []byte, name string) string {
	for pair := range bytes.SplitSeq(form, []byte("&")) {
		if value, ok := bytes.CutPrefix(pair, []byte(name+"=")); ok {
			v, _ := url.QueryUnescape(string(value))
			return v
		}
	}
	return ""
}
