package contract

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"xiaobao/internal/fault"
)

// Operation is one operation of the contract.
type Operation struct {
	ID     string // operationId: createComplaint
	Method string // POST
	Path   string // as the contract writes it: /v1/complaints/{complaint_id}
	Route  string // as Echo writes it: /v1/complaints/:complaint_id
	Tag    string

	// Permissions, any of which lets the caller in: "public", "signed_in" or "signed_in_user" (people, not keys) alone, or objects with
	// acts, "complaint.read".
	Permissions []string
	// BeforePasswordChange (x-before-password-change): also for who must change her password before anything else.
	BeforePasswordChange bool
	StageAction          string   // x-stage-action: the action by which it moves a complaint; mostly empty
	Problems             []string // x-problems: the codes of the feature that a caller can meet
	// Bulk (x-bulk) is the member of the body that lists elements, each of which gets an answer of its own; mostly empty.
	Bulk    string
	HasBody bool

	// Further finds what no schema can say (checksums, members that depend on each other), so that it is told together with the
	// faults of a body that breaks its schema; a body that keeps it is judged by its feature. It gets the value without its faulty members, of
	// a bulk request one element. Set before the first Check; mostly nil.
	Further func(ctx context.Context, value any) []fault.Item

	query        map[string]*parameter
	names        []string // of query
	asks         bool     // some query parameter is required
	headers      []*parameter
	raw          bool // the operation reads the body itself
	bodyRequired bool
	body         func() (*jsonschema.Schema, error)
	answers      map[string]*answer
}

// Check judges the query, the declared headers and the body of a request to the operation, and reads the body. All faults
// come at once: a *fault.Fault whose kind is that of the gravest. Any other error is ours.
//
// The Body is to take the place of r.Body. It is nil where none was sent or the operation reads it itself; r.Body is then as
// it should be. How many bytes are read is for the caller to bound, with http.MaxBytesReader.
func (o *Operation) Check(r *http.Request) (*Body, error) {
	items := append(o.checkQuery(r.URL.RawQuery), o.checkHeaders(r.Header)...)
	body, found, err := o.checkBody(r)
	if err != nil {
		return nil, err
	}
	if len(items)+len(found) > 0 {
		return nil, verdict(append(items, found...))
	}
	return body, nil
}

// verdict joins items into the fault whose status is the lowest among theirs.
func verdict(items []fault.Item) error {
	items = tidy(items)
	gravest := items[0]
	switch gravest.Reason.Kind {
	case fault.TooLarge, fault.UnsupportedMedia: // kinds of their own, which Input does not know
		return &fault.Fault{Reason: gravest.Reason, Params: gravest.Params, Items: items}
	}
	return fault.Input(items)
}

var (
	methods    = []string{"get", "put", "post", "delete", "patch"}
	permission = regexp.MustCompile(`^(public|signed_in|signed_in_user|[a-z_]+(\.[a-z_]+)+)$`)
	template   = regexp.MustCompile(`\{([^}]+)\}`)
)

// loader reads the operations and keeps every fault of the document.
type loader struct {
	c      *Contract
	faults []error
}

func (l *loader) fault(p place, format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("%s: %s", p.at, fmt.Sprintf(format, args...)))
}

func (l *loader) operation(path, method string, item place) {
	p := item.member(method)
	o := &Operation{
		ID: p.text("operationId"), Method: strings.ToUpper(method), Path: path, Route: template.ReplaceAllString(path, ":$1"),
		StageAction: p.text("x-stage-action"), Bulk: p.text("x-bulk"), BeforePasswordChange: p.flag("x-before-password-change"),
		query: map[string]*parameter{}, answers: map[string]*answer{},
	}
	if o.ID == "" || l.c.named[o.ID] {
		l.fault(p, "operationId is absent or stands twice")
	}
	if tags, _ := p.texts("tags"); len(tags) == 1 {
		o.Tag = tags[0]
	} else {
		l.fault(p, "an operation has one tag")
	}
	var ok bool
	if o.Problems, ok = p.texts("x-problems"); !ok && p.member("x-problems").value != nil {
		l.fault(p, "x-problems is not a list of codes")
	}
	o.Permissions, ok = p.texts("x-permission")
	if !ok || len(o.Permissions) == 0 || slices.ContainsFunc(o.Permissions, func(s string) bool { return !permission.MatchString(s) }) {
		l.fault(p, "x-permission is absent or is not public, signed_in, signed_in_user or object.act")
	}
	if len(o.Permissions) > 1 && slices.ContainsFunc(o.Permissions, func(s string) bool { return !strings.Contains(s, ".") }) {
		l.fault(p, "public, signed_in and signed_in_user stand alone in x-permission")
	}
	declared := item.member("parameters").each()
	for token, own := range p.member("parameters").each() {
		declared["own "+token] = own
	}
	for _, parameter := range declared {
		l.parameter(o, parameter)
	}
	l.requestBody(o, p.member("requestBody"))
	for status, response := range p.member("responses").each() {
		o.answers[status] = l.answer(response)
	}
	l.c.named[o.ID] = true
	l.c.routes[o.Method+" "+o.Route] = o
	l.c.operations = append(l.c.operations, o)
}

func (l *loader) parameter(o *Operation, p place) {
	in, name := p.text("in"), p.text("name")
	style := map[string]string{fault.InQuery: "form", fault.InHeader: "simple", fault.InPath: "simple"}[in]
	if name == "" || style == "" {
		l.fault(p, "a parameter is one of the query, the path or a header, and has a name")
		return
	}
	explode := p.member("explode").value
	if s := p.text("style"); s != "" && s != style || explode == false && in == fault.InQuery {
		l.fault(p, "only the default style of parameters is read: lists are repeated")
		return
	}
	schema, err := l.c.parameters.compile(p.schema("schema").at)
	if err != nil {
		l.fault(p, "%v", err)
		return
	}
	made := newParameter(in, name, p.flag("required"), schema)
	switch in {
	case fault.InQuery:
		o.query[name] = made
		o.names = append(o.names, name)
		o.asks = o.asks || made.required
	case fault.InHeader:
		made.name = http.CanonicalHeaderKey(name)
		o.headers = append(o.headers, made)
	}
}

func (l *loader) requestBody(o *Operation, p place) {
	if p.value == nil {
		return
	}
	o.HasBody, o.bodyRequired = true, p.flag("required")
	content := p.member("content")
	media := content.member(mediaJSON)
	if media.value == nil {
		o.raw = true
		return
	}
	schema := media.schema("schema")
	if schema.value == nil {
		l.fault(p, "a JSON body has a schema")
	}
	o.body = l.c.bodies.later(schema.at)
}
