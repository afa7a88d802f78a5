package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// chaosRule is one rule of LocalStack's Chaos API (docs.localstack.cloud, "Chaos API").
type chaosRule struct {
	Service     string   `json:"service"`
	Region      string   `json:"region"`
	Operation   string   `json:"operation"`
	Resource    string   `json:"resource"` // ours
	Probability *float64 `json:"probability"`
	Error       *struct {
		StatusCode int    `json:"statusCode"`
		Code       string `json:"code"`
	} `json:"error"`
}

// ParseChaosRules reads a rule file in the form of LocalStack's Chaos API: an array of rules
// {service, region, operation, probability, error: {statusCode, code}}, each member optional. A
// rule without an error answers ServiceUnavailable, status 503, as there; of resource, a member
// of our own, LocalStack knows nothing. Errors begin with "line:column: ".
func ParseChaosRules(data []byte) ([]AWSRule, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	at := func(offset int64, err error) error { return fmt.Errorf("%s: %w", position(data, offset), err) }
	if token, err := decoder.Token(); err != nil {
		return nil, at(syntaxOffset(err, decoder.InputOffset()), plain(err))
	} else if token != json.Delim('[') {
		return nil, at(0, errors.New("want an array of rules"))
	}
	rules := []AWSRule{}
	for decoder.More() {
		start := skipTo(data, decoder.InputOffset())
		var c chaosRule
		if err := decoder.Decode(&c); err != nil {
			return nil, at(syntaxOffset(err, start), plain(err))
		}
		rule, err := c.rule()
		if err != nil {
			return nil, at(start, err)
		}
		rules = append(rules, rule)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, at(syntaxOffset(err, decoder.InputOffset()), plain(err))
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, at(skipTo(data, decoder.InputOffset()), errors.New("something follows the array of rules"))
	}
	return rules, nil
}

func (c chaosRule) rule() (AWSRule, error) {
	answer := Answer{Status: 503, Code: "ServiceUnavailable"}
	if c.Error != nil {
		if c.Error.StatusCode != 0 {
			answer.Status = c.Error.StatusCode
		}
		if c.Error.Code != "" {
			answer.Code = c.Error.Code
		}
	}
	rule := AWSRule{
		Call:   Call{Service: c.Service, Operation: c.Operation, Region: c.Region, Resource: c.Resource},
		Effect: answer,
	}
	if c.Probability != nil {
		if *c.Probability == 0 {
			return rule, errors.New("probability 0: the rule would never act; leave it out")
		}
		rule.Probability = *c.Probability
	}
	return rule, rule.validate()
}

// syntaxOffset returns where in the file a decoding error lies.
func syntaxOffset(err error, start int64) int64 {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return max(0, e.Offset-1)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return max(start, e.Offset-1)
	}
	return start
}

// plain says what is wrong in the words of a rule file's author.
func plain(err error) error {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s is a %s, want a %s", e.Field, e.Value, e.Type)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends within the rules")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// skipTo returns the offset of the next character that says something.
func skipTo(data []byte, offset int64) int64 {
	for offset < int64(len(data)) && strings.IndexByte(" \t\r\n,", data[offset]) >= 0 {
		offset++
	}
	return offset
}

// position writes an offset as line:column, both counted from 1.
func position(data []byte, offset int64) string {
	before := data[:min(int(offset), len(data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("%d:%d", line, column)
}
