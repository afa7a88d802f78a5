package lambda

// provisioned is the provisioned concurrency of a version.
type provisioned struct{}

func (f *function) provisionedSum() int                       { return 0 }
func (v *version) provisionedIdle() bool                      { return false }
func (v *version) takeProvisioned() *environment              { return nil }
func (s *Service) releaseProvisioned(*environment, bool) bool { return true }
func (s *Service) unprovision(*version)                       {}

// remove takes a version away.
func (f *function) remove(v *version) {
	for n, other := range f.versions {
		if other == v {
			f.versions = append(f.versions[:n:n], f.versions[n+1:]...)
			return
		}
	}
}

type policy struct{}
