package lambda

import "github.com/crashlab/crashlab/pkg/awslocal/api"

// remove takes a version away.
func (f *function) remove(v *version) {
	for n, other := range f.versions {
		if other == v {
			f.versions = append(f.versions[:n:n], f.versions[n+1:]...)
			return
		}
	}
}

func (s *Service) publishVersion(a *account, in *struct {
	FunctionName string
	CodeSha256   string
	Description  string
	RevisionId   string
}) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err == nil {
		err = f.latest.unchanged(in.RevisionId)
	}
	if err != nil {
		return nil, err
	}
	if in.CodeSha256 != "" && in.CodeSha256 != f.latest.CodeSha256 {
		return nil, invalid(
			"CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). Please try again with the "+
				"CodeSHA256 in $LATEST.",
			in.CodeSha256,
			f.latest.CodeSha256,
		)
	}
	return api.Answer{Status: 201, Value: f.publish(in.Description).configuration}, nil
}

func (s *Service) listVersions(a *account, in *struct{ FunctionName string }) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err != nil {
		return nil, err
	}
	out := struct{ Versions []*configuration }{}
	for _, v := range f.all() { // few enough for one page
		out.Versions = append(out.Versions, v.qualified(v.Version))
	}
	return out, nil
}
