package virtual

import (
	"debug/buildinfo"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// name is the variant's file name, next to the ordinary program.
const name = "crashlab-virtual"

// ErrMissing says that this program has no variant here, and how to get one.
var ErrMissing = errors.New("virtual time needs crashlab-virtual, which is not here or belongs to another build; " +
	"crashlab virtual builds it, with Go")

// Find returns the path of this program's variant: next to it, or in the user's cache. A variant of other
// source would prove something else, so each one names its program. The error is [ErrMissing], or the reason
// why this program can't be read.
func Find() (string, error) {
	if !supported {
		return "", fmt.Errorf("virtual time: Go's runtime has it on other systems than %s", runtime.GOOS)
	}
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find crashlab-virtual: %w", err)
	}
	cached, err := cache()
	if err != nil {
		return "", err
	}
	candidates := []string{filepath.Join(filepath.Dir(self), name)}
	if found, err := filepath.Glob(filepath.Join(cached, name+"-*")); err == nil {
		candidates = append(candidates, found...)
	}
	for _, path := range candidates {
		if of := owner(path); of != "" {
			if mine, err := stamp(); err != nil || of == mine {
				return path, err
			}
		}
	}
	return "", ErrMissing
}

// supported reports whether this system supports the tag.
const supported = runtime.GOOS != "windows" && runtime.GOOS != "plan9"

// stampFlag names the program that a variant belongs to: the linker keeps its flags in the binary, and
// ignores an unknown variable.
const stampFlag = "-X crashlab.belongs="

// owner returns the stamp of the program that a variant belongs to, or an empty string.
func owner(path string) string {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return ""
	}
	for _, s := range info.Settings {
		if of, ok := strings.CutPrefix(s.Value, stampFlag); s.Key == "-ldflags" && ok {
			return of
		}
	}
	return ""
}

// stamp distinguishes this program from every other build.
var stamp = sync.OnceValues(func() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	return stampOf(self)
})

func stampOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	size, err := io.Copy(sum, f)
	return fmt.Sprintf("%08x-%d", sum.Sum32(), size), err
}

// cache returns our folder in the user's cache.
func cache() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache of crashlab-virtual: %w", err)
	}
	return filepath.Join(dir, "crashlab"), nil
}
