// Package purpose is for what consumers' data is used (使用目的), and on what each use rests. Some purposes rest on law and never ask consent (handbook
// §4.1, PIPL article 13), the handling of complaints among them: CBIRC Order 2020 No. 3 makes it a duty, towards those without a contract as well; the others are the consumer's free choice, each apart (PBOC Order 2020 No. 5 articles 29 to 32).
package purpose

// Purpose is one use, a code of the list `purpose`.
type Purpose string

// The purposes.
const (
	ComplaintHandling   Purpose = "complaint_handling"
	RegulatoryReporting Purpose = "regulatory_reporting"
	LegalClaims         Purpose = "legal_claims"
	Audit               Purpose = "audit"
	Survey              Purpose = "survey"
	Marketing           Purpose = "marketing"
	CasePublication     Purpose = "case_publication"
	Sharing             Purpose = "sharing"
)

// The bases on which a use can rest.
const (
	OnLaw     = "law"
	OnConsent = "consent"
)

var bases = map[Purpose]string{
	ComplaintHandling: OnLaw, RegulatoryReporting: OnLaw, LegalClaims: OnLaw, Audit: OnLaw,
	Survey: OnConsent, Marketing: OnConsent, CasePublication: OnConsent, Sharing: OnConsent,
}

// Basis is on what a purpose rests; empty for one that is unknown.
func (p Purpose) Basis() string { return bases[p] }

// AsksConsent says that the purpose rests on nothing but the consumer's consent.
func (p Purpose) AsksConsent() bool { return bases[p] == OnConsent }
