package s3

import (
	"net/http"
)

// quotedNull marks the version id "null" on its way through gofakes3.
const quotedNull = "~"

// nullVersions lets the version "null" be deleted.
//
// gofakes3 takes versionId=null for no version id at all, and so deletes the newest version,
// or puts a delete marker over it, instead of the one that was written without versioning.
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
