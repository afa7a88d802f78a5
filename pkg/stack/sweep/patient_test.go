package sweep

import (
	"testing"

	"github.com/aws/smithy-go"
)

func TestAServiceThatIsStillLoadingIsAskedAgain(t *testing.T) {
	for code, want := range map[string]bool{"InternalFailure": true, "AccessDenied": false} {
		if got := patient().IsErrorRetryable(&smithy.GenericAPIError{Code: code}); got != want {
			t.Errorf("%s is tried again: %v, want %v", code, got, want)
		}
	}
}
