package ruleset

import (
	"fmt"
	"maps"
	"slices"

	"xiaobao/internal/calendar"
)

// No limit is longer than this [ours]: a year of working days still fits the days that an explanation may list.
const longest = 365

// findings collects the faults of one file, each with the place where it stands.
type findings []error

func (f *findings) add(ok bool, format string, args ...any) {
	if !ok {
		*f = append(*f, fmt.Errorf(format, args...))
	}
}

func check(f file) []error {
	var faults findings
	faults.add(f.Code != "", "code is missing")
	faults.add(f.Title.full(), "title needs zh and en")
	law := len(f.Limits[Statutory]) > 0
	faults.add(law != (f.Code == Internal), "limits.statutory belongs to every set but %s", Internal)
	faults.add(law == (len(f.Sources) > 0), "sources belong to a set with limits.statutory, and to no other")
	faults.add(law || len(f.Extensions) == 0, "extensions: only a statutory limit is extended")
	for _, name := range slices.Sorted(maps.Keys(f.Limits)) {
		known := f.Code == Internal && slices.Contains(internalNames, name) || name == Statutory
		faults.add(known, "limits.%s: no such limit in this set", name)
		seen := map[calendar.Date]bool{}
		for i, v := range f.Limits[name] {
			at := fmt.Sprintf("limits.%s[%d]", name, i)
			v.check(&faults, at, seen)
			faults.add(v.Value >= 1 && v.Value <= longest, "%s.value is not between 1 and %d", at, longest)
			faults.add(v.Unit == calendar.CalendarDay || v.Unit == calendar.WorkingDay, "%s.unit is neither calendar_day nor working_day", at)
		}
	}
	checkExtensions(&faults, f)
	return faults
}

var internalNames = []Name{Acknowledgement, Registration, Intake, Investigation, Feedback, Archiving, RectificationHigh, RectificationMedium, RectificationLow,
	ConsentCoolOff, FindingHigh, FindingMedium, FindingLow, Performance,
	PolicyAcknowledgement,
	SurveyInvitation, SurveyCoolOff, SurveyFirstReminder, SurveySecondReminder, SurveyLink}

func checkExtensions(faults *findings, f file) {
	for _, name := range slices.Sorted(maps.Keys(f.Extensions)) {
		faults.add(name == Complex || name == Special, "extensions.%s: no such tier", name)
		seen := map[calendar.Date]bool{}
		for i, v := range f.Extensions[name] {
			at := fmt.Sprintf("extensions.%s[%d]", name, i)
			v.check(faults, at, seen)
			faults.add(v.ToDay >= 1 && v.ToDay <= longest, "%s.to_day is not between 1 and %d", at, longest)
			faults.add(slices.Contains([]Approver{NoApprover, ComplaintHead, SuperiorOrSeniorManager}, v.Approver),
				"%s.approver is none of none, complaint_head, superior_or_senior_manager", at)
			faults.add(v.Telling == TellingLogged || v.Telling == TellingCondition, "%s.telling is neither logged nor condition", at)
		}
	}
	checkLengths(faults, f.set())
}

// checkLengths goes through every day on which a number changes: an extension must be longer than what it extends.
func checkLengths(faults *findings, s *Set) {
	var days []calendar.Date
	for _, term := range s.terms[Statutory] {
		days = append(days, term.ValidFrom)
	}
	for _, versions := range s.tiers {
		for _, tier := range versions {
			days = append(days, tier.ValidFrom)
		}
	}
	slices.SortFunc(days, calendar.Date.Compare)
	for _, day := range slices.Compact(days) {
		term, _ := s.Term(Statutory, day)
		runs := term.Limit.Value
		for _, tier := range term.Tiers {
			faults.add(tier.ToDay > runs, "on %s extensions.%s goes to day %d, and day %d is reached without it", day, tier.Name, tier.ToDay, runs)
			runs = tier.ToDay
		}
	}
}

// checkTogether tells what is wrong with sets that are each right.
func checkTogether(sets *Sets) []error {
	var faults findings
	internal := sets.Internal()
	faults.add(internal != nil, "rulesets: the set %s is missing", Internal)
	for _, name := range internalNames {
		faults.add(internal == nil || len(internal.terms[name]) > 0, "rulesets: %s lacks limits.%s", Internal, name)
	}
	claims := map[string]string{}
	anySource := false
	for _, code := range slices.Sorted(maps.Keys(sets.byCode)) {
		set := sets.byCode[code]
		if len(set.terms[Statutory]) == 0 {
			continue
		}
		for _, source := range set.sources {
			claim := fmt.Sprintf("source %s from %s", source, set.since())
			faults.add(claims[claim] == "", "rulesets: %s is claimed by %s and %s", claim, claims[claim], code)
			claims[claim] = code
			anySource = anySource || source == AnySource
		}
	}
	faults.add(anySource, "rulesets: no set takes %q, the sources that no set names", AnySource)
	return faults
}

func (c fileCitation) check(faults *findings, at string, seen map[calendar.Date]bool) {
	faults.add(!c.ValidFrom.IsZero(), "%s.valid_from is missing", at)
	faults.add(!seen[c.ValidFrom], "%s.valid_from: another entry holds from %s", at, c.ValidFrom)
	faults.add(c.Official != nil, "%s.official is missing: true for the letter of the law, false for our own rule", at)
	faults.add(c.Source.full(), "%s.source needs zh and en", at)
	seen[c.ValidFrom] = true
}

func (w fileWords) full() bool { return w.ZH != "" && w.EN != "" }
