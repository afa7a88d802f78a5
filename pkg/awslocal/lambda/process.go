package lambda

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/loopback"
)

//go:embed runtime/bootstrap.py
var pythonBootstrap string

//go:embed runtime/bootstrap.js
var nodeBootstrap string

// process is an environment that is an OS process with a Runtime API of its own.
type process struct {
	service  *Service
	settings *configuration
	id       string
	folder   *folder

	api    *runtimeAPI
	server *http.Server
	output *os.File // what it prints; emptied after each request
	cmd    *exec.Cmd
	cancel context.CancelFunc
	exited chan struct{} // closed at its end, when exit is set
	exit   error
}

func newProcess(s *Service, e *environment, f *folder) *process {
	return &process{
		service: s, settings: e.version.configuration, id: e.id, folder: f, api: newRuntimeAPI(), exited: make(chan struct{}),
	}
}

// start returns when the process asks for its first request.
func (p *process) start(ctx context.Context) *failure {
	if err := p.launch(); err != nil {
		return &failure{Type: "Runtime.InvalidEntrypoint", Message: fmt.Sprintf("RequestId: %s Error: %v", p.id, err)}
	}
	select {
	case <-p.api.ready:
		return nil
	case failed := <-p.api.failed:
		return failed
	case <-p.exited:
		select {
		case failed := <-p.api.failed: // it said why
			return failed
		default:
			return p.ended(p.id)
		}
	case <-ctx.Done():
		return &failure{Type: timedOut}
	}
}

// command returns what runs a function's code.
func (p *process) command() (*exec.Cmd, error) {
	switch runtime := p.settings.Runtime; {
	case strings.HasPrefix(runtime, "python"):
		return exec.Command("python3", "-u", "-c", pythonBootstrap), nil
	case strings.HasPrefix(runtime, "nodejs"):
		return exec.Command("node", "-e", nodeBootstrap), nil
	}
	bootstrap := filepath.Join(p.folder.path, "bootstrap")
	if _, err := os.Stat(bootstrap); err != nil {
		return nil, errors.New("couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]")
	}
	return exec.Command(bootstrap), nil
}

func (p *process) launch() (err error) {
	if p.cmd, err = p.command(); err != nil {
		return err
	}
	if p.output, err = os.CreateTemp("", "crashlab-output-"); err != nil {
		return err
	}
	if err := os.Remove(p.output.Name()); err != nil { // it lives as long as it is open
		return err
	}
	listener, err := loopback.Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(p.service.ctx)
	p.cancel = cancel
	p.server = &http.Server{Handler: p.api.handler(ctx), ReadHeaderTimeout: time.Minute}
	p.service.work.Go(func() { _ = p.server.Serve(listener) }) // it ends with the process
	p.cmd.Dir, p.cmd.Env = p.folder.path, p.environ(listener.Addr().String())
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	group(p.cmd)
	if err := p.cmd.Start(); err != nil {
		return err
	}
	p.service.work.Go(func() {
		p.exit = p.cmd.Wait()
		close(p.exited)
	})
	return nil
}

// environ are the variables that a function finds, on AWS and here.
func (p *process) environ(api string) []string {
	c := p.settings
	region := strings.Split(c.FunctionArn, ":")[3]
	env := []string{
		"PATH=" + os.Getenv("PATH"), "LANG=en_US.UTF-8", "TZ=:UTC", "HOME=" + p.folder.path, "TMPDIR=" + os.TempDir(),
		"AWS_LAMBDA_RUNTIME_API=" + api, "_HANDLER=" + c.Handler, "LAMBDA_TASK_ROOT=" + p.folder.path,
		"LAMBDA_RUNTIME_DIR=" + p.folder.path, "AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region,
		"AWS_EXECUTION_ENV=AWS_Lambda_" + c.Runtime, "AWS_LAMBDA_FUNCTION_NAME=" + c.FunctionName,
		"AWS_LAMBDA_FUNCTION_VERSION=" + c.Version, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(c.MemorySize),
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "AWS_LAMBDA_LOG_GROUP_NAME=" + c.LoggingConfig.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME=" + p.id,
	}
	if reach := p.service.cfg.Endpoint; reach != nil {
		url, key, secret := reach()
		env = append(env, "AWS_ENDPOINT_URL="+url, "AWS_ACCESS_KEY_ID="+key, "AWS_SECRET_ACCESS_KEY="+secret)
	}
	if c.Environment != nil {
		for name, value := range c.Environment.Variables {
			env = append(env, name+"="+value)
		}
	}
	return env
}

func (p *process) invoke(ctx context.Context, i *invocation) outcome {
	out := p.exchange(ctx, i)
	out.logs = p.printed()
	if len(out.logs) > 0 {
		p.service.cfg.Log.Info("printed", zap.String("function", p.settings.FunctionName), zap.ByteString("text", out.logs))
	}
	return out
}

// exchange gives a request to the process and waits until it asks for the next one.
func (p *process) exchange(ctx context.Context, i *invocation) outcome {
	over := func() outcome { return outcome{failed: &failure{Type: timedOut}, broken: true} }
	dead := func() outcome { return outcome{failed: p.ended(i.requestID), broken: true} }
	select {
	case p.api.work <- i:
	case <-p.exited:
		return dead()
	case <-ctx.Done():
		return over()
	}
	var out outcome
	select {
	case out = <-p.api.results:
	case <-p.exited:
		select {
		case out = <-p.api.results: // it answered and ended
			out.broken = true
			return out
		default:
			return dead()
		}
	case <-ctx.Done():
		return over()
	}
	select {
	case <-p.api.ready:
	case <-p.exited:
		out.broken = true
	case <-ctx.Done():
		out.broken = true
	}
	return out
}

// ended is the failure of a process that ended by itself.
func (p *process) ended(requestID string) *failure {
	why := "Runtime exited without providing a reason"
	if p.exit != nil {
		why = "Runtime exited with error: " + p.exit.Error()
	}
	return &failure{Type: exitError, Message: "RequestId: " + requestID + " Error: " + why}
}

// maxPrinted is how much of what a request prints is kept, in bytes: the end of it.
const maxPrinted = 256 << 10

// printed takes what the process has printed.
func (p *process) printed() []byte {
	size, err := p.output.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return nil
	}
	text := make([]byte, min(size, maxPrinted))
	n, _ := p.output.ReadAt(text, size-int64(len(text)))
	// The process appends, also after this.
	_ = p.output.Truncate(0)
	_, _ = p.output.Seek(0, io.SeekStart)
	return text[:n]
}

// stop kills the process with all that it has started.
func (p *process) stop() {
	if p.cmd != nil && p.cmd.Process != nil {
		kill(p.cmd)
		<-p.exited
	}
	if p.cancel != nil {
		p.cancel()
		_ = p.server.Close() // of loopback connections
	}
	if p.output != nil {
		_ = p.output.Close()
	}
}
