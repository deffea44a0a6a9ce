package report

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/complaint"
	"xiaobao/internal/survey"
)

// A published column of percentages adds up to 100.0, no share is a tenth away from what it should be, and who has more is never shown less.
func TestSharesAddUp(t *testing.T) {
	for _, c := range []struct {
		numbers []int64
		want    []int
	}{{[]int64{1, 1, 1}, []int{334, 333, 333}}, {[]int64{2, 1}, []int{667, 333}}, {[]int64{0, 5}, []int{0, 1000}}, {[]int64{1, 1, 1, 1, 1, 1, 1}, []int{143, 143, 143, 143, 143, 143, 142}}} {
		for i, share := range shares(c.numbers) {
			if *share != c.want[i] {
				t.Errorf("%v: share %d is %d, want %d", c.numbers, i, *share, c.want[i])
			}
		}
	}
	if got := shares([]int64{0, 0}); got[0] != nil || got[1] != nil {
		t.Error("nothing has shares")
	}
	random := rand.New(rand.NewPCG(2026, 12))
	for range 500 {
		numbers, all, sum := make([]int64, 1+random.IntN(40)), int64(0), 0
		for i := range numbers {
			numbers[i] = random.Int64N(1 + random.Int64N(100_000))
			all += numbers[i]
		}
		if all == 0 {
			continue
		}
		got := shares(numbers)
		for i, share := range got {
			sum += *share
			if exact := float64(numbers[i]) * 1000 / float64(all); float64(*share) <= exact-1 || float64(*share) >= exact+1 {
				t.Fatalf("%v: share %d is %d", numbers, i, *share)
			}
			for j := range got {
				if numbers[i] > numbers[j] && *share < *got[j] {
					t.Fatalf("%v: %d has more than %d and is shown less", numbers, i, j)
				}
			}
		}
		if sum != 1000 {
			t.Fatalf("%v: the shares add up to %d", numbers, sum)
		}
	}
}

// figured is what was counted of a business and a cause.
func figured(business, cause string, received int64, days map[int]int64) complaint.Figure {
	f := complaint.Figure{Group: complaint.Group{Business: business, Cause: cause}, Received: received, Days: days}
	for _, n := range days {
		f.Closed += n
	}
	f.ClosedInTime, f.Closing = f.Closed, received-f.Closed
	return f
}

