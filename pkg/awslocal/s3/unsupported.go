package s3

import (
	"net/http"
)

// subresources are the unsupported parts of S3. AWS identifies each by a name in the query.
var subresources = []string{
	"accelerate", "acl", "analytics", "annotation", "attributes", "cors", "encryption", "intelligent-tiering", "inventory",
	"legal-hold", "lifecycle",
	"logging", "metadataConfiguration", "metadataTable", "metrics", "notification", "object-lock", "ownershipControls",
	"policy", "policyStatus",
	"publicAccessBlock", "renameObject", "replication", "requestPayment", "restore", "retention", "select", "session",
	"tagging", "torrent", "website",
}

// unsupported answers requests for them.
//
// gofakes3 ignores an unknown subresource: PUT /bucket/key?tagging overwrites the object with the tags, and
// GET /bucket?policy lists the bucket.
func unsupported(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := parse(r)
		for _, name := range subresources {
			if q.query.Has(name) {
				writeError(w, r, notImplemented("The subresource "+name+" is not supported by the embedded AWS."))
				return
			}
		}
		if q.bucket != "" && q.key == "" && r.Method == http.MethodPost && !q.query.Has("delete") {
			writeError(w, r, notImplemented("Browser uploads are not supported by the embedded AWS."))
			return
		}
		next.ServeHTTP(w, r)
	})
}
