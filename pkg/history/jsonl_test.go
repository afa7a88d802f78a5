package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const head = `{"format":"crashlab-history","version":1}` + "\n"

func TestReadWhatWasWritten(t *testing.T) {
	h := History{
		{At: -5, Kind: Mark, Name: LoadStart},
		{At: 0, Kind: Invoke, Op: "1", Name: "order", By: "client-0", Key: "k", Value: "poison", N: -3},
		{At: time.Hour, Kind: Unknown, Op: "1", Value: "timed out: \"quoted\"\n\\ é 🚀 \u2028"},
	}
	var file bytes.Buffer
	if err := Write(&file, Header{Meta: json.RawMessage("{ \"lab\": \"dlq\",\n \"seed\": 42 }")}, h); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(file.String(), "\n"); got != 1+len(h) {
		t.Errorf("%d lines for %d events:\n%s", got, len(h), &file)
	}
	header, got, err := Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	if header.Version != Version || string(header.Meta) != `{"lab":"dlq","seed":42}` {
		t.Errorf("header is %d %s", header.Version, header.Meta)
	}
	if !reflect.DeepEqual(got, h) {
		t.Errorf("got %v, want %v", got, h)
	}
}

func TestWriteRefusesMetaThatIsNotJSON(t *testing.T) {
	if err := Write(io.Discard, Header{Meta: json.RawMessage("{")}, nil); err == nil {
		t.Error("wrote a header that can't be read")
	}
}

func TestReadByHand(t *testing.T) {
	_, h, err := Read(strings.NewReader("\n" + head + "\n" +
		" { \"kind\" : \"effect\" ,\t\"name\":\"done\", \"at\": -12 } \r\n\n" +
		`{"at":0,"kind":"ok","op":"a\u00e9"}`))
	want := History{{At: -12, Kind: Effect, Name: "done"}, {Kind: OK, Op: "aé"}}
	if err != nil || !reflect.DeepEqual(h, want) {
		t.Errorf("got %v, %v", h, err)
	}
}

