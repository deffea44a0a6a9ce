package ruleset

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"xiaobao/internal/calendar"
)

// schemes are the shipped files, of which the scheme is changed.
func schemes(t *testing.T, change func(string) string) (Schemes, error) {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"schemes/self-evaluation.yaml", "requirements/evaluation-floors.yaml"} {
		text, err := fs.ReadFile(os.DirFS("../../config"), name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	one := files["schemes/self-evaluation.yaml"]
	one.Data = []byte(change(string(one.Data)))
	return LoadSchemes(files)
}

// TestSchemesAreRefused guards the shipped scheme, which passes, and what is refused, in both languages: 24 for marketing, weights that add to 101, and
// counts alone, with article 11 of the PBOC order.
func TestSchemesAreRefused(t *testing.T) {
	shipped, err := schemes(t, func(text string) string { return text })
	if err != nil || len(shipped) != 1 || len(shipped[0].Elements) != 7 || shipped[0].Official {
		t.Fatalf("%v %+v", err, shipped)
	}
	counts := func(text string) string {
		for code, aspect := range Aspects {
			if aspect != nothingToTell {
				text = strings.ReplaceAll(text, "{code: "+string(code)+",", "{code: complaint_count,")
			}
		}
		return text
	}
	for name, tt := range map[string]struct {
		change func(string) string
		want   []string
	}{
		"24 for marketing": {func(s string) string {
			return strings.NewReplacer("weight: 25", "weight: 24", "weight: 30\n", "weight: 31\n").Replace(s)
		},
			[]string{"要素 marketing_conduct 的权重为 24，低于下限 25（《金融机构消费者权益保护监管评价办法》（2025））", "the element marketing_conduct has the weight 24, below its floor of 25"}},
		"one of 101": {func(s string) string { return strings.Replace(s, "weight: 30\n", "weight: 31\n", 1) },
			[]string{"各要素权重合计为 101，应为 100", "the weights of the elements add to 101, not to 100"}},
		"indicators of 90": {func(s string) string { return strings.Replace(s, "weight: 60,", "weight: 50,", 1) },
			[]string{"要素 marketing_conduct 的指标权重合计为 90，应为 100", "the weights of the indicators of marketing_conduct add to 90, not to 100"}},
		"counts alone": {counts, []string{"不得仅以投诉数量考核：《中国人民银行金融消费者权益保护实施办法》第十一条", "rests on the number of complaints alone: PBOC Order 2020 No. 5, article 11"}},
		"nobody is asked": {func(s string) string { return strings.ReplaceAll(s, "{code: satisfaction,", "{code: complaint_count,") },
			[]string{"缺少满意度指标", "no indicator of satisfaction (PBOC Order 2020 No. 5, article 11)"}},
		"nothing is known": {func(s string) string {
			return strings.NewReplacer("{code: first_contact,", "{code: first_contakt,", "official: false", "oficial: false").Replace(s)
		}, []string{"field oficial not found"}},
		"an unknown indicator": {func(s string) string {
			return strings.NewReplacer("{code: notice_proof,", "{code: notice_prof, within_days: 2,", "scope: institution", "scope: branch").Replace(s)
		}, []string{`elements[0].indicators[0].code: no such indicator "notice_prof"`, "elements[0].indicators[0].within_days belongs to", "elements[2].indicators[0].scope is neither"}},
	} {
		_, err := schemes(t, tt.change)
		for _, want := range tt.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is missing in %v", name, want, err)
			}
		}
		if (name == "24 for marketing" || name == "one of 101" || name == "counts alone") && err != nil && strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s is refused for other reasons as well: %v", name, err)
		}
	}
}

// TestSchemesOn guards that the scheme of a day is the one that began last, of a code where one is named, and that two do not begin on one day.
func TestSchemesOn(t *testing.T) {
	d := func(text string) calendar.Date { day, _ := calendar.Parse(text); return day }
	all := Schemes{{Code: "A", ValidFrom: d("2025-01-01")}, {Code: "B", ValidFrom: d("2025-06-01")}, {Code: "A", ValidFrom: d("2026-01-01")}}
	for _, tt := range []struct{ code, on, want string }{{"", "2025-05-31", "2025-01-01"}, {"", "2025-06-01", "2025-06-01"}, {"A", "2025-12-31", "2025-01-01"}, {"", "2026-01-01", "2026-01-01"},
		{"", "2024-12-31", ""}, {"B", "2025-05-31", ""}, {"C", "2026-01-01", ""}} {
		s, ok := all.On(tt.code, d(tt.on))
		if ok != (tt.want != "") || ok && s.ValidFrom != d(tt.want) {
			t.Errorf("%+v: %v %v", tt, s.ValidFrom, ok)
		}
	}
	if !all.Knows("B") || all.Knows("C") {
		t.Error("a code is known by its schemes")
	}
	text, _ := os.ReadFile("../../config/schemes/self-evaluation.yaml")
	floors, _ := os.ReadFile("../../config/requirements/evaluation-floors.yaml")
	_, err := LoadSchemes(fstest.MapFS{"schemes/a.yaml": {Data: text}, "schemes/b.yaml": {Data: text}, "requirements/evaluation-floors.yaml": {Data: floors}})
	if err == nil || !strings.Contains(err.Error(), "the scheme SELF-EVALUATION begins on the same day") {
		t.Error(err)
	}
}
