package eventbridge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

const (
	busARN     = "arn:aws:events:us-east-1:000000000000:event-bus/default"
	archiveARN = "arn:aws:events:us-east-1:000000000000:archive/a"
)

func (f fixture) archive(t testing.TB, pattern string, days int32) {
	t.Helper()
	in := &sdk.CreateArchiveInput{ArchiveName: ptr("a"), EventSourceArn: ptr(busARN), RetentionDays: &days}
	if pattern != "" {
		in.EventPattern = &pattern
	}
	must[*sdk.CreateArchiveOutput](t)(f.CreateArchive(ctx, in))
}

func TestArchives(t *testing.T) {
	f := start(t, nil)
	f.archive(t, `{"detail":{"keep":[true]}}`, 1)
	f.put(t, "", `{"keep":true}`)
	f.put(t, "", `{"keep":false}`)
	d := must[*sdk.DescribeArchiveOutput](t)(f.DescribeArchive(ctx, &sdk.DescribeArchiveInput{ArchiveName: ptr("a")}))
	if d.EventCount != 1 || d.SizeBytes == 0 || *d.ArchiveArn != archiveARN || d.State != types.ArchiveStateEnabled ||
		*d.EventSourceArn != busARN || *d.RetentionDays != 1 {
		t.Errorf("archive %+v", d)
	}
	must[*sdk.UpdateArchiveOutput](t)(f.UpdateArchive(ctx, &sdk.UpdateArchiveInput{
		ArchiveName: ptr("a"), Description: ptr("d"), EventPattern: ptr(`{"source":["shop"]}`),
	}))
	f.put(t, "", `{"keep":false}`)
	l := must[*sdk.ListArchivesOutput](t)(f.ListArchives(ctx, &sdk.ListArchivesInput{EventSourceArn: ptr(busARN)}))
	if len(l.Archives) != 1 || l.Archives[0].EventCount != 2 {
		t.Errorf("archives %+v", l.Archives)
	}
	f.clock.Advance(25 * time.Hour)
	if d := must[*sdk.DescribeArchiveOutput](t)(f.DescribeArchive(ctx, &sdk.DescribeArchiveInput{
		ArchiveName: ptr("a"),
	})); d.EventCount != 0 {
		t.Errorf("%d events after their retention", d.EventCount)
	}

	_, err := f.CreateArchive(ctx, &sdk.CreateArchiveInput{ArchiveName: ptr("a"), EventSourceArn: ptr(busARN)})
	wantError(t, err, "ResourceAlreadyExistsException", "Archive a already exists.")
	_, err = f.CreateArchive(ctx, &sdk.CreateArchiveInput{ArchiveName: ptr("b"), EventSourceArn: ptr(busARN + "x")})
	wantError(t, err, "ResourceNotFoundException", "Event bus defaultx does not exist.")
	_, err = f.CreateArchive(ctx, &sdk.CreateArchiveInput{
		ArchiveName: ptr("b"), EventSourceArn: ptr(busARN), EventPattern: ptr(`{"a":1}`),
	})
	wantError(t, err, "InvalidEventPatternException", "")
	_, err = f.UpdateArchive(ctx, &sdk.UpdateArchiveInput{ArchiveName: ptr("b")})
	wantError(t, err, "ValidationException",
		"At least one of EventPattern, RetentionDays or Description must be provided.")
	must[*sdk.DeleteArchiveOutput](t)(f.DeleteArchive(ctx, &sdk.DeleteArchiveInput{ArchiveName: ptr("a")}))
	_, err = f.DeleteArchive(ctx, &sdk.DeleteArchiveInput{ArchiveName: ptr("a")})
	wantError(t, err, "ResourceNotFoundException", "Archive a does not exist.")
}

func (f fixture) replay(t testing.TB, name string, from, to time.Time, filter ...string) {
	t.Helper()
	must[*sdk.StartReplayOutput](t)(f.StartReplay(ctx, &sdk.StartReplayInput{
		ReplayName: &name, EventSourceArn: ptr(archiveARN), EventStartTime: &from, EventEndTime: &to,
		Destination: &types.ReplayDestination{Arn: ptr(busARN), FilterArns: filter},
	}))
}

// state polls until the replay has the state.
func (f fixture) state(t testing.TB, name string, want types.ReplayState) *sdk.DescribeReplayOutput {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; {
		d := must[*sdk.DescribeReplayOutput](t)(f.DescribeReplay(ctx, &sdk.DescribeReplayInput{ReplayName: &name}))
		if d.State == want {
			return d
		}
		if time.Now().After(deadline) {
			t.Fatalf("replay is %s after 5 s, want %s", d.State, want)
		}
	}
}

