//go:build faketime

package owner

import "errors"

// startOf fails: in virtual time no run asks for another process. This build also leaves out the library,
// since that scans the machine at its initialization.
func startOf(int) (int64, error) { return 0, errors.ErrUnsupported }
