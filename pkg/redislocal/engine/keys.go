package engine

// NumKeys reads a number of keys, which is the i-th argument, and returns the keys that follow it.
func (c *Call) NumKeys(i int) ([]string, error) {
	n, ok := ParseInt(c.Args[i])
	switch {
	case !ok || n < 1:
		return nil, Error("ERR numkeys should be greater than 0")
	case n > int64(len(c.Args)-i-1):
		return nil, ErrSyntax
	}
	return c.Args[i+1 : i+1+int(n)], nil
}

// KeysAt is a [Command.KeysOf] of keys that follow their number, which is the i-th argument, and of the keys at
// fixed places before it.
func KeysAt(i int, before ...int) func(args []string) []int {
	return func(args []string) []int {
		keys := append([]int(nil), before...)
		n, ok := ParseInt(args[i])
		if !ok || n > int64(len(args)-i-1) {
			return keys
		}
		for j := range int(max(n, 0)) {
			keys = append(keys, i+1+j)
		}
		return keys
	}
}

// First returns the first of the keys that is there, and its value, or no key. It fails with ErrType at a key
// that holds another type, but a command that has waited for its keys passes over that one and waits on.
func First[T Value](c *Call, keys []string) (key string, value T, ok bool, err error) {
	for _, key := range keys {
		value, ok, err := Get[T](c, key)
		switch {
		case err != nil && c.waiter == nil:
			return "", value, false, err
		case ok:
			return key, value, true, nil
		}
	}
	return "", value, false, nil
}
