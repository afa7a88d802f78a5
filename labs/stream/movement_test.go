package stream

import "testing"

func TestPoisonIsRoutedButNotParsed(t *testing.T) {
	body := poisoned(movement{ID: "movement-7", Account: "k3", Cents: 300})
	if id, account := route(body); id != "movement-7" || account != "k3" {
		t.Errorf("routed as %q of %q", id, account)
	}
	if m, err := parse(body); err == nil {
		t.Errorf("parsed as %+v", m)
	}
}

func TestMidpoint(t *testing.T) {
	const highest = "340282366920938463463374607431768211455" // 2¹²⁸ − 1
	for _, c := range [][3]string{
		{"0", highest, "170141183460469231731687303715884105728"},
		{"0", "1", "1"},
		{"10", "13", "12"},
	} {
		if got, err := midpoint(c[0], c[1]); err != nil || got != c[2] {
			t.Errorf("midpoint(%s, %s) = %s, %v, want %s", c[0], c[1], got, err, c[2])
		}
	}
	if got, err := midpoint("a", "b"); err == nil {
		t.Errorf("midpoint of no numbers = %s", got)
	}
}
