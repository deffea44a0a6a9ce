package ruleset

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"gopkg.in/yaml.v3"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
)

type (
	fileIndicator struct {
		Code          IndicatorCode
		Title         fileWords
		Weight        int
		Scope         string
		WithinDays    int   `yaml:"within_days"`
		MinimumSample int64 `yaml:"minimum_sample"`
	}
	fileElement struct {
		Code       string
		Title      fileWords
		Weight     int
		Indicators []fileIndicator
	}
	fileScheme struct {
		fileCitation `yaml:",inline"`
		Code         string
		Title        fileWords
		Elements     []fileElement
	}
	fileFloor struct {
		fileCitation `yaml:",inline"`
		Element      string
		Percent      int
		ValidTo      calendar.Date `yaml:"valid_to"`
	}
)

// LoadSchemes reads schemes/*.yaml of the configuration and requirements/evaluation-floors.yaml, under which no scheme may go. The error joins all faults; what an
// institution meets when it writes a scheme of its own is told in both languages.
func LoadSchemes(files fs.FS) (Schemes, error) {
	floors, faults := loadFloors(files)
	names, err := fs.Glob(files, "schemes/*.yaml")
	if err != nil {
		return nil, err
	}
	var all Schemes
	for _, name := range names {
		var f fileScheme
		if err := decode(files, name, &f); err != nil {
			faults = append(faults, err)
			continue
		}
		f.check(&faults, name, floors)
		for _, other := range all {
			faults.add(other.ValidFrom != f.ValidFrom, "%s.valid_from: the scheme %s begins on the same day", name, other.Code)
		}
		all = append(all, f.scheme())
	}
	slices.SortFunc(all, func(a, b Scheme) int { return a.ValidFrom.Compare(b.ValidFrom) })
	return all, errors.Join(faults...)
}

