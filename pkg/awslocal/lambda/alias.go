package lambda

// alias is a name for a version, or for two with weights.
type alias struct {
	AliasArn        string
	Name            string
	FunctionVersion string
	Description     string
	RoutingConfig   *routing `json:",omitempty"`
	RevisionId      string
}

type routing struct{ AdditionalVersionWeights map[string]float64 }

// version chooses between an alias's versions.
func (a *alias) version(pick float64) string {
	if a.RoutingConfig != nil {
		for number, weight := range a.RoutingConfig.AdditionalVersionWeights {
			if pick < weight {
				return number
			}
		}
	}
	return a.FunctionVersion
}

// aliasOf returns the name of an alias of a version, or "".
func (f *function) aliasOf(number string) string {
	for name, a := range f.aliases {
		if a.FunctionVersion == number {
			return name
		}
		if a.RoutingConfig != nil {
			if _, used := a.RoutingConfig.AdditionalVersionWeights[number]; used {
				return name
			}
		}
	}
	return ""
}
