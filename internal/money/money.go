// Package money is a sum of money: whole hundredths of a currency, so that sums add up.
package money

import (
	"fmt"
	"strconv"
	"strings"
)

// Money is a sum, never negative, of at most 15 digits before the point.
type Money struct {
	Cents    int64
	Currency string // ISO 4217
}

// Parse reads an amount such as "12", "12.3" or "12.34".
func Parse(amount, currency string) (Money, error) {
	whole, part, _ := strings.Cut(amount, ".")
	for len(part) < 2 {
		part += "0"
	}
	cents, err := strconv.ParseInt(whole+part, 10, 64)
	if err != nil || cents < 0 || len(part) > 2 || len(whole) > 15 || whole == "" {
		return Money{}, fmt.Errorf("not an amount")
	}
	return Money{Cents: cents, Currency: currency}, nil
}

// Amount writes the sum with two decimals: "12.30".
func (m Money) Amount() string { return fmt.Sprintf("%d.%02d", m.Cents/100, m.Cents%100) }
