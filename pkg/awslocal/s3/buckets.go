package s3

import (
	"encoding/xml"
	"maps"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/awscall"
)

const defaultRegion = "us-east-1"

func (s *Service) listBuckets(w http.ResponseWriter, _ *http.Request, q request) error {
	limit, err := bucketLimit(q.query.Get("max-buckets"))
	if err != nil {
		return err
	}
	after, region := q.query.Get("continuation-token"), q.query.Get("bucket-region")
	type bucketShape struct{ Name, CreationDate, BucketRegion string }
	out := struct {
		XMLName xml.Name `xml:"ListAllMyBucketsResult"`
		Xmlns   string   `xml:"xmlns,attr"`
		Owner   *ownerShape
		Buckets struct{ Bucket []bucketShape }
		Prefix  string `xml:",omitempty"`

		ContinuationToken string `xml:",omitempty"`
	}{Xmlns: namespace, Owner: owner, Prefix: q.query.Get("prefix")}
	s.store.mu.RLock()
	for _, name := range slices.Sorted(maps.Keys(s.store.buckets)) {
		b, n := s.store.buckets[name], len(out.Buckets.Bucket)
		if !strings.HasPrefix(name, out.Prefix) || region != "" && b.region != region || name <= after {
			continue
		}
		if n == limit {
			out.ContinuationToken = out.Buckets.Bucket[n-1].Name
			break
		}
		out.Buckets.Bucket = append(out.Buckets.Bucket, bucketShape{name, timestamp(b.created), b.region})
	}
	s.store.mu.RUnlock()
	writeXML(w, out)
	return nil
}

const maxBuckets = 10000 // of a page

func bucketLimit(text string) (int, error) {
	if text == "" {
		return maxBuckets, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxBuckets {
		return 0, invalidArgument("max-buckets", text, "Argument max-buckets must be an integer between 1 and 10000.")
	}
	return n, nil
}

var (
	bucketName         = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	reservedBucketName = regexp.MustCompile(`^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$`)
)

func validBucketName(name string) bool {
	_, err := netip.ParseAddr(name)
	return len(name) >= 3 && len(name) <= 63 && bucketName.MatchString(name) && !reservedBucketName.MatchString(name) &&
		err != nil
}

func (s *Service) createBucket(w http.ResponseWriter, r *http.Request, q request) error {
	var in struct{ LocationConstraint string }
	if r.ContentLength > 0 {
		if err := readXML(w, r, &in); err != nil {
			return err
		}
	}
	if !validBucketName(q.bucket) {
		return &apiError{
			Code: "InvalidBucketName", Message: "The specified bucket is not valid.", BucketName: q.bucket,
		}
	}
	b := &bucket{name: q.bucket, region: in.LocationConstraint, account: q.account, uploads: map[string]*upload{}}
	if b.region == "" {
		b.region = awscall.Of(r, nil).Region
	}
	if b.region == "" {
		b.region = defaultRegion
	}
	if b.account == "" {
		b.account = s.cfg.Account
	}
	if !s.store.createBucket(b) {
		return &apiError{
			Code:    "BucketAlreadyOwnedByYou",
			Message: "Your previous request to create the named bucket succeeded and you already own it.", BucketName: q.bucket,
			status: http.StatusConflict,
		}
	}
	w.Header().Set("Location", "/"+q.bucket)
	w.WriteHeader(http.StatusOK)
	return nil
}

// createBucket makes a bucket; false if it exists, except in us-east-1, where AWS lets an owner create it
// again.
func (s *store) createBucket(b *bucket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if there := s.buckets[b.name]; there != nil {
		return there.region == defaultRegion && b.region == defaultRegion
	}
	b.created = s.now()
	s.buckets[b.name] = b
	return true
}

func (s *Service) headBucket(w http.ResponseWriter, _ *http.Request, q request) error {
	s.store.mu.RLock()
	b, err := s.store.bucket(q.bucket)
	s.store.mu.RUnlock()
	if err != nil {
		return err
	}
	w.Header().Set("X-Amz-Bucket-Region", b.region)
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Service) deleteBucket(w http.ResponseWriter, _ *http.Request, q request) error {
	if err := s.store.deleteBucket(q.bucket); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *store) deleteBucket(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(name)
	if err != nil {
		return err
	}
	if b.objects.Len() > 0 {
		message := "The bucket you tried to delete is not empty"
		if b.versioning != "" {
			message += ". You must delete all versions in the bucket."
		}
		return &apiError{Code: "BucketNotEmpty", Message: message, BucketName: name, status: http.StatusConflict}
	}
	delete(s.buckets, name)
	return nil
}

func (s *Service) bucketLocation(w http.ResponseWriter, _ *http.Request, q request) error {
	s.store.mu.RLock()
	b, err := s.store.bucket(q.bucket)
	s.store.mu.RUnlock()
	if err != nil {
		return err
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
	return nil
}

// versioningShape is the document of a bucket's versioning; without a status it was never set.
type versioningShape struct {
	XMLName   xml.Name `xml:"VersioningConfiguration"`
	Xmlns     string   `xml:"xmlns,attr"`
	Status    string   `xml:",omitempty"`
	MfaDelete string   `xml:",omitempty"`
}

func (s *Service) bucketVersioning(w http.ResponseWriter, _ *http.Request, q request) error {
	s.store.mu.RLock()
	b, err := s.store.bucket(q.bucket)
	if err != nil {
		s.store.mu.RUnlock()
		return err
	}
	out := versioningShape{Xmlns: namespace, Status: b.versioning}
	s.store.mu.RUnlock()
	writeXML(w, out)
	return nil
}

func (s *Service) setBucketVersioning(w http.ResponseWriter, r *http.Request, q request) error {
	var in versioningShape
	if err := readXML(w, r, &in); err != nil {
		return err
	}
	switch {
	case in.MfaDelete != "" && in.MfaDelete != "Disabled":
		return notServed("MfaDelete", "MFA delete is not supported by the embedded AWS.")
	case in.Status == "":
		return &apiError{
			Code:    "IllegalVersioningConfigurationException",
			Message: "The Versioning element must be specified",
		}
	case in.Status != "Enabled" && in.Status != "Suspended":
		return malformedXML
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	b, err := s.store.bucket(q.bucket)
	if err != nil {
		return err
	}
	b.versioning = in.Status
	w.WriteHeader(http.StatusOK)
	return nil
}
