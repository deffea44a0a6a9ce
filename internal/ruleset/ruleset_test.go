package ruleset

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

func day(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func load(t *testing.T, files fs.FS) *Sets {
	t.Helper()
	sets, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return sets
}

// delivered are the files of the product, to be changed by a test.
func delivered(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"rulesets/nfra-2020.yaml", "rulesets/pboc-2020.yaml", "rulesets/internal.yaml"} {
		text, err := os.ReadFile("../../config/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	return files
}

func replace(t *testing.T, files fstest.MapFS, name, old, new string) {
	t.Helper()
	text := string(files[name].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	files[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, new, 1))}
}

// TestNumbersOfTheLaw guards handbook §1.6, §3.1 article 43 and §11 rows 2 to 5.
func TestNumbersOfTheLaw(t *testing.T) {
	sets := load(t, os.DirFS("../../config"))
	type tier struct {
		Name     TierName
		ToDay    int
		Approver Approver
		Telling  Telling
	}
	for _, tt := range []struct {
		set, article string
		limit        calendar.Limit
		tiers        []tier
		cap          int
	}{
		{"NFRA-2020", "", calendar.Limit{Value: 15, Unit: calendar.CalendarDay}, []tier{
			{Complex, 30, NoApprover, TellingLogged}, {Special, 60, SuperiorOrSeniorManager, TellingCondition}}, 60},
		{"PBOC-2020", "43", calendar.Limit{Value: 15, Unit: calendar.CalendarDay}, []tier{
			{Complex, 60, ComplaintHead, TellingCondition}}, 60},
	} {
		set, _ := sets.Set(tt.set)
		term, ok := set.Term(Statutory, day(t, "2026-09-24"))
		if !ok || term.Set != tt.set || term.Limit != tt.limit || term.Article != tt.article || !term.Official || term.Cap() != tt.cap {
			t.Errorf("%s: %+v", tt.set, term)
		}
		var got []tier
		for _, x := range term.Tiers {
			got = append(got, tier{x.Name, x.ToDay, x.Approver, x.Telling})
			if !x.Official {
				t.Errorf("%s %s: %+v", tt.set, x.Name, x)
			}
		}
		if diff := cmp.Diff(tt.tiers, got); diff != "" {
			t.Errorf("%s: %s", tt.set, diff)
		}
	}
	pboc, _ := sets.Set("PBOC-2020")
	term, _ := pboc.Term(Statutory, day(t, "2026-09-24"))
	if _, ok := term.Tier(Special); ok {
		t.Error("PBOC-2020 knows no special extension")
	}
}

// TestOwnNumbersAreNotTheLaw guards that no default of ours is shown as the letter of the law.
func TestOwnNumbersAreNotTheLaw(t *testing.T) {
	internal := load(t, os.DirFS("../../config")).Internal()
	working := func(days int) calendar.Limit { return calendar.Limit{Value: days, Unit: calendar.WorkingDay} }
	civil := func(days int) calendar.Limit { return calendar.Limit{Value: days, Unit: calendar.CalendarDay} }
	limits := map[Name]calendar.Limit{Acknowledgement: working(1), Registration: working(1), Intake: working(1), Investigation: working(7), Feedback: working(3),
		RectificationHigh: civil(30), RectificationMedium: civil(60), RectificationLow: civil(90)}
	for name, limit := range limits {
		term, ok := internal.Term(name, day(t, "2025-01-24"))
		want := Term{
			Citation: Citation{Source: term.Source}, Set: "INTERNAL", Name: name,
			ValidFrom: day(t, "2000-01-01"), Limit: limit,
		}
		if diff := cmp.Diff(want, term); !ok || diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if term.Cap() != limit.Value {
			t.Errorf("%s can be extended to day %d", name, term.Cap())
		}
	}
}

// TestSourceDecidesTheLaw guards handbook §11 row 11.
func TestSourceDecidesTheLaw(t *testing.T) {
	sets := load(t, os.DirFS("../../config"))
	for _, tt := range []struct{ source, on, want string }{
		{"own", "2026-09-24", "NFRA-2020"},
		{"12345", "2026-09-24", "NFRA-2020"},
		{"pboc", "2026-09-24", "PBOC-2020"},
		{"pboc", "2020-10-31", "NFRA-2020"}, // the order of the PBOC was not in force
		{"own", "2020-03-01", "NFRA-2020"},
		{"own", "2020-02-29", ""},
	} {
		set, ok := sets.Statutory(tt.source, day(t, tt.on))
		got := ""
		if ok {
			got = set.Code
		}
		if got != tt.want {
			t.Errorf("%s received %s runs under %q, want %q", tt.source, tt.on, got, tt.want)
		}
	}
}

// TestOneEntryChangesTheLimit guards that 15 becomes 20 by one entry in one file, for later receipts only.
func TestOneEntryChangesTheLimit(t *testing.T) {
	files := delivered(t)
	replace(t, files, "rulesets/nfra-2020.yaml", "  statutory:\n", `  statutory:
    - {valid_from: 2027-01-01, value: 20, unit: working_day, article: "9", official: true, source: {zh: 新, en: new}}
`)
	nfra, _ := load(t, files).Set("NFRA-2020")
	for on, want := range map[string]int{"2026-12-31": 15, "2027-01-01": 20, "2031-05-01": 20} {
		term, ok := nfra.Term(Statutory, day(t, on))
		if !ok || term.Limit.Value != want || len(term.Tiers) != 2 {
			t.Errorf("received %s: %+v", on, term)
		}
	}
	term, _ := nfra.Term(Statutory, day(t, "2027-01-01"))
	want := Term{
		Citation: Citation{Article: "9", Official: true, Source: fault.Words{EN: "new", ZH: "新"}},
		Set:      "NFRA-2020", Name: Statutory, ValidFrom: day(t, "2027-01-01"),
		Limit: calendar.Limit{Value: 20, Unit: calendar.WorkingDay},
	}
	if diff := cmp.Diff(want, term, cmpopts.IgnoreFields(Term{}, "Tiers")); diff != "" {
		t.Error(diff)
	}
	_, ok := nfra.Term(Statutory, day(t, "2020-02-29"))
	if ok {
		t.Error("a limit before the law was in force")
	}
}

// TestYoungerLawTakesOver guards that a new order is one more file, and that old complaints keep the old one.
func TestYoungerLawTakesOver(t *testing.T) {
	files := delivered(t)
	files["rulesets/nfra-2028.yaml"] = &fstest.MapFile{Data: []byte(`
code: NFRA-2028
title: {zh: 新办法, en: A new order}
sources: ["*"]
limits:
  statutory: [{valid_from: 2028-01-01, value: 10, unit: calendar_day, official: true, source: {zh: 新, en: new}}]
`)}
	sets := load(t, files)
	for on, want := range map[string]string{"2027-12-31": "NFRA-2020", "2028-01-01": "NFRA-2028"} {
		set, ok := sets.Statutory("own", day(t, on))
		if !ok || set.Code != want {
			t.Errorf("received %s runs under %v, want %s", on, set, want)
		}
	}
}

// TestLoadTellsAllFaults guards that whoever edits the files mends them in one go.
func TestLoadTellsAllFaults(t *testing.T) {
	files := delivered(t)
	nfra, pboc, internal := "rulesets/nfra-2020.yaml", "rulesets/pboc-2020.yaml", "rulesets/internal.yaml"
	replace(t, files, nfra, "value: 15", "value: 0")
	replace(t, files, nfra, "official: true\n      source", "source")
	replace(t, files, nfra, "telling: logged", "telling: maybe")
	replace(t, files, nfra, "approver: superior_or_senior_manager", "approver: boss")
	replace(t, files, pboc, "sources: [pboc]", "sources: []")
	replace(t, files, pboc, "unit: calendar_day", "unit: working_hour")
	replace(t, files, pboc, "en: a transferred complaint is answered within 15 days", "en: ''")
	replace(t, files, internal, "  feedback:", "  feedbakc:")
	replace(t, files, internal, "    - valid_from: 2000-01-01\n      value: 7", "    - value: 7")
	files["rulesets/again.yaml"] = &fstest.MapFile{Data: []byte("code: NFRA-2020\nlimts: {}\n")}
	files["rulesets/two.yaml"] = &fstest.MapFile{Data: []byte("code: A\n---\ncode: B\n")}
	_, err := Load(files)
	if err == nil {
		t.Fatal("faulty files were loaded")
	}
	for _, want := range []string{
		"nfra-2020.yaml: limits.statutory[0].value is not between 1 and 365",
		"nfra-2020.yaml: limits.statutory[0].official is missing",
		"nfra-2020.yaml: extensions.complex[0].telling is neither logged nor condition",
		"nfra-2020.yaml: extensions.special[0].approver is none of none, complaint_head, superior_or_senior_manager",
		"pboc-2020.yaml: sources belong to a set with limits.statutory",
		"pboc-2020.yaml: limits.statutory[0].unit is neither calendar_day nor working_day",
		"pboc-2020.yaml: limits.statutory[0].source needs zh and en",
		"internal.yaml: limits.feedbakc: no such limit in this set",
		"internal.yaml: limits.investigation[0].valid_from is missing",
		"again.yaml: yaml: unmarshal errors:\n  line 2: field limts not found",
		"two.yaml: a file holds one rule set, not several documents",
		"rulesets: INTERNAL lacks limits.feedback",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in:\n%v", want, err)
		}
	}
}

