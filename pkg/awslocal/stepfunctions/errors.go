package stepfunctions

import (
	"regexp"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

func invalidARN(format string, args ...any) error {
	return api.Errorf("InvalidArn", "Invalid Arn: '"+format+"'", args...)
}

func validation(format string, args ...any) error {
	return api.Errorf("ValidationException", format, args...)
}

// member is AWS's error for an input member that breaks a constraint.
func member(value any, name, constraint string) error {
	if text, ok := value.(string); ok && len(text) > 1024 {
		value = text[:1024]
	}
	return validation("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: Member must %s",
		value, name, constraint)
}

// missing is AWS's error for a required member that is not there.
func missing(name string) error {
	return validation(
		"1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", name)
}

// notInNames is what the name of a machine, an execution or an activity must not have: blanks, brackets, wildcards,
// special and control characters.
var notInNames = regexp.MustCompile(`[\s<>{}\[\]?*"#%\\^|~` + "`" + `$&,;:/\x00-\x1f\x7f-\x{9f}]`)

func checkName(name string) error {
	switch {
	case name == "":
		return member(name, "name", "have length greater than or equal to 1")
	case len(name) > 80:
		return member(name, "name", "have length less than or equal to 80")
	case notInNames.MatchString(name):
		return api.Errorf("InvalidName", "Invalid Name: '%s'", name)
	}
	return nil
}

// resourceOf returns the name in an ARN of one kind: stateMachine, execution, activity.
func (a *account) resourceOf(arn, member, kind string) (string, error) {
	if arn == "" {
		return "", missing(member)
	}
	parts := strings.SplitN(arn, ":", 7)
	switch {
	case parts[0] != "arn" || len(parts) < 7:
		return "", invalidARN("Invalid ARN prefix: %s", arn)
	case parts[2] != "states":
		return "", invalidARN("Invalid ARN service: %s", parts[2])
	case parts[5] != kind:
		return "", invalidARN("Resource type not valid in this context: %s", parts[5])
	case parts[3] != a.scope.Region || parts[4] != a.scope.Account:
		return "", api.Errorf("AccessDeniedException", "The resource is in another region or account: %s", arn)
	}
	return parts[6], nil
}

// arn makes the ARN of one of the account's resources.
func (a *account) arn(kind, name string) string {
	return "arn:aws:states:" + a.scope.Region + ":" + a.scope.Account + ":" + kind + ":" + name
}
