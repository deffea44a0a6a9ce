package importer

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"xiaobao/config"
)

// All faults of a map are told at once.
func TestMappingTellsAllFaults(t *testing.T) {
	_, err := ParseMapping([]byte(`
delimiter: ';;'
encoding: latin-1
zone: Mars/Olympus
colour: red
reference: {prefix: '号'}
members:
  source: {const: own, from: A}
  sourc: {const: own}
  external_reference: {from: A}
  received_at: {from: A, date: DD. month YYYY}
  occurred_on: {from: A, date: YYYY-MM-DD, values: {a: b}}
  narrative: {from: A, date: YYYY-MM-DD}
  request: {const: x, values: {a: b}}
  product: {const: true}
  complainant.kind: {}
  complainant.id_unverified: {from: A}
`))
	want := []string{
		"line 5: field colour not found",
		"delimiter: one character, or tab",
		"encoding: utf-8 or gb18030",
		`zone: "Mars/Olympus" is not the IANA name of a time zone`,
		"reference: the prefix is at most 20 visible ASCII characters",
		"reference: say with from which column is the row's own number, or sha256: true; without it a second run would register everything twice",
		"members: complainant.id_unverified: is true or false: give the values that mean each",
		"members: complainant.kind: takes one of from, const and template",
		"members: external_reference: is made by reference",
		"members: narrative: is no date",
		"members: occurred_on: takes values or date, not both",
		"members: product: its values must be texts",
		"members: received_at: date is written with YYYY or YY, MM or M, DD or D, HH or H, mm or m, ss or s, and what stands between them",
		"members: request: values and date go with from",
		"members: sourc: there is no such member; those of an object are written complainant.name",
		"members: source: takes one of from, const and template",
	}
	if err == nil {
		t.Fatal("no fault was found")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
	if _, err := ParseMapping([]byte("reference: {sha256: true}\nmembers: {received_at: {from: A, date: YYYY-MM-DD}, source: {const: [a]}}")); err == nil ||
		!strings.Contains(err.Error(), "line 2: a value is a text, or true or false") {
		t.Errorf("a list as a value: %v", err)
	}
	if _, err := ParseMapping([]byte("reference: {sha256: true}\nmembers: {received_at: {from: A, date: YYYY-MM-DD}}")); err == nil || !strings.Contains(err.Error(), "say in zone") {
		t.Errorf("an instant of no zone: %v", err)
	}
}

// The maps that ship have no fault.
func TestShippedMappings(t *testing.T) {
	found, err := fs.Glob(config.Files, "import/*.yaml")
	if err != nil || len(found) != 4 {
		t.Fatal(found, err)
	}
	for _, name := range found {
		text, err := fs.ReadFile(config.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseMapping(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const example = `
encoding: %s
delimiter: ';'
empty: [None, '-']
zone: Asia/Shanghai
reference: {prefix: 'T:', from: No, sha256: true}
members:
  source: {const: own}
  received_at: {from: Got, date: YYYY年M月D日 HH:mm}
  occurred_on: {from: On, date: MM/DD/YY}
  complainant.kind: {const: person}
  complainant.name: {from: Name}
  complainant.id_unverified: {from: Checked, values: {yes: false, no: true}}
  amount_in_dispute.amount: {from: Sum}
  amount_in_dispute.currency: {const: CNY}
  respondent.unit: {template: 'branch {Branch}, {Desk}'}
  narrative: {from: Story}
`

func translated(t *testing.T, mapping, text string) (rows []*row) {
	t.Helper()
	m, err := ParseMapping([]byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := count(path, m)
	if err != nil {
		t.Fatal(err)
	}
	file, err := openTable(path, m)
	if err != nil {
		t.Fatal(err)
	}
	defer file.file.Close()
	tr, err := newTranslator(m, file.header)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		r, err := file.next()
		if err != nil {
			t.Fatal(err)
		}
		tr.translate(r)
		rows = append(rows, r)
	}
	return rows
}

// What a row says becomes its members, and what it does not say becomes nothing, in both encodings, with what spreadsheets do to files.
func TestRowsBecomeComplaints(t *testing.T) {
	const text = "\uFEFFNo;Got;On;Name;Checked;Sum;Branch;Desk;Story\r\n" +
		"7;2026年3月5日 09:30;03/04/26; 王小明 ;no;12.00;城南;3号;\"他说：\"\"退款\"\"\r\n第二行\"\r\n" +
		"8;-;None;;;;;;None\r\n" +
		";;;乙;;;;4号;x\r\n;;;乙;;;;4号;x\r\n"
	want := []string{
		`{"amount_in_dispute":{"amount":"12.00","currency":"CNY"},"complainant":{"id_unverified":true,"kind":"person","name":"王小明"},"external_reference":"T:7",` +
			`"narrative":"他说：\"退款\"\n第二行","occurred_on":"2026-03-04","received_at":"2026-03-05T09:30:00+08:00","respondent":{"unit":"branch 城南, 3号"},"source":"own"}`,
		`{"external_reference":"T:8","source":"own"}`,
		`{"complainant":{"kind":"person","name":"乙"},"external_reference":"T:28b5491381c02996becfe7d82c4cac2e-1","narrative":"x","respondent":{"unit":"branch , 4号"},"source":"own"}`,
		`{"complainant":{"kind":"person","name":"乙"},"external_reference":"T:28b5491381c02996becfe7d82c4cac2e-2","narrative":"x","respondent":{"unit":"branch , 4号"},"source":"own"}`,
	}
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(strings.TrimPrefix(text, "\uFEFF"))
	if err != nil {
		t.Fatal(err)
	}
	for encoding, sent := range map[string]string{"utf-8": text, "gb18030": encoded} {
		var got []string
		for _, r := range translated(t, strings.Replace(example, "%s", encoding, 1), sent) {
			got = append(got, string(r.body))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", encoding, diff)
		}
	}
}

// A row that cannot be read for sure is refused, with all that is wrong with it; the next one is read. What it holds is not repeated.
func TestUnsureRowsAreRefused(t *testing.T) {
	text := "No;Got;On;Name;Checked;Sum;Branch;Desk;Story\n" +
		"1;5.3.2026;04.03.26;甲;maybe;;;;x\n" + // three faults
		"2;;;甲\n" +
		"3;;;甲;;;;;x;y\n" +
		"4;;;a\"b;;;;;x\n" +
		";;;;;;;;\n" +
		"6;;;\xff\xfe;;;;;x\n" +
		"7;;;甲;;;;;" + strings.Repeat("长", 300_000) + "\n" +
		"8;;;甲;;;;;\"never\nclosed\n"
	want := [][]string{
		{"column Checked: the value is none of those in the map", "column On: not a date of the form MM/DD/YY", "column Got: not a date of the form YYYY年M月D日 HH:mm"},
		{"it has 4 columns, the header has 9"},
		{"it has 10 columns, the header has 9"},
		{`line 5: bare " in non-quoted-field`},
		{"it is empty"},
		{"it holds bytes that are no text in utf-8"},
		nil,
		{`line 10: extraneous or missing " in quoted-field`},
	}
	var got [][]string
	for _, r := range translated(t, strings.Replace(example, "%s", "utf-8", 1), text) {
		got = append(got, r.reasons)
		if (r.body == nil) != (len(r.reasons) > 0) {
			t.Errorf("row %d: body %s, reasons %q", r.number, r.body, r.reasons)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What keeps a whole file from being read is told before anything is sent.
func TestUnreadableFiles(t *testing.T) {
	m, err := ParseMapping([]byte(strings.Replace(example, "%s", "utf-8", 1)))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"": "the file has no header", "\xff\xfeN\x00": "the file is in UTF-16; save it as CSV UTF-8"} {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := count(path, m); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err = newTranslator(m, []string{"No", "Got", "On", "Name", "Name", "Checked", "Sum", "Branch", "Desk"})
	if err == nil || err.Error() != "the file has the column \"Name\" twice\nthe file has no column \"Story\"" {
		t.Error(err)
	}
}
