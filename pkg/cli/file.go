package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// reportFile is the file of a report. It is opened before a run, so that an invalid path costs no run, and
// takes its place only when it is complete. A nil *reportFile is no file.
type reportFile struct {
	path string
	tmp  *os.File
}

func createReport(path string) (*reportFile, error) {
	if path == "" {
		return nil, nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("can't write a report to %s: it is a directory; name a file in it", path)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".crashlab-*")
	if err != nil {
		return nil, fmt.Errorf("can't write a report to %s: %w; name a file in a directory that exists and that you can "+
			"write to", path, reason(err))
	}
	return &reportFile{path: path, tmp: tmp}, nil
}

// reason leaves out the name of the temporary file, which means nothing to a user.
func reason(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// commit writes the report and moves it to its place.
func (r *reportFile) commit(write func(io.Writer) error) error {
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
		return fmt.Errorf("write report %s: %w", r.path, err)
	}
	return nil
}

// discard removes what was not committed.
func (r *reportFile) discard() {
	if r != nil {
		r.tmp.Close()
		os.Remove(r.tmp.Name())
	}
}
