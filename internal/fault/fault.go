package fault

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind is the sort of trouble, from which the shell derives the status of the answer.
type Kind int

// The kinds, in the order in which their checks run (api conventions, "Errors").
const (
	Malformed            Kind = iota + 1 // the program must be mended: syntax, parameters
	Unauthenticated                      // who are you
	Forbidden                            // known, and not allowed
	NotFound                             // absent or out of scope, which look the same
	NoMethod                             // the path exists, the method does not
	NotAcceptable                        // no such representation
	Conflict                             // not in this state
	Gone                                 // was here, and is no more
	Stale                                // read before somebody else changed it
	TooLarge                             // more bytes than are read
	UnsupportedMedia                     // not JSON, not UTF-8
	Unsatisfiable                        // a range beyond the end of what there is
	Invalid                              // readable, but the data must be mended
	PreconditionRequired                 // say which version you have read
	TooMany                              // later
	Unavailable                          // later, not your fault
	Internal                             // our fault, opaque
)

// Words is one public text in the two languages of the product. {name} stands for a parameter.
type Words struct{ EN, ZH string }

// Reason is a declared way to fail. Declare makes one; it is an error by itself, for where nothing needs to be added.
type Reason struct {
	Kind   Kind
	Code   string // feature.reason, stable for ever
	Title  Words  // the same for every occurrence
	Detail Words  // about the occurrence, with {parameters}; empty: the title is all there is to say
	Causes string // a request that meets it
	Cures  string // what to do instead
	Retry  bool   // the same request may succeed later
}

var declared = map[string]*Reason{}

// Declare registers a reason. It panics when a code is declared twice or a text is missing in one language, which a
// package's first test meets.
func Declare(r Reason) *Reason {
	if declared[r.Code] != nil {
		panic("fault: " + r.Code + " is declared twice")
	}
	if r.Code == "" || r.Kind == 0 || r.Title.EN == "" || r.Title.ZH == "" || (r.Detail.EN == "") != (r.Detail.ZH == "") {
		panic(fmt.Sprintf("fault: %q is not fully declared", r.Code))
	}
	declared[r.Code] = &r
	return &r
}

// Declared lists every reason that this binary can answer with, by code.
func Declared() []*Reason {
	all := make([]*Reason, 0, len(declared))
	for _, r := range declared {
		all = append(all, r)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Code < all[j].Code })
	return all
}

// Lookup returns the reason of a code, or nil.
func Lookup(code string) *Reason { return declared[code] }

// Error is for logs; people read the words.
func (r *Reason) Error() string { return r.Code }

// Fault is one occurrence of a Reason.
type Fault struct {
	Reason  *Reason
	Params  map[string]any // fill the {names} of Detail: codes, numbers, dates; never a personal value
	Items   []Item         // the single faults of an input
	Members map[string]any // further members of the answer, which the code defines: current_stage, etag ...
	Cause   error          // private
}

// With makes an occurrence with parameters, given as name, value, name, value.
func (r *Reason) With(pairs ...any) *Fault {
	return &Fault{Reason: r, Params: params(pairs)}
}

// Because makes an occurrence with a private cause.
func (r *Reason) Because(cause error) *Fault { return &Fault{Reason: r, Cause: cause} }

// Member adds a member to the answer.
func (f *Fault) Member(name string, value any) *Fault {
	if f.Members == nil {
		f.Members = map[string]any{}
	}
	f.Members[name] = value
	return f
}

func (f *Fault) Error() string {
	if f.Cause != nil {
		return f.Reason.Code + ": " + f.Cause.Error()
	}
	if len(f.Items) > 0 {
		parts := make([]string, len(f.Items))
		for i, item := range f.Items {
			parts[i] = item.Reason.Code + " at " + item.Pointer + item.Name
		}
		return f.Reason.Code + ": " + strings.Join(parts, ", ")
	}
	return f.Reason.Code
}

// Unwrap lets errors.Is reach the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// Is makes errors.Is(err, ErrStage) true for each occurrence of the reason.
func (f *Fault) Is(target error) bool { return target == error(f.Reason) }

// From finds the fault in an error; nil when the error is none of ours.
func From(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	var r *Reason
	if errors.As(err, &r) {
		return &Fault{Reason: r}
	}
	return nil
}

// Say returns the text in a language ("zh-CN", else English) with its {names} filled.
func (w Words) Say(language string, params map[string]any) string {
	text := w.EN
	if strings.HasPrefix(language, "zh") {
		text = w.ZH
	}
	for name, value := range params {
		text = strings.ReplaceAll(text, "{"+name+"}", fmt.Sprint(value))
	}
	return text
}

// Sentence is what a fault says to an operator: its words with their parameters filled, which for a file may hold its path.
func Sentence(err error, language string) string {
	f := From(err)
	if f == nil {
		return err.Error()
	}
	if f.Reason.Detail.EN != "" {
		return f.Reason.Detail.Say(language, f.Params)
	}
	return f.Reason.Title.Say(language, f.Params)
}

func params(pairs []any) map[string]any {
	if len(pairs) == 0 {
		return nil
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}
