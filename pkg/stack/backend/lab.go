package backend

import (
	"context"
	"strings"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
)

// For returns a stack for a lab on st, which was started for the lab's [stack.Needs.Shared]: st itself or, where its
// AWS lacks something that the lab needs, st with an embedded AWS that has it. note is one line for the user about what
// is embedded then; it is empty if nothing is. What For starts ends with st. The error is a *[stack.UnavailableError]
// where the need can't be met.
func For(ctx context.Context, st *stack.Stack, needs stack.Needs,
	log *zap.Logger) (_ *stack.Stack, note string, err error) {
	if st.Account != "" { // AWS itself
		if len(needs.Services) > 0 {
			return nil, "", &stack.UnavailableError{
				Backend: stack.External, Reason: "the lab's functions run in this process, where AWS can't call them",
				Advice: "use --backend embedded",
			}
		}
		return st, "", nil
	}
	if needs.Signatures && st.Backend[stack.AWS] != stack.Embedded {
		return nil, "", &stack.UnavailableError{
			Backend: st.Backend[stack.AWS], Reason: "the lab needs an AWS that verifies signatures",
			Advice: "use --backend embedded",
		}
	}
	view, services, err := embedded.Beside(ctx, st, needs, log)
	if err != nil || len(services) == 0 {
		return view, "", err
	}
	return view, "embedded of AWS: " + strings.Join(services, ", ") + ", where the emulator lacks what the lab needs", nil
}
