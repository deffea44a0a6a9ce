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
	for _, wrong := range []string{"", "-1", "1.234", "1e3", "1,000", "1000000000000000", ".5"} {
		if m, err := Parse(wrong, "CNY"); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", wrong, m)
		}
	}
}
