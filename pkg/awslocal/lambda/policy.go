package lambda

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// policy is what a function permits to others. It is kept and shown, and never asked.
type policy struct {
	Version   string
	ID        string `json:"Id"`
	Statement []statement
	revision  string
}

type statement struct {
	Sid       string
	Effect    string
	Principal any
	Action    string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

func (s *Service) addPermission(a *account, in *struct {
	ref
	StatementId, Action, Principal, SourceArn, SourceAccount string
}) (any, error) {
	v, qualifier, err := a.version(in.ref, 0)
	switch {
	case err != nil:
		return nil, err
	case in.StatementId == "" || in.Action == "" || in.Principal == "":
		return nil, constraint("null", "statementId, action or principal", "not be null")
	}
	f := v.function
	p := f.policies[qualifier]
	if p == nil {
		p = &policy{Version: "2012-10-17", ID: "default"}
		f.policies[qualifier] = p
	}
	for _, other := range p.Statement {
		if other.Sid == in.StatementId {
			return nil, conflict("The statement id (%s) provided already exists. Please provide a new statement id, or remove "+
				"the existing statement.", in.StatementId)
		}
	}
	added := statement{
		Sid: in.StatementId, Effect: "Allow", Action: in.Action, Resource: a.arn(f.name, qualifier),
		Principal: map[string]string{"AWS": in.Principal},
	}
	if strings.HasSuffix(in.Principal, ".amazonaws.com") {
		added.Principal = map[string]string{"Service": in.Principal}
	}
	condition := map[string]map[string]string{}
	if in.SourceArn != "" {
		condition["ArnLike"] = map[string]string{"AWS:SourceArn": in.SourceArn}
	}
	if in.SourceAccount != "" {
		condition["StringEquals"] = map[string]string{"AWS:SourceAccount": in.SourceAccount}
	}
	if len(condition) > 0 {
		added.Condition = condition
	}
	p.Statement, p.revision = append(p.Statement, added), id.UUID()
	text, err := json.Marshal(added)
	return api.Answer{Status: 201, Value: struct{ Statement string }{string(text)}}, err
}

// permitted finds the policy of a qualifier.
func (a *account) permitted(in ref) (*function, string, *policy, error) {
	f, qualifier, err := a.find(in)
	if err != nil {
		return nil, "", nil, err
	}
	p := f.policies[qualifier]
	if p == nil {
		return nil, "", nil, notFound("The resource you requested does not exist.")
	}
	return f, qualifier, p, nil
}

func (s *Service) getPolicy(a *account, in *ref) (any, error) {
	_, _, p, err := a.permitted(*in)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(p)
	return struct{ Policy, RevisionId string }{string(text), p.revision}, err
}

func (s *Service) removePermission(a *account, in *struct {
	ref
	StatementId string
}) (any, error) {
	f, qualifier, p, err := a.permitted(in.ref)
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(p.Statement, func(s statement) bool { return s.Sid == in.StatementId })
	if n < 0 {
		return nil, notFound("Statement %s is not found in resource policy.", in.StatementId)
	}
	if p.Statement = slices.Delete(p.Statement, n, n+1); len(p.Statement) == 0 {
		delete(f.policies, qualifier)
	}
	return nil, nil
}
