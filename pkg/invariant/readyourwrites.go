package invariant

// ReadYourWrites holds if no client's read of r returns a write older than the newest one that the same
// client (By) had acknowledged before. It may miss other clients' writes.
func ReadYourWrites(r Registers) Invariant {
	return Invariant{
		Name:       "read-your-writes",
		Claim:      "a client's read returns its own latest acknowledged write, or a newer one",
		Safety:     true,
		registered: true,
		Check:      func(v *View) Finding { return r.fresh(v, true, 0) },
	}
}
