package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/scaffold"
)

func (a *app) newLab() *cobra.Command {
	return &cobra.Command{
		Use:   "new LAB",
		Short: "Write the beginnings of a lab into labs/LAB: they pass its test as they are",
		Long: "Write the beginnings of a lab into labs/LAB: they pass its test as they are. " +
			strings.ToUpper(scaffold.Names[:1]) + scaffold.Names[1:] + ".",
		Args: exactly("lab", 1),
		RunE: func(_ *cobra.Command, args []string) error {
			here, err := os.Getwd()
			if err != nil {
				return err
			}
			root, err := scaffold.Root(here)
			if err != nil {
				return err
			}
			paths, err := scaffold.Write(root, args[0])
			if err != nil {
				return fmt.Errorf("new lab %s: %w", args[0], err)
			}
			for _, p := range paths {
				fmt.Fprintln(a.out, p)
			}
			fmt.Fprintf(a.out,
				"\ngo test ./labs/%[1]s                                      its designs do what is predicted of them\n"+
					"go run ./labs/crashlab run %[1]s --backend embedded       watch them\n"+
					"pkg/lab/README.md                                        how to go on\n", args[0])
			return nil
		},
	}
}
