package pii

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The masks of fields, one function per kind (handbook 4.3, project defaults [ours]). Each returns "" for "", and
// nothing but stars for a value too short for its pattern to hide most of it. An organisation's name and its unified
// social credit code are public by law and have no mask.

// MaskName keeps the first and the last character of a Chinese name, of two characters the first: 张*, 王*明, 欧**明. Of any
// other name it keeps the first letter of each part: J*** S****. Blanks, dots and hyphens between parts stay.
func MaskName(name string) string {
	name = strings.TrimSpace(name)
	runes := []rune(name)
	if len(runes) == 1 {
		return "*"
	}
	han := hasHan(name)
	inside := false // a part, of a name that is not Chinese
	for i, r := range runes {
		if between(r) {
			inside = false
			continue
		}
		keep := !inside
		if han {
			keep = i == 0 || i == len(runes)-1 && i > 1
		}
		if !keep {
			runes[i] = '*'
		}
		inside = true
	}
	return string(runes)
}

func between(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("·•・‧.-", r)
}

// An area code has three digits for the cities of 010 and 02x, whose numbers have eight, and four elsewhere
// (the numbering plan of fixed telephones).
var (
	mobile   = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	landline = regexp.MustCompile(`^(?:(010|02[0-9])[0-9]{8}|(0[3-9][0-9]{2})[0-9]{7,8})$`)
)

// MaskPhone keeps three and four digits of a mobile number, 138****5678, the area code and two digits of a landline,
// 010-******78, and the last two digits of any other. The number may be written in any way that NormalPhone knows.
func MaskPhone(phone string) string {
	phone = NormalPhone(phone)
	if mobile.MatchString(phone) {
		return phone[:3] + "****" + phone[7:]
	}
	if m := landline.FindStringSubmatch(phone); m != nil {
		area := m[1] + m[2]
		return area + "-" + keep(phone[len(area):], 0, 2)
	}
	return keep(phone, 0, 2)
}

// MaskResidentID keeps the first and the last character of a resident identity number, the strict view:
// 1****************X. Six digits at the start would tell the region.
func MaskResidentID(number string) string { return keep(NormalID(number), 1, 1) }

// MaskDocument keeps the first and the last two characters of a passport's or another document's number: E******78.
func MaskDocument(number string) string { return keep(NormalID(number), 1, 2) }

// MaskAccount keeps the last four characters of the number of a bank card, a policy, a contract or an account:
// ***************0123, ******1234. Blanks and dashes go.
func MaskAccount(number string) string {
	return keep(strings.ReplaceAll(NormalID(number), "-", ""), 0, 4)
}

// MaskEmail keeps the first character of an e-mail address and its domain: a****@x.cn.
func MaskEmail(address string) string {
	address = strings.TrimSpace(address)
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return keep(address, 0, 0)
	}
	return keep(address[:at], 1, 0) + address[at:]
}

// keep hides all but some characters at both ends, and those too when they would be more than half of the value.
func keep(s string, head, tail int) string {
	n := utf8.RuneCountInString(s)
	if n < 2*(head+tail) {
		head, tail = 0, 0
	}
	runes := []rune(s)
	for i := head; i < n-tail; i++ {
		runes[i] = '*'
	}
	return string(runes)
}
