package invariant_test

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

func ExampleConservation() {
	orders := invariant.Flow{Operation: "order", Branches: []string{"billing", "shipping"}}
	h := history.History{
		{Kind: history.Invoke, Op: "1", Name: "order"},
		{Kind: history.OK, Op: "1"},
		{Kind: history.Effect, Op: "1", Name: "done", Key: "billing"},
	}
	f := invariant.Conservation(orders).Of(h)
	fmt.Println(f.Status, f.Ops)
	fmt.Println(f.Evidence)
	// Output:
	// violated [1]
	// 1 accepted × 2 branches = 1 done + 0 dead-lettered + 0 in flight + 1 lost
}

func ExampleByName() {
	check, err := invariant.ByName("max-receives:n=3,branches=billing|shipping")
	fmt.Println(check.Claim, err)
	_, err = invariant.ByName("max-recieves:n=3")
	fmt.Println(err)
	// Output:
	// a message is received at most 3 times, and exactly that often before it is parked <nil>
	// no invariant "max-recieves": did you mean max-receives?
}
