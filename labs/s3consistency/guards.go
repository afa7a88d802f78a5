package s3consistency

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	condition = lab.Guard{
		Name: "if-match", Claim: "a write names the version that it replaces, and is refused if there is another",
		Falls: lab.Falls{"race": overwritten},
	}
	ownEntry = lab.Guard{
		Name: "own-entry", Claim: "a publisher that was refused looks whether its entry is there after all",
		Falls: lab.Falls{"lost-response": lab.Violated(listedOnce).Except(noFiles, ownRetry)},
	}
	leased = lab.Guard{
		Name: "lease", Claim: "a lock that a waiter has seen for a whole lease is taken over",
		Falls: lab.Falls{"holder-dies": lab.Violated(prompt).Except(noFiles, diedWith)},
	}
	fence = lab.Guard{
		Name: "fence", Claim: "a holder's write names the version that it has read, though it has the lock",
		Falls: lab.Falls{"holder-stalls": lab.Violated(kept, linearizable).Except(noFiles, oneLong,
			lab.NotJudged("nobody is refused, and whether two write over one version is luck", winners))},
	}
	inParts = lab.Guard{
		Name: "parts", Claim: "a file is sent in parts, each of which is acknowledged by itself",
		Falls: lab.Falls{"cut-upload": lab.Violated(resent)},
	}
	resumed = lab.Guard{
		Name: "resume", Claim: "after an error an upload goes on with the parts that the bucket lacks",
		Falls: lab.Falls{"cut-upload": lab.Violated(resent)},
	}
	swept = lab.Guard{
		Name: "sweep", Claim: "an upload that nobody has gone on with is aborted",
		Falls: lab.Falls{"abandoned-upload": lab.Violated(orphans)},
	}
)

// overwritten is what becomes of manifests that are written blindly.
var overwritten = lab.Violated(kept, winners, linearizable).Except(noFiles)

// What is not judged, and why.
var (
	noFiles  = lab.NotJudged("no file is uploaded", whole)
	ownRetry = lab.NotJudged("a refusal may be the answer to one's own second try", winners)
	diedWith = lab.NotJudged("what a publisher was writing when it died has no outcome", winners)
	oneLong  = lab.NotJudged("one stall of 600 ms is no mean", lost)
)
