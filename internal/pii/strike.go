package pii

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What Strike can find, as codes.
const (
	SecurityCode     = "security_code"     // CVV, CVV2, CVC, CVN, 安全码: the printed check of a card
	Password         = "password"          // 密码, 口令, password, passcode
	VerificationCode = "verification_code" // 验证码, 动态密码, OTP
	PIN              = "pin"
)

const removed = "[已删除]"

// Strike takes authentication data (C3 of JR/T 0171-2020, which is never stored) out of a free text before anything is
// stored: the token that follows a word such as 密码 or CVV, with or without 是, 为, ":" or "=" between them, becomes
// "[已删除]". It returns the text and what kinds were struck, each once, in order; never a value.
//
// After 是, 为, ":" or "=" a password may be any token of three or more visible ASCII characters up to a blank, comma or
// semicolon; after the bare word, "is" or a blank it must have four with a digit among them. Codes and PINs have digits
// always. Sentences about passwords stay: 我忘记了密码，请重置; 密码错误三次; 密码是6位数. What is a count (100元, 2024年), and
// after the bare word what is a date or time, a mobile number, an account's length of digits or a web address, stays
// as well.
func Strike(text string) (clean string, struck []string) {
	f := fold(text)
	if !slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(f.text, word) }) {
		return text, nil // as most texts, and fifty times as fast as the pattern
	}
	var spans []span
	for from := 0; ; {
		m := secretWord.FindStringSubmatchIndex(f.text[from:])
		if m == nil {
			break
		}
		start, end := from+m[0], from+m[1]
		kind := secretKind(m)
		i, j := 0, 0
		if !insideWord(f.text, start) {
			i, j = token(kind, f.text[end:])
		}
		if j == 0 {
			from = end
			continue
		}
		spans = append(spans, f.original(end+i, end+j, removed))
		if !slices.Contains(struck, kind) {
			struck = append(struck, kind)
		}
		from = end + j
	}
	return replace(text, spans), struck
}

var (
	// One group for each of secretKinds; longer words before those that they contain. The 2 of CVV2 belongs to the link:
	// in CVV2345 it may as well be the first digit of the code.
	secretGroups = []string{
		"动态密码|动态口令|动态码|验证码|校验码|驗證碼|verification code|otp",
		"安全码|安全碼|security code|cvv|cvc|cvn",
		"密码|密碼|口令|password|passcode|passwd|pwd",
		"pin"}
	secretWord  = regexp.MustCompile("(" + strings.Join(secretGroups, ")|(") + ")")
	secretWords = strings.Split(strings.Join(secretGroups, "|"), "|")
	secretKinds = []string{VerificationCode, SecurityCode, Password, PIN}

	// What may stand between the word and the token. Being generous costs nothing: the token decides.
	link = regexp.MustCompile(`^(?:2\b)?(?:码|碼| ?(?:code|number)\b)?` + opening +
		`((?:(?:就|应该|原来|现在|一直|都|还|被|已)?(?:(?:更?改|设置?|修改|重置)?[是为為成]了?|[:=]|(?:is|was)\b)\s*` + opening + `)*)`)
	strongLink = regexp.MustCompile(`[是为為成:=]`)
)

const opening = `[ "'“”‘’「『【(\[<{]*`

func secretKind(match []int) string {
	for i, kind := range secretKinds {
		if match[2*i+2] >= 0 {
			return kind
		}
	}
	panic("pii: a group without a kind")
}

// insideWord says that Latin letters stand before a Latin word: "spin 1234" has no PIN.
func insideWord(text string, start int) bool {
	return start > 0 && isLetter(text[start]) && isLetter(text[start-1])
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' }

// token finds where in the text after a word its secret stands; j is 0 when there is none.
func token(kind, after string) (i, j int) {
	m := link.FindStringSubmatchIndex(after)
	i = m[1]
	strong := strongLink.MatchString(after[m[2]:m[3]])
	rest := after[i:]
	least := 4
	if strong || kind == SecurityCode {
		least = 3
	}
	for _, shape := range shapes[kind] {
		found := shape.FindString(rest)
		if characters(found) < least || !strong && isElse(found) || isCount(found, rest[len(found):], strong) {
			continue
		}
		if kind == Password && strong || strings.ContainsAny(found, "0123456789") || spokenDigits.MatchString(found) {
			j = max(j, i+len(found))
		}
	}
	return i, j
}

var (
	spokenDigits = regexp.MustCompile(`^[零〇一二三四五六七八九幺]{4,}`)
	spacedDigits = regexp.MustCompile(`^[0-9]{1,3}(?:[ -][0-9]{1,3})+\b`) // 123 456, 1 2 3 4 5 6
	runOfDigits  = regexp.MustCompile(`^[0-9]+`)
	runOfWord    = regexp.MustCompile(`^[0-9a-z]+`)
	visible      = regexp.MustCompile(`^[!-+\--:<-~]+`) // ASCII without comma and semicolon

	shapes = map[string][]*regexp.Regexp{
		SecurityCode:     {spacedDigits, runOfDigits},
		PIN:              {spacedDigits, runOfDigits, spokenDigits},
		VerificationCode: {spacedDigits, runOfWord, runOfDigits, spokenDigits},
		Password:         {spacedDigits, visible, spokenDigits},
	}
)

// characters counts what is not put between others.
func characters(token string) int {
	return utf8.RuneCountInString(strings.NewReplacer(" ", "", "-", "").Replace(token))
}

var (
	numeric  = regexp.MustCompile(`^[0-9 .:/-]+$`)
	counted  = regexp.MustCompile(`^ ?(?:[次年月日号元块万千百个天点时分秒位条遍岁笔家人页楼倍种%]|days|times|digits)`)
	moment   = regexp.MustCompile(`^(?:(?:(?:19|20)[0-9]{2}[-/.])?[0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)$`)
	account  = regexp.MustCompile(`^[0-9]{12,}$`)
	location = regexp.MustCompile(`^[a-z]+://`)
)

// isElse says that a token after a bare word is something of its own.
func isElse(token string) bool {
	return moment.MatchString(token) || mobile.MatchString(NormalPhone(token)) ||
		account.MatchString(token) || location.MatchString(token)
}

// isCount says that a number counts something: 100元, 2024年. After 是 six digits and more are a password all the same.
func isCount(token, after string, strong bool) bool {
	if !numeric.MatchString(token) && !spokenDigits.MatchString(token) {
		return false
	}
	return counted.MatchString(after) && !(strong && len(token) >= 6)
}
