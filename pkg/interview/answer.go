package interview

import (
	"fmt"
	"regexp"
	"strings"
)

// answer is a lab's README, by its headings.
type answer struct {
	question string            // the quoted paragraph at the top
	sections map[string]string // text by heading
}

// outputs is what scripts put into a README, and the paragraph that announces it: it is long, and the frame has its own
// table of commands.
var outputs = regexp.MustCompile(`(?s)(\n[^\n#][^\n]*)*\n+<!-- outputs -->.*?<!-- /outputs -->`)

func read(readme string) answer {
	parts := strings.Split("\n"+outputs.ReplaceAllString(readme, ""), "\n## ")
	a := answer{sections: map[string]string{}}
	for line := range strings.Lines(parts[0]) {
		if strings.HasPrefix(line, ">") {
			a.question += line
		}
	}
	for _, part := range parts[1:] {
		heading, text, _ := strings.Cut(part, "\n")
		a.sections[strings.TrimSpace(heading)] = strings.TrimSpace(text)
	}
	return a
}

// check returns an error that names what the frame needs and the README lacks.
func (a answer) check() error {
	if a.question == "" {
		return fmt.Errorf("its README has no question: a paragraph that begins with >")
	}
	for _, s := range steps {
		for _, from := range s.from {
			if a.sections[from.heading] == "" {
				return fmt.Errorf("its README has no section %q", from.heading)
			}
		}
	}
	return nil
}
