package pii

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestMaskText guards never-row 4: who may not read contacts reads no number in the narrative either.
func TestMaskText(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"我的手机13812345678被骚扰", "我的手机138****5678被骚扰"},
		{"电话:138 1234 5678,", "电话:138****5678,"},
		{"138-1234-5678", "138****5678"},
		{"138–1234 5678", "138****5678"},
		{"１３８　１２３４　５６７８", "138****5678"},
		{"13812345678转6", "138****5678转6"},
		{"+86 13812345678", "+86 138****5678"},
		{"+8613812345678", "+86138****5678"},
		{"+86 138-1234-5678", "+86138****5678"},
		{"008613812345678", "0086138****5678"},
		{"013812345678", "0138****5678"},
		{"**13812345678**", "**138****5678**"},
		{"1 3 8 1 2 3 4 5 6 7 8", "138****5678"},
		{"\u202d138\u200b12345678\u202c", "\u202d138****5678\u202c"},
		{"13812345678 13987654321", "138****5678 139****4321"},
		{"2024-03-05 13812345678", "2024-03-05 138****5678"},
		{"2024-03-05 138 1234 5678", "2024-03-05 138****5678"},
		{"座机010-12345678", "座机010-******78"},
		{"（010）12345678", "010-******78"},
		{"(0755) 1234-5678", "0755-******78"},
		{"02112345678", "021-******78"},
		{"身份证11010519491231002X。", "身份证1****************X。"},
		{"11010519491231002x", "1****************X"},
		{"110105 19491231 002X", "1****************X"},
		{"110105-1949-1231-002 X", "1****************X"},
		{"１１０１０５１９４９１２３１００２Ｘ", "1****************X"},
		{"110105194912310021", "1****************1"},
		{"11010519491231002X13812345678", "1****************X138****5678"},
		{"卡号6222021234567890128被盗刷", "卡号***************0128被盗刷"},
		{"6222 0212 3456 7890 128", "***************0128"},
		{"4111-1111-1111-1111", "************1111"},
		{"手机13812345678x2，身份证11010519491231002X", "手机138****5678x2，身份证1****************X"},
		{"13812345678/6222021234567890128/110105194912310021", "138****5678/***************0128/1****************1"},
	} {
		if got := MaskText(tt.text); got != tt.want {
			t.Errorf("MaskText(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestMaskTextLeavesFacts guards the matter: dates, sums and references are what a business unit has to read.
func TestMaskTextLeavesFacts(t *testing.T) {
	for _, text := range []string{
		"2024年3月5日14:20扣款13800.00元",
		"2024-03-05 14:20:33",
		"2024-03-05 2024-03-06 2024-03-07",
		"金额138,123,456.78元",
		"金额138123456.78",
		"订单20240305123456789",
		"订单2024030512345674", // passes Luhn
		"流水号138123456789",    // one digit more than a mobile number
		"工单TS-20260324-000123",
		"统一社会信用代码91350100M000100Y43",
		"客服95588、400-820-8820、12378",
		"6222021234567890123", // no check digit
		"110105194913310021",  // month 13
		"利率3.85%，期限36期",
		"时间戳1709619633000",
		"6222 2024-03-05 1234",
		"2024-10-15 123456789",
		"2024-03-05-138-1234",
		"138****5678，1****************X，010-******78",
		"a\xffb 138",
	} {
		if got := MaskText(text); got != text {
			t.Errorf("MaskText(%q) = %q", text, got)
		}
	}
}

// TestMaskValues guards the complainant's own values, in whatever writing.
func TestMaskValues(t *testing.T) {
	own := []string{"欧阳小明", "John Smith", "+86 010-12345678", "E12345678", "alice@x.cn", "北京市海淀区中关村大街27号", "", "王"}
	for _, tt := range []struct{ text, want string }{
		{"本人欧阳小明投诉", "本人****投诉"},
		{"欧 阳 小 明", "****"},
		{"欧阳\n小明", "****"},
		{"欧阳小明欧阳小明", "****"},
		{"JOHN SMITH and Ｊｏｈｎ　Ｓｍｉｔｈ and johnsmith", "**** and **** and ****"},
		{"John Smithson, XJohn Smith", "John Smithson, XJohn Smith"},
		{"John Smithson John Smith", "John Smithson ****"},
		{"护照 e-123 456 78", "护照 ****"},
		{"邮箱 Alice@X.cn。", "邮箱 ****。"},
		{"malice@x.cn", "malice@x.cn"},
		{"住北京市海淀区 中关村大街２７号3单元", "住****3单元"},
		{"送到中关村大街27号", "送到****"},
		{"海淀区支行", "海淀区支行"},
		{"王经理", "王经理"},
		{"欧阳小明138 1234 5678", "****138****5678"},
		{"010 1234 5678", "010-******78"},
	} {
		if got := MaskValues(tt.text, own...); got != tt.want {
			t.Errorf("MaskValues(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
	if got := MaskValues("拨打8613812345678或 1234 5678", "12345678"); got != "拨打86138****5678或 ****" {
		t.Errorf("a number without area code: %q", got)
	}
}

var bare = regexp.MustCompile(`(?:^|[^0-9])1[3-9][0-9]{9}(?:[^0-9]|$)`)

func FuzzMaskText(f *testing.F) {
	for _, seed := range []string{
		"", "13812345678", "+86 138-1234-5678", "11010519491231002X", "6222 0212 3456 7890 128", "(010)12345678",
		"6222021234567811381 2345678", "138****5678 1 3800138", "****138 1234 5678", "1381) 2345678", "\xff1381234567８",
		"138 1234 5 010-12345678", "110105 1949-12-31 002x", "1) 3812345678",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkMaskText)
}

// TestMaskTextOfPieces goes where a fuzzer seldom comes: numbers and halves of numbers side by side, in every separation.
func TestMaskTextOfPieces(t *testing.T) {
	pieces := []string{"138", "1234", "5678", "13812345678", "86", "+", "0", "010", "12345678", "0755", "(", ")", " ", "-", "  ", "，",
		"11010519491231002X", "110105", "19491231", "002", "x", "X", "6222021234567890128", "6222021234567811381", "2345678", "6222",
		"*", "****", "2024", "03", "15", "1", "3800138", "８", "张三", "a", "\n", "\u200b"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		var text strings.Builder
		for range 1 + random.IntN(12) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		checkMaskText(t, text.String())
	}
}

// checkMaskText checks what holds of any text.
func checkMaskText(t *testing.T, text string) {
	masked := MaskText(text)
	if again := MaskText(masked); again != masked {
		t.Errorf("%q becomes %q, then %q", text, masked, again)
	}
	if utf8.ValidString(text) && !utf8.ValidString(masked) {
		t.Errorf("%q is no UTF-8 any more: %q", text, masked)
	}
	if bare.MatchString(fold(masked).text) {
		t.Errorf("%q shows a mobile number: %q", text, masked)
	}
	for _, secret := range []string{"13987654321", "440524188001010014", "4111111111111111"} {
		if strings.Contains(MaskText(text+"，"+secret), secret) {
			t.Errorf("%s is shown after %q", secret, text)
		}
	}
}

func FuzzMaskValues(f *testing.F) {
	f.Add("本人欧阳小明，13812345678", "欧阳小明")
	f.Add("John Smithson John Smith", "John Smith")
	f.Add("aXa xaa \xffa", "aa")
	f.Add("住北京市海淀区中关村大街27号", "北京市海淀区中关村大街27号")
	f.Fuzz(func(t *testing.T, text, value string) {
		masked := MaskValues(text, value)
		if utf8.ValidString(text) && !utf8.ValidString(masked) {
			t.Errorf("%q is no UTF-8 any more: %q", text, masked)
		}
		if masked = MaskValues("，欧阳小明，"+text, "欧阳小明", value); strings.Contains(masked, "欧阳小明") {
			t.Errorf("the name is shown: %q", masked)
		}
	})
}
