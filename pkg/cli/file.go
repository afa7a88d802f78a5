package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// outFile is a file for what a command makes. It is opened before the command does anything else, so that an
// invalid path costs nothing, and takes its place only when it is complete. A nil *outFile is no file.
type outFile struct {
	what string // "report"
	path string
	tmp  *os.File
}

func createReport(path string) (*outFile, error) { return createFile("report", path) }

func createFile(what, path string) (*outFile, error) {
	if path == "" {
		return nil, nil
	}
	to := fmt.Sprintf("can't write the %s to %s", what, path)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s: it is a directory; name a file in it", to)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".crashlab-*")
	if err != nil {
		return nil, fmt.Errorf("%s: %w; name a file in a directory that exists and that you can write to", to, reason(err))
	}
	return &outFile{what: what, path: path, tmp: tmp}, nil
}

// reason leaves out the name of the temporary file, which means nothing to a user.
func reason(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// commit writes the file and moves it to its place.
func (r *outFile) commit(write func(io.Writer) error) error {
	if r == nil {
		return nil
	}
	err := write(r.tmp)
	if err == nil {
		err = r.tmp.Chmod(0o644)
	}
	if closed := r.tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(r.tmp.Name(), r.path)
	}
	if err != nil {
		return fmt.Errorf("write %s %s: %w", r.what, r.path, err)
	}
	return nil
}

// discard removes what was not committed.
func (r *outFile) discard() {
	if r != nil {
		r.tmp.Close()
		os.Remove(r.tmp.Name())
	}
}
