// Package money is a sum of money: whole hundredths of a currency, so that sums add up.
package money

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Money is a sum, never negative, of at most 15 digits before the point.
type Money struct {
	Cents    int64
	Currency string // ISO 4217
}

// amountText is how an amount is written; the contract says the same.
var amountText = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})(\.[0-9]{1,2})?$`)

// Parse reads an amount such as "12", "12.3" or "12.34".
func Parse(amount, currency string) (Money, error) {
	if !amountText.MatchString(amount) {
		return Money{}, fmt.Errorf("not an amount")
	}
	whole, part, _ := strings.Cut(amount, ".")
	cents, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	return Money{Cents: cents, Currency: currency}, err
}

// Amount writes the sum with two decimals: "12.30".
func (m Money) Amount() string { return fmt.Sprintf("%d.%02d", m.Cents/100, m.Cents%100) }
