package pubsub

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of publish and subscribe.
func Commands() []engine.Command {
	const (
		subscribes = engine.PubSub | engine.NoScript | engine.InPubSub
		publishes  = engine.PubSub | engine.Fast | engine.MayReplicate
		looks      = engine.PubSub
	)
	list := []engine.Command{
		{Name: "publish", Arity: 3, Flags: publishes, Run: publish},
		{Name: "spublish", Arity: 3, Flags: publishes, Run: publishShard},
		{Name: "subscribe", Arity: -2, Flags: subscribes, Run: subscribe(engine.Channels)},
		{Name: "unsubscribe", Arity: -1, Flags: subscribes, Run: unsubscribe(engine.Channels)},
		{Name: "psubscribe", Arity: -2, Flags: subscribes, Run: subscribe(engine.Patterns)},
		{Name: "punsubscribe", Arity: -1, Flags: subscribes, Run: unsubscribe(engine.Patterns)},
		{Name: "ssubscribe", Arity: -2, Flags: subscribes, Run: subscribe(engine.Shards)},
		{Name: "sunsubscribe", Arity: -1, Flags: subscribes, Run: unsubscribe(engine.Shards)},
		{Name: "pubsub", Arity: -2, Flags: looks, Subs: []engine.Command{
			{Name: "channels", Arity: -2, Flags: looks, Run: names(engine.Channels)},
			{Name: "numsub", Arity: -2, Flags: looks, Run: numbers(engine.Channels)},
			{Name: "numpat", Arity: 2, Flags: looks, Run: patterns},
			{Name: "shardchannels", Arity: -2, Flags: looks, Run: names(engine.Shards)},
			{Name: "shardnumsub", Arity: -2, Flags: looks, Run: numbers(engine.Shards)},
			engine.Help("PUBSUB",
				"CHANNELS [<pattern>]", "Return the channels that have subscribers and match the pattern.",
				"NUMPAT", "Return the number of patterns that have subscribers.",
				"NUMSUB [<channel> ...]", "Return the number of subscribers of each channel, without those of patterns.",
				"SHARDCHANNELS [<pattern>]", "Return the shard channels that have subscribers and match the pattern.",
				"SHARDNUMSUB [<shardchannel> ...]", "Return the number of subscribers of each shard channel."),
		}},
	}
	for i := range list {
		list[i].Group = "pubsub"
	}
	return list
}
