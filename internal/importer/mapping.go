package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Mapping says what the rows of a file become. docs/import.md explains each part.
type Mapping struct {
	Records   string          `yaml:"records"`
	Delimiter string          `yaml:"delimiter"`
	Encoding  string          `yaml:"encoding"`
	Empty     []string        `yaml:"empty"`
	Zone      string          `yaml:"zone"`
	Reference Reference       `yaml:"reference"`
	Members   map[string]Rule `yaml:"members"`

	zone *time.Location
	to   *destination
}

// Reference says what makes a row the same complaint for ever.
type Reference struct {
	Prefix string `yaml:"prefix"`
	From   string `yaml:"from"`
	SHA256 bool   `yaml:"sha256"`
}

// Rule says where the value of a member comes from.
type Rule struct {
	From     string              `yaml:"from"`
	Const    *constant           `yaml:"const"`
	Template string              `yaml:"template"`
	Values   map[string]constant `yaml:"values"`
	Date     string              `yaml:"date"`

	kind   kind
	layout string // of Date, as Go writes it
}

// constant is a text, or true or false.
type constant struct{ value any }

// UnmarshalYAML takes a scalar as it is written: a date stays a text.
func (c *constant) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: a value is a text, or true or false", n.Line)
	}
	c.value = n.Value
	if n.Tag == "!!bool" {
		c.value = n.Value == "true"
	}
	return nil
}

const (
	utf8Encoding = "utf-8"
	gb18030      = "gb18030"
)

// referencePrefix leaves room for the 32 digits of a hash and an ordinal in the 64 characters of a reference.
var referencePrefix = regexp.MustCompile(`^[\x21-\x7E]{0,20}$`)

// wholeNumber is what a member that counts can hold.
var wholeNumber = regexp.MustCompile(`^[0-9]{1,15}$`)

// placeholder is a column in a template.
var placeholder = regexp.MustCompile(`\{([^{}]+)\}`)

// ParseMapping reads a map. The error joins all its faults.
func ParseMapping(text []byte) (*Mapping, error) {
	m := &Mapping{Records: "complaints", Delimiter: ",", Encoding: utf8Encoding}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true) // a mistyped word is a fault, not a default
	err := d.Decode(m)
	var wrong *yaml.TypeError
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the map is empty")
	case errors.As(err, &wrong):
		faults := make([]error, len(wrong.Errors))
		for i, text := range wrong.Errors {
			text, _, _ = strings.Cut(text, " in type ")
			faults[i] = errors.New(text)
		}
		return nil, errors.Join(append(faults, m.check()...)...)
	case err != nil:
		return nil, err
	}
	return m, errors.Join(m.check()...)
}

// check finds the faults of a map that can be known without a file.
func (m *Mapping) check() (faults []error) {
	fault := func(format string, a ...any) { faults = append(faults, fmt.Errorf(format, a...)) }
	if m.Delimiter == `\t` || m.Delimiter == "tab" {
		m.Delimiter = "\t"
	}
	if r, size := utf8.DecodeRuneInString(m.Delimiter); size == 0 || size != len(m.Delimiter) || r == '"' || r == '\r' || r == '\n' || r == utf8.RuneError {
		fault("delimiter: one character, or tab")
	}
	m.Encoding = strings.ToLower(m.Encoding)
	if m.Encoding != utf8Encoding && m.Encoding != gb18030 {
		fault("encoding: %s or %s", utf8Encoding, gb18030)
	}
	var err error
	m.zone, err = time.LoadLocation(m.Zone)
	if err != nil {
		fault("zone: %q is not the IANA name of a time zone", m.Zone)
	}
	known := false
	m.to, known = destinations[m.Records]
	if !known {
		fault("records: %s", strings.Join(slices.Sorted(maps.Keys(destinations)), " or "))
		return faults
	}
	if !m.to.refers && m.Reference != (Reference{}) {
		fault("reference: %s are known by their members: leave it out", m.Records)
	}
	if !referencePrefix.MatchString(m.Reference.Prefix) {
		fault("reference: the prefix is at most 20 visible ASCII characters")
	}
	if m.to.refers && m.Reference.From == "" && !m.Reference.SHA256 {
		fault("reference: say with from which column is the row's own number, or sha256: true; without it a second run would register everything twice")
	}
	if len(m.Members) == 0 {
		fault("members: there are none")
	}
	for _, name := range slices.Sorted(maps.Keys(m.Members)) {
		r := m.Members[name]
		for _, text := range r.check(name, m.to, m.Zone != "") {
			fault("members: %s: %s", name, text)
		}
		m.Members[name] = r
	}
	return faults
}

// check finds the faults of one rule, and learns what kind of member it is for.
func (r *Rule) check(name string, to *destination, zoned bool) (faults []string) {
	known, ok := to.members[name]
	switch {
	case to.refers && name == "external_reference":
		return []string{"is made by reference"}
	case !ok:
		return []string{"there is no such member; those of an object are written complainant.name"}
	}
	r.kind = known
	ways := 0
	for _, given := range []bool{r.From != "", r.Const != nil, r.Template != ""} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		faults = append(faults, "takes one of from, const and template")
	}
	if r.From == "" && (r.Values != nil || r.Date != "") {
		faults = append(faults, "values and date go with from")
	}
	if r.Values != nil && r.Date != "" {
		faults = append(faults, "takes values or date, not both")
	}
	if r.Date != "" {
		faults = append(faults, r.checkDate(zoned)...)
	}
	for _, c := range append(slices.Collect(maps.Values(r.Values)), deref(r.Const)...) {
		text, isText := c.value.(string)
		if isText == (known == boolean) || known == number && !wholeNumber.MatchString(text) {
			faults = append(faults, "its values must be "+known.String())
			break
		}
	}
	if known == boolean && (r.Template != "" || r.From != "" && r.Values == nil) {
		faults = append(faults, "is true or false: give the values that mean each")
	}
	return faults
}

func (r *Rule) checkDate(zoned bool) (faults []string) {
	if r.kind != instant && r.kind != civilDate {
		return []string{"is no date"}
	}
	if r.kind == instant && !zoned {
		faults = append(faults, "is an instant: say in zone where its dates are from")
	}
	var err error
	r.layout, err = layoutOf(r.Date)
	if err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}

func deref(c *constant) []constant {
	if c == nil {
		return nil
	}
	return []constant{*c}
}

// columns are the columns that a map names, sorted.
func (m *Mapping) columns() []string {
	named := map[string]bool{}
	for _, r := range m.Members {
		named[r.From] = true
		for _, found := range placeholder.FindAllStringSubmatch(r.Template, -1) {
			named[found[1]] = true
		}
	}
	named[m.Reference.From] = true
	delete(named, "")
	return slices.Sorted(maps.Keys(named))
}
