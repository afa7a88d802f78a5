package s3

import (
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/johannesboyne/gofakes3"
)

const defaultRegion = "us-east-1"

// buckets creates buckets and returns their region.
//
// gofakes3 answers BucketAlreadyExists to a bucket's own owner, where AWS answers BucketAlreadyOwnedByYou
// (and, in us-east-1, success). It forgets the region.
func (s *Service) buckets(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := parse(r)
		if q.bucket == "" || q.key != "" {
			next.ServeHTTP(w, r)
			return
		}
		switch {
		case r.Method == http.MethodPut && !q.query.Has("versioning"):
			s.createBucket(w, r, q.bucket)
			return
		case r.Method == http.MethodGet && q.query.Has("location"):
			s.bucketLocation(w, r, q.bucket)
			return
		case r.Method == http.MethodHead:
			s.store.mu.RLock()
			if b := s.store.buckets[q.bucket]; b != nil {
				w.Header().Set("X-Amz-Bucket-Region", b.region)
			}
			s.store.mu.RUnlock()
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Service) createBucket(w http.ResponseWriter, r *http.Request, name string) {
	var in struct{ LocationConstraint string }
	if r.ContentLength > 0 {
		if err := readXML(r, &in); err != nil {
			writeError(w, r, err)
			return
		}
	}
	if gofakes3.ValidateBucketName(name) != nil {
		writeError(w, r, &apiError{
			Code: "InvalidBucketName", Message: "The specified bucket is not valid.", BucketName: name,
		})
		return
	}
	region := in.LocationConstraint
	if region == "" {
		region = signedRegion(r)
	}
	if !s.store.createBucket(name, region) {
		writeError(w, r, &apiError{
			Code:    "BucketAlreadyOwnedByYou",
			Message: "Your previous request to create the named bucket succeeded and you already own it.", BucketName: name,
			status: http.StatusConflict,
		})
		return
	}
	w.Header().Set("Location", "/"+name)
	w.WriteHeader(http.StatusOK)
}

// createBucket makes a bucket; false if it exists, except in us-east-1, where AWS lets an owner create it
// again.
func (s *store) createBucket(name, region string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.buckets[name]; b != nil {
		return b.region == defaultRegion && region == defaultRegion
	}
	s.buckets[name] = &bucket{name: name, region: region, created: s.now(), uploads: map[string]*upload{}}
	return true
}

func (s *Service) bucketLocation(w http.ResponseWriter, r *http.Request, name string) {
	s.store.mu.RLock()
	b, err := s.store.bucket(name)
	s.store.mu.RUnlock()
	if err != nil {
		writeError(w, r, err)
		return
	}
	out := struct {
		XMLName xml.Name `xml:"LocationConstraint"`
		Xmlns   string   `xml:"xmlns,attr"`
		Region  string   `xml:",chardata"`
	}{Xmlns: namespace, Region: b.region}
	if b.region == defaultRegion {
		out.Region = "" // AWS's oldest region has an empty name here
	}
	writeXML(w, out)
}

// signedRegion is the region that a request was signed for.
func signedRegion(r *http.Request) string {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if parts := strings.Split(credential, "/"); len(parts) >= 5 {
		return parts[2]
	}
	return defaultRegion
}
