package importer

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"xiaobao/api"
)

// kind is what a member of a complaint holds.
type kind int

const (
	text kind = iota
	boolean
	instant
	civilDate
	number
)

// String names the kind for people.
func (k kind) String() string {
	return [...]string{"texts", "true or false", "instants", "dates", "whole numbers"}[k]
}

// destination is where rows go, and so what they become.
type destination struct {
	path    string          // to which they are posted
	list    string          // the member of the body that holds them
	preview string          // the path that judges one and stores nothing; empty: there is none
	refers  bool            // the program makes the reference by which one is the same for ever; else they are known by their members
	members map[string]kind // what one can be posted with, by path, as the contract has it
}

// destinations by what a map calls the records.
var destinations = map[string]*destination{
	"complaints": {path: "/v1/complaint-batches", list: "complaints", preview: "/v1/complaint-previews", refers: true,
		members: membersOf(reflect.TypeFor[api.ComplaintCreate](), "")},
	"notice_deliveries": {path: "/v1/notice-deliveries", list: "deliveries", members: membersOf(reflect.TypeFor[api.NoticeDeliveryCreate](), "")},
}

func membersOf(of reflect.Type, before string) map[string]kind {
	all := map[string]kind{}
	for i := range of.NumField() {
		f := of.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		t := f.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch {
		case t == reflect.TypeFor[time.Time]():
			all[before+name] = instant
		case t == reflect.TypeFor[openapi_types.Date]():
			all[before+name] = civilDate
		case t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64:
			all[before+name] = number
		case t.Kind() == reflect.Bool:
			all[before+name] = boolean
		case t.Kind() == reflect.Struct:
			for below, k := range membersOf(t, before+name+".") {
				all[below] = k
			}
		default:
			all[before+name] = text
		}
	}
	return all
}

// dateWords are the parts of a form of dates, the longest first.
var (
	dateWords = regexp.MustCompile(`YYYY|YY|MM|M|DD|D|HH|H|mm|m|ss|s`)
	goWords   = map[string]string{"YYYY": "2006", "YY": "06", "MM": "01", "M": "1", "DD": "02", "D": "2", "HH": "15", "H": "15", "mm": "04", "m": "4", "ss": "05", "s": "5"}
	strayWord = regexp.MustCompile(`[A-SU-Za-z0-9]`) // T stands between a date and a time
)

var errDateForm = errors.New("date is written with YYYY or YY, MM or M, DD or D, HH or H, mm or m, ss or s, and what stands between them")

// layoutOf turns a form of dates into Go's.
func layoutOf(form string) (string, error) {
	if strayWord.MatchString(dateWords.ReplaceAllString(form, "")) {
		return "", errDateForm
	}
	for _, needed := range []string{"Y", "M", "D"} {
		if !strings.Contains(form, needed) {
			return "", errDateForm
		}
	}
	return dateWords.ReplaceAllStringFunc(form, func(word string) string { return goWords[word] }), nil
}

// date writes a date of a cell as the API reads it. A date without a time, for an instant, is the beginning of its day.
func (r Rule) date(cell string, zone *time.Location) (string, error) {
	t, err := time.ParseInLocation(r.layout, cell, zone)
	if err != nil {
		return "", fmt.Errorf("column %s: not a date of the form %s", r.From, r.Date)
	}
	if r.kind == civilDate {
		return t.Format(time.DateOnly), nil
	}
	return t.Format(time.RFC3339), nil
}
