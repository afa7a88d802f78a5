package s3

import (
	"encoding/xml"
	"errors"
	"net/http"
)

const maxDeletes = 1000

func (s *Service) deleteObjects(w http.ResponseWriter, r *http.Request, q request) error {
	var in struct {
		Object []struct {
			Key, VersionId, ETag   string
			LastModifiedTime, Size *string // for directory buckets
		}
		Quiet bool
	}
	if err := readXML(w, r, &in); err != nil {
		return err
	}
	if len(in.Object) == 0 || len(in.Object) > maxDeletes {
		return malformedXML
	}
	type deleted struct {
		Key                   string
		VersionId             string `xml:",omitempty"`
		DeleteMarker          bool   `xml:",omitempty"`
		DeleteMarkerVersionId string `xml:",omitempty"`
	}
	type failed struct {
		Key           string
		VersionId     string `xml:",omitempty"`
		Code, Message string
	}
	out := struct {
		XMLName xml.Name `xml:"DeleteResult"`
		Xmlns   string   `xml:"xmlns,attr"`
		Deleted []deleted
		Error   []failed
	}{Xmlns: namespace}
	for _, o := range in.Object {
		if o.LastModifiedTime != nil || o.Size != nil {
			return notServed("DeleteObjects with LastModifiedTime or Size",
				"LastModifiedTime and Size are conditions of directory buckets, which the embedded AWS does not have.")
		}
	}
	if err := s.store.exists(q.bucket); err != nil {
		return err
	}
	for _, o := range in.Object {
		gone, err := s.store.remove(q.bucket, o.Key, o.VersionId, o.ETag)
		if err != nil {
			var e *apiError
			if !errors.As(err, &e) {
				return err
			}
			out.Error = append(out.Error, failed{o.Key, o.VersionId, e.Code, e.Message})
			continue
		}
		d := deleted{Key: o.Key, VersionId: o.VersionId, DeleteMarker: gone.marker}
		if gone.marker {
			d.DeleteMarkerVersionId = gone.id
		}
		if !in.Quiet {
			out.Deleted = append(out.Deleted, d)
		}
	}
	writeXML(w, out)
	return nil
}
