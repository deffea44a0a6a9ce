package contract

import (
	"cmp"
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"xiaobao/internal/fault"
	"xiaobao/internal/spelling"
)

// judge holds a parsed body against its schema.
func judge(schema *jsonschema.Schema, value any) []fault.Item {
	var refused *jsonschema.ValidationError
	if !errors.As(schema.Validate(value), &refused) {
		return nil
	}
	t := &translator{root: schema}
	t.walk(refused)
	return t.items
}

// translator turns what the validator found into faults in our words. It takes places, limits and names of the contract
// from it, never a value or a text.
type translator struct {
	root  *jsonschema.Schema
	items []fault.Item
}

func (t *translator) add(path []string, reason *fault.Reason, pairs ...any) *fault.Item {
	t.items = append(t.items, fault.At(pointer(path), reason, pairs...))
	return &t.items[len(t.items)-1]
}

func (t *translator) walk(e *jsonschema.ValidationError) {
	at := e.InstanceLocation
	switch k := e.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.Reference, *kind.AllOf, *kind.AnyOf, *kind.OneOf:
		t.within(e)
	case *finding:
		t.add(at, k.reason, k.params...).Suggestion = k.suggestion
	case *kind.Required:
		for _, name := range k.Missing {
			t.add(append(slices.Clone(at), name), fault.Required)
		}
	case *kind.AdditionalProperties:
		t.unknown(at, k.Properties...)
	case *kind.FalseSchema: // unevaluatedProperties: false
		if len(at) == 0 {
			t.add(at, fault.NotAllowed)
			return
		}
		t.unknown(at[:len(at)-1], at[len(at)-1])
	case *kind.Type:
		t.add(at, fault.WrongType, "type", strings.Join(k.Want, ", "))
	case *kind.Enum:
		t.add(at, fault.NotAllowed).Suggestion = nearest(k)
	case *kind.Format:
		t.add(at, fault.WrongFormat, "format", k.Want)
	case *kind.Pattern:
		t.add(at, fault.WrongFormat, "format", k.Want)
	default:
		t.bound(at, e.ErrorKind)
	}
}

// within goes on to the causes. Of a choice between null and something else only the something is told: who sent no null
// did not mean null.
func (t *translator) within(e *jsonschema.ValidationError) {
	told := len(t.items)
	for _, cause := range e.Causes {
		k, ok := cause.ErrorKind.(*kind.Type)
		if ok && len(e.Causes) > 1 && slices.Equal(k.Want, []string{"null"}) {
			continue
		}
		t.walk(cause)
	}
	if len(t.items) == told {
		t.add(e.InstanceLocation, fault.NotAllowed)
	}
}

func (t *translator) bound(at []string, of jsonschema.ErrorKind) {
	switch k := of.(type) {
	case *kind.MaxLength:
		t.add(at, fault.TooLong, "limit", k.Want)
	case *kind.MinLength:
		t.add(at, fault.TooShort, "limit", k.Want)
	case *kind.MaxItems:
		t.add(at, fault.ManyItems, "limit", k.Want)
	case *kind.MinItems:
		t.add(at, fault.TooFew, "limit", k.Want)
	case *kind.UniqueItems:
		t.add(at, fault.NotUnique)
	case *kind.MinProperties:
		t.add(at, tooFewMembers, "limit", k.Want)
	case *kind.Minimum:
		t.add(at, fault.TooSmall, "limit", decimal(k.Want))
	case *kind.Maximum:
		t.add(at, fault.TooBig, "limit", decimal(k.Want))
	default: // const, not, multipleOf and what else no body of ours needs
		t.add(at, fault.NotAllowed)
	}
}

func (t *translator) unknown(at []string, names ...string) {
	known := t.names(at)
	for _, name := range names {
		item := t.add(append(slices.Clone(at), name), fault.UnknownMember)
		if len(t.items) <= maxFaults { // beyond, nobody reads it, and a body could buy much of our time
			item.Suggestion = spelling.Meant(name, known)
		}
	}
}

// names are the members that the schema knows at a place.
func (t *translator) names(at []string) []string {
	list := spread([]*jsonschema.Schema{t.root})
	for _, token := range at {
		inside, _ := members(list, token)
		list = append(inside, elements(list)...)
	}
	var names []string
	for _, s := range list {
		for name := range s.Properties {
			names = append(names, name)
		}
	}
	return names
}

// nearest is the word of an enum that was probably meant.
func nearest(k *kind.Enum) string {
	sent, _ := k.Got.(string)
	var words []string
	for _, want := range k.Want {
		if word, ok := want.(string); ok {
			words = append(words, word)
		}
	}
	return spelling.Meant(sent, words)
}

// decimal writes a limit as the contract does.
func decimal(limit *big.Rat) string {
	if limit.IsInt() {
		return limit.Num().String()
	}
	f, _ := limit.Float64()
	return big.NewFloat(f).Text('f', -1)
}

// maxFaults is how many faults one answer tells; the contract bounds the list. A body can hold far more. [ours]
const maxFaults = 1000

// tidy puts the faults in the order of their places, each once, those that decide the status first when some must go.
func tidy(items []fault.Item) []fault.Item {
	slices.SortStableFunc(items, func(a, b fault.Item) int {
		return cmp.Or(cmp.Compare(a.Reason.Kind, b.Reason.Kind), cmp.Compare(rank(a.In), rank(b.In)), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Reason.Code, b.Reason.Code))
	})
	items = slices.CompactFunc(items, func(a, b fault.Item) bool {
		return a.Reason == b.Reason && a.In == b.In && a.Name == b.Name && a.Pointer == b.Pointer
	})
	return items[:min(len(items), maxFaults)]
}

// rank is the order in which a person reads a request.
func rank(in string) int {
	return slices.Index([]string{fault.InPath, fault.InQuery, fault.InHeader, fault.InBody}, in)
}
