package lambda

import (
	"crypto/sha256"
	"encoding/base64"
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
}

// readCode finds the code that a request means. The lock is held.
func (s *Service) readCode(in codeInput, c configuration) (code, error) {
	if in.S3Bucket == InProcess {
		handle := s.cfg.Handlers[in.S3Key]
		if handle == nil {
			return code{}, invalid("No handler of this process has the name %s.", in.S3Key)
		}
		return code{digest: digest([]byte(in.S3Bucket + "/" + in.S3Key)), handle: handle}, nil
	}
	return code{}, invalid("Please provide a source for function code.")
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// runner makes what runs the code in one environment.
func (c code) runner(s *Service, e *environment) runner {
	return &handlerRunner{service: s, environment: e.id, do: c.handle}
}

func (c code) same(other code) bool { return c.digest == other.digest }

// share counts one more user of the code.
func (c code) share() code { return c }

// release counts one user less. The last one takes away what was unpacked.
func (c code) release() {}

func (c code) location() string { return "" }
