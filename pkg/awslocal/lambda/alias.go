package lambda

import (
	"regexp"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// alias is a name for a version, or for two with weights.
type alias struct {
	AliasArn        string
	Name            string
	FunctionVersion string
	Description     string
	RoutingConfig   *routing `json:",omitempty"`
	RevisionId      string
}

type routing struct{ AdditionalVersionWeights map[string]float64 }

// version chooses between an alias's versions.
func (a *alias) version(pick float64) string {
	if a.RoutingConfig != nil {
		for number, weight := range a.RoutingConfig.AdditionalVersionWeights {
			if pick < weight {
				return number
			}
		}
	}
	return a.FunctionVersion
}

// aliasOf returns the name of an alias of a version, or "".
func (f *function) aliasOf(number string) string {
	for name, a := range f.aliases {
		if a.FunctionVersion == number {
			return name
		}
		if a.RoutingConfig != nil {
			if _, used := a.RoutingConfig.AdditionalVersionWeights[number]; used {
				return name
			}
		}
	}
	return ""
}

type aliasInput struct {
	FunctionName    string
	Name            string
	FunctionVersion string
	Description     *string
	RoutingConfig   *routing
	RevisionId      string
}

// aliasNames matches what an alias may be called: not a number.
var aliasNames = regexp.MustCompile(`^[a-zA-Z0-9-_]*[a-zA-Z-_][a-zA-Z0-9-_]*$`)

// check refuses an alias of versions that do not exist.
func (in *aliasInput) check(f *function) error {
	if len(in.Name) > 128 || !aliasNames.MatchString(in.Name) {
		return constraint(in.Name, "name", `satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`)
	}
	numbers := []string{in.FunctionVersion}
	if r := in.RoutingConfig; r != nil {
		for number, weight := range r.AdditionalVersionWeights {
			if weight < 0 || weight > 1 || len(r.AdditionalVersionWeights) > 1 {
				return invalid("Invalid value for the weights of an alias: %v", r.AdditionalVersionWeights)
			}
			if number == latest || in.FunctionVersion == latest {
				return invalid("$LATEST is not supported for an alias pointing to more than 1 version")
			}
			numbers = append(numbers, number)
		}
	}
	for _, number := range numbers {
		if number != "" && f.published(number) == nil {
			return notFound("Function not found: %s", f.account.arn(f.name, number))
		}
	}
	return nil
}

func (in *aliasInput) apply(a *alias) {
	if in.FunctionVersion != "" {
		a.FunctionVersion = in.FunctionVersion
	}
	set(&a.Description, in.Description)
	if r := in.RoutingConfig; r != nil {
		if a.RoutingConfig = r; len(r.AdditionalVersionWeights) == 0 {
			a.RoutingConfig = nil
		}
	}
	a.RevisionId = id.UUID()
}

func (s *Service) createAlias(a *account, in *aliasInput) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err == nil {
		err = in.check(f)
	}
	switch {
	case err != nil:
		return nil, err
	case in.FunctionVersion == "":
		return nil, constraint("null", "functionVersion", "not be null")
	case f.aliases[in.Name] != nil:
		return nil, conflict("Alias already exists: %s", a.arn(f.name, in.Name))
	}
	made := &alias{AliasArn: a.arn(f.name, in.Name), Name: in.Name}
	in.apply(made)
	f.aliases[in.Name] = made
	return api.Answer{Status: 201, Value: *made}, nil
}

func (a *account) alias(function, name string) (*function, *alias, error) {
	f, _, err := a.find(ref{FunctionName: function})
	if err != nil {
		return nil, nil, err
	}
	found := f.aliases[name]
	if found == nil {
		return nil, nil, notFound("Cannot find alias arn: %s", a.arn(f.name, name))
	}
	return f, found, nil
}

// updateAlias moves an alias, and the provisioned concurrency that it has.
func (s *Service) updateAlias(a *account, in *aliasInput) (any, error) {
	f, found, err := a.alias(in.FunctionName, in.Name)
	if err == nil {
		err = in.check(f)
	}
	if err != nil {
		return nil, err
	}
	before := f.published(found.FunctionVersion)
	in.apply(found)
	after := f.published(found.FunctionVersion)
	if p := before.provisioned; p != nil && p.qualifier == in.Name && after != before && after.provisioned == nil {
		s.unprovision(before)
		after.provisioned = &provisioned{version: after, qualifier: in.Name, requested: p.requested, modified: s.timestamp()}
		s.provision(after.provisioned)
	}
	return *found, nil
}

func (s *Service) getAlias(a *account, in *struct{ FunctionName, Name string }) (any, error) {
	_, found, err := a.alias(in.FunctionName, in.Name)
	if err != nil {
		return nil, err
	}
	return *found, nil
}

func (s *Service) listAliases(a *account, in *struct {
	FunctionName    string
	FunctionVersion string `rest:"query"`
	page
}) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err != nil {
		return nil, err
	}
	names, next, err := list(f.aliases, in.page)
	if err != nil {
		return nil, err
	}
	out := struct {
		Aliases    []alias
		NextMarker string `json:",omitempty"`
	}{[]alias{}, next}
	for _, name := range names {
		if found := f.aliases[name]; in.FunctionVersion == "" || in.FunctionVersion == found.FunctionVersion {
			out.Aliases = append(out.Aliases, *found)
		}
	}
	return out, nil
}

func (s *Service) deleteAlias(a *account, in *struct{ FunctionName, Name string }) (any, error) {
	f, found, err := a.alias(in.FunctionName, in.Name)
	if err != nil {
		return nil, nil // it is gone, as it should be
	}
	if v := f.published(found.FunctionVersion); v != nil && v.provisioned != nil && v.provisioned.qualifier == in.Name {
		s.unprovision(v)
	}
	delete(f.aliases, in.Name)
	return nil, nil
}
