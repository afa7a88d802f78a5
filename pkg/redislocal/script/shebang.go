package script

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// shebang reads the line #!lua flags=… of a script, and returns the source without it. The line end stays, so
// that lines keep their numbers.
func shebang(body string) (source string, f flags, err error) {
	if !strings.HasPrefix(body, "#!") {
		return body, flags{}, nil
	}
	line, _, ok := strings.Cut(body, "\n")
	if !ok {
		return "", f, engine.Error("ERR Invalid script shebang")
	}
	parts, ok := resp.Split(line)
	if !ok || len(parts) == 0 {
		return "", f, engine.Error("ERR Invalid engine in script shebang")
	}
	if parts[0] != "#!lua" {
		return "", f, engine.Error("ERR Unexpected engine in script shebang: " + parts[0])
	}
	f.declared = true
	for _, part := range parts[1:] {
		list, ok := strings.CutPrefix(part, "flags=")
		if !ok {
			return "", f, engine.Error("ERR Unknown lua shebang option: " + part)
		}
		for _, name := range strings.Split(list, ",") {
			if name != "" && !f.set(name) {
				return "", f, engine.Error("ERR Unexpected flag in script shebang: " + name)
			}
		}
	}
	return body[len(line):], f, nil
}
