package fault

import (
	"context"
	"fmt"
)

// Oversize has operations bear more than the system takes: exactly one in each block of OneIn is
// padded to Bytes.
type Oversize struct {
	OneIn int // at least 1, which means all
	Bytes int // of the payload; 0 means 2 MiB, more than SQS, SNS, Kinesis and a Kafka broker's default take
}

func (f Oversize) bytes() int {
	if f.Bytes == 0 {
		return 2 << 20
	}
	return f.Bytes
}

func (f Oversize) Requested() string {
	return oneInOf(Oversized, f.OneIn, fmt.Sprintf("is %s long", size(int64(f.bytes()))))
}

func (f Oversize) Inject(_ context.Context, s *Surface) (Injection, error) {
	if f.Bytes < 0 {
		return nil, fmt.Errorf("inject %s: %d bytes: want 0 or more", Oversized, f.Bytes)
	}
	return injectData(s, &dataRule{taint: Oversized, oneIn: f.OneIn, size: f.bytes()})
}
