package s3

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// refused are the headers of S3's API that change what a request does, and whose effect is left out.
var refused = map[string]bool{
	"X-Amz-Bucket-Namespace":                                      true,
	"X-Amz-Bucket-Object-Lock-Enabled":                            true,
	"X-Amz-If-Match-Initiated-Time":                               true,
	"X-Amz-If-Match-Last-Modified-Time":                           true,
	"X-Amz-If-Match-Size":                                         true,
	"X-Amz-Mfa":                                                   true,
	"X-Amz-Object-Annotation-Directive":                           true,
	"X-Amz-Optional-Object-Attributes":                            true,
	"X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id":                 true,
	"X-Amz-Server-Side-Encryption-Bucket-Key-Enabled":             true,
	"X-Amz-Server-Side-Encryption-Context":                        true,
	"X-Amz-Server-Side-Encryption-Customer-Algorithm":             true,
	"X-Amz-Server-Side-Encryption-Customer-Key":                   true,
	"X-Amz-Server-Side-Encryption-Customer-Key-Md5":               true,
	"X-Amz-Copy-Source-Server-Side-Encryption-Customer-Algorithm": true,
	"X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key":       true,
	"X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key-Md5":   true,
	"X-Amz-Write-Offset-Bytes":                                    true,
}

// admit refuses a request whose headers ask for what is left out: whoever sends them must not believe that they
// had an effect.
func (s *Service) admit(h http.Header, q request) error {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if !strings.HasPrefix(name, "X-Amz-") {
			continue
		}
		if err := admitHeader(name, h.Get(name), q); err != nil {
			return err
		}
	}
	if owner := h.Get("X-Amz-Expected-Bucket-Owner"); owner != "" {
		if err := s.store.checkOwner(q.bucket, owner); err != nil {
			return err
		}
	}
	if owner := h.Get("X-Amz-Source-Expected-Bucket-Owner"); owner != "" {
		bucket, _, _ := strings.Cut(strings.TrimPrefix(h.Get(copySourceHeader), "/"), "/")
		return s.store.checkOwner(bucket, owner)
	}
	return nil
}

func admitHeader(name, value string, q request) error {
	if refused[name] && value != "false" {
		return headerNotServed(name)
	}
	switch {
	case name == "X-Amz-Acl":
		if value != "private" && value != "bucket-owner-full-control" {
			return aclNotSupported(q)
		}
	case strings.HasPrefix(name, "X-Amz-Grant-"):
		return aclNotSupported(q)
	case name == "X-Amz-Object-Ownership":
		if value != "BucketOwnerEnforced" {
			return headerNotServed(name)
		}
	case name == sseHeader:
		switch value {
		case sseS3:
		case "aws:kms", "aws:kms:dsse", "aws:fsx":
			return headerNotServed(name)
		default:
			return invalidArgument(strings.ToLower(name), value,
				"The encryption request you specified is not valid. Supported value: AES256")
		}
	case strings.HasPrefix(name, "X-Amz-Object-Lock-"):
		return invalidRequest("Bucket is missing Object Lock Configuration")
	case name == "X-Amz-Bypass-Governance-Retention":
		return invalidArgument(strings.ToLower(name), "",
			"x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.")
	case strings.HasPrefix(name, checksumPrefix):
		algorithm := strings.TrimPrefix(name, checksumPrefix)
		_, known := algorithms[algorithm]
		if !known && algorithm != "Algorithm" && algorithm != "Mode" && algorithm != "Type" {
			return headerNotServed(name)
		}
	}
	return nil
}

// aclNotSupported is AWS's answer for a bucket that has no ACLs, as those created today.
func aclNotSupported(q request) error {
	if q.key == "" {
		return &apiError{
			Code:    "InvalidBucketAclWithObjectOwnership",
			Message: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting", BucketName: q.bucket,
		}
	}
	return &apiError{Code: "AccessControlListNotSupported", Message: "The bucket does not allow ACLs"}
}

// checkOwner fails if a bucket is not the account's that a client expects. A missing bucket is its operation's
// error.
func (s *store) checkOwner(bucketName, account string) error {
	if len(account) != 12 || strings.Trim(account, "0123456789") != "" {
		return &apiError{
			Code:    "InvalidBucketOwnerAWSAccountID",
			Message: "The value of the expected bucket owner parameter must be an AWS account ID",
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if b := s.buckets[bucketName]; b != nil && b.account != account {
		return accessDenied()
	}
	return nil
}
