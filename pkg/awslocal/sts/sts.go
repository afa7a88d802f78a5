package sts

import (
	"context"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// Config says what the service runs on.
type Config struct {
	Clock clockwork.Clock // time of credential expiry
}

// Service answers STS calls. It keeps no state.
type Service struct {
	clock clockwork.Clock
}

// New returns the service.
func New(cfg Config) *Service { return &Service{clock: cfg.Clock} }

// Call implements [api.Service].
func (s *Service) Call(ctx context.Context, r *api.Request) (any, error) {
	return operations.Call(ctx, s, r)
}

// operations lists the covered operations.
var operations = api.Operations[*Service]{
	"AssumeRole":        api.Op((*Service).assumeRole),
	"GetCallerIdentity": (*Service).getCallerIdentity,
}

type identity struct {
	UserID  string `json:"UserId"`
	Account string `json:"Account"`
	Arn     string `json:"Arn"`
}

func (s *Service) getCallerIdentity(_ context.Context, r *api.Request) (any, error) {
	return &identity{Account: r.Account, Arn: "arn:aws:iam::" + r.Account + ":root", UserID: "AKIAIOSFODNN7EXAMPLE"}, nil
}

type assumeRoleInput struct {
	RoleArn         string `json:"RoleArn"`
	RoleSessionName string `json:"RoleSessionName"`
	DurationSeconds *int   `json:"DurationSeconds"`
}

type assumed struct {
	Credentials credentials `json:"Credentials"`
	User        assumedUser `json:"AssumedRoleUser"`
}

type credentials struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string `json:"SecretAccessKey"`
	SessionToken    string `json:"SessionToken"`
	Expiration      string `json:"Expiration"` // RFC 3339, UTC
}

type assumedUser struct {
	ID  string `json:"AssumedRoleId"`
	Arn string `json:"Arn"`
}

func (s *Service) assumeRole(_ context.Context, _ *api.Request, in *assumeRoleInput) (any, error) {
	parts := strings.SplitN(in.RoleArn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") {
		return nil, api.Errorf("ValidationError", "%s is invalid", in.RoleArn)
	}
	if len(in.RoleSessionName) < 2 {
		return nil, api.Errorf("ValidationError",
			"1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must have "+
				"length greater than or equal to 2", in.RoleSessionName)
	}
	seconds := 3600
	if in.DurationSeconds != nil {
		seconds = *in.DurationSeconds
	}
	if seconds < 900 || seconds > 43200 {
		return nil, api.Errorf("ValidationError",
			"1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: Member must have "+
				"value between 900 and 43200", seconds)
	}
	roleID := "AROA" + strings.ToUpper(id.Hex(8))
	role := parts[5][strings.LastIndexByte(parts[5], '/')+1:]
	return &assumed{
		Credentials: credentials{
			AccessKeyID:     "ASIA" + strings.ToUpper(id.Hex(8)),
			SecretAccessKey: id.Hex(20),
			SessionToken:    id.Hex(64),
			Expiration:      s.clock.Now().Add(time.Duration(seconds) * time.Second).UTC().Format(time.RFC3339),
		},
		User: assumedUser{
			ID:  roleID + ":" + in.RoleSessionName,
			Arn: "arn:aws:sts::" + parts[4] + ":assumed-role/" + role + "/" + in.RoleSessionName,
		},
	}, nil
}
