package calendar

import (
	"errors"
	"time"
)

// Date is a civil day, without time or zone. Dates compare with == and serve as keys of maps; the zero Date is no day.
type Date struct {
	ordinal int32 // 1 is 0001-01-01
}

// The ordinal of 1970-01-01.
const epoch = 719163

const form = "2006-01-02"

var errDate = errors.New("calendar: not a day of the form 2006-01-02")

// Parse reads a day of the form 2006-01-02, from 0001-01-01 to 9999-12-31. Everything else is an error, the empty text
// included.
func Parse(s string) (Date, error) {
	t, err := time.Parse(form, s)
	if err != nil || t.Year() < 1 {
		return Date{}, errDate
	}
	return DateOf(t, time.UTC), nil
}

// DateOf returns the civil day that an instant falls on in a zone: 2026-03-03T16:30Z is 2026-03-04 in Asia/Shanghai.
func DateOf(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return Date{int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400) + epoch}
}

// End returns the first instant after the day in a zone: 24:00, which no longer belongs to it.
func End(d Date, loc *time.Location) time.Time {
	y, m, day := d.time().Date()
	end := time.Date(y, m, day+1, 0, 0, 0, 0, loc)
	if DateOf(end, loc) == d {
		// Some zones put their clocks forward at midnight; time.Date then lands an hour before the day is over.
		_, end = end.ZoneBounds()
	}
	return end
}

func (d Date) time() time.Time {
	return time.Unix(int64(d.ordinal-epoch)*86400, 0).UTC()
}

// IsZero says that there is no day.
func (d Date) IsZero() bool { return d.ordinal == 0 }

// Year returns the year of the day.
func (d Date) Year() int { return d.time().Year() }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.time().Weekday() }

// AddDays returns the day n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return Date{d.ordinal + int32(n)} }

// Through returns the last day of a term of months that begins with d: the day before the one of the same number, or the last day of a month
// that has no such day.
func (d Date) Through(months int) Date {
	y, m, day := d.time().Date()
	last := DateOf(time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC), time.UTC)
	if days := last.time().Day(); day <= days {
		return last.AddDays(day - days - 1)
	}
	return last
}

// Sub returns the number of days from e to d, negative when d is earlier.
func (d Date) Sub(e Date) int { return int(d.ordinal - e.ordinal) }

// Before says that d is earlier than e.
func (d Date) Before(e Date) bool { return d.ordinal < e.ordinal }

// After says that d is later than e.
func (d Date) After(e Date) bool { return d.ordinal > e.ordinal }

// Compare returns -1, 0 or 1, for sorting.
func (d Date) Compare(e Date) int {
	switch {
	case d.Before(e):
		return -1
	case d.After(e):
		return 1
	}
	return 0
}

// Equal is ==, under the name by which comparisons of whole structs look for it.
func (d Date) Equal(e Date) bool { return d == e }

// String returns the day as 2006-01-02, and nothing for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.time().Format(form)
}

// MarshalText writes what String returns.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes: the empty text is no day.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