func TestReadSaysWhereAndWhat(t *testing.T) {
	event := func(line string) string { return head + `{"at":1,"kind":"mark","name":"x"}` + "\n" + line }
	for _, c := range []struct {
		file      string
		line      int
		want, got string
	}{
		{"", 1, "a header", "an empty file"},
		{"\n\n", 1, "a header", "an empty file"},
		{"\x1f\x8b\x08binary", 1, "a header", `"\x1f\x8b\bbinary"`},
		{`{"lab":"dlq","verdict":"pass"}`, 1, "a header", `"{\"lab\":\"dlq\",\"verdict\":\"pass\"}"`},
		{`{"format":"crashlab-history","version":2}`, 1, "format version 1", "2"},
		{`{"format":"crashlab-history","version":1,"events":-1}`, 1, "not negative", "-1"},
		{`{"format":"crashlab-history","version":1,"events":2}` + "\n" + `{"at":1,"kind":"mark","name":"x"}`, 3,
			"2 events, as line 1 says", "1"},
		{event(`[1]`), 3, `an event like {`, `"[1]"`},
		{event(`{"at":1,"kind":"mark","na`), 3, "closing quotation mark", `"\"na"`},
		{event(`{"at":1,"kind":"mark","name":"x"`), 3, "closing brace", "the end of the line"},
		{event(`{"at":1 "kind":"mark"}`), 3, "a comma", `"\"kind\":\"mark\"}"`},
		{event(`{"at" 1}`), 3, "a colon", `"1}"`},
		{event(`{"at":1,"kind":"mark","name":"x"} {}`), 3, "the end of the line", `"{}"`},
		{event(`{"at":1,"kind":"mark","name":"x",}`), 3, "a field of an event", `"}"`},
		{event(`{"at":1,"kind":"bang"}`), 3, "a kind: invoke,", `"\"bang\"}"`},
		{event(`{"at":1,"kind":7}`), 3, "a kind: invoke,", `"7}"`},
		{event(`{"at":1.5,"kind":"mark"}`), 3, "a time in nanoseconds", `"1.5,`},
		{event(`{"at":"1","kind":"mark"}`), 3, "a time in nanoseconds", `"\"1\",`},
		{event(`{"at":01,"kind":"mark"}`), 3, "a time in nanoseconds", `"01,`},
		{event(`{"at":9223372036854775808}`), 3, "64 bits", `"9223372036854775808}"`},
		{event(`{"at":99223372036854775808}`), 3, "64 bits", `"99223372036854775808}"`},
		{event(`{"at":1,"at":1}`), 3, "each field once", `"}"`},
		{event(`{"at":1,"kind":"mark","color":"red"}`), 3, "a field of an event: at, kind,", `"\"color\":\"red\"}"`},
		{event(`{"at":1,"kind":"mark","name":null}`), 3, "a string", `"null}"`},
		{event(`{"at":1,"kind":"mark","name":"\x"}`), 3, "JSON in UTF-8", `"\"\\x\"}"`},
		{event("{\"at\":1,\"kind\":\"mark\",\"name\":\"\xff\"}"), 3, "JSON in UTF-8", `"\"\xff\"}"`},
		{event(`{"kind":"mark","name":"x"}`), 3, `an event with an "at"`, `"{\"kind`},
		{event(`{"at":1,"name":"x"}`), 3, `an event with a "kind"`, `"{\"at`},
		{event(`{"at":1,"kind":"ok","name":"x"}`), 3, `an "op" with every ok`, `"{\"at`},
		{event(`{"at":1,"kind":"effect","op":"x"}`), 3, `a "name" with every effect`, `"{\"at`},
		{event("\n" + strings.Repeat("x", maxLine+1)), 4, "a line of at most 16777216 bytes", "a longer one"},
	} {
		_, h, err := Read(strings.NewReader(c.file))
		var bad *FormatError
		if !errors.As(err, &bad) {
			t.Errorf("%.60q: got %v", c.file, err)
			continue
		}
		if bad.Line != c.line || !strings.Contains(bad.Want, c.want) || !strings.HasPrefix(bad.Got, c.got) {
			t.Errorf("%.90q: got %v", c.file, err)
		}
		if bad.Line >= 3 && len(h) != 1 {
			t.Errorf("%.90q: what was read before the damage is %v", c.file, h)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("more than one line: %q", err)
		}
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error)  { return 0, b.err }
func (b broken) Write([]byte) (int, error) { return 0, b.err }

func TestErrorsOfTheMediumAreKept(t *testing.T) {
	bad := errors.New("disk on fire")
	_, _, err := Read(io.MultiReader(strings.NewReader(head), broken{bad}))
	if !errors.Is(err, bad) || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("read: %v", err)
	}
	for _, n := range []int{0, 10, 100_000} {
		if err := Write(broken{bad}, Header{}, traffic(n)); !errors.Is(err, bad) {
			t.Errorf("write %d events: %v", n, err)
		}
	}
}

func TestLongLines(t *testing.T) {
	h := History{{Kind: Mark, Name: "oversized", Value: strings.Repeat("x", 1<<20)}, {Kind: Mark, Name: "after"}}
	var file bytes.Buffer
	if err := Write(&file, Header{}, h); err != nil {
		t.Fatal(err)
	}
	if _, got, err := Read(&file); err != nil || !reflect.DeepEqual(got, h) {
		t.Errorf("got %d events, %v", len(got), err)
	}
}

func TestStringsAreShared(t *testing.T) {
	var file bytes.Buffer
	if err := Write(&file, Header{}, traffic(1000)); err != nil {
		t.Fatal(err)
	}
	text := file.String()
	allocs := testing.AllocsPerRun(5, func() {
		if _, _, err := Read(strings.NewReader(text)); err != nil {
			t.Error(err)
		}
	})
	if allocs > 50 {
		t.Errorf("%.0f allocations for 1,000 events", allocs)
	}
}

