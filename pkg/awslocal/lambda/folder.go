package lambda

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/crashlab/crashlab/pkg/virtual"
)

// HotReload is the S3Bucket of a function whose code is in a folder of this machine, as in LocalStack; S3Key is its
// absolute path. New environments see what has changed there.
const HotReload = "hot-reload"

// maxFiles is how many files an archive may have.
const maxFiles = 20000

// runnable are the runtimes of processes: what starts them is in process.go.
var runnable = regexp.MustCompile(`^(python3\.\d+|nodejs\d+\.x|provided(\.al2|\.al2023)?)$`)

// folder is the code of a process on disk.
type folder struct {
	path  string
	owned bool // it was unpacked here, and goes with its last user

	mu    sync.Mutex
	users int
}

// readFolder makes a folder of an archive, or takes one that there is.
func (s *Service) readFolder(in codeInput, c configuration) (code, error) {
	switch {
	case len(in.ZipFile) == 0 && in.S3Bucket == "":
		return code{}, invalid("Please provide a source for function code.")
	case virtual.On:
		return code{}, invalid("A function that is a process needs real time.")
	case !s.cfg.Processes:
		return code{}, invalid("This embedded AWS does not run its clients' code.")
	case !runnable.MatchString(c.Runtime):
		return code{}, invalid("The embedded AWS runs python3.x, nodejs and provided, not %s.", c.Runtime)
	case c.Handler == "":
		return code{}, invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
	case in.S3Bucket == HotReload:
		if info, err := os.Stat(in.S3Key); err != nil || !info.IsDir() || !filepath.IsAbs(in.S3Key) {
			return code{}, invalid("The key %s is no absolute path of a folder.", in.S3Key)
		}
		return code{digest: digest([]byte(in.S3Key)), folder: &folder{path: in.S3Key, users: 1}}, nil
	case in.S3Bucket != "":
		return code{}, invalid(
			"The embedded AWS takes code as a ZipFile, or from a folder with the S3Bucket %s, not from S3.",
			HotReload,
		)
	case len(in.ZipFile) > maxZipped:
		return code{}, tooLarge(maxZipped, "CreateFunction")
	}
	path, err := os.MkdirTemp("", "crashlab-function-")
	if err != nil {
		return code{}, err
	}
	f := &folder{path: path, owned: true, users: 1}
	if err := unpack(in.ZipFile, path); err != nil {
		f.release()
		return code{}, err
	}
	return code{size: int64(len(in.ZipFile)), digest: digest(in.ZipFile), folder: f}, nil
}

// unpack writes the files of an archive, none of them elsewhere.
func unpack(archive []byte, to string) error {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil || len(r.File) > maxFiles {
		return invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer root.Close()
	left := int64(maxUnzipped)
	for _, f := range r.File {
		n, err := unpackFile(root, f, left)
		if err != nil {
			return invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
		}
		if left -= n; left < 0 {
			return invalid("Unzipped size must be smaller than %d bytes", maxUnzipped)
		}
	}
	return nil
}

// unpackFile writes one file, and a byte more than the limit if it is longer. A link is left out.
func unpackFile(root *os.Root, f *zip.File, limit int64) (int64, error) {
	name := strings.TrimPrefix(filepath.ToSlash(f.Name), "/")
	mode := f.Mode()
	switch {
	case mode.IsDir():
		return 0, root.MkdirAll(name, 0o755)
	case !mode.IsRegular():
		return 0, nil
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return 0, err
	}
	from, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer from.Close()
	to, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode.Perm()|fs.FileMode(0o444))
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(to, io.LimitReader(from, limit+1))
	if closeErr := to.Close(); err == nil {
		err = closeErr
	}
	return n, err
}

func (f *folder) share() {
	if f != nil {
		f.mu.Lock()
		f.users++
		f.mu.Unlock()
	}
}

func (f *folder) release() {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.users--; f.users == 0 && f.owned {
		_ = os.RemoveAll(f.path) // what is left is in the folder for temporary files
	}
}
