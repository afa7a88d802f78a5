package asl

import (
	"crypto/md5"  //nolint:gosec // States.Hash offers it
	"crypto/sha1" //nolint:gosec // States.Hash offers it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const maxText = 10000 // characters that are encoded, decoded or hashed

// text is an argument that has to be a text, of at most maxText characters.
func text(argument any) (string, error) {
	s, ok := argument.(string)
	if !ok {
		return "", errors.New("the argument must be a string")
	}
	if utf8.RuneCountInString(s) > maxText {
		return "", fmt.Errorf("the string is longer than %d characters", maxText)
	}
	return s, nil
}

func base64Encode(arguments []any, _ rand.Source) (any, error) {
	s, err := text(arguments[0])
	return base64.StdEncoding.EncodeToString([]byte(s)), err
}

func base64Decode(arguments []any, _ rand.Source) (any, error) {
	s, err := text(arguments[0])
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	return strings.ToValidUTF8(string(raw), "\uFFFD"), err
}

func hashOf(arguments []any, _ rand.Source) (any, error) {
	s, err := text(arguments[0])
	if err != nil {
		return nil, err
	}
	var sum []byte
	switch data := []byte(s); arguments[1] {
	case "MD5":
		h := md5.Sum(data) //nolint:gosec // what the definition asks for
		sum = h[:]
	case "SHA-1":
		h := sha1.Sum(data) //nolint:gosec // what the definition asks for
		sum = h[:]
	case "SHA-256":
		h := sha256.Sum256(data)
		sum = h[:]
	case "SHA-384":
		h := sha512.Sum384(data)
		sum = h[:]
	case "SHA-512":
		h := sha512.Sum512(data)
		sum = h[:]
	default:
		return nil, errors.New("the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512")
	}
	return hex.EncodeToString(sum), nil
}

// stringSplit splits at each of the splitter's characters and leaves out what is empty.
func stringSplit(arguments []any, _ rand.Source) (any, error) {
	s, ok := arguments[0].(string)
	splitter, ok2 := arguments[1].(string)
	if !ok || !ok2 {
		return nil, errors.New("both arguments must be strings")
	}
	parts := []any{}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(splitter, r) }) {
		parts = append(parts, part)
	}
	return parts, nil
}

func jsonToString(arguments []any, _ rand.Source) (any, error) { return Encode(arguments[0]), nil }

func stringToJSON(arguments []any, _ rand.Source) (any, error) {
	s, ok := arguments[0].(string)
	switch {
	case !ok:
		return nil, errors.New("the argument must be a string")
	case strings.TrimSpace(s) == "":
		return nil, nil
	}
	return Decode(s)
}

func jsonMerge(arguments []any, _ rand.Source) (any, error) {
	a, ok := arguments[0].(map[string]any)
	b, ok2 := arguments[1].(map[string]any)
	switch {
	case !ok || !ok2:
		return nil, errors.New("the first two arguments must be objects")
	case arguments[2] != false:
		return nil, errors.New("the third argument must be false: deep merging is not supported")
	}
	merged := make(map[string]any, len(a)+len(b))
	maps.Copy(merged, a)
	maps.Copy(merged, b)
	return merged, nil
}

// format puts the other arguments into the places of {} in the first one, in which \{ and \} are braces.
func format(arguments []any, _ rand.Source) (any, error) {
	pattern, ok := arguments[0].(string)
	if !ok {
		return nil, errors.New("the first argument must be a string")
	}
	var b strings.Builder
	values := arguments[1:]
	for i := 0; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\' && i+1 < len(pattern):
			i++
			b.WriteByte(pattern[i])
		case strings.HasPrefix(pattern[i:], "{}"):
			if len(values) == 0 {
				return nil, errors.New("there are more {} than arguments")
			}
			show(&b, values[0])
			values = values[1:]
			i++
		default:
			b.WriteByte(pattern[i])
		}
		if b.Len() > MaxData {
			return nil, errors.New("the result is too long")
		}
	}
	if len(values) > 0 {
		return nil, errors.New("there are more arguments than {}")
	}
	return b.String(), nil
}

// show writes a value as States.Format does: {a=1, b=[x, y]}.
func show(b *strings.Builder, v any) {
	switch v := v.(type) {
	case string:
		b.WriteString(v)
	case json.Number:
		b.WriteString(v.String())
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case []any:
		b.WriteByte('[')
		for i, element := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			show(b, element)
		}
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(name + "=")
			show(b, v[name])
		}
		b.WriteByte('}')
	default:
		b.WriteString("null")
	}
}
