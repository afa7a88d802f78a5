package part

import "fmt"

// during says what an error came of. nil stays nil.
func during(err error, what string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(what+": %w", append(args, err)...)
}
