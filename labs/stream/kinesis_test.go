package stream

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

func TestReadable(t *testing.T) {
	root := func(id string) types.Shard { return types.Shard{ShardId: &id} }
	child := func(id, parent string) types.Shard { return types.Shard{ShardId: &id, ParentShardId: &parent} }
	split := []types.Shard{root("0"), root("1"), child("2", "0"), child("3", "0")}
	merged := []types.Shard{root("0"), root("1"), child("2", "0")}
	merged[2].AdjacentParentShardId = aws.String("1")
	for name, c := range map[string]struct {
		all  []types.Shard
		done []string // shards that have ended
		want string
	}{
		"at first":                                      {split[:2], nil, "0 1"},
		"children wait for their parent":                {split, nil, "0 1"},
		"then both are read":                            {split, []string{"0"}, "1 2 3"},
		"a merged shard waits for both":                 {merged, []string{"0"}, "1"},
		"and is read after both":                        {merged, []string{"0", "1"}, "2"},
		"a parent past its retention holds up no child": {split[1:], nil, "1 2 3"},
	} {
		at := map[string]position{}
		for _, s := range c.all {
			at[*s.ShardId] = position{Records: 3, Ended: slices.Contains(c.done, *s.ShardId)}
		}
		var got []string
		for _, s := range c.all {
			if readable(s, at) {
				got = append(got, *s.ShardId)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v may be read, want %s", name, got, c.want)
		}
	}
}
