package meter

import (
	"io"
	"sync"
)

// body passes on an answer's body, and reports it at its end or when its reader stops.
type body struct {
	io.ReadCloser
	keep bool // the bytes, and not only their number
	once sync.Once
	done func(data []byte, size int64)

	data []byte
	size int64
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.size += int64(n)
	if b.keep {
		b.data = append(b.data, p[:n]...)
	}
	if err != nil {
		b.end()
	}
	return n, err
}

func (b *body) Close() error {
	b.end()
	return b.ReadCloser.Close()
}

func (b *body) end() { b.once.Do(func() { b.done(b.data, b.size) }) }
