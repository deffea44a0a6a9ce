package fault

// Where in a request a fault stands.
const (
	InBody   = "body"
	InQuery  = "query"
	InPath   = "path"
	InHeader = "header"
)

// Item is one fault of an input. Its Reason is of kind Malformed, Invalid, or the kind of a header's own trouble.
type Item struct {
	In         string
	Pointer    string // in the body: a JSON Pointer as a fragment, "#/complainant/phone"
	Name       string // elsewhere: the parameter's or header's name
	Reason     *Reason
	Params     map[string]any // never the value that was sent
	Suggestion string         // the word that was probably meant
}

// At makes the fault of a body's member. The pointer starts with "#".
func At(pointer string, reason *Reason, pairs ...any) Item {
	return Item{In: InBody, Pointer: pointer, Reason: reason, Params: params(pairs)}
}

// In makes the fault of a parameter or header.
func In(in, name string, reason *Reason, pairs ...any) Item {
	return Item{In: in, Name: name, Reason: reason, Params: params(pairs)}
}

// Input joins items into one error, nil when there are none. All are told at once; the gravest kind, the one whose status is the lowest,
// names the whole: a request that is malformed anywhere is malformed.
func Input(items []Item) error {
	if len(items) == 0 {
		return nil
	}
	whole := RequestInvalid
	for _, item := range items {
		if item.Reason.Kind == Malformed {
			whole = RequestMalformed
		}
	}
	return &Fault{Reason: whole, Items: items}
}
