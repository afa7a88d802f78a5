package asl

// MaxDefinition is how many bytes a definition may have.
const MaxDefinition = 1 << 20

// Parse reads a definition. It returns no machine if a diagnostic is an error (see Failed).
func Parse(definition string) (*Machine, []Diagnostic) { return nil, nil }
