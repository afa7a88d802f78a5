package lambda

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
)

// Sizes of code in bytes: zipped in a request, and unzipped.
const (
	maxZipped   = 52428800
	maxUnzipped = 262144000
)

// InProcess is the S3Bucket of a function that is a [Handler] in this process; S3Key is its name.
const InProcess = "in-process"

type codeInput struct {
	ZipFile         []byte
	S3Bucket        string
	S3Key           string
	S3ObjectVersion string
	ImageUri        string
}

// code is where a function's code is. Copies share it.
type code struct {
	size   int64
	digest string // SHA-256, base64
	handle Handler
	url    string  // of the server that runs it
	folder *folder // of a process's code
}

// readCode finds the code that a request means. The lock is held.
func (s *Service) readCode(in codeInput, c configuration) (code, error) {
	named := code{digest: digest([]byte(in.S3Bucket + "/" + in.S3Key))}
	switch {
	case in.ImageUri != "":
		return code{}, invalid("The embedded AWS has no functions of package type Image.")
	case in.S3Bucket == InProcess:
		if named.handle = s.cfg.Handlers[in.S3Key]; named.handle == nil {
			return code{}, invalid("No handler of this process has the name %s.", in.S3Key)
		}
		return named, nil
	case in.S3Bucket == Served:
		u, err := url.Parse(in.S3Key)
		if err != nil || u.Scheme != "http" || u.Host == "" {
			return code{}, invalid("The key %s is no URL of a server that runs a function.", in.S3Key)
		}
		named.url = in.S3Key
		return named, nil
	}
	return s.readFolder(in, c)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// runner makes what runs the code in one environment.
func (c code) runner(s *Service, e *environment) runner {
	switch {
	case c.handle != nil:
		return &handlerRunner{service: s, environment: e.id, do: c.handle}
	case c.url != "":
		return &remoteRunner{client: s.remote, url: c.url + "/environments/" + e.id}
	}
	return newProcess(s, e, c.folder)
}

func (c code) same(other code) bool { return c.digest == other.digest }

// share counts one more user of the code.
func (c code) share() code {
	c.folder.share()
	return c
}

// release counts one user less. The last one takes away what was unpacked.
func (c code) release() { c.folder.release() }

func (c code) location() string {
	if c.folder != nil {
		return "file://" + c.folder.path
	}
	return c.url
}
