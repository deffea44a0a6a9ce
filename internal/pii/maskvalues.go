package pii

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaskValues masks what MaskText masks, and the given values of a person, name, phone, number, e-mail, address, wherever
// they stand in the text and however they are spaced, in whichever width and case; each becomes "****". Of an address
// the part below the district is looked for by itself, too. A value inside a longer word of Latin letters is not the
// value. Values of a single character are not looked for: they would take every 王 out of the text.
func MaskValues(text string, values ...string) string { return LookFor(values...).Mask(text) }

// Wanted are values of a person, ready to be looked for in several texts.
type Wanted struct{ values []string }

// Mask is MaskValues for the values.
func (w Wanted) Mask(text string) string {
	text = MaskText(text)
	f := foldWithout(text, spacing)
	var found []span
	for _, value := range w.values {
		for from := 0; ; {
			i := strings.Index(f.text[from:], value)
			if i < 0 {
				break
			}
			start, end := from+i, from+i+len(value)
			s := f.original(start, end, "****")
			if cutsWord(text, s) {
				_, width := utf8.DecodeRuneInString(f.text[start:])
				from = start + width
				continue
			}
			found = append(found, s)
			from = end
		}
	}
	return replace(text, joinSpans(found))
}

// spacing is what people put between the characters of a value.
func spacing(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("-()·•・‧", r)
}

// LookFor folds the values as the texts are folded.
func LookFor(values ...string) Wanted {
	var all []string
	add := func(value string) {
		value = foldWithout(value, spacing).text
		if utf8.RuneCountInString(value) > 1 {
			all = append(all, value)
		}
	}
	for _, value := range values {
		add(value)
		add(NormalPhone(value)) // without the code of China, which the text may lack
		if rest, ok := belowDistrict(value); ok {
			add(rest)
		}
	}
	return Wanted{all}
}

// cutsWord says that the span begins or ends inside a word of Latin letters: "li" in "liability".
func cutsWord(text string, s span) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:s.start])
	first, _ := utf8.DecodeRuneInString(text[s.start:])
	last, _ := utf8.DecodeLastRuneInString(text[:s.end])
	after, _ := utf8.DecodeRuneInString(text[s.end:])
	return latin(before) && latin(first) || latin(last) && latin(after)
}

func latin(r rune) bool { return unicode.Is(unicode.Latin, r) }

// joinSpans puts spans in order and makes one of those that overlap or touch.
func joinSpans(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	var joined []span
	for _, s := range spans {
		if n := len(joined); n > 0 && s.start <= joined[n-1].end {
			joined[n-1].end = max(joined[n-1].end, s.end)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// A Veil masks the same people in the texts of one answer, for everybody who reads it, and remembers where it did.
type Veil struct {
	wanted Wanted
	masked []string
}

// NewVeil makes a veil over people's values.
func NewVeil(values []string) *Veil { return &Veil{wanted: LookFor(values...), masked: []string{}} }

// Text is a text of the answer, which stands at the JSON Pointer, as it is shown.
func (v *Veil) Text(pointer, text string) string {
	hidden := v.wanted.Mask(text)
	if hidden != text {
		v.masked = append(v.masked, pointer)
	}
	return hidden
}

// Masked lists the pointers of the texts in which something was hidden; never nil.
func (v *Veil) Masked() []string { return v.masked }
