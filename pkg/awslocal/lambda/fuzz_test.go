package lambda

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzUnpack tries archives: none writes outside of its folder, or leaves a link there.
func FuzzUnpack(f *testing.F) {
	for _, name := range []string{"app.py", "../../escape", "/root", "a/b/c", "a//b", ".", "dir/"} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, mode := range []fs.FileMode{0o644, 0o777 | fs.ModeSymlink} {
			h := &zip.FileHeader{Name: name, Method: zip.Deflate}
			h.SetMode(mode)
			w, err := z.CreateHeader(h)
			if err != nil {
				f.Fatal(err)
			}
			_, _ = w.Write([]byte("../../elsewhere")) // of a folder nothing can be written
		}
		if err := z.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, archive []byte) {
		outside := t.TempDir()
		inside := filepath.Join(outside, "a", "b")
		if err := os.MkdirAll(inside, 0o755); err != nil {
			t.Fatal(err)
		}
		_ = unpack(archive, inside) // an error is as good
		err := filepath.WalkDir(outside, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type()&fs.ModeSymlink != 0 {
				t.Errorf("a link: %s", path)
			}
			if err == nil && !d.IsDir() && !strings.HasPrefix(path, inside+"/") {
				t.Errorf("outside: %s", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
