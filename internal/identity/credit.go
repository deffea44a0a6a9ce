package identity

import (
	"regexp"
	"strings"
)

// creditAlphabet is GB 32100's: no I, O, S, V, Z, which are mistaken for digits. A character's value is its place.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var credit = regexp.MustCompile(`^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$`)

// ValidCreditCode says whether a code has the form of GB 32100: registering body, kind, six digits of region, nine
// characters of the organisation's code, and the check character modulo 31; letters in either case. The check character
// inside the organisation's code (GB 11714) is not looked at: the last character covers it.
func ValidCreditCode(code string) bool {
	code = strings.ToUpper(code)
	if !credit.MatchString(code) {
		return false
	}
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(creditAlphabet, code[i]) * weight
		weight = weight * 3 % 31
	}
	return creditAlphabet[(31-sum%31)%31] == code[17]
}
