package s3

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// attributes are what an object has besides its body.
type attributes struct {
	header   map[string]string // returned as they are: the type and the like, the user's own
	checksum checksum
	class    string // of storage; empty for the standard one
	tags     []tag
}

const maxMetadata = 2 << 10 // bytes of a user's own names and values

const (
	redirectHeader = "X-Amz-Website-Redirect-Location"
	classHeader    = "X-Amz-Storage-Class"
	sseHeader      = "X-Amz-Server-Side-Encryption"
	sseS3          = "AES256" // what every object is encrypted with, also if its upload does not ask
)

// kept are the standard headers that S3 stores with an object.
var kept = []string{
	"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires",
}

// attributesOf reads what a request that begins an object says of it.
func attributesOf(h http.Header) (a attributes, err error) {
	if a.header, err = metadataOf(h); err != nil {
		return a, err
	}
	if a.tags, err = parseTags(h.Get(taggingHeader)); err != nil {
		return a, err
	}
	a.class, err = storageClass(h)
	return a, err
}

// metadataOf returns the headers that are returned with an object.
func metadataOf(h http.Header) (map[string]string, error) {
	meta := map[string]string{"Content-Type": "binary/octet-stream"}
	for _, name := range kept {
		value := h.Get(name)
		if name == "Content-Encoding" {
			value = withoutChunked(value)
		}
		if value != "" {
			meta[name] = value
		}
	}
	if redirect := h.Get(redirectHeader); redirect != "" {
		if !strings.HasPrefix(redirect, "/") && !strings.HasPrefix(redirect, "http://") &&
			!strings.HasPrefix(redirect, "https://") {
			return nil, &apiError{
				Code:    "InvalidRedirectLocation",
				Message: "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
			}
		}
		meta[redirectHeader] = redirect
	}
	size := 0
	for name, values := range h {
		if user, ok := strings.CutPrefix(name, "X-Amz-Meta-"); ok {
			// AWS writes the names in lower case, and clients in other languages pass them on.
			name = strings.ToLower(name)
			meta[name] = strings.Join(values, ",")
			size += len(user) + len(meta[name])
		}
	}
	if size > maxMetadata {
		return nil, &apiError{
			Code: "MetadataTooLarge", Message: "Your metadata headers exceed the maximum allowed metadata size",
		}
	}
	return meta, nil
}

// withoutChunked removes aws-chunked, which belongs to the wire and not to the object, from a
// Content-Encoding.
func withoutChunked(encoding string) string {
	if !strings.Contains(encoding, "aws-chunked") {
		return encoding
	}
	var rest []string
	for _, e := range strings.Split(encoding, ",") {
		if e = strings.TrimSpace(e); e != "" && e != "aws-chunked" {
			rest = append(rest, e)
		}
	}
	return strings.Join(rest, ", ")
}

// Storage classes from which an object has to be restored before it can be read.
var archived = []string{"GLACIER", "DEEP_ARCHIVE"}

var storageClasses = append([]string{
	"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR",
}, archived...)

func storageClass(h http.Header) (string, error) {
	class := h.Get(classHeader)
	switch {
	case class == "" || class == "STANDARD":
		return "", nil
	case slices.Contains(storageClasses, class):
		return class, nil
	}
	return "", &apiError{Code: "InvalidStorageClass", Message: "The storage class you specified is not valid"}
}

// classOf is a storage class in documents.
func classOf(class string) string {
	if class == "" {
		return "STANDARD"
	}
	return class
}

// readable fails for an object in an archive.
func (a attributes) readable() error {
	if slices.Contains(archived, a.class) {
		return &apiError{
			Code: "InvalidObjectState", Message: "The operation is not valid for the object's storage class",
			StorageClass: a.class, status: http.StatusForbidden,
		}
	}
	return nil
}

// write sets the headers of a read.
func (a attributes) write(h http.Header) {
	for name, value := range a.header {
		h[name] = []string{value} // a user's name is in lower case
	}
	if a.class != "" {
		h.Set(classHeader, a.class)
	}
	if n := len(a.tags); n > 0 {
		h.Set("X-Amz-Tagging-Count", strconv.Itoa(n))
	}
	h.Set(sseHeader, sseS3)
}

// copied returns the attributes of a copy. A request's directives say whether metadata and tags are the source's
// or the request's.
func (a attributes) copied(h http.Header) (attributes, error) {
	out, err := attributesOf(h)
	if err != nil {
		return out, err
	}
	replaceMeta, err := directive(h, "X-Amz-Metadata-Directive", "metadata")
	if err != nil {
		return out, err
	}
	replaceTags, err := directive(h, "X-Amz-Tagging-Directive", "tagging")
	if err != nil {
		return out, err
	}
	if !replaceMeta {
		redirect, has := out.header[redirectHeader] // it is never copied
		out.header = maps.Clone(a.header)
		delete(out.header, redirectHeader)
		if has {
			out.header[redirectHeader] = redirect
		}
	}
	if !replaceTags {
		out.tags = a.tags
	}
	out.checksum = a.checksum
	return out, nil
}

func directive(h http.Header, name, of string) (replace bool, err error) {
	switch value := h.Get(name); value {
	case "", "COPY":
		return false, nil
	case "REPLACE":
		return true, nil
	default:
		return false, invalidArgument(strings.ToLower(name), value, "Unknown "+of+" directive.")
	}
}
