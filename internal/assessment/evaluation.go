package assessment

import (
	"xiaobao/internal/fault"
	"xiaobao/internal/ruleset"
)

// The scopes of an indicator.
const (
	ofInstitution = "institution"
	ofDepartment  = "department"
)

// Indicator is a line of an evaluation.
type Indicator struct {
	Element       string
	ElementTitle  fault.Words
	ElementWeight int64
	Code          string
	Title         fault.Words
	Weight        int64 // inside the element
	Scope         string
	State         string
	N, Kept       int64
	Excluded      int64
	Evidence      []string // paths of this API
}

// Most is how many points it can give, in hundredths.
func (i Indicator) Most() int64 { return i.ElementWeight * i.Weight }

// Points are those that it gives, in hundredths, rounded half up; false when nothing was measured: then it gives none, and takes none.
func (i Indicator) Points() (int64, bool) {
	if i.State != measured {
		return 0, false
	}
	good := i.Kept
	if ruleset.IndicatorCode(i.Code) == ruleset.RepeatShare {
		good = i.N - i.Kept
	}
	return (2*i.Most()*good + i.N) / (2 * i.N), true
}

// Total is what lines could give, those that were measured, and what they give, in hundredths of a point.
func Total(lines []Indicator) (most, points int64) {
	for _, i := range lines {
		if p, ok := i.Points(); ok {
			most, points = most+i.Most(), points+p
		}
	}
	return most, points
}
