package s3

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

func (s *Service) createUpload(w http.ResponseWriter, r *http.Request, q request) error {
	if err := checkKey(q.key); err != nil {
		return err
	}
	a, err := attributesOf(r.Header)
	if err != nil {
		return err
	}
	sums, err := partSumsOf(r.Header)
	if err != nil {
		return err
	}
	id, err := s.store.createUpload(q.bucket, q.key, a, sums)
	if err != nil {
		return err
	}
	sums.write(w.Header())
	w.Header().Set(sseHeader, sseS3)
	writeXML(w, struct {
		XMLName               xml.Name `xml:"InitiateMultipartUploadResult"`
		Xmlns                 string   `xml:"xmlns,attr"`
		Bucket, Key, UploadId string
	}{Xmlns: namespace, Bucket: q.bucket, Key: q.key, UploadId: id})
	return nil
}

func (s *Service) abortUpload(w http.ResponseWriter, _ *http.Request, q request) error {
	if err := s.store.abortUpload(q.bucket, q.key, q.query.Get("uploadId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func partNumber(q request) (int, error) {
	text := q.query.Get("partNumber")
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxParts {
		return 0, invalidArgument("partNumber", text, "Part number must be an integer between 1 and 10000, inclusive")
	}
	return n, nil
}

// uploadPart answers UploadPart, and UploadPartCopy, which differs by a header.
func (s *Service) uploadPart(w http.ResponseWriter, r *http.Request, q request) error {
	if r.Header.Get(copySourceHeader) != "" {
		return s.copyPart(w, r, q)
	}
	number, err := partNumber(q)
	if err != nil {
		return err
	}
	body, sum, err := readBody(r)
	if err != nil {
		return err
	}
	p, err := s.store.putPart(q.bucket, q.key, q.query.Get("uploadId"), number, body)
	if err != nil {
		return err
	}
	sum.write(w.Header())
	w.Header().Set(sseHeader, sseS3)
	w.Header().Set("ETag", `"`+p.etag+`"`)
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Service) completeUpload(w http.ResponseWriter, r *http.Request, q request) error {
	var in struct{ Part []completedPart }
	if err := readXML(w, r, &in); err != nil {
		return err
	}
	c, err := conditionsOf(r.Header)
	if err != nil {
		return err
	}
	c.claims = r.Header
	v, shown, err := s.store.completeUpload(q.bucket, q.key, q.query.Get("uploadId"), in.Part, c)
	if err != nil {
		return err
	}
	setVersion(w, shown)
	w.Header().Set(sseHeader, sseS3)
	writeXML(w, struct {
		XMLName                     xml.Name `xml:"CompleteMultipartUploadResult"`
		Xmlns                       string   `xml:"xmlns,attr"`
		Location, Bucket, Key, ETag string
		Checksum                    *checksumShape
		ChecksumType                string `xml:",omitempty"`
	}{
		Xmlns: namespace, Location: "http://" + r.Host + "/" + q.bucket + "/" + (&url.URL{Path: q.key}).EscapedPath(),
		Bucket: q.bucket, Key: q.key, ETag: `"` + v.etag + `"`, Checksum: v.checksum.shape(), ChecksumType: v.checksum.kind,
	})
	return nil
}

func (s *Service) listParts(w http.ResponseWriter, _ *http.Request, q request) error {
	id := q.query.Get("uploadId")
	limit, err := pageSize(q, "max-parts")
	if err != nil {
		return err
	}
	after, _ := strconv.Atoi(q.query.Get("part-number-marker"))
	parts, class, err := s.store.listParts(q.bucket, q.key, id)
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
		StorageClass: classOf(class),
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

func (s *Service) listUploads(w http.ResponseWriter, _ *http.Request, q request) error {
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
		out.Upload = append(out.Upload, uploadShape{u.key, u.id, timestamp(u.begun), classOf(u.class)})
	}
	writeXML(w, out)
	return nil
}
