package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/virtual"
)

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and whether virtual time is here",
		Args:  exactly("arguments", 0),
		RunE: func(*cobra.Command, []string) error {
			_, err := virtual.Find()
			here := "virtual time is here"
			if err != nil {
				here = "virtual time is not: crashlab virtual builds it"
			}
			fmt.Fprintf(a.out, "crashlab %s, %s %s/%s; %s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, here)
			return nil
		},
	}
}

// version returns the module's version, as for go install, or the commit that was built.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of unknown version"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(len(s.Value), 12)]
		}
	}
	return "(devel)"
}
