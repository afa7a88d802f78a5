package s3

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// pin holds the version of a read while gofakes3 sends it: a write in between must not change the version
// whose conditions and range were checked.
type pin struct {
	version *version
	shown   string // the version id to answer with
}

var pins atomic.Int64

// reads finds the version for GET and HEAD and checks conditions and range.
//
// gofakes3 answers HEAD with the newest version whatever versionId says. It has no version "null" and no
// partNumber. It checks only If-None-Match and If-Modified-Since. It refuses a range that it can't parse (AWS
// ignores it), and one that asks for more of the end than there is (AWS sends all). Its NoSuchKey does not
// mention the delete marker that caused it.
func (s *Service) reads(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := parse(r)
		if q.key == "" || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
			next.ServeHTTP(w, r)
			return
		}
		v, shown, err := s.store.look(q.bucket, q.key, q.query.Get("versionId"))
		if err != nil {
			if v != nil && v.marker {
				w.Header().Set("X-Amz-Delete-Marker", "true")
				w.Header().Set("X-Amz-Version-Id", shown)
				w.Header().Set("Last-Modified", v.modified.Format(http.TimeFormat))
			}
			writeError(w, r, err)
			return
		}
		switch status, failed := readCondition(r.Header, "", v); status {
		case http.StatusNotModified:
			w.Header().Set("ETag", `"`+v.etag+`"`)
			w.Header().Set("Last-Modified", v.modified.Format(http.TimeFormat))
			w.WriteHeader(status)
			return
		case http.StatusPreconditionFailed:
			writeError(w, r, preconditionFailed(failed))
			return
		}
		rng, err := rangeOf(r.Header.Get("Range"), q.query.Get("partNumber"), v)
		if err != nil {
			writeError(w, r, err)
			return
		}

		token := fmt.Sprint("@", pins.Add(1))
		s.store.pins.Store(token, pin{v, shown})
		defer s.store.pins.Delete(token)
		q.query.Set("versionId", token)
		r = withQuery(r, q.query)
		r.Method = http.MethodGet // net/http sends no body to HEAD
		for _, name := range []string{"Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"} {
			r.Header.Del(name)
		}
		if rng != "" {
			r.Header.Set("Range", rng)
		}
		if q.query.Get("partNumber") != "" && len(v.parts) > 0 {
			w.Header().Set("X-Amz-Mp-Parts-Count", strconv.Itoa(len(v.parts)))
		}
		next.ServeHTTP(w, r)
	})
}

// rangeOf returns the range to send in the form first-last; empty for the whole object.
func rangeOf(header, partNumber string, v *version) (string, error) {
	if partNumber != "" {
		return partRange(header, partNumber, v)
	}
	spec, ok := strings.CutPrefix(header, "bytes=")
	from, to, dash := strings.Cut(spec, "-")
	if !ok || !dash {
		return "", nil
	}
	size := len(v.body)
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	switch {
	case from == "" && err2 == nil: // the last n bytes
		first, last = max(0, size-last), size-1
	case err1 == nil && to == "":
		last = size - 1
	case err1 != nil || err2 != nil || last < first:
		return "", nil
	}
	if first >= size {
		return "", &apiError{
			Code: "InvalidRange", Message: "The requested range is not satisfiable", RangeRequested: header,
			ActualObjectSize: strconv.Itoa(size), status: http.StatusRequestedRangeNotSatisfiable,
		}
	}
	return fmt.Sprintf("bytes=%d-%d", first, min(last, size-1)), nil
}

// partRange is the range of one part of a multipart object. Any other object is its own part 1.
func partRange(header, partNumber string, v *version) (string, error) {
	n, err := strconv.Atoi(partNumber)
	switch {
	case header != "":
		return "", invalidRequest("Cannot specify both Range header and partNumber query parameter")
	case err != nil || n < 1 || n > maxParts:
		return "", invalidArgument("partNumber", partNumber, "Part number must be an integer between 1 and 10000, inclusive")
	case n > max(1, len(v.parts)):
		return "", &apiError{
			Code: "InvalidPartNumber", Message: "The requested partnumber is not satisfiable",
			status: http.StatusRequestedRangeNotSatisfiable,
		}
	case len(v.body) == 0 || len(v.parts) == 0:
		return "", nil
	}
	first := 0
	for _, size := range v.parts[:n-1] {
		first += size
	}
	return fmt.Sprintf("bytes=%d-%d", first, first+v.parts[n-1]-1), nil
}
