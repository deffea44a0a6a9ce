// Package spelling tells which word was probably meant by one that is not known: "did you mean". It guarantees that a word which shares little with all
// that are known gives none.
package spelling

import (
	"slices"
	"strings"
)

// Meant is the candidate that was probably meant: at most two letters changed, added, left out or swapped with their
// neighbour, and fewer than half of the word. Case, "-" and "_" do not count. Empty when none is near.
func Meant(word string, candidates []string) string {
	best, least := "", 3
	plain := []rune(fold(word))
	if len(plain) > 100 { // no word of ours comes near
		return ""
	}
	for _, candidate := range slices.Sorted(slices.Values(candidates)) {
		other := []rune(fold(candidate))
		if d := distance(plain, other); d < least && 2*d < len(other) {
			best, least = candidate, d
		}
	}
	return best
}

var separators = strings.NewReplacer("-", "", "_", "")

func fold(word string) string { return strings.ToLower(separators.Replace(word)) }

// distance is the optimal string alignment distance, 3 for everything beyond 2.
func distance(a, b []rune) int {
	const far = 3
	if max(len(a), len(b))-min(len(a), len(b)) >= far {
		return far
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], far)
}
