package contract

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"xiaobao/internal/fault"
)

// maxValues bounds what one body may cost the validator, which reports every wrong item of a list however long it is. A
// full batch of 500 complaints has about 20,000. [ours]
const maxValues = 100_000

// parser reads JSON and goes on after each fault that leaves the syntax whole, so that all of them are told.
type parser struct {
	dec    *jsontext.Decoder
	path   []string
	values int
	items  []fault.Item
}

// parse reads one JSON text into nil, bool, string, json.Number, float64, []any and map[string]any, CR LF made LF. whole is
// false when it had to stop; the value is then worth nothing.
func parse(raw []byte) (value any, items []fault.Item, whole bool) {
	// Duplicates and bad UTF-8 are let through by the decoder, which would stop at the first, and caught by the parser.
	p := &parser{dec: jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	value, whole = p.value()
	if whole {
		_, err := p.dec.ReadToken()
		if err != io.EOF {
			p.fault(fault.BadJSON)
			whole = false
		}
	}
	return value, p.items, whole
}

func (p *parser) fault(reason *fault.Reason, pairs ...any) {
	p.items = append(p.items, fault.At(pointer(p.path), reason, pairs...))
}

func (p *parser) stop(reason *fault.Reason, pairs ...any) (any, bool) {
	p.fault(reason, pairs...)
	return nil, false
}

func (p *parser) value() (any, bool) {
	p.values++
	if p.values > maxValues {
		return p.stop(tooManyValues, "limit", maxValues)
	}
	switch p.dec.PeekKind() {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		text, wrong, ok := p.text()
		if wrong != nil {
			p.fault(wrong)
		}
		return text, ok
	case '0':
		return p.number()
	}
	token, err := p.dec.ReadToken()
	if err != nil {
		return p.stop(fault.BadJSON)
	}
	if token.Kind() == 'n' {
		return nil, true
	}
	return token.Bool(), true
}

func (p *parser) object() (any, bool) {
	_, err := p.dec.ReadToken()
	if err != nil { // nested deeper than the decoder goes
		return p.stop(fault.BadJSON)
	}
	object := map[string]any{}
	for p.dec.PeekKind() != '}' {
		name, wrong, ok := p.text()
		if !ok {
			return nil, false
		}
		if wrong != nil {
			p.fault(wrong) // at the object: the name itself is not fit to be shown
		}
		p.path = append(p.path, name)
		value, ok := p.value()
		if !ok {
			return nil, false
		}
		if _, twice := object[name]; twice && wrong == nil {
			p.fault(fault.DuplicateMember)
		} else if wrong == nil {
			object[name] = value
		}
		p.path = p.path[:len(p.path)-1]
	}
	_, err = p.dec.ReadToken()
	if err != nil {
		return p.stop(fault.BadJSON)
	}
	return object, true
}

func (p *parser) array() (any, bool) {
	_, err := p.dec.ReadToken()
	if err != nil {
		return p.stop(fault.BadJSON)
	}
	array := []any{}
	for p.dec.PeekKind() != ']' {
		p.path = append(p.path, strconv.Itoa(len(array)))
		value, ok := p.value()
		if !ok {
			return nil, false
		}
		array = append(array, value)
		p.path = p.path[:len(p.path)-1]
	}
	_, err = p.dec.ReadToken()
	if err != nil {
		return p.stop(fault.BadJSON)
	}
	return array, true
}

func (p *parser) number() (any, bool) {
	literal, err := p.dec.ReadValue()
	if err != nil {
		return p.stop(fault.BadJSON)
	}
	v, ok := number(string(literal))
	if !ok && v.(float64) > 0 {
		p.fault(fault.TooBig, "limit", math.MaxFloat64)
	} else if !ok {
		p.fault(fault.TooSmall, "limit", -math.MaxFloat64)
	}
	return v, true
}

// text reads a string or a member's name. wrong says what its characters lack; ok is false when the JSON ends here.
func (p *parser) text() (text string, wrong *fault.Reason, ok bool) {
	raw, err := p.dec.ReadValue()
	if err != nil {
		p.fault(fault.BadJSON)
		return "", nil, false
	}
	if !utf8.Valid(raw) {
		return "", fault.BadUTF8, true
	}
	text = string(raw[1 : len(raw)-1])
	if strings.IndexByte(text, '\\') < 0 {
		return text, nil, true
	}
	decoded, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return "", fault.LoneSurrogate, true
	}
	text = string(decoded)
	if strings.IndexByte(text, 0) >= 0 {
		return "", fault.NUL, true
	}
	return strings.ReplaceAll(text, "\r\n", "\n"), nil, true
}

// maxPointer is what the contract grants the pointer of a fault. [ours]
const maxPointer = 1000

// pointer writes a path as the fragment of a JSON Pointer. One that is longer than the answer may hold ends at the last
// value that it can name.
func pointer(path []string) string {
	var b strings.Builder
	b.WriteByte('#')
	length := 1
	for _, token := range path {
		token = escape(token)
		length += 1 + utf8.RuneCountInString(token)
		if length > maxPointer {
			break
		}
		b.WriteByte('/')
		b.WriteString(token)
	}
	return b.String()
}
