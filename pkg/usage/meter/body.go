package meter

import (
	"io"
	"sync"
)

// body passes an answer's body on and tells at its end, or where its reader leaves it, what it was.
type body struct {
	io.ReadCloser
	keep bool // the bytes, and not their number alone
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