func TestAnyHistoryComesBack(t *testing.T) {
	text := rapid.String()
	event := rapid.Custom(func(t *rapid.T) Event {
		return Event{
			At:   time.Duration(rapid.Int64().Draw(t, "at")),
			Kind: rapid.SampledFrom([]Kind{Invoke, OK, Failed, Unknown, Effect, Mark}).Draw(t, "kind"),
			Op:   "o" + text.Draw(t, "op"), Name: "n" + text.Draw(t, "name"),
			By: text.Draw(t, "by"), Key: text.Draw(t, "key"), Value: text.Draw(t, "value"),
			N: rapid.Int64().Draw(t, "n"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		want := History(rapid.SliceOfN(event, 1, 20).Draw(t, "history"))
		var file bytes.Buffer
		if err := Write(&file, Header{}, want); err != nil {
			t.Fatal(err)
		}
		for _, line := range bytes.Split(bytes.TrimSpace(file.Bytes()), []byte("\n")) {
			if !json.Valid(line) {
				t.Fatalf("not JSON: %q", line)
			}
		}
		if _, got, err := Read(&file); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, %v, want %v", got, err, want)
		}
	})
}

func FuzzRead(f *testing.F) {
	var file bytes.Buffer
	if err := Write(&file, Header{Meta: json.RawMessage(`{"lab":"dlq"}`)}, traffic(8)); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte(head + `{"at":-1,"kind":"mark","name":"\ud83d\ude80"}`))
	f.Add([]byte(`{"format":"crashlab-history","version":1,"events":9000000000000000000}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		header, h, err := Read(bytes.NewReader(data))
		if err != nil {
			var bad *FormatError
			if !errors.As(err, &bad) || bad.Line < 1 {
				t.Fatalf("no line in %v", err)
			}
			return
		}
		for _, line := range bytes.Split(data, []byte("\n")) {
			if line = bytes.TrimSpace(line); len(line) > 0 && !json.Valid(line) {
				t.Fatalf("read what is not JSON: %q", line)
			}
		}
		var again bytes.Buffer
		if err := Write(&again, header, h); err != nil {
			t.Fatal(err)
		}
		if _, got, err := Read(&again); err != nil || len(got)+len(h) > 0 && !reflect.DeepEqual(got, h) {
			t.Fatalf("got %v, %v, want %v", got, err, h)
		}
	})
}

// traffic is n events of a queue with two branches: five events per operation.
func traffic(n int) History {
	h := make(History, 0, n)
	for i := range n {
		op := fmt.Sprint("order-", i/5)
		e := Event{
			At: time.Duration(i) * time.Microsecond, Op: op, Kind: Effect, Name: "done", By: "worker-1", Key: "billing",
		}
		switch i % 5 {
		case 0:
			e = Event{At: e.At, Op: op, Kind: Invoke, Name: "order", By: "client-3", Key: fmt.Sprint("customer-", i%97)}
		case 1:
			e = Event{At: e.At, Op: op, Kind: OK}
		case 2:
			e.Name = "received"
		case 3:
			e.Key = "shipping"
		}
		h = append(h, e)
	}
	return h
}

const benchEvents = 200_000

func BenchmarkWrite(b *testing.B) {
	h := traffic(benchEvents)
	var size bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		size.Reset()
		if err := Write(&size, Header{}, h); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
	b.ReportMetric(float64(size.Len())/benchEvents, "file-B/event")
}

func BenchmarkRead(b *testing.B) {
	var file bytes.Buffer
	if err := Write(&file, Header{}, traffic(benchEvents)); err != nil {
		b.Fatal(err)
	}
	var h History
	var err error
	before := heap()
	for b.Loop() {
		if _, h, err = Read(bytes.NewReader(file.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b)
	b.ReportMetric(float64(heap()-before)/benchEvents, "kept-B/event")
	runtime.KeepAlive(h)
	runtime.KeepAlive(file)
}

func BenchmarkRecord(b *testing.B) {
	r := NewRecorder(time.Now())
	e := Event{Kind: Effect, Op: "order-1", Name: "done", By: "worker-1", Key: "billing"}
	b.ReportAllocs()
	for b.Loop() {
		r.Add(e)
	}
}

func perSecond(b *testing.B) {
	b.ReportMetric(benchEvents*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
