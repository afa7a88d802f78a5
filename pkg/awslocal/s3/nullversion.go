package s3

import (
	"net/http"
)

// quotedNull marks the version id "null" on its way through gofakes3.
const quotedNull = "~"

// nullVersions lets the version "null" be deleted.
//
// gofakes3 treats versionId=null as no version ID. So it deletes the newest version, or adds a delete marker,
// instead of deleting the version written without versioning.
func nullVersions(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			if q := r.URL.Query(); q.Get("versionId") == nullID {
				q.Set("versionId", quotedNull+nullID)
				r = withQuery(r, q)
			}
		}
		next.ServeHTTP(w, r)
	})
}
