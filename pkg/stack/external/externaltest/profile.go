// Package externaltest tests the path to real AWS without AWS: it gives the SDK a user's profile whose endpoint is
// that of an embedded stack, which verifies signatures.
package externaltest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/stack/external"
)

// Region is that of the profile.
const Region = "eu-west-1"

// RealAWS starts a stack that ends with the test, and makes it what the SDK finds: AWS by the profile, Kafka and
// Redis by their variables.
func RealAWS(t *testing.T) *stack.Stack {
	t.Helper()
	st, err := embedded.Start(t.Context(), stack.Needs{Signatures: true}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	st.AWS.Region = Region
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv(external.EnvKafka, strings.Join(st.Kafka, ","))
	t.Setenv(external.EnvRedis, st.Redis)
	Profile(t, "region = "+Region, "endpoint_url = "+st.AWS.URL)
	Keys(t, st.AWS.AccessKey, st.AWS.SecretKey)
	return st
}

// Profile sets the lines of the user's profile.
func Profile(t *testing.T, lines ...string) {
	t.Helper()
	file(t, "AWS_CONFIG_FILE", lines...)
}

// Keys sets the user's credentials.
func Keys(t *testing.T, accessKey, secret string) {
	t.Helper()
	file(t, "AWS_SHARED_CREDENTIALS_FILE", "aws_access_key_id = "+accessKey, "aws_secret_access_key = "+secret)
}

func file(t *testing.T, variable string, lines ...string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	text := fmt.Sprintf("[default]\n%s\n", strings.Join(lines, "\n"))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(variable, path)
}
