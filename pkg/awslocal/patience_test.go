package awslocal_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

const headerTime = 100 * time.Millisecond

func dial(t *testing.T, s *awslocal.Server) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(20*time.Second)))
	return c
}

const header = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.ListQueues\r\nContent-Length: 2\r\n\r\n"

func write(t *testing.T, c net.Conn, text string) {
	t.Helper()
	_, err := io.WriteString(c, text)
	require.NoError(t, err)
}

func answered(t *testing.T, c net.Conn) {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
}

func TestHalfAHeaderIsLetGo(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{HeaderTime: headerTime})
	conns := make([]net.Conn, 500)
	for i := range conns {
		conns[i] = dial(t, s)
		write(t, conns[i], header[:20+i%40])
	}
	for _, c := range conns {
		_, err := io.ReadAll(c)
		require.False(t, isTimeout(err), "the server did not hang up")
	}
	// after a whole request as well
	c := dial(t, s)
	write(t, c, header+"{}")
	answered(t, c)
	write(t, c, header[:20])
	_, err := io.ReadAll(c)
	require.False(t, isTimeout(err), "the server did not hang up")
}

func isTimeout(err error) bool {
	e, ok := err.(net.Error) //nolint:errorlint // as it comes from the connection
	return ok && e.Timeout()
}

func TestAConnectionMayBeSilent(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{HeaderTime: headerTime})
	fresh, used := dial(t, s), dial(t, s)
	write(t, used, header+"{}")
	answered(t, used)
	time.Sleep(3 * headerTime)
	for _, c := range []net.Conn{fresh, used} {
		write(t, c, header+"{}")
		answered(t, c)
	}
}

// A body may take its time: links are slow in a lab.
func TestABodyMayBeSlow(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{HeaderTime: headerTime})
	c := dial(t, s)
	write(t, c, header+"{")
	time.Sleep(3 * headerTime)
	write(t, c, "}")
	answered(t, c)
}

func TestAPausedServerHangsUpOnNobody(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{HeaderTime: headerTime})
	c := dial(t, s)
	write(t, c, header[:20])
	s.Stall()
	time.Sleep(3 * headerTime)
	write(t, c, header[20:]+"{}")
	s.Resume()
	answered(t, c)
	// and what is still half a header after the pause is let go
	write(t, c, header[:20])
	s.Stall()
	time.Sleep(2 * headerTime)
	s.Resume()
	_, err := io.ReadAll(c)
	require.False(t, isTimeout(err), "the server did not hang up")
}

func TestAStalledHalfHeaderDoesNotHoldUpTheStop(t *testing.T) {
	s := awstest.Start(t, awslocal.Config{HeaderTime: headerTime})
	c := dial(t, s)
	write(t, c, header[:20])
	s.Stall()
	time.Sleep(2 * headerTime)
	require.NoError(t, s.Close())
}
