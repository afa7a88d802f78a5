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
