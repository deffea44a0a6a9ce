package codelist

import "strings"

// Beyond two slips of the hand a suggestion is more often wrong than right.
const maxDistance = 2

// nearest returns the code, postable on the date, with the fewest slips of the hand from what was sent; the first of
// the list among equals. A code that shares nothing with what was sent is no suggestion.
func (l List) nearest(sent, on string) string {
	folded := strings.ToLower(sent)
	best, code := min(maxDistance+1, len(folded)), ""
	for _, it := range l.Items {
		if !it.postable(on) {
			continue
		}
		d := distance(folded, it.Code, best)
		if d < best {
			best, code = d, it.Code
		}
	}
	return code
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that make b of a, in bytes. Where the
// lengths alone put it at limit or beyond it returns limit, so that a long text costs nothing.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
