package meter

import "strings"

// s3 counts a call by its price class.
func (m *Meter) s3(c *call) {
	price := s3Class(c.Operation)
	if price == "" || c.status >= 500 { // AWS does not bill its own errors
		m.count(c, "", 0, 0)
		return
	}
	m.count(c, price, 1, 1)
}

// s3Class returns the price of an operation: PUT, COPY, POST and LIST, or everything else; deleting is free.
func s3Class(operation string) string {
	switch {
	case strings.HasPrefix(operation, "Delete"), strings.HasPrefix(operation, "Abort"):
		return ""
	case strings.HasPrefix(operation, "Get"), strings.HasPrefix(operation, "Head"):
		return "s3.get"
	}
	return "s3.put"
}
