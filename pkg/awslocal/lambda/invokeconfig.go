package lambda

import "time"

// invokeConfig says what becomes of a function's events. A nil one is the standard.
type invokeConfig struct {
	FunctionArn              string
	LastModified             float64
	MaximumRetryAttempts     *int               `json:",omitempty"`
	MaximumEventAgeInSeconds *int               `json:",omitempty"`
	DestinationConfig        *destinationConfig `json:",omitempty"`
}

type destinationConfig struct {
	OnSuccess *destination `json:",omitempty"`
	OnFailure *destination `json:",omitempty"`
}

type destination struct {
	Destination string `json:",omitempty"`
}

// invokeConfig is the configuration of a qualifier, or nil.
func (f *function) invokeConfig(qualifier string) *invokeConfig {
	if qualifier == "" {
		qualifier = latest
	}
	return f.invokeConfigs[qualifier]
}

func (c *invokeConfig) age() time.Duration {
	if c == nil || c.MaximumEventAgeInSeconds == nil {
		return maxEventAge
	}
	return time.Duration(*c.MaximumEventAgeInSeconds) * time.Second
}

func (c *invokeConfig) retries() int {
	if c == nil || c.MaximumRetryAttempts == nil {
		return maxEventRetries
	}
	return *c.MaximumRetryAttempts
}

func (c *invokeConfig) onSuccess() string {
	if c == nil {
		return ""
	}
	return c.DestinationConfig.success()
}

func (c *invokeConfig) onFailure() string {
	if c == nil {
		return ""
	}
	return c.DestinationConfig.failure()
}

func (d *destinationConfig) success() string {
	if d == nil || d.OnSuccess == nil {
		return ""
	}
	return d.OnSuccess.Destination
}

func (d *destinationConfig) failure() string {
	if d == nil || d.OnFailure == nil {
		return ""
	}
	return d.OnFailure.Destination
}

type invokeConfigInput struct {
	ref
	MaximumRetryAttempts     *int
	MaximumEventAgeInSeconds *int
	DestinationConfig        *destinationConfig
}

func (in *invokeConfigInput) check() error {
	if err := inRange(in.MaximumRetryAttempts, "maximumRetryAttempts", 0, 2); err != nil {
		return err
	}
	if err := inRange(in.MaximumEventAgeInSeconds, "maximumEventAgeInSeconds", 60, 21600); err != nil {
		return err
	}
	return in.DestinationConfig.check("sqs", "sns", "lambda", "events")
}

// change makes a configuration from what there is and an input.
func (s *Service) changeInvokeConfig(a *account, in *invokeConfigInput, keep bool) (any, error) {
	v, qualifier, err := a.version(in.ref, 0)
	if err == nil {
		err = in.check()
	}
	if err != nil {
		return nil, err
	}
	if qualifier == "" {
		qualifier = latest
	}
	c := invokeConfig{}
	if old := v.function.invokeConfigs[qualifier]; old != nil && keep {
		c = *old
	}
	c.FunctionArn, c.LastModified = a.arn(v.function.name, qualifier), float64(s.clock.Now().UnixMilli())/1000
	if in.MaximumRetryAttempts != nil {
		c.MaximumRetryAttempts = in.MaximumRetryAttempts
	}
	if in.MaximumEventAgeInSeconds != nil {
		c.MaximumEventAgeInSeconds = in.MaximumEventAgeInSeconds
	}
	if in.DestinationConfig != nil {
		c.DestinationConfig = in.DestinationConfig
	}
	v.function.invokeConfigs[qualifier] = &c
	return &c, nil
}

func (s *Service) putInvokeConfig(a *account, in *invokeConfigInput) (any, error) {
	return s.changeInvokeConfig(a, in, false)
}

func (s *Service) updateInvokeConfig(a *account, in *invokeConfigInput) (any, error) {
	return s.changeInvokeConfig(a, in, true)
}

// configured finds the configuration of a qualifier.
func (a *account) configured(in ref) (*function, string, error) {
	f, qualifier, err := a.find(in)
	if err != nil {
		return nil, "", err
	}
	if qualifier == "" {
		qualifier = latest
	}
	if f.invokeConfigs[qualifier] == nil {
		return nil, "", notFound("The function %s doesn't have an EventInvokeConfig", a.arn(f.name, qualifier))
	}
	return f, qualifier, nil
}

func (s *Service) getInvokeConfig(a *account, in *ref) (any, error) {
	f, qualifier, err := a.configured(*in)
	if err != nil {
		return nil, err
	}
	return f.invokeConfigs[qualifier], nil
}

func (s *Service) deleteInvokeConfig(a *account, in *ref) (any, error) {
	f, qualifier, err := a.configured(*in)
	if err != nil {
		return nil, err
	}
	delete(f.invokeConfigs, qualifier)
	return nil, nil
}

func (s *Service) listInvokeConfigs(a *account, in *struct {
	FunctionName string
	page
}) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err != nil {
		return nil, err
	}
	names, next, err := list(f.invokeConfigs, in.page)
	if err != nil {
		return nil, err
	}
	out := struct {
		FunctionEventInvokeConfigs []*invokeConfig
		NextMarker                 string `json:",omitempty"`
	}{[]*invokeConfig{}, next}
	for _, name := range names {
		out.FunctionEventInvokeConfigs = append(out.FunctionEventInvokeConfigs, f.invokeConfigs[name])
	}
	return out, nil
}
