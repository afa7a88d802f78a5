package report

import (
	"encoding/json"
	"io"

	"github.com/crashlab/crashlab/pkg/run"
)

// JSON writes the result as one indented document.
func JSON(w io.Writer, r *run.Result) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
