package sharding

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	consistentHashing = lab.Guard{
		Name: "consistent-hashing", Claim: "a change of shards moves only the keys of the one that joins or leaves",
		Falls: lab.Falls{addShard: lab.Violated(minimalDisruption).Except(noKeyHot),
			removeShard: lab.Violated(minimalDisruption).Except(noKeyHot)},
	}
	virtualNodes = lab.Guard{
		Name: "virtual-nodes", Claim: "a shard has 160 places on the ring, so that all others share what it gives or takes",
		Falls: lab.Falls{removeShard: lab.Violated(spread).Except(noKeyHot,
			lab.NotJudged("a ring's single arcs have any length", minimalDisruption, movedAsPredicted, keyBalance))},
	}
	readOld = lab.Guard{
		Name: "read-old", Claim: "a get of a key that has not arrived asks the shard that had it",
		Falls: lab.Falls{moverCrash: lab.Violated(availability).Except(noKeyHot, oneGives)},
	}
	copyFirst = lab.Guard{
		Name: "copy-first", Claim: "a shard deletes keys only once the other one has them",
		Falls: lab.Falls{crashInMove: lab.Violated(kept).Except(noKeyHot, oneGives, lab.NotJudged(
			"what is lost never arrives, and who asks for it is luck", availability, staleness, inTransit, movedAsPredicted))},
	}
	keepNewer = lab.Guard{
		Name: "keep-newer", Claim: "what arrives does not replace what was put there since the change",
		Falls: lab.Falls{crashInMove: lab.Violated(kept).Except(noKeyHot, oneGives, detours, lab.NotJudged(
			"one of three copies is read, a single one is dead; who reads what was overwritten is luck",
			availability, staleness))},
	}
	replicas = lab.Guard{
		Name: "replicas", Claim: "a key is on three shards, and any of them answers a get",
		Falls: lab.Falls{hotKey: lab.Violated(loadBalance).Except(noMove),
			crashInMove: lab.Violated(availability).Except(noKeyHot)},
	}
)
