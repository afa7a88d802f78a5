package script

import (
	"encoding/binary"
	"hash/crc64"
	"maps"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// A dump is that of an RDB file: for each library an opcode and its code, then a version and a checksum.
const (
	opLibrary  = 245
	rdbVersion = 12
	footer     = 2 + 8
)

// checksums is the table of Redis's CRC-64, after Jones.
var checksums = crc64.MakeTable(0x95ac9329ac4bc9b5)

func checksum(b []byte) uint64 { return ^crc64.Update(^uint64(0), checksums, b) }

func (h *host) functionDump(c *engine.Call) error {
	var b []byte
	for _, name := range names(h.libs) {
		code := h.libs[name].code
		b = append(b, opLibrary)
		switch n := len(code); {
		case n < 1<<6:
			b = append(b, byte(n))
		case n < 1<<14:
			b = append(b, 0x40|byte(n>>8), byte(n))
		default:
			b = binary.BigEndian.AppendUint32(append(b, 0x80), uint32(n))
		}
		b = append(b, code...)
	}
	b = binary.LittleEndian.AppendUint16(b, rdbVersion)
	c.Bytes(binary.LittleEndian.AppendUint64(b, checksum(b)))
	return nil
}

// undump returns the codes of a dump.
func undump(s string) ([]string, error) {
	b := []byte(s)
	n := len(b) - footer
	if n < 0 || binary.LittleEndian.Uint16(b[n:]) > rdbVersion ||
		binary.LittleEndian.Uint64(b[n+2:]) != checksum(b[:n+2]) {
		return nil, engine.Error("ERR DUMP payload version or checksum are wrong")
	}
	var codes []string
	for s = s[:n]; s != ""; {
		if s[0] != opLibrary {
			return nil, engine.Error("ERR given type is not a function")
		}
		size, head := length(s[1:])
		if head == 0 || size > len(s)-1-head {
			return nil, engine.Error("ERR failed loading the given functions payload")
		}
		codes = append(codes, s[1+head:1+head+size])
		s = s[1+head+size:]
	}
	return codes, nil
}

// length reads the length of a string, and its own; 0 if that is none, or of a compressed string.
func length(s string) (size, head int) {
	switch {
	case s == "":
		return 0, 0
	case s[0]>>6 == 0:
		return int(s[0]), 1
	case s[0]>>6 == 1 && len(s) >= 2:
		return int(s[0]&0x3f)<<8 | int(s[1]), 2
	case s[0] == 0x80 && len(s) >= 5:
		return int(binary.BigEndian.Uint32([]byte(s[1:5]))), 5
	}
	return 0, 0
}

func (h *host) functionRestore(c *engine.Call) error {
	if len(c.Args) > 4 {
		return c.ErrArity()
	}
	policy := "APPEND"
	if len(c.Args) == 4 {
		policy = strings.ToUpper(c.Args[3])
	}
	if policy != "APPEND" && policy != "FLUSH" && policy != "REPLACE" {
		return engine.Error("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.")
	}
	codes, err := undump(c.Args[2])
	if err != nil {
		return err
	}
	libs := map[string]*library{}
	if policy != "FLUSH" {
		maps.Copy(libs, h.libs)
	}
	for _, code := range codes {
		lib, err := h.build(c.Engine, code, libs, policy == "REPLACE")
		if err != nil {
			return restoring(err)
		}
		libs[lib.name] = lib
	}
	h.libs = libs
	c.OK()
	return nil
}

// restoring words an error of loading as RESTORE does.
func restoring(err error) error {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "ERR Library '"); ok {
		return engine.Error("ERR Library " + strings.Replace(name, "'", "", 1))
	}
	return err
}
