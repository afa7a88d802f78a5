package dump

import "testing"

// Whatever is read, a reader ends, allocates little and does not panic.
func FuzzReader(f *testing.F) {
	f.Add([]byte("\x05hello\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &Reader{left: b}
		for i := 0; !r.Failed() && len(r.left) > 0; i++ {
			before := len(r.left)
			switch i % 5 {
			case 0:
				_ = r.String()
			case 1:
				r.Uint()
			case 2:
				r.Int()
			case 3:
				if n := r.Len(); n > before {
					t.Fatalf("%d elements in %d bytes", n, before)
				}
			case 4:
				r.Float()
			}
			if len(r.left) >= before {
				t.Fatal("nothing read")
			}
		}
	})
}

func TestParts(t *testing.T) {
	w := &Writer{}
	w.Uint(1 << 63)
	w.Int(-5)
	w.Float(-1.5)
	w.String("ab")
	w.Bytes([]byte("c"))
	r := &Reader{left: w.buf}
	if u, i, f, s, b := r.Uint(), r.Int(), r.Float(), r.String(), r.String(); u != 1<<63 || i != -5 || f != -1.5 ||
		s != "ab" || b != "c" || r.Failed() {
		t.Error(u, i, f, s, b, r.Failed())
	}
	if r.Uint(); !r.Failed() {
		t.Error("read past the end")
	}
}