func TestReplay(t *testing.T) {
	f := start(t, nil)
	f.archive(t, "", 0)
	for i := range 4 {
		f.put(t, "", fmt.Sprintf(`{"n":%d}`, i))
		f.clock.Advance(time.Minute)
	}
	f.rule(t, "", "r", queue())
	f.rule(t, "", "other", types.Target{Id: ptr("t"), Arn: ptr(dlqARN)})
	f.replay(t, "again", epoch.Add(time.Minute), epoch.Add(2*time.Minute), "arn:aws:events:us-east-1:000000000000:rule/r")
	for _, n := range []string{`{"n":1}`, `{"n":2}`} {
		c := f.caller.next(t)
		if !strings.Contains(c.message(), n) || !strings.Contains(c.message(), `"replay-name":"again"`) ||
			c.in["QueueUrl"] != "http://sqs/q" {
			t.Errorf("replayed %s", c.message())
		}
	}
	d := f.state(t, "again", types.ReplayStateCompleted)
	if !d.EventLastReplayedTime.Equal(epoch.Add(2*time.Minute)) || d.ReplayEndTime == nil ||
		*d.EventSourceArn != archiveARN {
		t.Errorf("replay %+v", d)
	}
	if n := len(f.caller.calls); n != 0 {
		t.Errorf("%d deliveries too many", n)
	}
	// Replayed events are not archived again.
	if d := must[*sdk.DescribeArchiveOutput](t)(f.DescribeArchive(ctx, &sdk.DescribeArchiveInput{
		ArchiveName: ptr("a"),
	})); d.EventCount != 4 {
		t.Errorf("%d events", d.EventCount)
	}
	l := must[*sdk.ListReplaysOutput](t)(f.ListReplays(ctx, &sdk.ListReplaysInput{
		NamePrefix: ptr("ag"), State: types.ReplayStateCompleted,
	}))
	if len(l.Replays) != 1 {
		t.Errorf("replays %+v", l.Replays)
	}
	_, err := f.CancelReplay(ctx, &sdk.CancelReplayInput{ReplayName: ptr("again")})
	wantError(t, err, "IllegalStatusException", "")
}

func TestCancelReplay(t *testing.T) {
	gate := make(chan struct{})
	f := start(t, func(call) error { <-gate; return nil })
	f.archive(t, "", 0)
	for range 3 {
		f.put(t, "", `{}`)
	}
	f.rule(t, "", "r", queue())
	f.replay(t, "again", epoch.Add(-time.Hour), epoch.Add(time.Hour))
	f.state(t, "again", types.ReplayStateRunning)
	out := must[*sdk.CancelReplayOutput](t)(f.CancelReplay(ctx, &sdk.CancelReplayInput{ReplayName: ptr("again")}))
	if out.State != types.ReplayStateCancelling {
		t.Errorf("state %s", out.State)
	}
	close(gate)
	f.state(t, "again", types.ReplayStateCancelled)
	f.caller.next(t)
	if n := len(f.caller.calls); n != 0 {
		t.Errorf("%d events replayed after the cancel", n)
	}
}

func TestStartReplayRefuses(t *testing.T) {
	f := start(t, nil)
	f.archive(t, "", 0)
	must[*sdk.CreateEventBusOutput](t)(f.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: ptr("b")}))
	f.replay(t, "taken", epoch, epoch.Add(time.Hour))
	begin := func(change func(*sdk.StartReplayInput)) error {
		in := &sdk.StartReplayInput{
			ReplayName: ptr("r"), EventSourceArn: ptr(archiveARN), EventStartTime: &epoch,
			EventEndTime: ptr(epoch.Add(time.Hour)), Destination: &types.ReplayDestination{Arn: ptr(busARN)},
		}
		change(in)
		_, err := f.StartReplay(ctx, in)
		return err
	}
	wantError(t, begin(func(in *sdk.StartReplayInput) {
		in.Destination.Arn = ptr(busARN + "x")
	}), "ResourceNotFoundException", "Event bus defaultx does not exist.")
	wantError(t, begin(func(in *sdk.StartReplayInput) {
		in.Destination.Arn = ptr(strings.Replace(busARN, "default", "b", 1))
	}), "ValidationException", "Cross event bus replay is not permitted.")
	wantError(t, begin(func(in *sdk.StartReplayInput) {
		in.EventSourceArn = ptr(archiveARN + "x")
	}), "ValidationException", "Parameter EventSourceArn is not valid. Reason: Archive ax does not exist.")
	wantError(t, begin(func(in *sdk.StartReplayInput) {
		in.EventEndTime = &epoch
	}), "ValidationException", "EventStartTime must be before EventEndTime.")
	wantError(t, begin(func(in *sdk.StartReplayInput) {
		in.ReplayName = ptr("taken")
	}), "ResourceAlreadyExistsException", "Replay taken already exists.")
	_, err := f.DescribeReplay(ctx, &sdk.DescribeReplayInput{ReplayName: ptr("nope")})
	wantError(t, err, "ResourceNotFoundException", "Replay nope does not exist.")
}
