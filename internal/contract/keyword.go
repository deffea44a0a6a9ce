package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/mail"
	"strconv"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/message"

	"xiaobao/internal/fault"
)

// codeCheck asks whether a code stands in a list, and for the code that was probably meant. nil asks nothing.
type codeCheck func(list, code string) (ok bool, suggestion string)

// finding is what a keyword of ours finds. It travels through the validator, which knows the place, and speaks no words.
type finding struct {
	reason     *fault.Reason
	params     []any
	suggestion string
}

func (*finding) KeywordPath() []string                     { return nil }
func (f *finding) LocalizedString(*message.Printer) string { return f.reason.Code }

// keywords adds to JSON Schema what it does not say: an integer is written as one, and x-code-list.
func keywords(codes codeCheck) *jsonschema.Vocabulary {
	return &jsonschema.Vocabulary{
		URL: "urn:xiaobao:keywords",
		Compile: func(_ *jsonschema.CompilerContext, schema map[string]any) (jsonschema.SchemaExt, error) {
			list, listed := schema["x-code-list"].(string)
			if _, present := schema["x-code-list"]; present && !listed {
				return nil, errors.New("x-code-list is not the name of a list")
			}
			if listed && codes != nil {
				return codeKeyword{list, codes}, nil
			}
			if isInteger(schema["type"]) {
				if schema["format"] == "int32" {
					return integerKeyword{math.MinInt32, math.MaxInt32}, nil
				}
				return integerKeyword{math.MinInt64, math.MaxInt64}, nil
			}
			return nil, nil
		},
	}
}

// isInteger says that integers are the only numbers of the type.
func isInteger(declared any) bool {
	if list, ok := declared.([]any); ok {
		integer := false
		for _, t := range list {
			if t == "number" {
				return false
			}
			integer = integer || t == "integer"
		}
		return integer
	}
	return declared == "integer"
}

// integerKeyword refuses 1.0 and 1e2, which JSON Schema counts as integers and the generated server cannot bind, and what
// no int64 or int32 holds.
type integerKeyword struct{ min, max int64 }

func (k integerKeyword) Validate(ctx *jsonschema.ValidatorContext, v any) {
	switch v := v.(type) {
	case json.Number:
		i, err := v.Int64()
		if err == nil && i > k.max {
			ctx.AddError(&finding{reason: fault.TooBig, params: []any{"limit", k.max}})
		}
		if err == nil && i < k.min {
			ctx.AddError(&finding{reason: fault.TooSmall, params: []any{"limit", k.min}})
		}
	case float64: // number keeps every int64 out of here
		switch {
		case v >= 1<<63:
			ctx.AddError(&finding{reason: fault.TooBig, params: []any{"limit", k.max}})
		case v <= -1<<63:
			ctx.AddError(&finding{reason: fault.TooSmall, params: []any{"limit", k.min}})
		default:
			ctx.AddError(&finding{reason: fault.WrongType, params: []any{"type", "integer"}})
		}
	}
}

type codeKeyword struct {
	list  string
	codes codeCheck
}

func (k codeKeyword) Validate(ctx *jsonschema.ValidatorContext, v any) {
	code, ok := v.(string)
	if !ok {
		return
	}
	known, suggestion := k.codes(k.list, code)
	if !known {
		ctx.AddError(&finding{fault.NotInCodeList, []any{"list", k.list}, suggestion})
	}
}

// formats are asserted exactly as the generated types read them: a text that passes here and fails there would be answered
// in words that are not ours. uri and uuid keep the validator's own checks.
var formats = []*jsonschema.Format{
	{Name: "date", Validate: onText(func(s string) error {
		_, err := time.Parse(time.DateOnly, s)
		return err
	})},
	{Name: "date-time", Validate: onText(func(s string) error {
		var t time.Time
		err := t.UnmarshalText([]byte(s)) // strict RFC 3339, any offset
		if err != nil {
			return err
		}
		if year := t.UTC().Year(); year < 1 || year > 9999 {
			return fmt.Errorf("year %d", year)
		}
		return nil
	})},
	{Name: "email", Validate: onText(func(s string) error {
		address, err := mail.ParseAddress(s)
		if err != nil {
			return err
		}
		if address.Address != s { // "Zhao Lei <zl@example.cn>" holds an address and is none
			return errors.New("more than an address")
		}
		return nil
	})},
}

func onText(check func(string) error) func(any) error {
	return func(v any) error {
		s, ok := v.(string)
		if !ok {
			return nil
		}
		return check(s)
	}
}

// number reads a JSON number: an int64 as json.Number, everything else as float64, which is how integerKeyword tells 1.0
// from 1. It never keeps a long literal or a great exponent: the validator would compute with all of its digits. ok is
// false beyond the range of a float64; v is then the nearest number in it.
func number(literal string) (v any, ok bool) {
	i, err := strconv.ParseInt(literal, 10, 64)
	if err == nil {
		return json.Number(strconv.FormatInt(i, 10)), true // -0 is 0
	}
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return math.Copysign(math.MaxFloat64, f), false
	}
	return f, true
}
