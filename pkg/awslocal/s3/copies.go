package s3

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

type copyResult struct {
	XMLName      xml.Name
	Xmlns        string `xml:"xmlns,attr"`
	ETag         string
	LastModified string
}

const copySourceHeader = "X-Amz-Copy-Source"

// copySource finds the source of a copy in its header, bucket/key?versionId=id, and checks the copy's
// conditions. It returns the version ID for the answer.
func (s *Service) copySource(r *http.Request) (*version, string, error) {
	source := r.Header.Get(copySourceHeader)
	path, query, _ := strings.Cut(source, "?")
	path, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	bucket, key, ok := strings.Cut(path, "/")
	if err != nil || !ok || key == "" {
		return nil, "", invalidArgument("x-amz-copy-source", source, "Invalid copy source object key")
	}
	id := ""
	if values, err := url.ParseQuery(query); err == nil {
		id = values.Get("versionId")
	}
	v, shown, err := s.store.look(bucket, key, id)
	if v != nil && v.marker && id != "" {
		return nil, "", invalidRequest("The source of a copy request may not specifically refer to a delete marker by " +
			"version id.")
	}
	if err != nil {
		return nil, "", err
	}
	if status, failed := readCondition(r.Header, "X-Amz-Copy-Source-", v); status != http.StatusOK {
		return nil, "", preconditionFailed("x-amz-copy-source-" + failed)
	}
	return v, shown, v.readable()
}

func (s *Service) copyObject(w http.ResponseWriter, r *http.Request, q request) error {
	from, fromID, err := s.copySource(r)
	if err != nil {
		return err
	}
	c, err := conditionsOf(r.Header)
	if err != nil {
		return err
	}
	a, err := from.copied(r.Header)
	if err != nil {
		return err
	}
	if from.key == q.key && s.store.isCurrent(q.bucket, from) && !changes(r.Header) {
		return invalidRequest("This copy request is illegal because it is trying to copy an object to itself without " +
			"changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	v := &version{key: q.key, body: from.body, etag: etagOf(from.body), attributes: a}
	shown, err := s.store.put(q.bucket, v, c)
	if err != nil {
		return err
	}
	setVersion(w, shown)
	writeCopied(w, fromID)
	writeXML(w, copyResult{xml.Name{Local: "CopyObjectResult"}, namespace, `"` + v.etag + `"`, timestamp(v.modified)})
	return nil
}

// changes reports whether a copy of an object to itself changes anything.
func changes(h http.Header) bool {
	return h.Get("X-Amz-Metadata-Directive") == "REPLACE" || h.Get(classHeader) != "" || h.Get(sseHeader) != "" ||
		h.Get(redirectHeader) != ""
}

// writeCopied sets the headers of a copy's answer.
func writeCopied(w http.ResponseWriter, fromID string) {
	if fromID != "" {
		w.Header().Set("X-Amz-Copy-Source-Version-Id", fromID)
	}
	w.Header().Set(sseHeader, sseS3)
}

func (s *Service) copyPart(w http.ResponseWriter, r *http.Request, q request) error {
	from, fromID, err := s.copySource(r)
	if err != nil {
		return err
	}
	number, err := partNumber(q)
	if err != nil {
		return err
	}
	body := from.body
	if header := r.Header.Get("X-Amz-Copy-Source-Range"); header != "" {
		spec, ok := strings.CutPrefix(header, "bytes=")
		a, b, dash := strings.Cut(spec, "-")
		first, err1 := strconv.Atoi(a)
		last, err2 := strconv.Atoi(b)
		switch {
		case !ok || !dash || err1 != nil || err2 != nil || first < 0 || last < first:
			return invalidArgument("x-amz-copy-source-range", header,
				"The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based "+
					"offsets of the first and last bytes to copy")
		case last >= len(body):
			return invalidArgument("x-amz-copy-source-range", header, "Range specified is not valid for source object of size: "+
				strconv.Itoa(len(body)))
		}
		body = body[first : last+1]
	}
	p, err := s.store.putPart(q.bucket, q.key, q.query.Get("uploadId"), number, body)
	if err != nil {
		return err
	}
	writeCopied(w, fromID)
	writeXML(w, copyResult{xml.Name{Local: "CopyPartResult"}, namespace, `"` + p.etag + `"`, timestamp(p.modified)})
	return nil
}

// isCurrent reports whether v is the current version of its key in the bucket.
func (s *store) isCurrent(bucketName string, v *version) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[bucketName]
	return b != nil && b.current(v.key) == v
}
