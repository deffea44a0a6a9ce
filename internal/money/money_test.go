package money

import "testing"

// What is written is what was read, to the last hundredth.
func TestAmountSurvives(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"0", "0.00"}, {"12", "12.00"}, {"12.3", "12.30"}, {"12.34", "12.34"}, {"999999999999999.99", "999999999999999.99"},
	} {
		m, err := Parse(c.in, "CNY")
		if err != nil || m.Amount() != c.out {
			t.Errorf("Parse(%q) = %q, %v; want %q", c.in, m.Amount(), err, c.out)
		}
	}
	for _, wrong := range []string{"", "-1", "1.234", "1e3", "1,000", "1000000000000000", ".5", "5.", "+1", "+", "1.-5", "007", "１"} {
		if m, err := Parse(wrong, "CNY"); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", wrong, m)
		}
	}
}

// Whatever is read is written in one way, which reads as the same sum.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0", "12.3", "999999999999999.99", "+1", "1.", "-0", "1e9", "１２"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, amount string) {
		m, err := Parse(amount, "CNY")
		if err != nil {
			return
		}
		again, err := Parse(m.Amount(), "CNY")
		if err != nil || again != m || m.Cents < 0 {
			t.Errorf("%q is %v, written %q, read again %v, %v", amount, m, m.Amount(), again, err)
		}
	})
}
