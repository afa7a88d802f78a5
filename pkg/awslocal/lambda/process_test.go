package lambda_test

import (
	"archive/zip"
	"bytes"
	"os/exec"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	"github.com/crashlab/crashlab/pkg/awslocal/lambda"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// processes starts an embedded AWS that runs processes, in real time. It skips the test where there is no program.
func processes(t *testing.T, program string) *fixture {
	t.Helper()
	if virtual.On {
		t.Skip("a process needs real time")
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("no %s: %v", program, err)
	}
	s := awstest.Start(t, awslocal.Config{
		Clock: clockwork.NewRealClock(), Lambda: lambda.Config{Processes: true},
	})
	return &fixture{Client: sdk.NewFromConfig(awstest.Config(t, s))}
}

// zipped makes an archive of one file that can be executed.
func zipped(t testing.TB, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: name}
	h.SetMode(0o755)
	file, err := w.CreateHeader(h)
	require.NoError(t, err)
	_, err = file.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func (f *fixture) deploy(t *testing.T, runtime types.Runtime, handler, file, text string) {
	t.Helper()
	_, err := f.CreateFunction(t.Context(), &sdk.CreateFunctionInput{
		FunctionName: aws.String("f"), Role: aws.String(role), Runtime: runtime, Handler: &handler,
		Timeout: aws.Int32(2), Environment: &types.Environment{Variables: map[string]string{"GREETING": "hello"}},
		Code: &types.FunctionCode{ZipFile: zipped(t, file, text)},
	})
	require.NoError(t, err)
}

func TestAPythonFunction(t *testing.T) {
	f := processes(t, "python3")
	f.deploy(t, types.RuntimePython313, "pack/app.handle", "pack/app.py", `
import os, time
count = 0
def handle(event, context):
    global count
    count += 1
    print("seen", event)
    if event == "fail":
        raise ValueError("no")
    if event == "exit":
        os._exit(3)
    if event == "sleep":
        time.sleep(60)
    assert 0 < context.get_remaining_time_in_millis() <= 2000
    return [count, os.environ["GREETING"], context.function_name, "http" in os.environ["AWS_ENDPOINT_URL"]]
`)
	out := f.call(t, "f", `1`)
	require.JSONEq(t, `[1,"hello","f",true]`, string(out.Payload))
	require.Contains(t, logOf(t, out), "\nseen 1\nEND")
	require.Contains(t, logOf(t, out), "Init Duration")
	require.JSONEq(t, `[2,"hello","f",true]`, string(f.call(t, "f", `2`).Payload))

	out = f.call(t, "f", `"fail"`)
	require.Equal(t, "Unhandled", aws.ToString(out.FunctionError))
	require.Contains(t, string(out.Payload), `"errorMessage": "no", "errorType": "ValueError"`)
	require.Contains(t, logOf(t, out), "[ERROR] ValueError: no")
	require.JSONEq(t, `[4,"hello","f",true]`, string(f.call(t, "f", `4`).Payload), "the environment stays")

	out = f.call(t, "f", `"exit"`)
	require.Contains(
		t,
		string(out.Payload),
		`Error: Runtime exited with error: exit status 3","errorType":"Runtime.ExitError"`,
	)
	out = f.call(t, "f", `"sleep"`)
	require.Contains(t, string(out.Payload), `Task timed out after 2.00 seconds`)
	require.JSONEq(t, `[1,"hello","f",true]`, string(f.call(t, "f", `1`).Payload), "it is a new environment")
}

func TestAPythonFunctionThatDoesNotStart(t *testing.T) {
	f := processes(t, "python3")
	f.deploy(t, types.RuntimePython313, "app.handle", "app.py", `import nothing_like_this`)
	out := f.call(t, "f", `1`)
	require.Equal(t, "Unhandled", aws.ToString(out.FunctionError))
	require.Contains(t, string(out.Payload), `"errorType": "ModuleNotFoundError"`)
}

func TestANodeFunction(t *testing.T) {
	f := processes(t, "node")
	f.deploy(t, types.RuntimeNodejs22x, "index.handler", "index.js", `
exports.handler = async (event, context) => {
  console.log("seen", event);
  if (event === "fail") throw new TypeError("no");
  return { event, name: context.functionName, greeting: process.env.GREETING };
};`)
	out := f.call(t, "f", `1`)
	require.JSONEq(t, `{"event":1,"name":"f","greeting":"hello"}`, string(out.Payload))
	require.Contains(t, logOf(t, out), "\nseen 1\nEND")
	out = f.call(t, "f", `"fail"`)
	require.Contains(t, string(out.Payload), `"errorType":"TypeError","errorMessage":"no"`)
}

func TestABootstrapFunction(t *testing.T) {
	f := processes(t, "curl")
	f.deploy(t, types.RuntimeProvidedal2023, "main", "bootstrap", `#!/bin/sh
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
while true; do
  head=$(mktemp)
  body=$(curl -sS -D "$head" "$api/next") || exit 1
  id=$(tr -d '\r' <"$head" | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip')
  rm "$head"
  curl -sS -d "[$body,\"$GREETING\"]" "$api/$id/response"
done
`)
	require.JSONEq(t, `[7,"hello"]`, string(f.call(t, "f", `7`).Payload))
}

func TestCodeIsRefused(t *testing.T) {
	off := start(t, handlers{})
	in := func(code types.FunctionCode) *sdk.CreateFunctionInput {
		return &sdk.CreateFunctionInput{
			FunctionName: aws.String("f"), Role: aws.String(role), Runtime: types.RuntimePython313, Handler: aws.String("a.b"),
			Code: &code,
		}
	}
	for message, code := range map[string]types.FunctionCode{
		"does not run its clients' code":      {ZipFile: []byte("x")},
		"Please provide a source":             {},
		"No handler of this process":          {S3Bucket: aws.String(lambda.InProcess), S3Key: aws.String("g")},
		"is no URL of a server":               {S3Bucket: aws.String(lambda.Served), S3Key: aws.String("g")},
		"no functions of package type Image.": {ImageUri: aws.String("i")},
	} {
		_, err := off.CreateFunction(t.Context(), in(code))
		require.ErrorContains(t, err, message)
	}
	on := processes(t, "python3")
	for message, code := range map[string]types.FunctionCode{
		"Could not unzip uploaded file.": {ZipFile: []byte("x")},
		"is no absolute path":            {S3Bucket: aws.String(lambda.HotReload), S3Key: aws.String("here")},
		"not from S3":                    {S3Bucket: aws.String("bucket"), S3Key: aws.String("key")},
		"Could not unzip":                {ZipFile: zipped(t, "../../evil", "x")},
	} {
		_, err := on.CreateFunction(t.Context(), in(code))
		require.ErrorContains(t, err, message)
	}
}