// The rows of an analysis are those that a person adds up on paper.
func TestAnalysisByHand(t *testing.T) {
	p := Period{date(t, "2026-03-01"), date(t, "2026-03-31")}
	byPeriod := map[string][]complaint.Figure{
		"2026-03": {figured("card", "pricing", 3, map[int]int64{2: 1, 9: 1}), figured("card", "service", 1, nil), figured("loan", "pricing", 2, map[int]int64{4: 2})},
		"2026-02": {figured("card", "pricing", 5, nil), figured("gold", "service", 1, nil)},
		"2025-03": {figured("loan", "pricing", 4, nil)},
	}
	var asked []string
	rows, total, err := analysis(p, []complaint.Dimension{complaint.ByBusiness}, func(p Period, by []complaint.Dimension) ([]complaint.Figure, error) {
		asked = append(asked, p.Label())
		return byPeriod[p.Label()], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"2026-03", "2026-02", "2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
	if total.Received != 6 || total.Closed != 4 || *total.P50 != 4 || *total.P90 != 9 {
		t.Errorf("in all: %+v", total)
	}
	var lines []string
	for _, r := range rows {
		if r.Section == "trend" && r.Month != "2026-02" {
			continue
		}
		content, err := encode(Definition{Columns: []Column{section, month, business, cause, rank, share, previous, onPrevious, lastYear, onLastYear, satisfaction}}, []Row{r})
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(string(content), "\r\n")[1]+" "+number(r.Received)+" "+days(r.P50)+" "+days(r.P90))
	}
	if diff := cmp.Diff([]string{
		"total,,,,,,6,0.0000,4,0.5000, 6 4 9",
		"trend,2026-02,,,,,,,,, 6  ",
		"business,,card,,1,66.7,5,-0.2000,0,, 4 2 9",
		"business,,loan,,2,33.3,0,,4,-0.5000, 2 4 4",
		"business,,gold,,3,0.0,1,-1.0000,0,, 0  ",
		"cause,,,pricing,1,83.3,5,0.0000,4,0.2500, 5 4 9",
		"cause,,,service,2,16.7,1,0.0000,0,, 1  ",
		"channel,,,,1,100.0,6,0.0000,4,0.5000, 6 4 9",
		"region,,,,1,100.0,6,0.0000,4,0.5000, 6 4 9",
		"department,,,,1,100.0,6,0.0000,4,0.5000, 6 4 9",
	}, lines); diff != "" {
		t.Error(diff)
	}
}

// Equal numbers have one rank, and the first three are told by it.
func TestPublicationByHand(t *testing.T) {
	p := Period{date(t, "2026-01-01"), date(t, "2026-12-31")}
	rows, _, err := publication(p, nil, func(Period, []complaint.Dimension) ([]complaint.Figure, error) {
		return []complaint.Figure{figured("a", "x", 2, nil), figured("b", "x", 5, nil), figured("c", "y", 2, nil), figured("", "y", 1, nil)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]any{}
	for _, r := range rows {
		got[r.Section+" "+r.Business+r.Cause] = []any{r.Rank, tenths(r.Share), *r.Merged}
	}
	if diff := cmp.Diff(map[string][]any{"total ": {0, "", int64(10)}, "business b": {1, "50.0", int64(5)}, "business a": {2, "20.0", int64(2)}, "business c": {2, "20.0", int64(2)},
		"business ": {4, "10.0", int64(1)}, "cause x": {1, "70.0", int64(7)}, "cause y": {2, "30.0", int64(3)}, "channel ": {1, "100.0", int64(10)}, "region ": {1, "100.0", int64(10)}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWholeMonthsAndYears(t *testing.T) {
	for _, c := range []struct {
		from, to    string
		month, year bool
	}{{"2026-02-01", "2026-02-28", true, false}, {"2024-02-01", "2024-02-28", false, false}, {"2026-12-01", "2026-12-31", true, false}, {"2026-12-02", "2026-12-31", false, false},
		{"2026-01-01", "2026-12-31", false, true}, {"2025-07-01", "2026-06-30", false, false}, {"2026-01-01", "2027-12-31", false, false}, {"2026-03-31", "2026-03-01", false, false}} {
		p := Period{date(t, c.from), date(t, c.to)}
		if p.is(1) != c.month || p.is(12) != c.year {
			t.Errorf("%s to %s: a month %t, a year %t", c.from, c.to, p.is(1), p.is(12))
		}
	}
}

// What consumers answered is told of a month that is over and of five answers at least.
func TestSatisfactionIsToldOfEnough(t *testing.T) {
	outcomes := func(silent, discontent, content int) (all []survey.Outcome) {
		for range silent {
			all = append(all, survey.Outcome{})
		}
		for range discontent {
			all = append(all, survey.Outcome{Answered: true})
		}
		for range content {
			all = append(all, survey.Outcome{Answered: true, Satisfied: true})
		}
		return all
	}
	for _, c := range []struct {
		all        []survey.Outcome
		over       bool
		want, note string
	}{{nil, true, "", noSurveys}, {outcomes(9, 1, 3), true, "", tooFewAnswers}, {outcomes(0, 1, 4), true, "80.0", ""}, {outcomes(3, 1, 5), true, "83.3", ""}, {outcomes(0, 3, 3), false, "", surveysOpen},
		{outcomes(0, 2, 4), true, "66.7", ""}, {outcomes(0, 6, 0), true, "0.0", ""}} {
		if got, note := satisfied(c.all, c.over); tenths(got) != c.want || note != c.note {
			t.Errorf("of %d: %s %s, want %s %s", len(c.all), tenths(got), note, c.want, c.note)
		}
	}
}
