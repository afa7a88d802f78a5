package lambda

import (
	"maps"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

func (s *Service) createFunction(a *account, in *struct {
	FunctionName  string
	PackageType   string
	Code          codeInput
	Publish       bool
	Architectures []string
	Tags          map[string]string
	settings
}) (any, error) {
	name, qualifier, err := ref{FunctionName: in.FunctionName}.split()
	if err == nil && qualifier != "" {
		err = constraint(in.FunctionName, "functionName", "satisfy regular expression pattern: "+referencePattern)
	}
	if err == nil {
		err = in.check()
	}
	switch {
	case err != nil:
		return nil, err
	case in.Role == nil:
		return nil, constraint("null", "role", "not be null")
	case in.PackageType != "" && in.PackageType != "Zip":
		return nil, invalid("The embedded AWS has no functions of package type %s.", in.PackageType)
	case a.functions[name] != nil:
		return nil, conflict("Function already exist: %s", name)
	}
	c := standard(a, name)
	in.apply(&c)
	if len(in.Architectures) > 0 {
		c.Architectures = in.Architectures
	}
	code, err := s.readCode(in.Code, c)
	if err != nil {
		return nil, err
	}
	c.CodeSize, c.CodeSha256 = code.size, code.digest
	f := &function{
		account: a, name: name, aliases: map[string]*alias{}, tags: map[string]string{},
		invokeConfigs: map[string]*invokeConfig{}, policies: map[string]*policy{},
		credit: float64(s.cfg.ScalingRate), credited: s.clock.Now(),
	}
	maps.Copy(f.tags, in.Tags)
	f.latest = &version{function: f, code: code}
	a.functions[name] = f
	answer := s.changed(f, c)
	if in.Publish {
		answer = f.publish("").configuration
	}
	return api.Answer{Status: 201, Value: answer}, nil
}

func (s *Service) getFunction(a *account, in *ref) (any, error) {
	v, qualifier, err := a.version(*in, 0)
	if err != nil {
		return nil, err
	}
	type location struct{ RepositoryType, Location string }
	out := struct {
		Configuration *configuration
		Code          location
		Tags          map[string]string `json:",omitempty"`
		Concurrency   *concurrency      `json:",omitempty"`
	}{v.qualified(qualifier), location{"S3", v.code.location()}, maps.Clone(v.function.tags), v.function.concurrency()}
	return out, nil
}

// qualified is a version's configuration in the answer to a request with a qualifier.
func (v *version) qualified(qualifier string) *configuration {
	if qualifier == "" || v.Version != latest {
		return v.configuration
	}
	c := *v.configuration
	c.FunctionArn = v.function.account.arn(v.function.name, latest)
	return &c
}

func (s *Service) getFunctionConfiguration(a *account, in *ref) (any, error) {
	v, qualifier, err := a.version(*in, 0)
	if err != nil {
		return nil, err
	}
	return v.qualified(qualifier), nil
}

func (s *Service) listFunctions(a *account, in *struct {
	page
	FunctionVersion string `rest:"query"`
}) (any, error) {
	names, next, err := list(a.functions, in.page)
	if err != nil {
		return nil, err
	}
	out := struct {
		Functions  []*configuration
		NextMarker string `json:",omitempty"`
	}{[]*configuration{}, next}
	for _, name := range names {
		f := a.functions[name]
		if in.FunctionVersion == "ALL" {
			for _, v := range f.all() {
				out.Functions = append(out.Functions, v.qualified(v.Version))
			}
		} else {
			out.Functions = append(out.Functions, f.latest.configuration)
		}
	}
	return out, nil
}

func (s *Service) deleteFunction(a *account, in *ref) (any, error) {
	f, qualifier, err := a.find(*in)
	if err != nil {
		return nil, err
	}
	var gone []*version
	switch v := f.published(qualifier); {
	case qualifier == "":
		gone = f.all()
		delete(a.functions, f.name)
	case qualifier == latest:
		return nil, invalid("$LATEST version cannot be deleted without deleting the function.")
	case v == nil:
		return nil, nil
	default:
		if name := f.aliasOf(v.Version); name != "" {
			return nil, conflict("Version %s is used by alias %s", v.Version, name)
		}
		gone = []*version{v}
		f.remove(v)
	}
	for _, v := range gone {
		s.unprovision(v)
		idle := v.retire()
		s.start("retire", func() { stopAll(idle); v.code.release() })
	}
	return nil, nil
}

func (s *Service) updateFunctionCode(a *account, in *struct {
	FunctionName  string
	Publish       bool
	DryRun        bool
	RevisionId    string
	Architectures []string
	codeInput
}) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err == nil {
		err = f.latest.unchanged(in.RevisionId)
	}
	if err != nil {
		return nil, err
	}
	c := *f.latest.configuration
	if len(in.Architectures) > 0 {
		c.Architectures = in.Architectures
	}
	code, err := s.readCode(in.codeInput, c)
	if err != nil {
		return nil, err
	}
	c.CodeSize, c.CodeSha256 = code.size, code.digest
	if in.DryRun {
		code.release()
		return &c, nil
	}
	old := f.latest.code
	f.latest.code = code
	answer := s.changed(f, c)
	s.start("release", old.release)
	if in.Publish {
		answer = f.publish("").configuration
	}
	return answer, nil
}

func (s *Service) updateFunctionConfiguration(a *account, in *struct {
	FunctionName string
	RevisionId   string
	settings
}) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err == nil {
		err = f.latest.unchanged(in.RevisionId)
	}
	if err == nil {
		err = in.check()
	}
	if err != nil {
		return nil, err
	}
	c := *f.latest.configuration
	in.apply(&c)
	return s.changed(f, c), nil
}

// unchanged refuses an update that was made for another revision.
func (v *version) unchanged(revision string) error {
	if revision == "" || revision == v.RevisionId {
		return nil
	}
	return &api.Error{
		Code: "PreconditionFailedException", Status: 412,
		Message: "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to " +
			"retrieve the latest Revision Id",
	}
}
