package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/crashlab/crashlab/pkg/usage"
)

// printNumbers writes the document for people.
func printNumbers(w io.Writer, d *numbersDoc) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: what one %s asks of the dependencies, and what that needs and costs at scale\n\n", d.Lab,
		d.Operation)
	fmt.Fprintf(&b, "measured  %g %ss per second for %.1f s, %s, %s time, seed %d, no fault\n", d.Rate, d.Operation,
		d.Duration, d.Backend, d.Time, d.Seed)
	fmt.Fprintf(&b,
		"assumed   %s per user and day (--actions-per-user-day), peak %s × the average (--peak-factor), months of %d days,\n",
		d.Assumptions.PerUserDay, d.Assumptions.PeakFactor, d.MonthDays)
	fmt.Fprintf(&b, "          Kafka keeps %d replicas for %d days, Redis %d nodes a shard", d.Replicas, d.Retention,
		d.RedisCopies)
	if n := d.Assumptions.RedisPerUser; n > 0 {
		fmt.Fprintf(&b, " and %d bytes per user", n)
	}
	b.WriteString("\n")
	fmt.Fprintf(&b,
		"          instances take %s ms of a processor for each request that they answer or make (--cpu-per-request),\n",
		d.Assumptions.CPU)
	fmt.Fprintf(&b,
		"          are %s %% busy at the peak (--utilization), run all month, and %d in %d bytes cross zones\n",
		d.Assumptions.Utilization, usage.Zones-1, usage.Zones)
	fmt.Fprintf(&b,
		"prices    us-east-1 list prices in dollars, as of %s or before (--json has each price's date and source)\n",
		usage.PricesKnown)
	fmt.Fprintf(&b,
		"left out  free tiers, volume and commitment discounts, load balancers, HTTP headers, transfer to the internet,\n"+
			"          storage other than Kafka's, S3's and Redis's\n\n")
	for i := range d.Designs {
		printEstimate(&b, d, &d.Designs[i])
	}
	if len(d.Designs) > 1 {
		t := table{{"dollars a month"}}
		t.scales(d.Designs[0].Scales, 1)
		for _, e := range d.Designs {
			row := []string{e.Design}
			for _, s := range e.Scales {
				row = append(row, s.Dollars.Text(2))
			}
			t = append(t, row)
		}
		t.write(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func printEstimate(b *strings.Builder, d *numbersDoc, e *usage.Estimate) {
	fmt.Fprintf(b, "── %s: %s\n\n", e.Design, e.Summary)

	asks := table{
		{fmt.Sprintf("one %s (of %d)", d.Operation, e.Operations), "requests", "items", "bytes out", "bytes in",
			"billed units"},
	}
	for _, a := range e.Asks {
		billed := "-"
		if a.Price != "" {
			billed = a.Units.Text(3) + " " + a.Price
		}
		asks = append(asks, []string{
			a.Service + " " + a.Operation, a.Requests.Text(3), a.Items.Text(3), a.Out.Text(0), a.In.Text(0), billed,
		})
	}
	asks.write(b)
	if e.Idle > 0 {
		fmt.Fprintf(b, "%d polls, empty or by the clock, are left out of the numbers: they grow with time, not with load\n\n",
			e.Idle)
	}

	traffic := table{{"traffic"}}
	traffic.scales(e.Scales, 1)
	row := func(label string, of func(usage.Scale) string) {
		cells := []string{label}
		for _, s := range e.Scales {
			cells = append(cells, of(s))
		}
		traffic = append(traffic, cells)
	}
	row(d.Operation+"s a day", func(s usage.Scale) string { return s.Day.Text(0) })
	row(d.Operation+"s/s on average: a day ÷ 86,400", func(s usage.Scale) string { return s.Average.Text(3) })
	row(d.Operation+"s/s at the peak: × "+d.Assumptions.PeakFactor.String(), func(s usage.Scale) string {
		return s.Peak.Text(3)
	})
	for i, r := range e.Scales[0].Rates {
		row(fmt.Sprintf("%s %s at the peak: × %s", r.Name, r.Unit, r.Each.Text(3)), func(s usage.Scale) string {
			return s.Rates[i].Peak.Text(3)
		})
	}
	traffic.write(b)

	needs := table{{"needed at the peak"}}
	needs.scales(e.Scales, 2)
	for i, n := range e.Scales[0].Needs {
		cells := []string{fmt.Sprintf("%s, %s %s each", n.Name, n.Each.Short(), n.Unit)}
		for _, s := range e.Scales {
			cells = append(cells, s.Needs[i].Peak.Text(3), "→ "+s.Needs[i].Number.Text(0))
		}
		needs = append(needs, cells)
	}
	needs.write(b)

	printExceeded(b, e)

	cost := table{{"cost a month: quantity × price = dollars"}}
	cost.scales(e.Scales, 2)
	for i, bill := range e.Scales[0].Bills {
		cells := []string{fmt.Sprintf("%s, %s × $%s", bill.Name, bill.Unit, dollars(bill.Price))}
		for _, s := range e.Scales {
			cells = append(cells, s.Bills[i].Quantity.Text(3), "= "+s.Bills[i].Dollars.Text(2))
		}
		cost = append(cost, cells)
	}
	sum := []string{"sum"}
	for _, s := range e.Scales {
		sum = append(sum, "", "$ "+s.Dollars.Text(2))
	}
	append(cost, sum).write(b)
	if !e.BilledByRequest() {
		b.WriteString("this design uses no AWS service that is billed per request\n\n")
	}
}

// printExceeded names the default quotas that the peak exceeds at any scale.
func printExceeded(b *strings.Builder, e *usage.Estimate) {
	quotas := table{{"default quotas exceeded"}}
	quotas.scales(e.Scales, 1)
	quotas[0] = append(quotas[0], "")
	width := 0
	for _, q := range usage.Quotas {
		width = max(width, len(q.Source))
	}
	for _, q := range usage.Quotas {
		cells, exceeded := []string{fmt.Sprintf("%s: %s %s", q.Name, q.Most.Short(), q.Unit)}, false
		for _, s := range e.Scales {
			cell := "-"
			for _, over := range s.Exceeded {
				if over.ID == q.ID {
					cell, exceeded = over.Peak.Text(0), true
				}
			}
			cells = append(cells, cell)
		}
		if exceeded {
			quotas = append(quotas, append(cells, fmt.Sprintf("%-*s", width, q.Source)))
		}
	}
	if len(quotas) > 1 {
		quotas.write(b)
	}
}

// table is rows of cells: the first of each is a label, the others are numbers.
type table [][]string

// scales adds a header with the numbers of users, each above the last of its columns.
func (t table) scales(of []usage.Scale, columns int) {
	for _, s := range of {
		for range columns - 1 {
			t[0] = append(t[0], "")
		}
		t[0] = append(t[0], users(s.Users))
	}
}

// dollars writes a price with two decimal places or as many as it takes.
func dollars(price usage.Quantity) string {
	if cents := price.Text(2); len(cents) > len(price.Short()) {
		return cents
	}
	return price.Short()
}

func users(n int64) string {
	switch {
	case n >= 1_000_000_000 && n%1_000_000_000 == 0:
		return fmt.Sprintf("%d B users", n/1_000_000_000)
	case n >= 1_000_000 && n%1_000_000 == 0:
		return fmt.Sprintf("%d M users", n/1_000_000)
	}
	return fmt.Sprintf("%d users", n)
}

// write aligns the columns: labels to the left, numbers to the right. An empty line follows.
func (t table) write(b *strings.Builder) {
	var widths []int
	for _, row := range t {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range t {
		line := ""
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line += cell + pad
			} else {
				line += "  " + pad + cell
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	b.WriteString("\n")
}
