package s3

import (
	"encoding/xml"
	"net/http"
)

// versionShape is a version or a delete marker; its XMLName says which.
type versionShape struct {
	XMLName        xml.Name
	Key, VersionId string
	IsLatest       bool
	LastModified   string
	ETag           string `xml:",omitempty"`
	Size           *int   `xml:",omitempty"`
	StorageClass   string `xml:",omitempty"`
	Owner          *ownerShape
}

func shapeOf(v *version, latest bool, encode func(string) string) versionShape {
	shape := versionShape{
		XMLName: xml.Name{Local: "DeleteMarker"}, Key: encode(v.key), VersionId: v.id, IsLatest: latest,
		LastModified: timestamp(v.modified), Owner: owner,
	}
	if !v.marker {
		size := len(v.body)
		shape.XMLName.Local, shape.ETag, shape.Size, shape.StorageClass = "Version", `"`+v.etag+`"`, &size, classOf(v.class)
	}
	return shape
}

// versionsShape is the answer of ListObjectVersions.
type versionsShape struct {
	XMLName                            xml.Name `xml:"ListVersionsResult"`
	Xmlns                              string   `xml:"xmlns,attr"`
	Name, Prefix                       string
	KeyMarker, VersionIdMarker         string
	NextKeyMarker, NextVersionIdMarker string `xml:",omitempty"`
	MaxKeys                            int
	Delimiter                          string `xml:",omitempty"`
	EncodingType                       string `xml:",omitempty"`
	IsTruncated                        bool
	Versions                           []versionShape
	CommonPrefixes                     []prefixShape
}

func (s *Service) listVersions(w http.ResponseWriter, _ *http.Request, q request) error {
	limit, err := pageSize(q, "max-keys")
	if err != nil {
		return err
	}
	encode, err := encoder(q)
	if err != nil {
		return err
	}
	prefix, delimiter, after, afterID := q.query.Get("prefix"), q.query.Get("delimiter"), q.query.Get("key-marker"),
		q.query.Get("version-id-marker")
	if afterID != "" && after == "" {
		return invalidArgument("version-id-marker", afterID, "A version-id marker cannot be specified without a key marker.")
	}
	out := versionsShape{
		Xmlns: namespace, Name: q.bucket, Prefix: encode(prefix), KeyMarker: encode(after), VersionIdMarker: afterID,
		MaxKeys: limit, Delimiter: encode(delimiter), EncodingType: q.query.Get("encoding-type"),
	}

	lastKey, lastID := "", ""
	full := func() bool {
		if len(out.Versions)+len(out.CommonPrefixes) < limit {
			return false
		}
		out.IsTruncated = limit > 0
		out.NextKeyMarker, out.NextVersionIdMarker = encode(lastKey), lastID
		return true
	}
	err = s.store.ascend(q.bucket, prefix, after, func(key string, versions []*version) bool {
		if common := commonPrefix(key, prefix, delimiter); common != "" {
			if common == lastKey || common <= after {
				return true
			}
			if full() {
				return false
			}
			out.CommonPrefixes = append(out.CommonPrefixes, prefixShape{encode(common)})
			lastKey, lastID = common, ""
			return true
		}
		if key < after || key == after && afterID == "" && after != "" {
			return true
		}
		passed := key != after // the marker's own version is behind us
		for i := len(versions) - 1; i >= 0; i-- {
			v := versions[i]
			if !passed {
				passed = v.id == afterID
				continue
			}
			if full() {
				return false
			}
			out.Versions = append(out.Versions, shapeOf(v, i == len(versions)-1, encode))
			lastKey, lastID = key, v.id
		}
		return true
	})
	if err != nil {
		return err
	}
	writeXML(w, out)
	return nil
}
