package s3

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// multipart answers the operations of a multipart upload except its beginning and abort.
//
// gofakes3 sorts the parts of a completion before it checks their order, so that any order passes. It accepts
// parts of any size, ignores conditions on the completion, refuses an empty part, and answers NoSuchUpload
// when a bucket without uploads is listed. Its markers name the next part and upload instead of the last.
func (s *Service) multipart(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := parse(r)
		id := q.query.Get("uploadId")
		var err error
		switch {
		case q.key == "" && r.Method == http.MethodGet && q.query.Has("uploads"):
			err = s.listUploads(w, q)
		case q.key == "" || id == "":
			next.ServeHTTP(w, r)
		case r.Method == http.MethodPut:
			err = s.uploadPart(w, r, q, id)
		case r.Method == http.MethodPost:
			err = s.complete(w, r, q, id)
		case r.Method == http.MethodGet:
			err = s.listParts(w, q, id)
		default:
			next.ServeHTTP(w, r)
		}
		if err != nil {
			writeError(w, r, err)
		}
	})
}

func partNumber(q request) (int, error) {
	text := q.query.Get("partNumber")
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxParts {
		return 0, invalidArgument("partNumber", text, "Part number must be an integer between 1 and 10000, inclusive")
	}
	return n, nil
}

func (s *Service) uploadPart(w http.ResponseWriter, r *http.Request, q request, id string) error {
	number, err := partNumber(q)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return incompleteBody
	}
	p, err := s.store.putPart(q.bucket, q.key, id, number, body)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", `"`+p.etag+`"`)
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Service) complete(w http.ResponseWriter, r *http.Request, q request, id string) error {
	var in struct{ Part []completedPart }
	if err := readXML(r, &in); err != nil {
		return err
	}
	c, err := conditionsOf(r.Header)
	if err != nil {
		return err
	}
	v, shown, err := s.store.completeUpload(q.bucket, q.key, id, in.Part, c)
	if err != nil {
		return err
	}
	if shown != "" {
		w.Header().Set("X-Amz-Version-Id", shown)
	}
	writeXML(w, struct {
		XMLName                     xml.Name `xml:"CompleteMultipartUploadResult"`
		Xmlns                       string   `xml:"xmlns,attr"`
		Location, Bucket, Key, ETag string
	}{
		Xmlns: namespace, Location: "http://" + r.Host + "/" + q.bucket + "/" + (&url.URL{Path: q.key}).EscapedPath(),
		Bucket: q.bucket, Key: q.key, ETag: `"` + v.etag + `"`,
	})
	return nil
}

func (s *Service) listParts(w http.ResponseWriter, q request, id string) error {
	limit, err := pageSize(q, "max-parts")
	if err != nil {
		return err
	}
	after, _ := strconv.Atoi(q.query.Get("part-number-marker"))
	parts, err := s.store.listParts(q.bucket, q.key, id)
	if err != nil {
		return err
	}
	type partShape struct {
		PartNumber         int
		LastModified, ETag string
		Size               int
	}
	out := struct {
		XMLName                                          xml.Name `xml:"ListPartsResult"`
		Xmlns                                            string   `xml:"xmlns,attr"`
		Bucket, Key, UploadId                            string
		PartNumberMarker, NextPartNumberMarker, MaxParts int
		IsTruncated                                      bool
		StorageClass                                     string
		Part                                             []partShape
	}{
		Xmlns: namespace, Bucket: q.bucket, Key: q.key, UploadId: id, PartNumberMarker: after, MaxParts: limit,
		StorageClass: "STANDARD",
	}
	for _, p := range parts {
		if p.number <= after {
			continue
		}
		if len(out.Part) == limit {
			out.IsTruncated = true
			break
		}
		out.Part = append(out.Part, partShape{p.number, timestamp(p.modified), `"` + p.etag + `"`, len(p.body)})
		out.NextPartNumberMarker = p.number
	}
	writeXML(w, out)
	return nil
}

func (s *Service) listUploads(w http.ResponseWriter, q request) error {
	limit, err := pageSize(q, "max-uploads")
	if err != nil {
		return err
	}
	uploads, err := s.store.listUploads(q.bucket)
	if err != nil {
		return err
	}
	type uploadShape struct{ Key, UploadId, Initiated, StorageClass string }
	prefix, keyMarker, idMarker := q.query.Get("prefix"), q.query.Get("key-marker"), q.query.Get("upload-id-marker")
	out := struct {
		XMLName                           xml.Name `xml:"ListMultipartUploadsResult"`
		Xmlns                             string   `xml:"xmlns,attr"`
		Bucket, KeyMarker, UploadIdMarker string
		NextKeyMarker, NextUploadIdMarker string `xml:",omitempty"`
		Prefix                            string
		MaxUploads                        int
		IsTruncated                       bool
		Upload                            []uploadShape
	}{
		Xmlns: namespace, Bucket: q.bucket, KeyMarker: keyMarker, UploadIdMarker: idMarker, Prefix: prefix, MaxUploads: limit,
	}
	for _, u := range uploads {
		if !strings.HasPrefix(u.key, prefix) || u.key < keyMarker ||
			(u.key == keyMarker && keyMarker != "" && (idMarker == "" || u.id <= idMarker)) {
			continue
		}
		if n := len(out.Upload); n == limit {
			out.IsTruncated = true
			out.NextKeyMarker, out.NextUploadIdMarker = out.Upload[n-1].Key, out.Upload[n-1].UploadId
			break
		}
		out.Upload = append(out.Upload, uploadShape{u.key, u.id, timestamp(u.begun), "STANDARD"})
	}
	writeXML(w, out)
	return nil
}
