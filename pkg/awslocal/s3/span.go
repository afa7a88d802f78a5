package s3

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// span is what of an object's body to send.
type span struct {
	partial     bool // or else the whole
	first, last int
}

func (p span) contentRange(size int) string {
	return fmt.Sprintf("bytes %d-%d/%d", p.first, p.last, size)
}

// spanOf reads a range or a part number. A range that is not understood stands for the whole object, and one that
// asks for more than there is for what there is.
func spanOf(header, partNumber string, v *version) (span, error) {
	if partNumber != "" {
		return partSpan(header, partNumber, v)
	}
	spec, ok := strings.CutPrefix(header, "bytes=")
	from, to, dash := strings.Cut(spec, "-")
	if !ok || !dash {
		return span{}, nil
	}
	size := len(v.body)
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	switch {
	case from == "" && err2 == nil && last >= 0: // the last n bytes
		first, last = max(0, size-last), size-1
	case err1 == nil && to == "":
		last = size - 1
	case err1 != nil || err2 != nil || last < first:
		return span{}, nil
	}
	if first >= size {
		return span{}, &apiError{
			Code: "InvalidRange", Message: "The requested range is not satisfiable", RangeRequested: header,
			ActualObjectSize: strconv.Itoa(size), status: http.StatusRequestedRangeNotSatisfiable,
		}
	}
	return span{true, first, min(last, size-1)}, nil
}

// partSpan is one part of a multipart object. Any other object is its own part 1.
func partSpan(header, partNumber string, v *version) (span, error) {
	n, err := strconv.Atoi(partNumber)
	switch {
	case header != "":
		return span{}, invalidRequest("Cannot specify both Range header and partNumber query parameter")
	case err != nil || n < 1 || n > maxParts:
		return span{}, invalidArgument("partNumber", partNumber,
			"Part number must be an integer between 1 and 10000, inclusive")
	case n > max(1, len(v.parts)):
		return span{}, &apiError{
			Code: "InvalidPartNumber", Message: "The requested partnumber is not satisfiable",
			status: http.StatusRequestedRangeNotSatisfiable,
		}
	case len(v.body) == 0 || len(v.parts) == 0 || v.parts[n-1] == 0:
		return span{}, nil
	}
	first := 0
	for _, size := range v.parts[:n-1] {
		first += size
	}
	return span{true, first, first + v.parts[n-1] - 1}, nil
}
