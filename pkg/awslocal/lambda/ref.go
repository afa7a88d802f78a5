package lambda

import (
	"regexp"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const latest = "$LATEST"

// references matches what may name a function: its name or ARN, or a part of its ARN, with or without a qualifier.
var references = regexp.MustCompile(`^(?:(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?` +
	`(?:function:)?)?([a-zA-Z0-9-_]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$`)

// referencePattern is AWS's own, as its errors have it.
const referencePattern = `(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?` +
	`(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`

// ref is a reference to a function in the input of an operation.
type ref struct {
	FunctionName string
	Qualifier    string `rest:"query"`
}

// split returns the name and the qualifier, which is empty if there is none.
func (r ref) split() (name, qualifier string, err error) {
	m := references.FindStringSubmatch(r.FunctionName)
	if m == nil || len(r.FunctionName) > 256 {
		return "", "", constraint(r.FunctionName, "functionName", "satisfy regular expression pattern: "+referencePattern)
	}
	name, qualifier = m[3], m[4]
	switch {
	case len(name) > 64:
		return "", "", constraint(name, "functionName", "have length less than or equal to 64")
	case r.Qualifier == "":
	case qualifier != "" && qualifier != r.Qualifier:
		return "", "", invalid("The derived qualifier from the function name does not match the specified qualifier.")
	default:
		qualifier = r.Qualifier
	}
	return name, qualifier, nil
}

// arn makes the ARN of a function, with a qualifier if there is one.
func (a *account) arn(name, qualifier string) string {
	arn := "arn:aws:lambda:" + a.scope.Region + ":" + a.scope.Account + ":function:" + name
	if qualifier != "" {
		arn += ":" + qualifier
	}
	return arn
}

// find returns a function, and the qualifier of the reference.
func (a *account) find(r ref) (f *function, qualifier string, err error) {
	name, qualifier, err := r.split()
	if err != nil {
		return nil, "", err
	}
	if f = a.functions[name]; f == nil {
		return nil, "", notFound("Function not found: %s", a.arn(name, qualifier))
	}
	return f, qualifier, nil
}

// version returns what a reference stands for: by default the code that can be changed. pick is a number in [0, 1) and
// chooses between the two versions of an alias.
func (a *account) version(r ref, pick float64) (*version, string, error) {
	f, qualifier, err := a.find(r)
	if err != nil {
		return nil, "", err
	}
	v := f.resolve(qualifier, pick)
	if v == nil {
		return nil, "", notFound("Function not found: %s", a.arn(f.name, qualifier))
	}
	return v, qualifier, nil
}

// target is an ARN in parts.
type target struct {
	service, resource string
	scope             api.Scope
}

func parseARN(s string) (target, bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] == "" || parts[5] == "" {
		return target{}, false
	}
	return target{parts[2], parts[5], api.Scope{Region: parts[3], Account: parts[4]}}, true
}
