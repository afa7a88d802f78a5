package dlq

import (
	"testing"
)

func TestPoisonIsAcceptedButNotParsedAndCanBeRepaired(t *testing.T) {
	want := order{ID: "order-7", Customer: "k3", Cents: 307}
	body := poisoned(want)
	if id := orderID(body); id != want.ID {
		t.Errorf("ID %q: the intake would refuse it", id)
	}
	if o, err := parse(body); err == nil {
		t.Errorf("parsed as %+v", o)
	}
	fixed, err := repair(body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := parse(fixed); err != nil || got != want {
		t.Errorf("repaired to %+v, %v; want %+v", got, err, want)
	}
}

func TestRepair(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"a","customer":"k","cents":1200}`:     `{"id":"a","customer":"k","cents":1200}`,
		`{"id":"a","customer":"k","cents":"12,00"}`:  `{"id":"a","customer":"k","cents":1200}`,
		`{"id":"a","customer":"k","cents":"twelve"}`: "",
		`{"id":"a","customer":"k"}`:                  "",
		`not JSON`:                                   "",
	} {
		got, err := repair([]byte(body))
		if string(got) != want || (err == nil) == (want == "") {
			t.Errorf("repair(%s) = %s, %v; want %q", body, got, err, want)
		}
	}
}

func TestOrderID(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":"a"}`: "a",
		`{"id":""}`:  "",
		`{"id":7}`:   "",
		`[]`:         "",
		``:           "",
	} {
		if got := orderID([]byte(body)); got != want {
			t.Errorf("orderID(%s) = %q, want %q", body, got, want)
		}
	}
}
