package authz

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Policy is who may do what, as ParseCSV read it: every word known, no line twice, no role its own heir. The zero Policy
// grants nothing.
type Policy struct {
	lines    []Line
	inherits []inheritance
}

// Line is one sentence of a policy: the Role in a department of the Kind may do the Act to the Object at the Stage, on the
// rows of the Scope. Kind and Stage may be "*", any.
type Line struct{ Role, Kind, Object, Stage, Act, Scope string }

// inheritance: the heir may whatever the role may.
type inheritance struct{ heir, role string }

// roleShape is what a role's word looks like; 64 is the bound of codes in the contract.
var roleShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// ParseCSV reads a policy: lines "p, role, kind, object, stage, act, scope" and "g, heir, role", blank lines, and comments
// after "#" at the beginning of a line. The error joins all faults, one a line of its text, each with the number of the line.
func ParseCSV(text []byte) (Policy, error) {
	r := reader{seen: map[string]int{}}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		r.read(number, strings.TrimSpace(line))
	}
	if len(r.faults) > 0 {
		return Policy{}, errors.Join(r.faults...)
	}
	return r.policy, nil
}

// reader is a policy being read, with the faults found so far.
type reader struct {
	policy Policy
	seen   map[string]int // the first line with these words
	number int
	faults []error
}

func (r *reader) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("policy line %d: "+format, append([]any{r.number}, args...)...))
}

func (r *reader) read(number int, line string) {
	r.number = number
	if line == "" || strings.HasPrefix(line, "#") {
		return
	}
	words := strings.Split(line, ",")
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	key := strings.Join(words, ",")
	if first, twice := r.seen[key]; twice {
		r.fault("the same stands in line %d", first)
		return
	}
	r.seen[key] = number
	switch words[0] {
	case "p":
		r.grant(words[1:])
	case "g":
		r.inherit(words[1:])
	default:
		r.fault("a line begins with p or g, not with %q", words[0])
	}
}

func (r *reader) grant(words []string) {
	if len(words) != 6 {
		r.fault("p takes role, kind, object, stage, act, scope: 6 words, not %d", len(words))
		return
	}
	l := Line{Role: words[0], Kind: words[1], Object: words[2], Stage: words[3], Act: words[4], Scope: words[5]}
	r.role(l.Role)
	if l.Kind != anything && indexOf(kinds, l.Kind) < 0 {
		r.fault("unknown kind of department %q", l.Kind)
	}
	o, known := findObject(l.Object)
	switch {
	case !known:
		r.fault("unknown object %q", l.Object)
	case !slices.Contains(o.acts, l.Act):
		r.fault("unknown act %q of %s", l.Act, l.Object)
	}
	switch {
	case l.Stage == anything:
	case indexOf(stages, l.Stage) < 0:
		r.fault("unknown stage %q", l.Stage)
	case known && !o.staged:
		r.fault("%s has no stages: write * for %q", l.Object, l.Stage)
	}
	if indexOf(scopes, l.Scope) < 0 {
		r.fault("unknown scope %q", l.Scope)
	}
	r.policy.lines = append(r.policy.lines, l)
}

func (r *reader) inherit(words []string) {
	if len(words) != 2 {
		r.fault("g takes heir and role: 2 words, not %d", len(words))
		return
	}
	i := inheritance{heir: words[0], role: words[1]}
	r.role(i.heir)
	r.role(i.role)
	if r.policy.reaches(i.role, i.heir) {
		// Left out, so that the rest is judged without the circle.
		r.fault("%s would inherit from itself through %s", i.heir, i.role)
		return
	}
	r.policy.inherits = append(r.policy.inherits, i)
}

func (r *reader) role(word string) {
	if !roleShape.MatchString(word) {
		r.fault("%q is not a role: a to z, then a to z, 0 to 9 and _, at most 64", word)
	}
}

// reaches says that the heir is, or inherits from, the role.
func (p Policy) reaches(heir, role string) bool {
	reached := []string{heir}
	for at := 0; at < len(reached); at++ {
		for _, i := range p.inherits {
			if i.heir == reached[at] && !slices.Contains(reached, i.role) {
				reached = append(reached, i.role)
			}
		}
	}
	return slices.Contains(reached, role)
}

// granting lists the lines that grant the question to anybody.
func (p Policy) granting(q Question) []Line {
	return only(p.lines, func(l Line) bool { return l.Object == q.Object && l.Act == q.Act })
}

func only(lines []Line, keep func(Line) bool) []Line {
	var kept []Line
	for _, l := range lines {
		if keep(l) {
			kept = append(kept, l)
		}
	}
	return kept
}
