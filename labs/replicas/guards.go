package replicas

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	tokens = lab.Guard{
		Name: "token", Claim: "a replica answers once it has applied what the user has written or seen",
		Falls: lab.Falls{"lag": stale},
	}
	pinned = lab.Guard{
		Name: "pin", Claim: "a user's reads go to the primary for a while after a write",
		Falls: lab.Falls{"lag": stale},
	}
	semiSync = lab.Guard{
		Name: "semi-sync", Claim: "a write is answered once a replica has it",
		Falls: lab.Falls{
			"lag":          lab.Violated(replicated).Except(calm),
			"primary-dies": lab.Violated(replicated, durability).Except(unread, reused),
			"old-primary":  lab.Violated(replicated, durability, oneHistory).Except(unread, calm, apart),
		},
	}
	fencing = lab.Guard{
		Name: "fencing", Claim: "a majority refuses the old primary's epoch before there is another",
		Falls: lab.Falls{"half-cut": lab.Violated(durability).Except(calm, unread, lab.NotJudged(
			"how far both primaries come is luck", oneHistory, replicated, lossWindow))},
	}
	newest = lab.Guard{
		Name: "newest-first", Claim: "the replica with the highest LSN becomes the primary",
		Falls: lab.Falls{"primary-dies": lab.Violated(durability).Except(unread, reused, lab.NotJudged(
			"what is lost is what the other replica had", lossWindow))},
	}
)

var (
	stale = lab.Violated(ownWrites).Except(calm,
		lab.NotJudged("whether a user meets both replicas in that order is luck", monotonic))
	unread = lab.NotJudged("a lost write is not read either, if its user looks", ownWrites, monotonic)
	reused = lab.NotJudged("whether a write of the new primary that is acknowledged has a lost one's place is luck",
		oneHistory)
	apart = lab.NotJudged("what an app alone with the old primary writes is no matter of lag", lossWindow)
)
