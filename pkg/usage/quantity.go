package usage

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Quantity is an exact number, as in decimal arithmetic on paper. The zero value is 0. It is immutable: every
// operation returns a new one.
type Quantity struct{ r *big.Rat }

// Whole returns n.
func Whole(n int64) Quantity { return Quantity{big.NewRat(n, 1)} }

// Decimal reads a number such as "0.625". It fails on anything else, including fractions and exponents, which
// are probably mistakes.
func Decimal(s string) (Quantity, error) {
	if strings.ContainsAny(s, "/eEpPxX_") {
		return Quantity{}, fmt.Errorf("%q is not a decimal number", s)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return Quantity{}, fmt.Errorf("%q is not a decimal number", s)
	}
	return Quantity{r}, nil
}

// decimal is [Decimal] for the tables of this package, which the tests read in full.
func decimal(s string) Quantity {
	q, err := Decimal(s)
	if err != nil {
		panic(err)
	}
	return q
}

func (q Quantity) rat() *big.Rat {
	if q.r == nil {
		return new(big.Rat)
	}
	return q.r
}

// Plus returns q + p.
func (q Quantity) Plus(p Quantity) Quantity { return Quantity{new(big.Rat).Add(q.rat(), p.rat())} }

// Times returns q × p.
func (q Quantity) Times(p Quantity) Quantity { return Quantity{new(big.Rat).Mul(q.rat(), p.rat())} }

// Over returns q ÷ p, or 0 if p is 0: without measurements there is no load.
func (q Quantity) Over(p Quantity) Quantity {
	if p.Sign() == 0 {
		return Quantity{}
	}
	return Quantity{new(big.Rat).Quo(q.rat(), p.rat())}
}

// Sign returns -1, 0 or 1.
func (q Quantity) Sign() int { return q.rat().Sign() }

// Less reports whether q < p.
func (q Quantity) Less(p Quantity) bool { return q.rat().Cmp(p.rat()) < 0 }

// Round returns the nearest number with that many decimal places; halves round away from 0.
func (q Quantity) Round(places int) Quantity {
	r, _ := new(big.Rat).SetString(q.rat().FloatString(places))
	return Quantity{r}
}

// Up returns the smallest whole number that is not below q.
func (q Quantity) Up() Quantity {
	n, rest := new(big.Int).DivMod(q.rat().Num(), q.rat().Denom(), new(big.Int))
	if rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	return Quantity{new(big.Rat).SetInt(n)}
}

// Text returns the number with that many decimal places and commas between thousands: "12,636.000".
func (q Quantity) Text(places int) string {
	s, minus := strings.CutPrefix(q.rat().FloatString(places), "-")
	whole, fraction, _ := strings.Cut(s, ".")
	whole = unit.Thousands(whole)
	if places > 0 {
		whole += "." + fraction
	}
	if minus {
		return "-" + whole
	}
	return whole
}

// String returns the number without separators and without trailing zeros: "12636". Infinite decimals are cut
// after nine places.
func (q Quantity) String() string {
	s := q.rat().FloatString(9)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Short returns the number with commas between thousands and no trailing zeros: "1,000", "0.5".
func (q Quantity) Short() string {
	_, fraction, _ := strings.Cut(q.String(), ".")
	return q.Text(len(fraction))
}

// MarshalJSON writes a JSON number.
func (q Quantity) MarshalJSON() ([]byte, error) { return []byte(q.String()), nil }
