package bench

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// targetCommand is the first argument with which the test binary is the target of the load.
const targetCommand = "__target"

// target answers every request until in ends, and writes its address to out. It speaks only as much HTTP as
// necessary, to leave the processor to the generators.
func target(in io.Reader, out io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answer200(c)
		}
	}()
	fmt.Fprintln(out, "http://"+l.Addr().String())
	_, _ = io.Copy(io.Discard, in) // its end is all that it says
	return l.Close()
}

// answer200 answers requests without a body until the client hangs up.
func answer200(c net.Conn) {
	defer c.Close()
	ok := []byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok")
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		if len(line) > len("\r\n") {
			continue
		}
		if _, err := c.Write(ok); err != nil {
			return
		}
	}
}

// startTarget runs the target in its own process and returns its address and its process ID.
func startTarget(b *testing.B) (url string, pid int) { return startSelf(b, targetCommand) }

// startSelf runs the test binary as a server, which writes its address, and returns that and its process ID.
func startSelf(b *testing.B, command string) (addr string, pid int) {
	cmd := exec.Command(os.Args[0], command)
	cmd.Stderr = os.Stderr
	in := must[io.WriteCloser](b)(cmd.StdinPipe())
	out := must[io.ReadCloser](b)(cmd.StdoutPipe())
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	line := must[string](b)(bufio.NewReader(out).ReadString('\n'))
	return strings.TrimSpace(line), cmd.Process.Pid
}