// decode reads a file of the configuration that holds one thing, and refuses members that it does not know.
func decode(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func loadFloors(files fs.FS) ([]fileFloor, findings) {
	const name = "requirements/evaluation-floors.yaml"
	var f struct{ Floors []fileFloor }
	var faults findings
	if err := decode(files, name, &f); err != nil {
		return nil, findings{err}
	}
	for i, floor := range f.Floors {
		at := fmt.Sprintf("%s: floors[%d]", name, i)
		floor.check(&faults, at, map[calendar.Date]bool{})
		faults.add(floor.Element != "", "%s.element is missing", at)
		faults.add(floor.Percent >= 1 && floor.Percent <= 100, "%s.percent is not between 1 and 100", at)
		faults.add(floor.ValidTo.IsZero() || !floor.ValidTo.Before(floor.ValidFrom), "%s.valid_to lies before valid_from", at)
		for _, other := range f.Floors[:i] {
			faults.add(other.Element != floor.Element || !other.holds(floor.ValidFrom) && !floor.holds(other.ValidFrom), "%s: another entry holds for %s on the same day", at, floor.Element)
		}
	}
	return f.Floors, faults
}

func (f fileFloor) holds(day calendar.Date) bool {
	return !day.Before(f.ValidFrom) && (f.ValidTo.IsZero() || !day.After(f.ValidTo))
}

func (f fileScheme) check(faults *findings, at string, floors []fileFloor) {
	f.fileCitation.check(faults, at, map[calendar.Date]bool{})
	faults.add(f.Code != "", "%s: code is missing", at)
	faults.add(f.Title.full(), "%s: title needs zh and en", at)
	sum, weights := 0, map[string]int{}
	for i, e := range f.Elements {
		where := fmt.Sprintf("%s: elements[%d]", at, i)
		faults.add(e.Code != "" && e.Title.full(), "%s needs a code and a title in zh and en", where)
		_, twice := weights[e.Code]
		faults.add(!twice, "%s: the element %s stands there twice", where, e.Code)
		faults.add(e.Weight >= 1 && e.Weight <= 100, "%s.weight is not between 1 and 100", where)
		sum, weights[e.Code] = sum+e.Weight, e.Weight
		e.check(faults, where)
	}
	faults.say(sum == 100, at, fmt.Sprintf("各要素权重合计为 %d，应为 100", sum), fmt.Sprintf("the weights of the elements add to %d, not to 100", sum))
	for _, floor := range floors {
		faults.say(!floor.holds(f.ValidFrom) || weights[floor.Element] >= floor.Percent, at,
			fmt.Sprintf("要素 %s 的权重为 %d，低于下限 %d（%s）", floor.Element, weights[floor.Element], floor.Percent, floor.Source.ZH),
			fmt.Sprintf("the element %s has the weight %d, below its floor of %d (%s)", floor.Element, weights[floor.Element], floor.Percent, floor.Source.EN))
	}
	f.checkAspects(faults, at)
}

func (e fileElement) check(faults *findings, at string) {
	sum := 0
	for i, ind := range e.Indicators {
		where := fmt.Sprintf("%s.indicators[%d]", at, i)
		_, known := Aspects[ind.Code]
		faults.add(known, "%s.code: no such indicator %q", where, ind.Code)
		faults.add(ind.Title.full(), "%s.title needs zh and en", where)
		faults.add(ind.Weight >= 1 && ind.Weight <= 100, "%s.weight is not between 1 and 100", where)
		faults.add(ind.Scope == "" || ind.Scope == wholeInstitution, "%s.scope is neither left out nor %s", where, wholeInstitution)
		limited := ind.Code == "first_contact" || ind.Code == "registration_lag"
		faults.add(ind.WithinDays == 0 || limited && ind.WithinDays >= 1 && ind.WithinDays <= 60, "%s.within_days belongs to first_contact and registration_lag, 1 to 60", where)
		faults.add(ind.MinimumSample >= 0, "%s.minimum_sample is negative", where)
		sum += ind.Weight
	}
	faults.say(sum == 100, at, fmt.Sprintf("要素 %s 的指标权重合计为 %d，应为 100", e.Code, sum), fmt.Sprintf("the weights of the indicators of %s add to %d, not to 100", e.Code, sum))
}

const wholeInstitution = "institution"

// required are the aspects of PBOC order, article 11, as they are told.
var required = []struct {
	aspect Aspect
	fault.Words
}{{Compliance, fault.Words{ZH: "合规", EN: "compliance"}}, {Satisfaction, fault.Words{ZH: "满意度", EN: "satisfaction"}}, {Timeliness, fault.Words{ZH: "投诉处理及时率", EN: "timeliness"}},
	{PassRate, fault.Words{ZH: "合格率", EN: "pass rate"}}}

// checkAspects refuses a scheme of counts alone, and one that leaves out what the law wants weighed.
func (f fileScheme) checkAspects(faults *findings, at string) {
	shown := map[Aspect]bool{}
	for _, e := range f.Elements {
		for _, ind := range e.Indicators {
			shown[Aspects[ind.Code]] = true
		}
	}
	delete(shown, nothingToTell)
	if len(shown) == 1 && shown[BareCount] {
		faults.say(false, at, "不得仅以投诉数量考核：《中国人民银行金融消费者权益保护实施办法》第十一条要求综合合规、满意度、投诉处理及时率与合格率",
			"it rests on the number of complaints alone: PBOC Order 2020 No. 5, article 11, wants compliance, satisfaction, timeliness and pass rate weighed")
		return
	}
	for _, r := range required {
		faults.say(shown[r.aspect], at, "缺少"+r.ZH+"指标（《中国人民银行金融消费者权益保护实施办法》第十一条）", "no indicator of "+r.EN+" (PBOC Order 2020 No. 5, article 11)")
	}
}

// say adds a fault that the institution's own people are to read, in both languages.
func (f *findings) say(ok bool, at, zh, en string) { f.add(ok, "%s: %s; %s", at, zh, en) }

func (f fileScheme) scheme() Scheme {
	s := Scheme{Citation: f.citation(), Code: f.Code, Title: f.Title.words(), ValidFrom: f.ValidFrom}
	for _, e := range f.Elements {
		element := Element{Code: e.Code, Title: e.Title.words(), Weight: e.Weight}
		for _, ind := range e.Indicators {
			element.Indicators = append(element.Indicators, Indicator{Code: ind.Code, Title: ind.Title.words(), Weight: ind.Weight, Whole: ind.Scope == wholeInstitution,
				WithinDays: max(ind.WithinDays, 1), MinimumSample: max(ind.MinimumSample, 1)})
		}
		s.Elements = append(s.Elements, element)
	}
	return s
}
