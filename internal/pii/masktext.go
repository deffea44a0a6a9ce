package pii

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// MaskText masks the telephone, resident identity and bank card numbers that stand in a free text, as MaskPhone,
// MaskResidentID and MaskAccount do, in whatever groups, dashes and widths they are written:
//
//   - 18 characters that hold a day of the years 1800 to 2099 where an identity number holds the birth. A wrong check
//     digit masks as well: it is most often a slip of the pen;
//   - 16 to 19 digits with the check digit of a card (Luhn). No card begins with 0, 1 or 20, as order numbers do;
//   - mobile numbers, also behind 86 or 0; landlines with their area code. More digits around make another number.
//
// Everything else stays byte by byte: dates, sums, order numbers of another shape, and identity numbers of the old form
// of 15 digits, which nothing tells from an order number.
func MaskText(text string) string {
	if !hasNumber(text) {
		return text
	}
	f := fold(text)
	var spans []span
	for _, run := range runs(f.text) {
		for _, number := range run.numbers() {
			spans = append(spans, f.original(number.start, number.end, number.with))
		}
	}
	return replace(text, spans)
}

// shortestNumber is how many digits the shortest number has that is masked: a landline of seven behind an area code of three.
const shortestNumber = 10

// hasNumber says whether a text holds digits enough for a number. Most texts do not, and need not be looked at letter by letter.
func hasNumber(text string) bool {
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits >= shortestNumber
}

// A run is a row of groups of digits with blanks or dashes between them: one number, several, or none.
type run struct {
	text   string // all of the folded text
	groups []group
}

type group struct {
	start, end int
	gap        byte // what parts it from the group before: 0 nothing, ' ', '-' or ')'
	taken      bool // it is part of a number already
}

var (
	digits = regexp.MustCompile(`[0-9]+|x`)
	gap    = regexp.MustCompile(`^(?:[ -]{1,3}|\) ?)?$`)
)

func runs(text string) []run {
	var all []run
	end := -1
	for _, m := range digits.FindAllStringIndex(text, -1) {
		g := group{start: m[0], end: m[1]}
		joined := end >= 0 && gap.MatchString(text[end:g.start])
		// An x right behind digits may be their last, whatever follows; after a blank it must stand alone.
		if text[g.start] == 'x' && (!joined || end < g.start && g.end < len(text) && isWord(text[g.end])) {
			continue
		}
		if !joined {
			all = append(all, run{text: text})
		} else {
			g.gap = gapKind(text[end:g.start])
		}
		last := &all[len(all)-1]
		last.groups = append(last.groups, g)
		end = g.end
	}
	return all
}

func isWord(b byte) bool { return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' }

func gapKind(between string) byte {
	switch {
	case between == "":
		return 0
	case between[0] == ')':
		return ')'
	case strings.Contains(between, "-"):
		return '-'
	}
	return ' '
}

// numbers finds the numbers of a run, in order. Identity numbers go first, as a part of one can look like a card; then
// what is one group, so that a date before it is not drawn into it; then what is written in several. The groups of
// identity and card numbers are parted in one way, which "6222 2024-03-05 1234" is not.
func (r run) numbers() []span {
	var found []span
	find := func(shape shape, most int, oneKind bool) {
		for i := 0; i < len(r.groups); i++ {
			j, masked, ok := r.match(i, shape, most, oneKind)
			if !ok {
				continue
			}
			for k := i; k <= j; k++ {
				r.groups[k].taken = true
			}
			found = append(found, span{r.open(i, j), r.groups[j].end, masked})
			i = j
		}
	}
	many := len(r.groups)
	find(residentIn, many, true)
	find(phoneIn, 1, false)
	find(cardIn, 1, false)
	find(phoneIn, many, false)
	find(cardIn, many, true)
	slices.SortFunc(found, func(a, b span) int { return a.start - b.start })
	return found
}

// A shape knows the digits of a number, of which the first group had so many, and masks them.
type shape func(number string, first int) (masked string, ok bool)

// match finds the longest number that begins with group i and has the shape.
func (r run) match(i int, shape shape, most int, oneKind bool) (last int, masked string, ok bool) {
	joined, first := "", r.groups[i].end-r.groups[i].start
	var kind byte
	for j := i; j < len(r.groups) && j < i+most && !r.groups[j].taken && len(joined) < longestNumber; j++ {
		g := r.groups[j]
		if j > i && g.gap != 0 {
			mixed := kind != 0 && g.gap != kind && r.text[g.start] != 'x'
			if r.masked(i, j) || oneKind && mixed {
				break
			}
			kind = g.gap
		}
		joined += r.text[g.start:g.end]
		if m, yes := shape(joined, first); yes {
			last, masked, ok = j, m, true
		}
	}
	return last, masked, ok
}

const longestNumber = 19

// masked says that one of the groups is what is left of a number masked before: it is nobody's beginning or end. Masks of
// numbers have four stars or more; fewer are somebody's emphasis.
func (r run) masked(i, j int) bool {
	return slices.ContainsFunc(r.groups[i:j+1], func(g group) bool {
		return strings.HasSuffix(r.text[:g.start], "****") ||
			strings.HasPrefix(strings.TrimPrefix(r.text[g.end:], "-"), "****")
	})
}

// open is where the number begins, with the bracket that it closes: (010) 12345678.
func (r run) open(i, j int) int {
	start := r.groups[i].start
	if start > 0 && r.text[start-1] == '(' && strings.Contains(r.text[start:r.groups[j].end], ")") {
		return start - 1
	}
	return start
}

var (
	residentShape = regexp.MustCompile(`^[1-9][0-9]{5}((?:18|19|20)[0-9]{6})[0-9]{3}[0-9x]$`)
	mobileShape   = regexp.MustCompile(`^((?:00)?86|0)?(1[3-9][0-9]{9})$`)
	cardShape     = regexp.MustCompile(`^(?:2[1-9]|[3-9][0-9])[0-9]{14,17}$`)
)

func residentIn(number string, _ int) (string, bool) {
	m := residentShape.FindStringSubmatch(number)
	if m == nil {
		return "", false
	}
	_, err := time.Parse("20060102", m[1])
	return MaskResidentID(number), err == nil
}

// phoneIn wants the first group as people write it: no mobile number begins with two digits by themselves, as the day of
// a date before a number does, and an area code stands alone.
func phoneIn(number string, first int) (string, bool) {
	if m := mobileShape.FindStringSubmatch(number); m != nil {
		return m[1] + MaskPhone(m[2]), first != 2 || m[1] != ""
	}
	if m := landline.FindStringSubmatch(number); m != nil {
		return MaskPhone(number), first == len(number) || first == len(m[1]+m[2])
	}
	return "", false
}

func cardIn(number string, _ int) (string, bool) {
	return MaskAccount(number), cardShape.MatchString(number) && luhn(number)
}

// luhn is the check of ISO/IEC 7812-1, annex B.
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}