// TestLoadRefusesDoubt guards faults of which each is the only one.
func TestLoadRefusesDoubt(t *testing.T) {
	nfra, pboc := "rulesets/nfra-2020.yaml", "rulesets/pboc-2020.yaml"
	for name, tt := range map[string]struct {
		spoil func(t *testing.T, files fstest.MapFS)
		want  string
	}{
		"an extension that does not extend": {func(t *testing.T, files fstest.MapFS) {
			replace(t, files, nfra, "value: 15", "value: 30")
		}, "on 2020-03-01 extensions.complex goes to day 30, and day 30 is reached without it"},
		"a later limit that overtakes its extension": {func(t *testing.T, files fstest.MapFS) {
			replace(t, files, pboc, "  statutory:\n", "  statutory:\n"+
				"    - {valid_from: 2028-01-01, value: 90, unit: calendar_day, official: true, source: {zh: 新, en: new}}\n")
		}, "on 2028-01-01 extensions.complex goes to day 60, and day 90 is reached without it"},
		"two entries from one day": {func(t *testing.T, files fstest.MapFS) {
			replace(t, files, pboc, "  statutory:\n", "  statutory:\n"+
				"    - {valid_from: 2020-11-01, value: 20, unit: calendar_day, official: true, source: {zh: 新, en: new}}\n")
		}, "limits.statutory[1].valid_from: another entry holds from 2020-11-01"},
		"two laws for one source": {func(t *testing.T, files fstest.MapFS) {
			files["rulesets/other.yaml"] = &fstest.MapFile{Data: []byte(`
code: OTHER
title: {zh: 其他, en: Other}
sources: [pboc]
limits:
  statutory: [{valid_from: 2020-11-01, value: 10, unit: calendar_day, official: true, source: {zh: 新, en: new}}]
`)}
		}, "rulesets: source pboc from 2020-11-01 is claimed by OTHER and PBOC-2020"},
		"two files of one code": {func(t *testing.T, files fstest.MapFS) {
			files["rulesets/zz.yaml"] = files[pboc]
		}, "zz.yaml: code PBOC-2020 is taken by another file"},
		"no law for the rest": {func(t *testing.T, files fstest.MapFS) {
			replace(t, files, nfra, `sources: ["*"]`, "sources: [own]")
		}, `rulesets: no set takes "*"`},
		"no limits of our own": {func(t *testing.T, files fstest.MapFS) {
			delete(files, "rulesets/internal.yaml")
		}, "rulesets: the set INTERNAL is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			files := delivered(t)
			tt.spoil(t, files)
			_, err := Load(files)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("got %v, want only %q", err, tt.want)
			}
		})
	}
}
