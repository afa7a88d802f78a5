package s3

import (
	"net/http"
	"unicode/utf8"
)

// handler answers one operation, or returns an error before it has written anything.
type handler func(s *Service, w http.ResponseWriter, r *http.Request, q request) error

// level is the kind of resource that a path names.
type level int

const (
	account level = iota
	bucketLevel
	objectLevel
)

// route is what an operation is found by: AWS identifies parts of a resource by a name in the query.
type route struct {
	method      string
	at          level
	subresource string
}

var operations = map[route]handler{
	{"GET", account, ""}: (*Service).listBuckets,

	{"PUT", bucketLevel, ""}:           (*Service).createBucket,
	{"HEAD", bucketLevel, ""}:          (*Service).headBucket,
	{"DELETE", bucketLevel, ""}:        (*Service).deleteBucket,
	{"GET", bucketLevel, "location"}:   (*Service).bucketLocation,
	{"GET", bucketLevel, "versioning"}: (*Service).bucketVersioning,
	{"PUT", bucketLevel, "versioning"}: (*Service).setBucketVersioning,
	{"GET", bucketLevel, ""}:           (*Service).list,
	{"GET", bucketLevel, "versions"}:   (*Service).listVersions,
	{"GET", bucketLevel, "uploads"}:    (*Service).listUploads,
	{"POST", bucketLevel, "delete"}:    (*Service).deleteObjects,

	{"PUT", objectLevel, ""}:           (*Service).putObject, // or a copy
	{"GET", objectLevel, ""}:           (*Service).getObject,
	{"HEAD", objectLevel, ""}:          (*Service).getObject,
	{"DELETE", objectLevel, ""}:        (*Service).deleteObject,
	{"GET", objectLevel, "tagging"}:    (*Service).objectTagging,
	{"PUT", objectLevel, "tagging"}:    (*Service).setObjectTagging,
	{"DELETE", objectLevel, "tagging"}: (*Service).deleteObjectTagging,

	{"POST", objectLevel, "uploads"}:    (*Service).createUpload,
	{"PUT", objectLevel, "uploadId"}:    (*Service).uploadPart, // or a copy
	{"GET", objectLevel, "uploadId"}:    (*Service).listParts,
	{"POST", objectLevel, "uploadId"}:   (*Service).completeUpload,
	{"DELETE", objectLevel, "uploadId"}: (*Service).abortUpload,
}

// subresources are those of the operations above. At another level they mean nothing.
var subresources = map[level][]string{
	bucketLevel: {"location", "versioning", "versions", "uploads", "delete"},
	objectLevel: {"uploadId", "uploads", "tagging"},
}

// unserved are the unsupported ones. A request for one must not be taken for the bucket or the object.
var unserved = []string{
	"accelerate", "acl", "analytics", "annotation", "attributes", "cors", "encryption", "intelligent-tiering", "inventory",
	"legal-hold", "lifecycle",
	"logging", "metadataConfiguration", "metadataTable", "metrics", "notification", "object-lock", "ownershipControls",
	"policy", "policyStatus",
	"publicAccessBlock", "renameObject", "replication", "requestPayment", "restore", "retention", "select", "session",
	"tagging", "torrent", "website",
}

func (q request) level() level {
	switch {
	case q.bucket == "":
		return account
	case q.key == "":
		return bucketLevel
	default:
		return objectLevel
	}
}

// handler finds the operation of a request.
func (q request) handler(method string) (handler, error) {
	if !utf8.ValidString(q.key) {
		return nil, &apiError{Code: "InvalidURI", Message: "Couldn't parse the specified URI."}
	}
	at := route{method: method, at: q.level()}
	for _, name := range subresources[at.at] {
		if q.query.Has(name) {
			at.subresource = name
			break
		}
	}
	for _, name := range unserved {
		if name != at.subresource && q.query.Has(name) {
			return nil, notServed(method+" ?"+name, "The subresource "+name+" is not supported by the embedded AWS.")
		}
	}
	if do := operations[at]; do != nil {
		return do, nil
	}
	if method == http.MethodPost && at.at == bucketLevel {
		return nil, notServed("browser upload", "Browser uploads are not supported by the embedded AWS.")
	}
	resource := map[level]string{account: "SERVICE", bucketLevel: "BUCKET", objectLevel: "OBJECT"}[at.at]
	return nil, methodNotAllowed(method, resource)
}
