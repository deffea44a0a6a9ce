package codelist_test

import (
	"encoding/csv"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/codelist"
)

func shipped(t *testing.T) *codelist.Lists {
	t.Helper()
	return mustLoad(t, os.DirFS("../../config/codes"))
}

func rows(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func codes(t *testing.T, lists *codelist.Lists, name string, pick func(codelist.Item) bool) []string {
	t.Helper()
	list, known := lists.Get(name)
	if !known {
		t.Fatalf("there is no list %s", name)
	}
	var picked []string
	for _, item := range list.Items {
		if pick(item) {
			picked = append(picked, item.Code)
		}
	}
	return picked
}

// TestShippedLists guards the names by which the features and every client ask for a list.
func TestShippedLists(t *testing.T) {
	want := strings.Fields(`action business business_channel cause competence contact_form department_kind duty extension_reason id_type
		infringed_right intake_channel measure notice_form outcome purpose refusal_reason region role root_cause rule_set_kind severity source stage training_group
		transaction_kind way_open`)
	if diff := cmp.Diff(want, shipped(t).Names()); diff != "" {
		t.Error(diff)
	}
}

// TestShippedLabels guards that a label is in the language that it claims, and that each list says what in it is ours.
// The cities of China alone have no English name.
func TestShippedLabels(t *testing.T) {
	lists := shipped(t)
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	for _, name := range lists.Names() {
		list, _ := lists.Get(name)
		if list.Note == "" {
			t.Errorf("%s does not say what in it is ours", name)
		}
		for _, item := range list.Items {
			city := strings.HasPrefix(item.Code, "cn-") && item.Parent != ""
			if !han(item.Labels.ZH) || han(item.Labels.EN) != city {
				t.Errorf("%s %s is labelled %q, %q", name, item.Code, item.Labels.ZH, item.Labels.EN)
			}
		}
	}
}

// TestContractCodes guards the codes that the contract and the program name.
func TestContractCodes(t *testing.T) {
	lists := shipped(t)
	ours := func(it codelist.Item) bool { return it.Standard != "CFPB" }
	for name, want := range map[string]string{
		"source":         "own nfra pboc csrc 12345 12315 service_platform court media other",
		"intake_channel": "phone branch letter fax email website app social_media partner transfer_system other",
		"outcome":        "upheld partly_upheld not_upheld settled refused withdrawn",
		"way_open":       "review mediation arbitration court",
		"severity":       "high medium low",
		"measure":        "registration_lag first_contact timely_closing rectification_on_time satisfaction notice_proof repeat_share",
		"notice_form":    "letter email sms phone in_person",
		"stage":          "intake investigation feedback closed archived",
		"rule_set_kind": "assessment risk_level_evaluation information_protection disclosure_and_query marketing education complaint_handling " +
			"supervision_and_accountability major_event_emergency other",
		"infringed_right": "to_know free_choice fair_dealing safety_of_property lawful_claim education respect " +
			"information_security",
	} {
		if diff := cmp.Diff(strings.Fields(want), codes(t, lists, name, ours)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestOneGroundInLaw guards the rule that an institution's refusal has one ground in law; every other is its own.
func TestOneGroundInLaw(t *testing.T) {
	got := codes(t, shipped(t), "refusal_reason", func(it codelist.Item) bool { return it.Basis == "law" })
	if diff := cmp.Diff([]string{"not_from_complainant_or_authorised"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestNoInventedDigits guards that nothing is passed off as a code of JR/T 0169, whose digits are not published.
func TestNoInventedDigits(t *testing.T) {
	lists := shipped(t)
	for name, heads := range map[string]int{"business_channel": 13, "business": 15, "cause": 13} {
		got := codes(t, lists, name, func(it codelist.Item) bool { return it.Standard == "JR/T 0169-2018" })
		if len(got) != heads {
			t.Errorf("%s has %d heads of the standard; want %d", name, len(got), heads)
		}
		digits := codes(t, lists, name, func(it codelist.Item) bool { return it.StandardCode != "" })
		if len(digits) > 0 {
			t.Errorf("%s gives digits to %v", name, digits)
		}
	}
}

// TestPolicyWordsAreListed guards that each role, kind of department and stage of the shipped policy has a label. What
// belongs to API clients is no role of a user and no kind of a department.
func TestPolicyWordsAreListed(t *testing.T) {
	lists := shipped(t)
	listed := func(name, word string) {
		list, _ := lists.Get(name)
		_, known := list.Item(word)
		if !known && word != "*" {
			t.Errorf("%s lacks %s", name, word)
		}
	}
	for _, line := range rows(t, "../../config/authz_policy.csv") {
		if line[0] != "p" || line[1] == "client" {
			continue
		}
		listed("role", line[1])
		listed("department_kind", line[2])
		listed("stage", line[4])
	}
}

var notInKey = regexp.MustCompile(`[^a-z0-9]+`)

// cfpbKey makes the code of a CFPB wording, as the notes of the lists tell it.
func cfpbKey(words string) string {
	key := notInKey.ReplaceAllString(strings.ReplaceAll(strings.ToLower(words), "'", ""), "_")
	key = "cfpb_" + strings.Trim(key, "_")
	for len(key) > 64 {
		key = key[:strings.LastIndexByte(key, '_')]
	}
	return key
}

// TestEveryCFPBWordHasItsCode guards that a row of the public database can be imported without loss: the sample holds
// each product, issue, channel and state of 4,086 real complaints at least once.
func TestEveryCFPBWordHasItsCode(t *testing.T) {
	lists := shipped(t)
	seen := map[string]map[string]bool{"business": {}, "cause": {}, "intake_channel": {}, "region": {}}
	for _, row := range rows(t, "testdata/cfpb.csv")[1:] {
		seen["business"][cfpbKey(row[0])] = true
		seen["cause"][cfpbKey(row[1])] = true
		seen["intake_channel"][cfpbKey(row[2])] = true
		if row[3] != "" && row[3] != "None" {
			seen["region"]["us-"+strings.ToLower(row[3])] = true
		}
	}
	for name, want := range map[string]int{"business": 12, "cause": 99, "intake_channel": 5, "region": 56} {
		if len(seen[name]) != want {
			t.Errorf("the sample has %d codes of %s; want %d", len(seen[name]), name, want)
		}
		for code := range seen[name] {
			ok, suggestion := lists.Postable(name, code, "2026-11-24")
			if !ok {
				t.Errorf("%s lacks %s (near: %s)", name, code, suggestion)
			}
		}
		for _, code := range codes(t, lists, name, func(it codelist.Item) bool { return it.Standard == "CFPB" }) {
			list, _ := lists.Get(name)
			item, _ := list.Item(code)
			if !seen[name][code] || cfpbKey(item.Labels.EN) != code {
				t.Errorf("%s: %s does not come from the sample, or not from its own label", name, code)
			}
		}
	}
}

// TestRegionsAreThoseOfTheBureau guards that every province and city stands under its statistical code, and no other
// does but the three regions that the bureau's file leaves out.
func TestRegionsAreThoseOfTheBureau(t *testing.T) {
	want := map[string]string{"cn-710000": "台湾省", "cn-810000": "香港特别行政区", "cn-820000": "澳门特别行政区"}
	for _, row := range rows(t, "testdata/provinces.csv")[1:] {
		want["cn-"+row[0]+"0000"] = row[1]
	}
	placeholder := regexp.MustCompile(`^(市辖区|县|.*直辖县级行政区划)$`)
	for _, row := range rows(t, "testdata/cities.csv")[1:] {
		name := row[1]
		if placeholder.MatchString(name) {
			name = want["cn-"+row[2]+"0000"] + name
		}
		want["cn-"+row[0]+"00"] = name
	}
	list, _ := shipped(t).Get("region")
	got := map[string]string{}
	for _, item := range list.Items {
		if !strings.HasPrefix(item.Code, "cn-") {
			continue
		}
		got[item.Code] = item.Labels.ZH
		if item.Parent != "" && item.Parent != item.Code[:5]+"0000" {
			t.Errorf("%s stands under %s", item.Code, item.Parent)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
