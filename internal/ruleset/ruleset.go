package ruleset

import (
	"slices"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

// Name is the name of a limit within a set.
type Name string

// The limits that are known. Statutory stands in the sets of the law, the others in the internal set.
const (
	Statutory       Name = "statutory"       // from receipt to the notice of the decision
	Acknowledgement Name = "acknowledgement" // from receipt to the first contact
	Registration    Name = "registration"    // from receipt to the record
	Intake          Name = "intake"          // a stage, from entering it
	Investigation   Name = "investigation"   // a stage
	Feedback        Name = "feedback"        // a stage
	Archiving       Name = "archiving"       // from closing to the archive

	// From opening a rectification, by the severity of the root cause.
	RectificationHigh   Name = "rectification_high"
	RectificationMedium Name = "rectification_medium"
	RectificationLow    Name = "rectification_low"

	PolicyAcknowledgement Name = "policy_acknowledgement" // from a policy's coming into force, or from a person's coming into its audience

	ConsentCoolOff Name = "consent_cool_off" // from a refusal or withdrawal, until a consumer may be asked again
	// From opening a finding, by its severity, to its being closed.
	FindingHigh   Name = "finding_high"
	FindingMedium Name = "finding_medium"
	FindingLow    Name = "finding_low"

	Performance Name = "performance" // from the notice to the performance of what it promised

	// Of surveys: from the closing to the invitation, between two invitations of one consumer, and from the invitation to the reminders and the end of its link.
	SurveyInvitation     Name = "survey_invitation"
	SurveyCoolOff        Name = "survey_cool_off"
	SurveyFirstReminder  Name = "survey_first_reminder"
	SurveySecondReminder Name = "survey_second_reminder"
	SurveyLink           Name = "survey_link"
)

// Internal is the code of the set with the institution's own limits.
const Internal = "INTERNAL"

// AnySource claims, for a set, every source that no other set in force names.
const AnySource = "*"

// TierName is the degree of difficulty that an extension claims.
type TierName string

// The tiers.
const (
	Complex TierName = "complex"
	Special TierName = "special"
)

// Approver is who has to approve an extension.
type Approver string

// The approvers. SuperiorOrSeniorManager is a unit above the handling one, or a senior manager of head office, and never
// the handling unit.
const (
	NoApprover              Approver = "none"
	ComplaintHead           Approver = "complaint_head"
	SuperiorOrSeniorManager Approver = "superior_or_senior_manager"
)

// Telling is what the telling of the complainant means for an extension.
type Telling string

// The meanings: due and logged, or without it the extension is not in force.
const (
	TellingLogged    Telling = "logged"
	TellingCondition Telling = "condition"
)

// Citation is where a number comes from.
type Citation struct {
	Article  string // the number of the article, "43"; empty where the sources do not give it
	Official bool   // the letter of the law, read in a source; false: the institution's own rule
	Source   fault.Words
}

// Term is one limit as it holds on some day.
type Term struct {
	Citation
	Set       string // code of its set
	Name      Name
	ValidFrom calendar.Date
	Limit     calendar.Limit
	Tiers     []Tier // the extensions in force that day, shortest first
}

// Tier is one extension of a limit as it holds on some day.
type Tier struct {
	Citation
	Name      TierName
	ValidFrom calendar.Date
	ToDay     int // the total in the unit of the limit, from its start
	Approver  Approver
	Telling   Telling
}

// Tier returns the extension of a name; false when the rules have none.
func (t Term) Tier(name TierName) (Tier, bool) {
	i := slices.IndexFunc(t.Tiers, func(tier Tier) bool { return tier.Name == name })
	if i < 0 {
		return Tier{}, false
	}
	return t.Tiers[i], true
}

// Cap is the last day, counted from the start, that the limit can ever be extended to; the limit's own last day when it
// takes no extension.
func (t Term) Cap() int {
	if len(t.Tiers) == 0 {
		return t.Limit.Value
	}
	return t.Tiers[len(t.Tiers)-1].ToDay
}

// Set is the rules of one law, or of the house.
type Set struct {
	Code    string
	Title   fault.Words
	sources []string
	terms   map[Name][]Term // by ValidFrom
	tiers   map[TierName][]Tier
}

// Term returns the limit that holds for what was received on a day; false before the first entry of its file.
func (s *Set) Term(name Name, received calendar.Date) (Term, bool) {
	term, ok := inForce(s.terms[name], received, func(t Term) calendar.Date { return t.ValidFrom })
	if !ok || name != Statutory {
		return term, ok
	}
	for _, versions := range s.tiers {
		tier, ok := inForce(versions, received, func(t Tier) calendar.Date { return t.ValidFrom })
		if ok {
			term.Tiers = append(term.Tiers, tier)
		}
	}
	slices.SortFunc(term.Tiers, func(a, b Tier) int { return a.ToDay - b.ToDay })
	return term, true
}

// inForce returns the last version that is valid from a day or earlier.
func inForce[V any](versions []V, on calendar.Date, from func(V) calendar.Date) (V, bool) {
	for _, v := range slices.Backward(versions) {
		if !from(v).After(on) {
			return v, true
		}
	}
	var none V
	return none, false
}

// Sets are all rule sets of the installation. They do not change once loaded and may be shared.
type Sets struct{ byCode map[string]*Set }

// Set returns the set of a code, which a complaint keeps; false when the configuration no longer has it.
func (s *Sets) Set(code string) (*Set, bool) {
	set, ok := s.byCode[code]
	return set, ok
}

// Internal returns the set with the institution's own limits. Load has made sure that it has all of them.
func (s *Sets) Internal() *Set { return s.byCode[Internal] }

// Statutory returns the set whose law governs a complaint from a source that was received on a day. A set that names the
// source goes before one for any source, and a younger law before an older one. False when no law was in force yet:
// before 2020-03-01 in the sets that are delivered.
func (s *Sets) Statutory(source string, received calendar.Date) (*Set, bool) {
	for _, claim := range []string{source, AnySource} {
		var found *Set
		for _, set := range s.byCode {
			_, holds := set.Term(Statutory, received)
			if holds && slices.Contains(set.sources, claim) && (found == nil || set.since().After(found.since())) {
				found = set
			}
		}
		if found != nil {
			return found, true
		}
	}
	return nil, false
}

// since is the day from which the law of a statutory set is in force.
func (s *Set) since() calendar.Date { return s.terms[Statutory][0].ValidFrom }
