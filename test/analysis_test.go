package test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"xiaobao/internal/servertest"
)

// A told complaint is what a person would write down of it to count by hand.
type told struct {
	received, closed time.Time // closed is zero while it is open
	codes            map[string]string
}

// monthlyOf and yearlyOf are the members by which such a report is asked for.
func monthlyOf(month string) string {
	first, _ := time.Parse("2006-01", month)
	return fmt.Sprintf(`"definition":"monthly_analysis","from_on":"%s-01","to_on":%q`, month, first.AddDate(0, 1, -1).Format(time.DateOnly))
}

const yearly = `"definition":"annual_publication","from_on":"2026-01-01","to_on":"2026-12-31"`

// someYears has complaints of random codes come over two years, and some of them go.
func someYears(t *testing.T, w *servertest.World, random *rand.Rand, n int) (all []*told) {
	t.Helper()
	codes := map[string][]string{"business_code": {"credit_card", "debit_card", ""}, "cause_code": {"pricing", "service_quality", "marketing", ""}, "business_channel_code": {"premises", "mobile_client", ""},
		"region_code": {"cn-320100", ""}, "department_id": {"dep_demo_cards", "dep_demo_nanjing", ""}}
	for range n {
		one := &told{received: time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(random.IntN(690*24*60)) * time.Minute), codes: map[string]string{}}
		for _, name := range []string{"business_code", "cause_code", "business_channel_code", "region_code", "department_id"} {
			one.codes[name] = codes[name][random.IntN(len(codes[name]))]
		}
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b *told) int { return a.received.Compare(b.received) })
	for i, one := range all {
		w.Clock.Set(one.received.Format(time.RFC3339))
		body := `{"source":"own","external_reference":"A-` + strconv.Itoa(i) + `","complainant":{"kind":"unidentified"},"request":"退费","narrative":"重复收费"`
		for name, code := range one.codes {
			if code != "" && name != "department_id" {
				body += fmt.Sprintf(`,%q:%q`, name, code)
			}
		}
		id := w.Must(201, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: body + "}", Headers: key(strconv.Itoa(i))}).Get("id")
		put(t, w, "complaint_matter", map[string]any{"respondent_department_id": one.codes["department_id"]}, "complaint_id = ?", id) // a key names none
		if random.IntN(3) > 0 {                                                                                                       // closed on the spot, before the next one comes
			one.closed = one.received
			withdraw(w, id, `{"form":"phone"}`)
		}
	}
	return all
}

// tally counts by hand what came in a period, by a code.
func tally(all []*told, name string, from, until time.Time) map[string]int {
	n := map[string]int{}
	for _, one := range all {
		if !one.received.Before(from) && one.received.Before(until) {
			n[one.codes[name]]++
		}
	}
	return n
}

// inTables are the rows of a report, by table.
func inTables(w *servertest.World, as string, r servertest.Answer) map[string][]map[string]string {
	w.T.Helper()
	lines := strings.Split(strings.TrimSuffix(pull(w, as, r.Get("id"), "", nil).Body, "\r\n"), "\r\n")
	names, tables := strings.Split(lines[0], ","), map[string][]map[string]string{}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range strings.Split(line, ",") {
			row[names[i]] = cell
		}
		tables[row["section"]] = append(tables[row["section"]], row)
	}
	return tables
}

// TestAnalysesAreWhatAPersonCounts guards the two reports of several tables: each row is what a look at each complaint counts, each table has every complaint
// and balances, its percentages add up to 100.0, and the line that the report carries says so.
func TestAnalysesAreWhatAPersonCounts(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2025-01-31T00:00:00Z")
	all := someYears(t, w, rand.New(rand.NewPCG(20261231, 4)), 70)
	w.Forward("2027-01-08T01:00:00Z")
	zone := time.FixedZone("", 8*60*60)
	tables := map[string]string{"business": "business_code", "cause": "cause_code", "channel": "business_channel_code", "region": "region_code", "department": "department_id"}
	for _, month := range []string{"2025-12", "2026-03", "2026-08", "2026-12"} {
		first, _ := time.ParseInLocation("2006-01", month, zone)
		r := issue(t, w, "hejing", monthlyOf(month))
		verifies(t, r, pull(w, "hejing", r.Get("id"), "", nil).Body)
		got := inTables(w, "hejing", r)
		for table, name := range tables {
			holdsTable(t, got[table], name, tally(all, name, first, first.AddDate(0, 1, 0)),
				map[string]map[string]int{"previous": tally(all, name, first.AddDate(0, -1, 0), first), "last_year": tally(all, name, first.AddDate(-1, 0, 0), first.AddDate(-1, 1, 0))})
		}
		for i, row := range got["trend"] {
			at := first.AddDate(0, i-11, 0)
			if want := strconv.Itoa(tally(all, "", at, at.AddDate(0, 1, 0))[""]); row["month"] != at.Format("2006-01") || row["received"] != want {
				t.Errorf("%s: the trend has %v, want %s", month, row, want)
			}
		}
		if r.Get("notes") != `["no_surveys"]` || r.Get("basis") != "raw" || got["total"][0]["satisfaction"] != "" || len(got["trend"]) != 12 || r.Get("balance.holds") != "true" {
			t.Errorf("%s: %s", month, r.Body)
		}
	}
	r := issue(t, w, servertest.RegulatorKey, yearly)
	verifies(t, r, pull(w, servertest.RegulatorKey, r.Get("id"), "", nil).Body)
	got := inTables(w, servertest.RegulatorKey, r)
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, zone)
	for table, name := range tables {
		if table != "department" { // whom the public is not told of
			holdsTable(t, got[table], name, tally(all, name, from, from.AddDate(1, 0, 0)), nil)
		}
	}
	total := got["total"][0]
	if total["merged"] != total["received"] || r.Get("notes") != `["no_repeat_links"]` || r.Get("basis") != "merged" || len(got["department"]) > 0 || r.Get("period.label") != "2026" {
		t.Errorf("the year: %s %v", r.Body, total)
	}
}

