package identity

import (
	"regexp"
	"strings"
	"time"
)

var (
	// The standard's own second example was born in 1880, so that century belongs to the form.
	resident   = regexp.MustCompile(`^[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]$`)
	resident15 = regexp.MustCompile(`^[1-9][0-9]{14}$`)
)

// ValidResidentID says whether a number has the form of GB 11643: six digits of region, a day that exists, three digits
// of sequence and the check character, X in either case. The form of 15 digits that was issued until 1999 has no check
// character: region and day are all that is looked at. Spaces and full-width characters are the caller's to remove
// (pii.NormalID). Which regions there are is not checked: they are abolished and renamed, and the numbers stay.
func ValidResidentID(number string) bool {
	number = strings.ToUpper(number)
	switch {
	case resident.MatchString(number):
		return isDay(number[6:14]) && residentCheck(number[:17]) == number[17]
	case resident15.MatchString(number):
		return isDay("19" + number[6:12])
	}
	return false
}

func isDay(yyyymmdd string) bool {
	_, err := time.Parse("20060102", yyyymmdd)
	return err == nil
}

// residentCheck is ISO 7064 MOD 11-2: the weight of each place is a power of two modulo 11, which Horner's scheme needs
// no table for.
func residentCheck(body string) byte {
	sum := 0
	for i := range len(body) {
		sum = (sum + int(body[i]-'0')) * 2 % 11
	}
	return "0123456789X"[(12-sum)%11]
}
