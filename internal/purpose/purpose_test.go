package purpose

import "testing"

// No consent is asked for what law asks of the institution, and nothing else goes without one.
func TestBasis(t *testing.T) {
	for p, want := range map[Purpose]bool{ComplaintHandling: false, RegulatoryReporting: false, LegalClaims: false, Audit: false, Survey: true, Marketing: true,
		CasePublication: true, Sharing: true, "unheard of": false} {
		if p.AsksConsent() != want || (p.Basis() == "") != (p == "unheard of") {
			t.Errorf("%s: %q", p, p.Basis())
		}
	}
}