// holdsTable holds the rows of a table against what was counted by hand, now and in earlier periods.
func holdsTable(t *testing.T, rows []map[string]string, name string, now map[string]int, earlier map[string]map[string]int) {
	t.Helper()
	tenths, seen := 0, map[string]bool{}
	for i, row := range rows {
		code := row[name]
		seen[code] = true
		n, _ := strconv.Atoi(row["received"])
		part, _ := strconv.Atoi(strings.Replace(row["share"], ".", "", 1))
		tenths += part
		if n != now[code] || i > 0 && row["rank"] < rows[i-1]["rank"] {
			t.Errorf("%s %q: %v, want %d", name, code, row, now[code])
		}
		for when, counted := range earlier {
			if row[when] != strconv.Itoa(counted[code]) {
				t.Errorf("%s %q: %s is %s, want %d", name, code, when, row[when], counted[code])
			}
		}
	}
	for code, n := range now {
		if !seen[code] {
			t.Errorf("%s %q is left out: %d", name, code, n)
		}
	}
	if len(now) > 0 && tenths != 1000 {
		t.Errorf("%s: the shares add up to %d tenths", name, tenths)
	}
}

// The analysis of a month is internal: no key makes, sees or hears of one. The publication is for everybody who may have reports.
func TestWhoAnalyses(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-12-01T01:00:00Z")
	month := issue(t, w, "hejing", monthlyOf("2026-11"))
	post := func(name, as, members string, status int, code string, words ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: as, Method: "POST", URL: "/v1/reports", Body: "{" + members + "}", WantStatus: status, WantCode: code, WantBody: words}
	}
	w.Run(t, slices.Concat([]servertest.Scenario{
		post("a key makes none", servertest.RegulatorKey, monthlyOf("2026-11"), 403, "auth.scope_missing", `"permission":"analysis.read"`),
		post("a manager makes none", "xuli", monthlyOf("2026-11"), 403, "auth.forbidden", `"permission":"report.create"`),
		{Name: "a key does not see it", As: servertest.RegulatorKey, Method: "GET", URL: "/v1/reports/" + month.Get("id"), WantStatus: 404, WantCode: "report.not_found"},
		{Name: "nor its rows", As: servertest.RegulatorKey, Method: "GET", URL: "/v1/reports/" + month.Get("id") + "/rows", WantStatus: 404, WantCode: "report.not_found"},
		{Name: "nor its file", As: servertest.RegulatorKey, Method: "GET", URL: "/v1/reports/" + month.Get("id") + "/csv", WantStatus: 404, WantCode: "report.not_found"},
		{Name: "nor in the list", As: servertest.RegulatorKey, Method: "GET", URL: "/v1/reports", WantStatus: 200, NotBody: []string{"monthly_analysis"}},
		{Name: "nor what it would be", As: servertest.RegulatorKey, Method: "GET", URL: "/v1/report-definitions", WantStatus: 200, WantBody: []string{"annual_publication"}, NotBody: []string{"monthly_analysis"}},
		{Name: "a manager reads it", As: "xuli", Method: "GET", URL: "/v1/reports/" + month.Get("id"), WantStatus: 200, WantBody: []string{`"label":"2026-11"`}},
		{Name: "an auditor reads it", As: "shenji", Method: "GET", URL: "/v1/reports/" + month.Get("id") + "/rows", WantStatus: 200, WantBody: []string{`"section":"trend"`}},
		{Name: "what can be made", As: "hejing", Method: "GET", URL: "/v1/report-definitions", WantStatus: 200, WantBody: []string{"monthly_analysis", "内部月度投诉分析"}},
	},
		inBoth(post("the month is not over", "hejing", monthlyOf("2026-12"), 422, "report.period_not_over"), "The period is not over yet", "统计期尚未结束"),
		inBoth(post("no whole month", "hejing", strings.Replace(monthlyOf("2026-11"), "11-01", "11-02", 1), 422, "report.not_a_month"), "This report is of one whole month", "该报表按整月出具"),
		inBoth(post("no whole year", servertest.RegulatorKey, strings.Replace(third, "complaint_summary", "annual_publication", 1), 422, "report.not_a_year"), "This report is of one whole year", "该报表按整年出具"),
		inBoth(post("other tables", "hejing", monthlyOf("2026-11")+`,"dimensions":["source"]`, 422, "report.dimensions_fixed"), "always has the same tables", "统计维度固定"),
	)...)
}
