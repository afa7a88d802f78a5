package embedded

import (
	"context"
	"slices"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/stack"
)

// limited are the services with limits of throughput.
var limited = []string{"dynamodb", "dynamodbstreams", "kinesis"}

// Beside starts an AWS that has what needs asks for and st's lacks, and returns st with it and the services that come
// from it; st itself if nothing is lacking. On an embedded stack it is a whole AWS. Beside another it has those
// services alone, and leaves the others to st's. It ends with st.
func Beside(ctx context.Context, st *stack.Stack, needs stack.Needs, log *zap.Logger) (*stack.Stack, []string, error) {
	services := slices.Clone(needs.Services)
	if needs.Throttling {
		services = append(services, limited...)
	}
	special := needs.Throttling || needs.Signatures
	upstream := &awslocal.Upstream{
		URL: st.AWS.URL, AccessKey: st.AWS.AccessKey, SecretKey: st.AWS.SecretKey, Services: services,
	}
	if st.Backend[stack.AWS] == stack.Embedded {
		if !special {
			return st, nil, nil
		}
		services, upstream = nil, nil
	} else if len(services) == 0 {
		return st, nil, nil
	}
	needs.Ports = stack.Ports{} // they are st's
	a, err := startAWS(needs, upstream, log)
	if err != nil {
		return nil, nil, err
	}
	st.OnClose(a.close)
	e := st.AWS
	e.URL = a.endpoint().URL
	var p stack.Process = a
	if upstream != nil && st.Processes[stack.AWS] != nil {
		p = pair{stack.All{st.Processes[stack.AWS], a}, a}
	}
	return st.WithAWS(e, p), services, nil
}

// pair is an emulator and the AWS beside it as one process.
type pair struct {
	stack.All
	own *awsServer
}

// Refuse is [stack.Refuser]'s, for a queue of the AWS beside.
func (p pair) Refuse(queueURL string) (refused func() int, lift func(), err error) {
	return p.own.Refuse(queueURL)
}
