package pii

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The names of divisions, without the words that only addresses below a district have. Names that contain one of those
// words all the same (路南区, 市中区) are given one by one.
const (
	divisionName = `[^\P{Han}省市区县旗街路号巷弄栋幢楼厦座室层村]`
	province     = divisionName + `{2,7}?(?:省|自治区|特别行政区)`
	city         = divisionName + `{1,10}?(?:市|自治州|地区|盟)`
	district     = `(?:市[中南北]区|路[南北桥]区|红旗区|` + divisionName + `{1,6}?区|` +
		divisionName + `{1,14}?县|` + divisionName + `{2,9}?旗|` + divisionName + `{1,6}?市)`
)

var divisions = regexp.MustCompile(`^(` + province + `)?(` + city + `)?(` + district + `)?`)

// Words that end like a district's name, or begin with its last character, and are none.
var (
	noDistrict = regexp.MustCompile(`(?:小区|社区|园区|校区|厂区|院区|景区|片区|营区|住区|宅区|活区|属区|舍区|墅区|业区|务区|学区|居区|` +
		`超市|夜市|门市|集市|菜市|花市|楼市|红旗|彩旗)$`)
	wordGoesOn = regexp.MustCompile(`^(?:场|民|政|间|域|舰|路|街|大道|大街|城路|城街)`)
)

// MaskAddress keeps an address down to its district: 北京市海淀区****. Where no district is found it keeps the city or the
// province, and where none of them is found, or the address is not Chinese, nothing: ****.
func MaskAddress(address string) string {
	if strings.TrimSpace(address) == "" {
		return ""
	}
	return toDistrict(compact(address)) + "****"
}

// toDistrict is the beginning of an address that names its divisions; it may be empty.
func toDistrict(address string) string {
	m := divisions.FindStringSubmatchIndex(address)
	end := 0
	for i := 2; i < len(m); i += 2 {
		from, to := m[i], m[i+1]
		if from < 0 {
			continue
		}
		if noDistrict.MatchString(address[from:to]) || to == m[1] && wordGoesOn.MatchString(address[to:]) {
			break
		}
		end = to
	}
	return address[:end]
}

func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// belowDistrict is what MaskAddress hides of an address, when it is long enough to be known again by itself.
func belowDistrict(address string) (string, bool) {
	address = compact(address)
	head := toDistrict(address)
	rest := address[len(head):]
	return rest, head != "" && utf8.RuneCountInString(rest) >= 4
}
