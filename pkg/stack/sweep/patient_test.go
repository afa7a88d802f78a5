package sweep

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/aws/smithy-go"
)

func TestAServiceThatIsStillLoadingIsAskedAgain(t *testing.T) {
	for code, want := range map[string]bool{"InternalFailure": true, "AccessDenied": false} {
		if got := patient().IsErrorRetryable(&smithy.GenericAPIError{Code: code}); got != want {
			t.Errorf("%s is tried again: %v, want %v", code, got, want)
		}
	}
}

func TestWhatIsNotThereAnyMoreIsDeleted(t *testing.T) {
	deletes := one(func(_ context.Context, t Thing) error { return &smithy.GenericAPIError{Code: t.Name} })
	n, err := deletes(t.Context(), named([]string{"QueueDoesNotExist", "ResourceNotFoundException", "AccessDenied"}))
	if n != 2 || err == nil || err.Error() != "delete AccessDenied: api error AccessDenied: " {
		t.Errorf("%d deleted, %v", n, err)
	}
}

// Real AWS deletes a table only once it is made.
func TestATableThatIsBeingMadeIsDeletedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for tries, want := range map[int]int{3: 1, 1000: 0} {
			deletes := one(func(context.Context, Thing) error {
				if tries--; tries > 0 {
					return &smithy.GenericAPIError{Code: "ResourceInUseException"}
				}
				return nil
			})
			if n, err := deletes(t.Context(), named([]string{"orders"})); n != want || (err == nil) != (want == 1) {
				t.Errorf("%d deleted, %v", n, err)
			}
		}
	})
}
