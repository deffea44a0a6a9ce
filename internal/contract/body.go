package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"xiaobao/internal/fault"
)

// Body is a checked body. It is read like the one that was sent, byte for byte, and offers the value that was checked.
type Body struct {
	sent      bytes.Reader
	value     any
	elements  map[int]error
	canonical []byte // of a bulk request, from before its elements were judged
}

// Read reads the bytes as they were sent.
func (b *Body) Read(p []byte) (int, error) { return b.sent.Read(p) }

// Close does nothing; it makes a Body the body of a request.
func (b *Body) Close() error { return nil }

// ValidatedValue is what the generated server binds instead of decoding the bytes: nil, bool, string, json.Number, float64,
// []any, map[string]any, with every CR LF made LF.
func (b *Body) ValidatedValue() any { return b.value }

// Elements are the faults of a bulk request's single elements, by index, each as if the element had been sent alone. The
// value keeps of each the members that are without fault, so that it can be bound with the others.
func (b *Body) Elements() map[int]error { return b.elements }

// Canonical is the value as JSON without insignificant space, members in the order of their bytes: equal for requests that
// say the same.
func (b *Body) Canonical() []byte {
	if b.canonical != nil {
		return b.canonical
	}
	text, _ := json.Marshal(b.value) // of nothing but what parse makes
	return text
}

const (
	mediaJSON  = "application/json"
	mediaPatch = "application/merge-patch+json"
)

// checkBody reads and judges the body. No Body and no items: there is none, or the operation reads it itself.
func (o *Operation) checkBody(r *http.Request) (*Body, []fault.Item, error) {
	if o.raw {
		return nil, nil, nil
	}
	if !o.HasBody {
		return nil, refuseAny(r), nil
	}
	raw, err := read(r)
	var over *http.MaxBytesError
	if errors.As(err, &over) {
		return nil, []fault.Item{fault.At("#", TooLarge, "limit", over.Limit)}, nil
	}
	if err != nil { // the sender went away; nobody will read the answer
		return nil, nil, fault.RequestMalformed.Because(fmt.Errorf("read the body: %w", err))
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		if o.bodyRequired {
			return nil, []fault.Item{fault.At("#", fault.BodyMissing)}, nil
		}
		return nil, nil, nil
	}
	if !readable(r) {
		return nil, []fault.Item{fault.In(fault.InHeader, "Content-Type", UnsupportedMedia, "type", mediaJSON)}, nil
	}
	return o.judgeBody(r.Context(), raw)
}

func (o *Operation) judgeBody(ctx context.Context, raw []byte) (*Body, []fault.Item, error) {
	value, items, whole := parse(raw)
	if !whole {
		return nil, items, nil
	}
	schema, err := o.body()
	if err != nil {
		return nil, nil, fmt.Errorf("contract: body of %s: %w", o.ID, err)
	}
	body := &Body{value: value}
	body.sent.Reset(raw)
	items = append(judge(schema, value), items...) // of two limits of a number the schema's own comes first
	if o.Bulk != "" {
		return body, o.setAside(ctx, body, items), nil
	}
	return body, o.further(ctx, value, items), nil
}

// setAside keeps the faults of data that lie within single elements for those elements' own answers, and returns the rest.
func (o *Operation) setAside(ctx context.Context, b *Body, items []fault.Item) []fault.Item {
	object, _ := b.value.(map[string]any)
	list, _ := object[o.Bulk].([]any)
	prefix := "#/" + escape(o.Bulk) + "/"
	var rest []fault.Item
	apart := map[int][]fault.Item{}
	for _, item := range items {
		inside, ok := strings.CutPrefix(item.Pointer, prefix)
		token, below, deeper := strings.Cut(inside, "/")
		index, err := strconv.Atoi(token)
		if !ok || err != nil || index >= len(list) || item.Reason.Kind != fault.Invalid {
			rest = append(rest, item)
			continue
		}
		item.Pointer = "#"
		if deeper {
			item.Pointer += "/" + below
		}
		apart[index] = append(apart[index], item)
	}
	b.canonical = b.Canonical() // two requests that differ in what is faulty are two requests
	b.elements = make(map[int]error, len(apart))
	for index, items := range apart {
		list[index] = sound(list[index], items)
		b.elements[index] = verdict(o.further(ctx, list[index], items))
	}
	return rest
}

// sound is what is left of an element without its faulty members.
func sound(element any, items []fault.Item) any {
	for _, item := range items {
		prune(element, strings.Split(strings.TrimPrefix(item.Pointer, "#"), "/")[1:])
	}
	if object, ok := element.(map[string]any); ok {
		return object
	}
	return map[string]any{}
}

// read reads the body whole; how much that may be was set by whoever limits it.
func read(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	var b bytes.Buffer
	// The header is the sender's word: believed up to a size that costs nothing.
	b.Grow(int(min(max(r.ContentLength, 0), 64<<10)) + bytes.MinRead)
	_, err := b.ReadFrom(r.Body)
	return b.Bytes(), err
}

// refuseAny reads one byte at the most.
func refuseAny(r *http.Request) []fault.Item {
	if r.Body == nil || r.ContentLength == 0 {
		return nil
	}
	n, _ := io.ReadFull(r.Body, make([]byte, 1))
	if n == 0 {
		return nil
	}
	return []fault.Item{fault.At("#", fault.BodyUndeclared)}
}

// readable says whether the body calls itself JSON in UTF-8.
func readable(r *http.Request) bool {
	if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return false
	}
	given := r.Header["Content-Type"]
	if len(given) != 1 {
		return false
	}
	if given[0] == mediaJSON {
		return true
	}
	media, parameters, err := mime.ParseMediaType(given[0])
	if err != nil {
		return false
	}
	charset, stated := parameters["charset"]
	if stated && !strings.EqualFold(charset, "utf-8") || !stated && len(parameters) > 0 || len(parameters) > 1 {
		return false
	}
	return media == mediaJSON || media == mediaPatch && r.Method == http.MethodPatch
}
