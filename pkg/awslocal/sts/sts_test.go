package sts_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/sts"
)

func TestAssumeRole(t *testing.T) {
	s := sts.New(sts.Config{Clock: clockwork.NewFakeClockAt(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))})
	assume := func(input string) (map[string]any, error) {
		answer, err := s.Call(context.Background(),
			&api.Request{Operation: "AssumeRole", Account: "000000000000", Decode: func(v any) error {
				return json.Unmarshal([]byte(input), v)
			}})
		if err != nil {
			return nil, err
		}
		raw, err := json.Marshal(answer)
		require.NoError(t, err)
		var out map[string]any
		return out, json.Unmarshal(raw, &out)
	}
	out, err := assume(
		`{"RoleArn":"arn:aws:iam::111122223333:role/path/reader","RoleSessionName":"me","DurationSeconds":900}`)
	require.NoError(t, err)
	require.Equal(t, "2026-01-02T03:19:05Z", out["Credentials"].(map[string]any)["Expiration"])
	require.Equal(t, "arn:aws:sts::111122223333:assumed-role/reader/me", out["AssumedRoleUser"].(map[string]any)["Arn"])

	for _, bad := range []string{
		`{"RoleArn":"reader","RoleSessionName":"me"}`,
		`{"RoleArn":"arn:aws:iam::111122223333:user/reader","RoleSessionName":"me"}`,
		`{"RoleArn":"arn:aws:iam::111122223333:role/reader"}`,
		`{"RoleArn":"arn:aws:iam::111122223333:role/reader","RoleSessionName":"me","DurationSeconds":60}`,
	} {
		_, err := assume(bad)
		var e *api.Error
		require.ErrorAs(t, err, &e, bad)
		require.Equal(t, "ValidationError", e.Code)
	}
}
