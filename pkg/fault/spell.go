package fault

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/link"
)

// A fault in a schedule is target:name=value,key=value. This file maps these words to the fields of a fault's
// struct. Its Kind names the fields for the target and the value. Every other field is a key of the same
// name.

// keysOf returns the keys that a kind takes, and the matching field names of its type.
func keysOf(k Kind, t reflect.Type) (keys, fields []string) {
	for i := range t.NumField() {
		name := t.Field(i).Name
		if name == k.Value || name == k.Target {
			continue
		}
		keys = append(keys, keyOf(name))
		fields = append(fields, name)
	}
	if k.Needs == "aws" {
		keys = append(keys, "region")
		fields = append(fields, "Region")
	}
	return keys, fields
}

// keyOf writes a field's name as a key: "BytesPerSecond" → "bytes-per-second".
func keyOf(field string) string {
	var b strings.Builder
	for i, r := range field {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// spell writes a fault in the syntax of schedules. ok is false if that can't express it.
func spell(f Fault) (string, bool) {
	named, ok := f.(Named)
	if !ok {
		return "", false
	}
	k, v := named.Kind(), reflect.ValueOf(f)
	var b strings.Builder
	region := ""
	if k.Target != "" {
		text := ""
		text, region = spellTarget(v.FieldByName(k.Target).Interface())
		if text == "" || strings.ContainsAny(text, " \t\n:@;=,|\"") {
			return "", false
		}
		b.WriteString(text + ":")
	}
	b.WriteString(k.Name)
	if k.Value != "" && !v.FieldByName(k.Value).IsZero() {
		b.WriteString("=" + spellValue(k.Value, v.FieldByName(k.Value)))
	}
	keys, fields := keysOf(k, v.Type())
	for i, key := range keys {
		if key == "region" && fields[i] == "Region" {
			if region != "" {
				b.WriteString(",region=" + quote(region))
			}
			continue
		}
		if field := v.FieldByName(fields[i]); !field.IsZero() {
			b.WriteString("," + key + "=" + spellValue(fields[i], field))
		}
	}
	return b.String(), true
}

func spellTarget(target any) (text, region string) {
	switch t := target.(type) {
	case link.Pattern:
		if t.From == "" || t.From == "*" {
			return anything(t.To), ""
		}
		return t.From + "→" + anything(t.To), ""
	case awsrules.Call:
		region, t.Region = t.Region, ""
		return t.String(), region
	}
	return anything(fmt.Sprint(target)), ""
}

func anything(glob string) string {
	if glob == "" {
		return "*"
	}
	return glob
}

func spellValue(name string, v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Duration:
		return x.String()
	case link.Direction:
		if x == link.Both {
			return "both"
		}
		return x.String()
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	if v.Kind() == reflect.String {
		return quote(v.String())
	}
	if n := v.Int(); strings.HasPrefix(name, "Bytes") {
		switch {
		case n%1_000_000 == 0:
			return strconv.FormatInt(n/1_000_000, 10) + "MB"
		case n%1000 == 0:
			return strconv.FormatInt(n/1000, 10) + "kB"
		}
	}
	return strconv.FormatInt(v.Int(), 10)
}

// quote writes a word as it is, and anything else in quotation marks.
func quote(s string) string {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_./*", r) {
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}

// setTarget reads a target into its field.
func setTarget(field reflect.Value, text string) error {
	switch field.Interface().(type) {
	case link.Pattern:
		p := link.Pattern{To: text}
		if from, to, ok := cutArrow(text); ok {
			p = link.Pattern{From: from, To: to}
		}
		p.From, p.To = globOf(p.From), globOf(p.To)
		field.Set(reflect.ValueOf(p))
		return p.Validate()
	case awsrules.Call:
		c, err := parseCall(text)
		field.Set(reflect.ValueOf(c))
		return err
	}
	if strings.Contains(text, "→") || strings.Contains(text, "->") {
		return fmt.Errorf("a link, want a name")
	}
	field.SetString(text)
	return nil
}

// cutArrow splits "billing→redis", which may be typed as "billing->redis".
func cutArrow(text string) (from, to string, ok bool) {
	if from, to, ok = strings.Cut(text, "→"); ok {
		return from, to, true
	}
	return strings.Cut(text, "->")
}

// globOf returns "" for "*": both mean any.
func globOf(s string) string {
	if s == "*" {
		return ""
	}
	return s
}

// parseCall reads "billing→aws/sqs/SendMessage/orders".
func parseCall(text string) (c awsrules.Call, err error) {
	if from, to, ok := cutArrow(text); ok {
		c.From, text = globOf(from), to
	}
	parts := strings.SplitN(text, "/", 4)
	if parts[0] != "aws" {
		return c, fmt.Errorf("%q: want aws, aws/SERVICE, aws/SERVICE/OPERATION or aws/SERVICE/OPERATION/RESOURCE", text)
	}
	for i, field := range []*string{&c.Service, &c.Operation, &c.Resource} {
		if i+1 < len(parts) {
			*field = globOf(parts[i+1])
		}
	}
	return c, c.Validate()
}

// setValue reads a value into a field. A fault's own type parses its text itself.
func setValue(field reflect.Value, text string) error {
	if own, ok := field.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return own.UnmarshalText([]byte(text))
	}
	switch field.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q: want a duration such as 200ms", text)
		}
		field.SetInt(int64(d))
	case link.Direction:
		way, ok := map[string]link.Direction{"answers": link.Answers, "requests": link.Requests, "both": link.Both}[text]
		if !ok {
			return fmt.Errorf("%q: want answers, requests or both", text)
		}
		field.SetInt(int64(way))
	case float64:
		x, err := parseShare(text)
		if err != nil {
			return err
		}
		field.SetFloat(x)
	case int, int64:
		n, err := parseCount(text)
		if err != nil {
			return err
		}
		field.SetInt(n)
	default:
		field.SetString(text)
	}
	return nil
}

// parseShare reads "0.3" or "30%".
func parseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || x-x != 0 { // x-x is not 0 for infinity and NaN
		return 0, fmt.Errorf("%q: want a number such as 0.3, or 30%%", text)
	}
	if percent {
		x /= 100
	}
	return x, nil
}

// parseCount reads "20", "50kB" or "2MB".
func parseCount(text string) (int64, error) {
	number, unit := text, int64(1)
	for suffix, size := range map[string]int64{"kB": 1000, "MB": 1_000_000} {
		if n, ok := strings.CutSuffix(text, suffix); ok {
			number, unit = n, size
		}
	}
	n, err := strconv.ParseInt(number, 10, 40)
	if err != nil {
		return 0, fmt.Errorf("%q: want a whole number such as 20, 50kB or 2MB", text)
	}
	return n * unit, nil
}
