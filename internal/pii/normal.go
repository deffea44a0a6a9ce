package pii

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	chinaCode  = regexp.MustCompile(`^(?:\+86|0086)`)
	bareChina  = regexp.MustCompile(`^86(1[3-9][0-9]{9})$`)
	nameDots   = strings.NewReplacer("•", "·", "・", "·", "‧", "·", "∙", "·", "･", "·")
	phoneNoise = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "")
)

// NormalPhone is a telephone number as it is looked up: half-width, without blanks, dashes, brackets and the code of
// China, +86 or 0086 (or 86 before a mobile number). Other countries keep their "+".
func NormalPhone(phone string) string {
	phone = phoneNoise.Replace(strings.TrimSpace(fold(phone).text))
	phone = chinaCode.ReplaceAllString(phone, "")
	return bareChina.ReplaceAllString(phone, "$1")
}

// NormalID is an identity number as it is looked up: half-width, upper case, without blanks.
func NormalID(number string) string {
	return strings.ToUpper(strings.Join(strings.Fields(fold(number).text), ""))
}

// NormalName is a name as it is looked up: half-width, lower case, one kind of middle dot; a name with Chinese characters
// has no blanks, another one single ones.
func NormalName(name string) string {
	words := strings.Fields(nameDots.Replace(fold(name).text))
	if hasHan(name) {
		return strings.Join(words, "")
	}
	return strings.Join(words, " ")
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// folded is a text in the one width, case and dash in which patterns are looked for, with the way back to the text as it
// was written.
type folded struct {
	text string
	at   []int32 // for each byte of text, where its character starts in the original
	raw  string
}

// fold makes full-width characters half-width, letters lower case, every blank a space and every dash a hyphen, and
// leaves out what cannot be seen: phones copy numbers with direction marks around them. Line ends stay.
func fold(raw string) folded {
	return foldWithout(raw, func(r rune) bool { return unicode.Is(unicode.Cf, r) })
}

func foldWithout(raw string, skip func(rune) bool) folded {
	f := folded{raw: raw, at: make([]int32, 0, len(raw))}
	var b strings.Builder
	b.Grow(len(raw))
	for i, r := range raw {
		if r < '㐀' || r > '鿿' { // what most texts are made of has one form only
			r = foldRune(r)
			if skip(r) {
				continue
			}
		}
		b.WriteRune(r)
		for range utf8.RuneLen(r) {
			f.at = append(f.at, int32(i))
		}
	}
	f.text = b.String()
	return f
}

func foldRune(r rune) rune {
	switch {
	case r >= '！' && r <= '～': // the full-width forms stand in ASCII's order
		r -= '！' - '!'
	case unicode.Is(unicode.Zs, r) || r == '\t':
		return ' '
	case unicode.Is(unicode.Pd, r) || r == '−':
		return '-'
	}
	return unicode.ToLower(r)
}

// span is a part of an original text and what is to stand there.
type span struct {
	start, end int
	with       string
}

// original is the span of the original text that became the bytes i to j of the folded one; i < j.
func (f folded) original(i, j int, with string) span {
	last := int(f.at[j-1])
	_, width := utf8.DecodeRuneInString(f.raw[last:])
	return span{int(f.at[i]), last + width, with}
}

// replace puts the spans, which are in order and apart, into the text.
func replace(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	done := 0
	for _, s := range spans {
		b.WriteString(text[done:s.start])
		b.WriteString(s.with)
		done = s.end
	}
	b.WriteString(text[done:])
	return b.String()
}
