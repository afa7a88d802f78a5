package api

// Guard runs a service's work outside of a request, such as a delivery. A panic ends that work alone and is logged
// under its name. A nil Guard lets it pass.
type Guard func(name string, work func())

// Run runs the work.
func (g Guard) Run(name string, work func()) {
	if g == nil {
		work()
		return
	}
	g(name, work)
}
