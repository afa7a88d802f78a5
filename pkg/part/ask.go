package part

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// Ask sends a request from an instance to a process, such as "GET /products/7", for the operation of ctx.
// body is nil, a []byte, or a value to send as JSON. answer is nil if it is not wanted, a *[]byte, a
// func(io.Reader) error that reads it as it comes, or a pointer to decode JSON into. An answer that is not a success
// is a [Status]. An error is definite ([load.Definite]) if the request was refused or could not be sent. With any
// other error it may have been carried out.
func Ask(ctx context.Context, i *lab.Instance, to *lab.Process, what string, body, answer any,
	options ...func(*http.Request)) error {
	req, err := request(ctx, to, what, body)
	if err != nil {
		return load.Definite(fmt.Errorf("ask %s: %w", to.Name, err))
	}
	for _, o := range options {
		o(req)
	}
	resp, err := i.HTTP().Do(req)
	if err != nil {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" {
			err = load.Definite(err)
		}
		return during(err, "ask %s", to.Name)
	}
	defer resp.Body.Close()
	if follow, ok := answer.(func(io.Reader) error); ok && resp.StatusCode < 300 {
		return during(follow(resp.Body), "ask %s", to.Name)
	}
	said, err := io.ReadAll(resp.Body)
	switch {
	case resp.StatusCode >= 300:
		err = &Status{resp.StatusCode, strings.TrimSpace(string(said))}
		if resp.StatusCode < 500 {
			err = load.Definite(err)
		}
	case err == nil:
		err = read(said, answer)
	}
	return during(err, "ask %s", to.Name)
}

// request makes a request; what is its method and path.
func request(ctx context.Context, to *lab.Process, what string, body any) (*http.Request, error) {
	method, path, _ := strings.Cut(what, " ")
	raw, isRaw := body.([]byte)
	if body != nil && !isRaw {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+to.Addr()+path, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	if id := load.OperationOf(ctx); id != "" {
		req.Header.Set(operationID, id)
	}
	return req, nil
}

// read decodes an answer.
func read(said []byte, answer any) error {
	switch answer := answer.(type) {
	case nil:
		return nil
	case *[]byte:
		*answer = said
		return nil
	}
	return json.Unmarshal(said, answer)
}
