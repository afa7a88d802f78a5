package stream

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

func TestReadable(t *testing.T) {
	root := func(id string) types.Shard { return types.Shard{ShardId: &id} }
	child := func(id, parent string) types.Shard { return types.Shard{ShardId: &id, ParentShardId: &parent} }
	split := []types.Shard{root("0"), root("1"), child("2", "0"), child("3", "0")}
	merged := []types.Shard{root("0"), root("1"), {ShardId: aws.String("2"), ParentShardId: aws.String("0"), AdjacentParentShardId: aws.String("1")}}
	for name, c := range map[string]struct {
		all  []types.Shard
		at   map[string]position
		want [2][]string // by consumer
	}{
		"at first":                       {split[:2], nil, [2][]string{{"0"}, {"1"}}},
		"children wait for their parent": {split, nil, [2][]string{{"0"}, {"1"}}},
		"a closed parent must be done, not only begun":  {split, map[string]position{"0": {Sequence: "7", Records: 3}}, [2][]string{{"0"}, {"1"}}},
		"then both children are read":                   {split, map[string]position{"0": {Ended: true}}, [2][]string{{"2"}, {"1", "3"}}},
		"a merged shard waits for both":                 {merged, map[string]position{"0": {Ended: true}}, [2][]string{nil, {"1"}}},
		"and is read after both":                        {merged, map[string]position{"0": {Ended: true}, "1": {Ended: true}}, [2][]string{{"2"}, nil}},
		"a parent past its retention holds up no child": {split[1:], nil, [2][]string{{"1", "3"}, {"2"}}},
	} {
		for consumer, want := range c.want {
			var got []string
			for _, s := range readable(share(c.all, consumer), c.all, c.at) {
				got = append(got, *s.ShardId)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: consumer %d may read %v, want %v", name, consumer, got, want)
			}
		}
	}
}
