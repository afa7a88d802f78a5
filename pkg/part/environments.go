package part

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/lambda"
	"github.com/crashlab/crashlab/pkg/lab"
)

// serve runs the environments.
func (f *Function) serve(ctx context.Context, i *lab.Instance) error {
	var environments sync.Map // those of this life of the process
	mux := http.NewServeMux()
	mux.HandleFunc("POST /environments/{id}", func(w http.ResponseWriter, r *http.Request) {
		if f.code.Start != nil {
			if err := f.code.Start(r.Context(), i); err != nil {
				fail(w, err)
				return
			}
		}
		environments.Store(r.PathValue("id"), true)
	})
	mux.HandleFunc("DELETE /environments/{id}", func(_ http.ResponseWriter, r *http.Request) {
		environments.Delete(r.PathValue("id"))
	})
	mux.HandleFunc("POST /environments/{id}/invocations", func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		if _, known := environments.Load(id); !known {
			w.WriteHeader(http.StatusGone)
			return
		}
		payload, err := io.ReadAll(r.Body)
		if err != nil {
			return // Lambda is gone
		}
		ms, _ := strconv.ParseInt(r.Header.Get(lambda.DeadlineHeader), 10, 64)
		ctx, cancel := context.WithDeadline(r.Context(), time.UnixMilli(ms))
		defer cancel()
		answer, err := f.code.Handle(ctx, i, &Invocation{payload, r.Header.Get(lambda.RequestIDHeader), id})
		if err != nil {
			fail(w, err)
			return
		}
		_ = json.NewEncoder(w).Encode(answer) // to a Lambda that is gone
	})
	return i.Serve(ctx, mux)
}

// fail answers with a function's error, whose type is that of the Go value unless it is a [FunctionError].
func fail(w http.ResponseWriter, err error) {
	failed, ok := err.(*FunctionError) //nolint:errorlint // a wrapped one has the wrapper's type, as in AWS's own runtime
	if !ok {
		t := reflect.TypeOf(err)
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		failed = &FunctionError{t.Name(), err.Error()}
	}
	w.Header().Set(lambda.ErrorTypeHeader, failed.Type)
	w.WriteHeader(http.StatusInternalServerError)
	_ = json.NewEncoder(w).Encode(failed)
}
