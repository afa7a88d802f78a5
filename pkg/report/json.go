package report

import (
	"encoding/json"
	"io"
)

// JSON writes a result, or a plan, as one indented document.
func JSON(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document)
}
