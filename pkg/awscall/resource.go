package awscall

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Resources returns the names of the call's resources: queues, tables, streams, topics, buses, activities, state
// machines; for S3 "bucket", and "bucket/key" if there is a key.
func (c *Call) Resources() []string {
	switch c.Protocol {
	case JSON:
		return jsonResources(c.Body)
	case Query:
		return c.formResources()
	case RESTJSON:
		return c.labelResources()
	}
	var names []string
	if c.Bucket != "" {
		names = append(names, c.Bucket)
	}
	if c.Key != "" {
		names = append(names, c.Bucket+"/"+c.Key)
	}
	return names
}

// labelResources returns functions, schedules and their groups. A function's name may be followed by a qualifier.
func (c *Call) labelResources() []string {
	function := c.Labels["FunctionName"]
	if function == "" && c.API == "lambda" {
		var in struct{ FunctionName string }
		_ = json.Unmarshal(c.Body, &in) // a body of another shape names none
		function = in.FunctionName
	}
	if _, name, ok := strings.Cut(function, ":function:"); ok {
		function = name
	}
	function, _, _ = strings.Cut(function, ":")
	var names []string
	for _, name := range []string{function, c.Labels["Name"]} {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

func (c *Call) formResources() (names []string) {
	form := c.Form()
	for _, name := range []string{"TopicArn", "TargetArn", "QueueUrl", "QueueName"} {
		if value := form.Get(name); value != "" {
			names = append(names, lastPart(value))
		}
	}
	if queuePath.MatchString(c.path) { // it stands for QueueUrl
		names = append(names, lastPart(strings.TrimSuffix(c.path, "/")))
	}
	return names
}

func jsonResources(body []byte) []string {
	var in struct {
		QueueURL     string `json:"QueueUrl"`
		QueueName    string
		TableName    string
		StreamName   string
		StreamARN    string
		EventBusName string
		Activity     string `json:"activityArn"`
		Machine      string `json:"stateMachineArn"`
		RequestItems map[string]json.RawMessage
		Entries      []struct{ EventBusName string }
	}
	if json.NewDecoder(bytes.NewReader(body)).Decode(&in) != nil {
		return nil // an Entries of another shape (SQS batches) does not fail: unknown fields are ignored
	}
	var names []string
	for _, name := range []string{
		in.QueueURL, in.QueueName, in.TableName, in.StreamName, in.StreamARN, in.EventBusName, in.Activity, in.Machine,
	} {
		if name != "" {
			names = append(names, lastPart(name))
		}
	}
	for table := range in.RequestItems {
		names = append(names, lastPart(table))
	}
	for _, e := range in.Entries {
		if e.EventBusName != "" {
			names = append(names, lastPart(e.EventBusName))
		}
	}
	return names
}

// lastPart returns the name at the end of a URL or an ARN.
func lastPart(s string) string {
	return s[strings.LastIndexAny(s, "/:")+1:]
}
