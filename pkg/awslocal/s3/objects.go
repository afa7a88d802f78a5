package s3

import (
	"net/http"
	"strconv"
	"time"
)

const maxKeyLength = 1024 // bytes

func checkKey(key string) error {
	if len(key) > maxKeyLength {
		return &apiError{Code: "KeyTooLongError", Message: "Your key is too long", Key: key}
	}
	return nil
}

// setVersion names a version in an answer, unless the bucket never had versions.
func setVersion(w http.ResponseWriter, shown string) {
	if shown != "" {
		w.Header().Set("X-Amz-Version-Id", shown)
	}
}

// putObject answers PutObject, and CopyObject, which differs by a header.
func (s *Service) putObject(w http.ResponseWriter, r *http.Request, q request) error {
	if err := checkKey(q.key); err != nil {
		return err
	}
	if r.Header.Get(copySourceHeader) != "" {
		return s.copyObject(w, r, q)
	}
	c, err := conditionsOf(r.Header)
	if err != nil {
		return err
	}
	body, sum, err := readBody(r)
	if err != nil {
		return err
	}
	a, err := attributesOf(r.Header)
	if err != nil {
		return err
	}
	a.checksum = sum
	v := &version{key: q.key, body: body, etag: etagOf(body), attributes: a}
	shown, err := s.store.put(q.bucket, v, c)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("ETag", `"`+v.etag+`"`)
	h.Set(sseHeader, sseS3)
	sum.write(h)
	setVersion(w, shown)
	w.WriteHeader(http.StatusOK)
	return nil
}

// overrides are the parameters of a read that set a header of its answer.
var overrides = map[string]string{
	"response-cache-control":       "Cache-Control",
	"response-content-disposition": "Content-Disposition",
	"response-content-encoding":    "Content-Encoding",
	"response-content-language":    "Content-Language",
	"response-content-type":        "Content-Type",
	"response-expires":             "Expires",
}

// getObject answers GetObject and HeadObject. It reads one version, whatever is written meanwhile.
func (s *Service) getObject(w http.ResponseWriter, r *http.Request, q request) error {
	h := w.Header()
	v, shown, err := s.store.look(q.bucket, q.key, q.query.Get("versionId"))
	if err != nil {
		if v != nil && v.marker {
			h.Set("X-Amz-Delete-Marker", "true")
			h.Set("Last-Modified", v.modified.Format(http.TimeFormat))
			setVersion(w, shown)
		}
		return err
	}
	status, failed := readCondition(r.Header, "", v)
	if status == http.StatusPreconditionFailed {
		return preconditionFailed(failed)
	}
	h.Set("ETag", `"`+v.etag+`"`)
	h.Set("Last-Modified", v.modified.Format(http.TimeFormat))
	if status == http.StatusNotModified {
		w.WriteHeader(status)
		return nil
	}
	if r.Method == http.MethodGet {
		if err := v.readable(); err != nil {
			return err
		}
	}
	part, err := spanOf(r.Header.Get("Range"), q.query.Get("partNumber"), v)
	if err != nil {
		return err
	}
	v.write(h)
	setVersion(w, shown)
	h.Set("Accept-Ranges", "bytes")
	for parameter, name := range overrides {
		if value := q.query.Get(parameter); value != "" {
			h.Set(name, value)
		}
	}
	if q.query.Get("partNumber") != "" && len(v.parts) > 0 {
		h.Set("X-Amz-Mp-Parts-Count", strconv.Itoa(len(v.parts)))
	}
	body := v.body
	if part.partial {
		body, status = body[part.first:part.last+1], http.StatusPartialContent
		h.Set("Content-Range", part.contentRange(len(v.body)))
	} else if r.Header.Get("X-Amz-Checksum-Mode") == "ENABLED" { // of a part it would be taken for corruption
		v.checksum.write(h)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the client may be gone; then there is nothing to do
	}
	return nil
}

func (s *Service) deleteObject(w http.ResponseWriter, r *http.Request, q request) error {
	gone, err := s.store.remove(q.bucket, q.key, q.query.Get("versionId"), r.Header.Get("If-Match"))
	if err != nil {
		return err
	}
	if gone.marker {
		w.Header().Set("X-Amz-Delete-Marker", "true")
	}
	setVersion(w, gone.id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// timestamp formats a time for S3's documents.
func timestamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }
