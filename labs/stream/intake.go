package stream

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// intakePatience is how long the intake waits for the log.
const intakePatience = time.Second

// intake is the HTTP service that accepts movements: POST /movements. It answers 202 once the log has
// the movement, under its account as key; 400 for what is no movement, or not what was sent; 413 for
// more than a movement can be; and 503 where the log does not answer in time: then the log may have it
// or not.
func (p *pipeline) intake(ctx context.Context, i *lab.Instance) error {
	write := p.log.writer(i)
	mux := http.NewServeMux()
	mux.Handle("POST /movements", lab.Intake(func(ctx context.Context, body []byte) error {
		id, account := route(body)
		if id == "" || account == "" {
			return load.Definite(errors.New("a movement is a JSON object with an id and an account"))
		}
		ctx, cancel := context.WithTimeout(ctx, intakePatience)
		defer cancel()
		return write(ctx, account, body)
	}))
	return i.Serve(ctx, mux)
}

// client returns the client, which sends movements to the intake. It sends them when they are due,
// whether or not the one before on the same account has been answered.
func client(intake *lab.Process) *lab.Sender {
	return &lab.Sender{
		To:          intake,
		Path:        "/movements",
		Message:     func(op load.Op) []byte { return made(op).encode() },
		Poisoned:    func(op load.Op) []byte { return poisoned(made(op)) },
		OrderingKey: func(op load.Op) string { return op.Key },
	}
}

// made returns the movement that an operation makes.
func made(op load.Op) movement {
	return movement{ID: op.ID, Account: op.Key, Cents: 100 * (1 + len(op.Key))}
}
