package answer

import (
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"xiaobao/api"
	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/money"
)

// Text is a text of an answer: null when empty.
func Text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Day is a civil date of an answer: null when there is none.
func Day(d calendar.Date) *openapi_types.Date {
	if d.IsZero() {
		return nil
	}
	return &openapi_types.Date{Time: calendar.End(d.AddDays(-1), time.UTC)}
}

// Ref is a person, department or client of an answer: null when there is none.
func Ref(id, name string) *api.Ref {
	if id == "" {
		return nil
	}
	return &api.Ref{ID: id, Name: name}
}

// Sum is a sum of money of an answer: null when there is none.
func Sum(m *money.Money) *api.Money {
	if m == nil {
		return nil
	}
	return &api.Money{Amount: m.Amount(), Currency: m.Currency}
}

// Value is what an optional member of a request says: the zero value when it was left out.
func Value[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}

// Date is what an optional civil date of a request says.
func Date(p *openapi_types.Date) calendar.Date {
	if p == nil {
		return calendar.Date{}
	}
	return calendar.DateOf(p.Time, time.UTC)
}

// Money is what an optional sum of a request says. The contract's pattern has been checked before.
func Money(p *api.Money) (*money.Money, error) {
	if p == nil {
		return nil, nil
	}
	m, err := money.Parse(p.Amount, p.Currency)
	return &m, err
}

// List is a list of an answer: never null.
func List[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// Transaction is a transaction of an answer.
func Transaction(reference, kind string, at time.Time, riskLevel int) *api.Transaction {
	t := &api.Transaction{Reference: reference, Kind: kind, At: at}
	if riskLevel > 0 {
		level := int32(riskLevel)
		t.RiskLevel = &level
	}
	return t
}

// Labels is a text of ours in both languages.
func Labels(w fault.Words) api.Labels { return api.Labels{En: w.EN, ZhCN: w.ZH} }
