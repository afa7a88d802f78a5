package s3

import (
	"encoding/xml"
	"net/http"
)

const maxDeletes = 1000

// deletes answers DeleteObjects.
//
// gofakes3 does not report which delete markers it made, which version it deleted, or the key of an error.
func (s *Service) deletes(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := parse(r)
		if r.Method != http.MethodPost || q.key != "" || !q.query.Has("delete") {
			next.ServeHTTP(w, r)
			return
		}
		if err := s.deleteObjects(w, r, q.bucket); err != nil {
			writeError(w, r, err)
		}
	})
}

func (s *Service) deleteObjects(w http.ResponseWriter, r *http.Request, bucket string) error {
	var in struct {
		Object []struct{ Key, VersionId string }
		Quiet  bool
	}
	if err := readXML(r, &in); err != nil {
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
	out := struct {
		XMLName xml.Name `xml:"DeleteResult"`
		Xmlns   string   `xml:"xmlns,attr"`
		Deleted []deleted
	}{Xmlns: namespace}
	for _, o := range in.Object {
		gone, err := s.store.remove(bucket, o.Key, o.VersionId)
		if err != nil {
			return err // the bucket is missing, so all fail
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
