package s3consistency

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/load"
)

//go:embed README.md
var readme string

// The operations on a manifest.
const (
	reading    = "read"
	publishing = "publish"
)

// The switches of the lab.
const (
	racing   = "race"
	stalling = "stall"
	arriving = "files"
)

// cutAfter is what a connection of the uploader carries: more than a part, less than a file.
const cutAfter = 7 << 20

// settled is when the sweeper has aborted what a fault has left behind.
const settled = forgotten + time.Second

var (
	race  = fault.Switch{Name: racing, Asks: "6 of 7 publishes, 2 of 3 reads: of one manifest"}
	batch = fault.Switch{Name: arriving, Asks: "2 files of 10.5 MiB arrive"}
)

// Lab is the bucket.
var Lab = lab.Spec{
	Name:   "s3consistency",
	Title:  "manifests that many publishers change on S3, and uploads whose connection does not last",
	Lesson: "S3 is strongly consistent, and read-modify-write still loses: a write must name what it replaces.",
	Diagram: `
client ─▶ 2 publishers ── GET, PUT (If-Match) ─▶ s3: manifest/NAME, lock/NAME
          uploader ────── 5 MiB + 5 MiB + ½ ───▶ s3: file/NAME, then manifest/archive
          sweeper ─────── list, abort ─────────▶ s3: uploads that nobody goes on with`,
	Workload: lab.Workload{Operation: "request", Rate: 40, ContainerRate: 5, Keys: 1_000_000, PerUserDay: 1,
		Mix: []load.Kind{
			{Name: publishing, Weight: 1},
			{Name: publishing, Weight: 6, Key: load.OneKey, During: racing},
			{Name: reading, Weight: 1, ReadOnly: true},
			{Name: reading, Weight: 2, Key: load.OneKey, ReadOnly: true, During: racing},
		}},
	Designs: []lab.Design{readModifyWrite, ifMatch, locked},
	Faults: []lab.Fault{
		{Name: "race", Summary: "most publishers want to change the same manifest", Fault: race},
		{Name: "holder-dies", Summary: "they do, and one dies between reading the manifest and writing it",
			Fault: fault.Several{race, process.CrashAt{Instance: "publisher-1", Point: holding}}},
		{Name: "holder-stalls", Summary: "they do, and one stalls for 600 ms between reading the manifest and writing it",
			Fault: fault.Several{race, fault.Switch{Name: stalling, Asks: "a publisher: stalls for 600 ms"}}},
		{Name: "lost-response", Summary: "the bucket takes a write, and its answer is lost",
			Fault: awsapi.LostResponse{Probability: 0.3,
				Call: awsrules.Call{Service: "s3", Operation: "PutObject", From: "publisher-*"}}},
		{Name: "cut-upload", Summary: "files arrive, and a connection carries 7 MiB of the 10.5 of each",
			Fault: fault.Several{batch, network.LimitData{
				Link: link.Pattern{From: "uploader", To: "aws"}, Bytes: cutAfter, Direction: link.Requests}},
			Patience: settled},
		{Name: "abandoned-upload", Summary: "files arrive, and the uploader dies with one in hand",
			Fault:    fault.Several{batch, process.CrashAt{Instance: "uploader", Point: midUpload}},
			Patience: settled},
	},
	Invariants: []invariant.Invariant{kept, listedOnce, linearizable, lost, winners, prompt, whole, resent, orphans},
	Expect: lab.Expectations{
		"race": {"read-modify-write": overwritten, "if-match": noFiles, "if-none-match-lock": noFiles},
		"holder-dies": {"read-modify-write": overwritten.Except(diedWith),
			"if-match": noFiles.Except(diedWith), "if-none-match-lock": noFiles.Except(diedWith)},
		"holder-stalls": {"read-modify-write": overwritten.Except(oneLong),
			"if-match": noFiles, "if-none-match-lock": noFiles},
		"lost-response": {"read-modify-write": noFiles,
			"if-match": noFiles.Except(ownRetry), "if-none-match-lock": noFiles.Except(ownRetry)},
		"cut-upload": {"read-modify-write": lab.Violated(resent),
			"if-match": lab.AllHold, "if-none-match-lock": lab.AllHold},
		"abandoned-upload": {"read-modify-write": lab.Absent("it sends no parts"),
			"if-match": lab.AllHold, "if-none-match-lock": lab.AllHold},
	},
	README: readme,
}
