package lab

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"

	"github.com/crashlab/crashlab/pkg/load"
)

// MaxMessage is how long a message an [Intake] takes, in bytes: less than whatever stands behind it
// does, so that what is accepted can be carried on. SNS takes 256 KiB; SQS, Kinesis and Kafka take 1 MiB
// by default.
const MaxMessage = 64 << 10

// Intake returns the door of a pipeline: it hands the body of a request to accept and answers
//
//	202  accept returned nil: the message is in the log, and not lost with the intake
//	400  accept returned an error made by [load.Definite]: it is no such message, and was not taken
//	400  it is not what was sent: the request has a Content-Digest (RFC 9530, SHA-256), and it differs
//	413  it is longer than MaxMessage
//	503  accept returned any other error: the log may have it or not
//
// TCP's checksum guards a hop, not what a proxy's or a client's memory makes of a message. One flipped
// bit in its ID is another operation's ID, which nobody behind the door could tell.
func Intake(accept func(ctx context.Context, message []byte) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		message, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxMessage))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		if want := r.Header.Get(contentDigest); want != "" && want != digest(message) {
			http.Error(w, fmt.Sprintf("the message has the digest %s, not %s", digest(message), want), http.StatusBadRequest)
			return
		}
		switch err := accept(r.Context(), message); {
		case err == nil:
			w.WriteHeader(http.StatusAccepted)
		case load.IsDefinite(err):
			http.Error(w, err.Error(), http.StatusBadRequest)
		default:
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
}

const contentDigest = "Content-Digest"

// digest returns a message's digest as the header has it.
func digest(message []byte) string {
	sum := sha256.Sum256(message)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
