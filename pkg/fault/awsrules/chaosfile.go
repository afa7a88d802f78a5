package awsrules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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

// ParseChaosRules reads a rule file in the format of LocalStack's Chaos API: an array of rules {service,
// region, operation, probability, error: {statusCode, code}}, each member optional. A rule without an error
// answers ServiceUnavailable with status 503, as in LocalStack. The member resource is our addition. Errors
// begin with "line:column: ".
func ParseChaosRules(data []byte) ([]Rule, error) {
	at := func(offset int64, err error) error { return fmt.Errorf("%s: %w", position(data, offset), err) }
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, at(syntaxOffset(err), plain(err))
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if token, _ := decoder.Token(); token != json.Delim('[') {
		return nil, at(0, errors.New("want an array of rules"))
	}
	rules := []Rule{}
	for decoder.More() {
		start := skipTo(data, decoder.InputOffset())
		var c chaosRule
		if err := decoder.Decode(&c); err != nil {
			return nil, at(start+typeOffset(err), plain(err))
		}
		rule, err := c.rule()
		if err != nil {
			return nil, at(start, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func (c chaosRule) rule() (Rule, error) {
	answer := Answer{Status: 503, Code: "ServiceUnavailable"}
	if c.Error != nil {
		if c.Error.StatusCode != 0 {
			answer.Status = c.Error.StatusCode
		}
		if c.Error.Code != "" {
			answer.Code = c.Error.Code
		}
	}
	rule := Rule{
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

// syntaxOffset returns the position of a syntax error in the file.
func syntaxOffset(err error) int64 {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return max(0, e.Offset-1)
	}
	return 0
}

// typeOffset returns where in a rule a value of a wrong type ends.
func typeOffset(err error) int64 {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return max(0, e.Offset-1)
	}
	return 0
}

// plain rewords an error for the author of a rule file.
func plain(err error) error {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s is a %s, want a %s", e.Field, e.Value, e.Type)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// skipTo returns the offset of the next significant character.
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
