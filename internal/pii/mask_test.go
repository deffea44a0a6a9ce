package pii

import "testing"

// TestMasks guards the table of handbook 4.3; the first lines of each kind are its examples.
func TestMasks(t *testing.T) {
	for _, tt := range []struct {
		kind       string
		mask       func(string) string
		text, want string
	}{
		{"name", MaskName, "张三", "张*"},
		{"name", MaskName, "欧阳小明", "欧**明"},
		{"name", MaskName, "王小明", "王*明"},
		{"name", MaskName, "欧阳明", "欧*明"},
		{"name", MaskName, " 王小明 ", "王*明"},
		{"name", MaskName, "王", "*"},
		{"name", MaskName, "阿卜杜拉·买买提", "阿***·**提"},
		{"name", MaskName, "John Smith", "J*** S****"},
		{"name", MaskName, "Anne-Marie O'Neil", "A***-M**** O*****"},
		{"name", MaskName, "J. Smith", "J. S****"},
		{"name", MaskName, "Madonna", "M******"},
		{"name", MaskName, "Zoë Ö", "Z** Ö"},
		{"phone", MaskPhone, "13812345678", "138****5678"},
		{"phone", MaskPhone, "010-12345678", "010-******78"},
		{"phone", MaskPhone, "+86 138 1234 5678", "138****5678"},
		{"phone", MaskPhone, "１３８１２３４５６７８", "138****5678"},
		{"phone", MaskPhone, "(0755) 1234567", "0755-*****67"},
		{"phone", MaskPhone, "075512345678", "0755-******78"},
		{"phone", MaskPhone, "12345678", "******78"},
		{"phone", MaskPhone, "400-123-4567", "********67"},
		{"phone", MaskPhone, "+852 6123 4567", "**********67"},
		{"phone", MaskPhone, "110", "***"},
		{"resident ID", MaskResidentID, "11010519491231002X", "1****************X"},
		{"resident ID", MaskResidentID, "11010519491231002x", "1****************X"},
		{"resident ID", MaskResidentID, "110105 19491231 0021", "1****************1"},
		{"resident ID", MaskResidentID, "110105491231002", "1*************2"},
		{"resident ID", MaskResidentID, "123", "***"},
		{"document", MaskDocument, "E12345678", "E******78"},
		{"document", MaskDocument, "E1234", "*****"},
		{"account", MaskAccount, "6222021234567890123", "***************0123"},
		{"account", MaskAccount, "6222 0212 3456 7890 123", "***************0123"},
		{"account", MaskAccount, "PL20261234", "******1234"},
		{"account", MaskAccount, "1234567", "*******"},
		{"e-mail", MaskEmail, "alice@x.cn", "a****@x.cn"},
		{"e-mail", MaskEmail, "a@x.cn", "*@x.cn"},
		{"e-mail", MaskEmail, "al@x.cn", "a*@x.cn"},
		{"e-mail", MaskEmail, `"a@b"@x.cn`, `"****@x.cn`},
		{"e-mail", MaskEmail, "alice", "*****"},
		{"address", MaskAddress, "北京市海淀区中关村大街27号", "北京市海淀区****"},
		{"address", MaskAddress, "北京市海淀区", "北京市海淀区****"},
		{"address", MaskAddress, "北京市 海淀区 中关村大街27号", "北京市海淀区****"},
		{"address", MaskAddress, "北京海淀区中关村", "北京海淀区****"},
		{"address", MaskAddress, "广东省深圳市南山区科技园路1号", "广东省深圳市南山区****"},
		{"address", MaskAddress, "上海市浦东新区世纪大道1号", "上海市浦东新区****"},
		{"address", MaskAddress, "江苏省昆山市玉山镇前进路2号", "江苏省昆山市****"},
		{"address", MaskAddress, "江苏省苏州市昆山市玉山镇", "江苏省苏州市昆山市****"},
		{"address", MaskAddress, "山东省济南市市中区经十路", "山东省济南市市中区****"},
		{"address", MaskAddress, "河北省唐山市路南区新华道", "河北省唐山市路南区****"},
		{"address", MaskAddress, "内蒙古自治区呼和浩特市新城区中山路", "内蒙古自治区呼和浩特市新城区****"},
		{"address", MaskAddress, "内蒙古自治区锡林郭勒盟正蓝旗上都镇", "内蒙古自治区锡林郭勒盟正蓝旗****"},
		{"address", MaskAddress, "新疆维吾尔自治区阿克苏地区库车市天山路", "新疆维吾尔自治区阿克苏地区库车市****"},
		{"address", MaskAddress, "甘肃省临夏回族自治州积石山保安族东乡族撒拉族自治县吹麻滩镇",
			"甘肃省临夏回族自治州积石山保安族东乡族撒拉族自治县****"},
		{"address", MaskAddress, "香港特别行政区湾仔区轩尼诗道", "香港特别行政区湾仔区****"},
		{"address", MaskAddress, "北京市阳光小区3号楼", "北京市****"},
		{"address", MaskAddress, "杭州市农贸市场2号", "杭州市****"},
		{"address", MaskAddress, "杭州市新世纪超市2楼", "杭州市****"},
		{"address", MaskAddress, "石家庄市红旗大街5号", "石家庄市****"},
		{"address", MaskAddress, "海淀区花园路超市", "海淀区****"},
		{"address", MaskAddress, "中关村大街27号", "****"},
		{"address", MaskAddress, "12 Main Street, Springfield", "****"},
		{"address", MaskAddress, " ", ""},
	} {
		if got := tt.mask(tt.text); got != tt.want {
			t.Errorf("%s %q is shown as %q, want %q", tt.kind, tt.text, got, tt.want)
		}
	}
}

// TestNothingMasksToNothing guards that an empty field does not look like a hidden one.
func TestNothingMasksToNothing(t *testing.T) {
	for name, mask := range map[string]func(string) string{
		"name": MaskName, "phone": MaskPhone, "resident ID": MaskResidentID, "document": MaskDocument,
		"account": MaskAccount, "e-mail": MaskEmail, "address": MaskAddress, "text": MaskText,
	} {
		if got := mask(""); got != "" {
			t.Errorf("%s: nothing is shown as %q", name, got)
		}
	}
}

// TestNormal guards that the spellings of one value are found by one index.
func TestNormal(t *testing.T) {
	for _, tt := range []struct {
		kind   string
		normal func(string) string
		want   string
		texts  []string
	}{
		{"phone", NormalPhone, "13812345678", []string{"13812345678", "138 1234 5678", "138-1234-5678", "+86 138 1234 5678",
			"+8613812345678", "008613812345678", "8613812345678", "１３８１２３４５６７８", "138–1234－5678", "\u202d13812345678\u202c"}},
		{"phone", NormalPhone, "01012345678", []string{"010-12345678", "(010)12345678", "（010） 12345678"}},
		{"phone", NormalPhone, "+85261234567", []string{"+852 6123 4567", "＋852 61234567"}},
		{"ID", NormalID, "11010519491231002X", []string{"11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X "}},
		{"name", NormalName, "张三", []string{"张三", " 张 三 ", "张　三"}},
		{"name", NormalName, "买买提·艾山", []string{"买买提·艾山", "买买提•艾山", "买买提 ・ 艾山"}},
		{"name", NormalName, "john smith", []string{"John Smith", "JOHN  SMITH ", "Ｊｏｈｎ Ｓｍｉｔｈ"}},
	} {
		for _, text := range tt.texts {
			if got := tt.normal(text); got != tt.want {
				t.Errorf("%s %q is looked up as %q, want %q", tt.kind, text, got, tt.want)
			}
		}
	}
}
