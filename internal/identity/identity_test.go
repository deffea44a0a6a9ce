package identity

import (
	"strings"
	"testing"
)

// TestResidentIDs guards the examples of GB 11643-1999 (the first two) and the ways in which a number is mistyped.
func TestResidentIDs(t *testing.T) {
	for _, tt := range []struct {
		name, number string
		want         bool
	}{
		{"the standard's example", "11010519491231002X", true},
		{"the standard's example of 1880", "440524188001010014", true},
		{"lower-case x", "11010519491231002x", true},
		{"29 February of a leap year", "11010520000229001" + string(residentCheck("11010520000229001")), true},
		{"29 February of a common year", "11010519000229001" + string(residentCheck("11010519000229001")), false},
		{"31 April", "11010519490431001" + string(residentCheck("11010519490431001")), false},
		{"month 13", "11010519491331001" + string(residentCheck("11010519491331001")), false},
		{"year 2149", "11010521491231001" + string(residentCheck("11010521491231001")), false},
		{"wrong check digit", "110105194912310021", false},
		{"region that starts with 0", "01010519491231001" + string(residentCheck("01010519491231001")), false},
		{"X in the middle", "1101051949123100X2", false},
		{"17 digits", "11010519491231002", false},
		{"19 digits", "11010519491231002X0", false},
		{"15 digits", "110105491231002", true},
		{"15 digits, month 13", "110105491331002", false},
		{"15 digits, 31 June", "110105490631002", false},
		{"15 characters, ending in X", "11010549123100X", false},
		{"full-width digits", "１１０１０５１９４９１２３１００２X", false},
		{"blank after it", "11010519491231002X ", false},
		{"newline after it", "11010519491231002X\n", false},
		{"nothing", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ValidResidentID(tt.number); got != tt.want {
				t.Errorf("ValidResidentID(%q) = %t, want %t", tt.number, got, tt.want)
			}
		})
	}
}

// TestCreditCodes guards the example of GB 32100-2015 (the first) and codes of companies as publicly registered.
func TestCreditCodes(t *testing.T) {
	for _, tt := range []struct {
		name, code string
		want       bool
	}{
		{"the standard's example", "91350100M000100Y43", true},
		{"a public company", "9144030071526726XG", true},
		{"a public company, digits only", "914403001922038216", true},
		{"a bank", "91100000100003962T", true},
		{"lower case", "91350100m000100y43", true},
		{"wrong check character", "91350100M000100Y44", false},
		{"a letter that the alphabet lacks", "91350100M0001O0Y43", false},
		{"letter in the region", "9135010AM000100Y43", false},
		{"17 characters", "91350100M000100Y4", false},
		{"19 characters", "91350100M000100Y430", false},
		{"a resident ID", "11010519491231002X", false},
		{"nothing", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ValidCreditCode(tt.code); got != tt.want {
				t.Errorf("ValidCreditCode(%q) = %t, want %t", tt.code, got, tt.want)
			}
		})
	}
}

// TestOneWrongCharacterIsFound guards what the check characters are for: both moduli are prime, so no single
// substitution and no exchange of two neighbours goes unseen.
func TestOneWrongCharacterIsFound(t *testing.T) {
	for _, tt := range []struct {
		valid    func(string) bool
		number   string
		alphabet string
	}{
		{ValidResidentID, "11010519491231002X", "0123456789X"},
		{ValidCreditCode, "91350100M000100Y43", creditAlphabet},
	} {
		for i := range tt.number {
			for _, c := range tt.alphabet {
				wrong := tt.number[:i] + string(c) + tt.number[i+1:]
				if wrong != tt.number && tt.valid(wrong) {
					t.Errorf("%s passes for %s", wrong, tt.number)
				}
			}
			if i > 0 && tt.number[i] != tt.number[i-1] {
				wrong := tt.number[:i-1] + string(tt.number[i]) + string(tt.number[i-1]) + tt.number[i+1:]
				if tt.valid(wrong) {
					t.Errorf("%s passes for %s", wrong, tt.number)
				}
			}
		}
	}
}

func FuzzIdentity(f *testing.F) {
	for _, seed := range []string{"", "11010519491231002X", "110105491231002", "91350100M000100Y43", "\xff", strings.Repeat("9", 18)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if ValidResidentID(s) && len(s) != 15 && len(s) != 18 || ValidCreditCode(s) && len(s) != 18 {
			t.Errorf("%q is no number of this length", s)
		}
		if ValidResidentID(s) != ValidResidentID(strings.ToLower(s)) {
			t.Errorf("%q depends on its case", s)
		}
	})
}
