package s3

import (
	"net/http"
	"strings"
	"time"
)

// conditionsOf reads a write's conditions. S3 has no If-None-Match but *, and no If-Match of any object.
func conditionsOf(h http.Header) (conditions, error) {
	match, none := h.Get("If-Match"), h.Get("If-None-Match")
	if (none != "" && none != "*") || match == "*" || (match != "" && none != "") {
		return conditions{}, headerNotServed(unsupportedCondition(none, match))
	}
	return conditions{ifMatch: match, ifNoneMatch: none != ""}, nil
}

func unsupportedCondition(none, match string) string {
	if none != "" && none != "*" || match != "*" {
		return "If-None-Match"
	}
	return "If-Match"
}

func sameETag(a, b string) bool { return strings.Trim(a, `"`) == strings.Trim(b, `"`) }

func anyETag(list, etag string) bool {
	for _, e := range strings.Split(list, ",") {
		if e = strings.TrimSpace(e); e == "*" || sameETag(strings.TrimPrefix(e, "W/"), etag) {
			return true
		}
	}
	return false
}

// readCondition checks a version against the conditions of a read, whose headers have a prefix in a copy. It
// returns the status to answer with (200 to go on) and the condition that failed. An ETag takes precedence
// over a date.
func readCondition(h http.Header, prefix string, v *version) (status int, failed string) {
	get := func(name string) string { return h.Get(prefix + name) }
	date := func(name string) (time.Time, bool) {
		t, err := http.ParseTime(get(name))
		return t, err == nil
	}
	if match := get("If-Match"); match != "" {
		if !anyETag(match, v.etag) {
			return http.StatusPreconditionFailed, "If-Match"
		}
	} else if t, ok := date("If-Unmodified-Since"); ok && v.modified.After(t) {
		return http.StatusPreconditionFailed, "If-Unmodified-Since"
	}
	if none := get("If-None-Match"); none != "" {
		if anyETag(none, v.etag) {
			return http.StatusNotModified, "If-None-Match"
		}
	} else if t, ok := date("If-Modified-Since"); ok && !v.modified.After(t) {
		return http.StatusNotModified, "If-Modified-Since"
	}
	return http.StatusOK, ""
}
