package sqs

import (
	"encoding/json"
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// grantable is every action that one account can allow another.
var grantable = []string{
	"*", "ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl",
	"ListDeadLetterSourceQueues", "PurgeQueue", "ReceiveMessage", "SendMessage",
}

// statement is an entry of a queue's policy by AddPermission. Policies are stored for callers to read back;
// nothing enforces them.
type statement struct {
	Sid       string
	Effect    string
	Principal map[string][]string
	Action    []string
	Resource  string
}

// policy keeps other statements as they were written.
type policy struct {
	Version   string
	ID        string `json:"Id"`
	Statement []json.RawMessage
}

func (p *policy) index(sid string) int {
	return slices.IndexFunc(p.Statement, func(raw json.RawMessage) bool {
		var s struct{ Sid string }
		return json.Unmarshal(raw, &s) == nil && s.Sid == sid
	})
}

type permissionInput struct {
	QueueURL string   `json:"QueueUrl"`
	Label    string   `json:"Label"`
	Accounts []string `json:"AWSAccountIds" query:"AWSAccountId,flat"`
	Actions  []string `json:"Actions" query:"ActionName,flat"`
}

func (s *Service) addPermission(r *api.Request, in *permissionInput) (any, error) {
	return s.withPolicy(r, in, func(q *queue, p *policy) error {
		if p.index(in.Label) >= 0 {
			return errValue(in.Label, "Label", "Already exists.")
		}
		st := statement{Sid: in.Label, Effect: "Allow", Principal: map[string][]string{}, Resource: q.arn}
		for _, account := range in.Accounts {
			st.Principal["AWS"] = append(st.Principal["AWS"], "arn:aws:iam::"+account+":root")
		}
		for _, action := range in.Actions {
			if !slices.Contains(grantable, action) {
				return errValue("SQS:"+action, "ActionName", "Please refer to the appropriate WSDL for a list of valid actions.")
			}
			st.Action = append(st.Action, "SQS:"+action)
		}
		raw, err := json.Marshal(st)
		p.Statement = append(p.Statement, raw)
		return err
	})
}

func (s *Service) removePermission(r *api.Request, in *permissionInput) (any, error) {
	return s.withPolicy(r, in, func(_ *queue, p *policy) error {
		at := p.index(in.Label)
		if at < 0 {
			return errValue(in.Label, "Label", "can't find label.")
		}
		p.Statement = slices.Delete(p.Statement, at, at+1)
		return nil
	})
}

// withPolicy changes the policy of the queue that the input names. s.mu is held.
func (s *Service) withPolicy(r *api.Request, in *permissionInput, change func(*queue, *policy) error) (any, error) {
	if in.Label == "" {
		return nil, errMissing("Label")
	}
	q, err := s.find(r, in.QueueURL)
	if err != nil {
		return nil, err
	}
	p := policy{Version: "2008-10-17", ID: q.arn + "/SQSDefaultPolicy"}
	if raw := q.raw["Policy"]; raw != "" {
		if err := json.Unmarshal([]byte(raw), &p); err != nil {
			return nil, errAttributeValue("Policy")
		}
	}
	if err := change(q, &p); err != nil {
		return nil, err
	}
	if len(p.Statement) == 0 {
		delete(q.raw, "Policy")
		return nil, nil
	}
	raw, err := json.Marshal(p)
	q.raw["Policy"] = string(raw)
	return nil, err
}
