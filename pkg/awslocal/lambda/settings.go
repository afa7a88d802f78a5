package lambda

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// settings are what a user sets of a function. A nil member is not changed by an update.
type settings struct {
	Runtime          *string
	Role             *string
	Handler          *string
	Description      *string
	Timeout          *int
	MemorySize       *int
	Environment      *variables
	DeadLetterConfig *deadLetterConfig
	TracingConfig    *tracing
	EphemeralStorage *storage
	LoggingConfig    *logging
	Layers           []string
	ImageConfig      *struct{}
	VpcConfig        *struct {
		SubnetIds []string
	}
	FileSystemConfigs []struct{}
	SnapStart         *struct{ ApplyOn string }
}

var (
	roles    = regexp.MustCompile(`^arn:aws[a-zA-Z-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$`)
	runtimes = regexp.MustCompile(
		`^(nodejs\d+\.x|python3\.\d+|provided(\.al2|\.al2023)?|java\d+(\.al2)?|dotnet\d+|ruby3\.\d+)$`,
	)
	varNames = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)
)

// maxEnvironment is how long a function's variables may be together, in bytes.
const maxEnvironment = 4096

// check refuses what AWS refuses, and what this service would silently not do.
func (in settings) check() error {
	switch {
	case in.Role != nil && !roles.MatchString(*in.Role):
		return constraint(*in.Role, "role",
			`satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`)
	case in.Runtime != nil && !runtimes.MatchString(*in.Runtime):
		return invalid("Value %s at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "+
			"[nodejs22.x, nodejs24.x, python3.11, python3.12, python3.13, python3.14, provided.al2, provided.al2023, java21, "+
			"java25, dotnet8, dotnet10, ruby3.3, ruby3.4] or be a valid ARN", *in.Runtime)
	case in.Handler != nil && (len(*in.Handler) > 128 || strings.ContainsAny(*in.Handler, " \t\r\n")):
		return constraint(*in.Handler, "handler", `satisfy regular expression pattern: [^\s]+`)
	case in.Description != nil && len(*in.Description) > 256:
		return constraint(*in.Description, "description", "have length less than or equal to 256")
	case len(in.Layers) > 0, len(in.FileSystemConfigs) > 0, in.ImageConfig != nil,
		in.VpcConfig != nil && len(in.VpcConfig.SubnetIds) > 0,
		in.SnapStart != nil && in.SnapStart.ApplyOn == "PublishedVersions":
		return invalid("The embedded AWS has no layers, images, file systems, VPCs or snapshots for functions.")
	}
	if err := inRange(in.Timeout, "timeout", 1, 900); err != nil {
		return err
	}
	if err := inRange(in.MemorySize, "memorySize", 128, 10240); err != nil {
		return err
	}
	if s := in.EphemeralStorage; s != nil {
		if err := inRange(&s.Size, "ephemeralStorage.size", 512, 10240); err != nil {
			return err
		}
	}
	if d := in.DeadLetterConfig; d != nil && d.TargetArn != "" {
		if t, ok := parseARN(d.TargetArn); !ok || t.service != "sqs" && t.service != "sns" {
			return invalid("The provided dead letter target is not a queue or a topic: %s", d.TargetArn)
		}
	}
	return in.Environment.check()
}

// ownVariables are those that Lambda sets itself and a user may not.
var ownVariables = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
	"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

func (v *variables) check() error {
	if v == nil {
		return nil
	}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(v.Variables)) {
		if !varNames.MatchString(name) {
			return constraint(v.Variables, "environment.variables",
				"satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]")
		}
		if slices.Contains(ownVariables, name) {
			return invalid("Lambda was unable to configure your environment variables because the environment variables you "+
				"have provided contains reserved keys that are currently not supported for modification. Reserved keys used in "+
				"this request: %s", name)
		}
		size += len(name) + len(v.Variables[name])
	}
	if size > maxEnvironment {
		return invalid(
			"Lambda was unable to configure your environment variables because the environment variables you have "+
				"provided exceeded the 4KB limit. String measured: %d bytes",
			size,
		)
	}
	return nil
}

// apply changes a configuration. The settings are checked.
func (in settings) apply(c *configuration) {
	set(&c.Runtime, in.Runtime)
	set(&c.Role, in.Role)
	set(&c.Handler, in.Handler)
	set(&c.Description, in.Description)
	set(&c.Timeout, in.Timeout)
	set(&c.MemorySize, in.MemorySize)
	set(&c.TracingConfig, in.TracingConfig)
	set(&c.EphemeralStorage, in.EphemeralStorage)
	if v := in.Environment; v != nil {
		if c.Environment = v; len(v.Variables) == 0 {
			c.Environment = nil
		}
	}
	if d := in.DeadLetterConfig; d != nil {
		if c.DeadLetterConfig = d; d.TargetArn == "" {
			c.DeadLetterConfig = nil
		}
	}
	if l := in.LoggingConfig; l != nil {
		if l.LogFormat != "" {
			c.LoggingConfig.LogFormat = l.LogFormat
		}
		if l.LogGroup != "" {
			c.LoggingConfig.LogGroup = l.LogGroup
		}
	}
}

func set[T any](to, value *T) {
	if value != nil {
		*to = *value
	}
}

func sameVariables(a, b *variables) bool {
	if a == nil || b == nil {
		return a == b
	}
	return maps.Equal(a.Variables, b.Variables)
}

func sameTarget(a, b *deadLetterConfig) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// standard is the configuration of a new function whose settings say nothing.
func standard(a *account, name string) configuration {
	return configuration{
		FunctionName: name, FunctionArn: a.arn(name, ""), Timeout: 3, MemorySize: 128, Version: latest,
		TracingConfig: tracing{"PassThrough"}, State: "Active", LastUpdateStatus: "Successful", PackageType: "Zip",
		Architectures: []string{"x86_64"}, EphemeralStorage: storage{512}, SnapStart: snapStart{"None", "Off"},
		LoggingConfig: logging{"Text", fmt.Sprintf("/aws/lambda/%s", name)},
	}
}
