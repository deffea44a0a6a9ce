package pii

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// TestStrike guards JR/T 0171-2020: C3 is never stored.
func TestStrike(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		struck     []string
	}{
		{"我的CVV是123，有效期12/28", "我的CVV是[已删除]，有效期12/28", []string{SecurityCode}},
		{"CVV2:123", "CVV2:[已删除]", []string{SecurityCode}},
		{"CVV2345", "CVV[已删除]", []string{SecurityCode}},
		{"CVV234", "CVV[已删除]", []string{SecurityCode}},
		{"cvc2 = 987", "cvc2 = [已删除]", []string{SecurityCode}},
		{"卡背面安全码 123", "卡背面安全码 [已删除]", []string{SecurityCode}},
		{"ＣＶＶ：１２３", "ＣＶＶ：[已删除]", []string{SecurityCode}},
		{"security code is 0123.", "security code is [已删除].", []string{SecurityCode}},
		{"密码123456", "密码[已删除]", []string{Password}},
		{"密码：abc123！，请处理", "密码：[已删除]，请处理", []string{Password}},
		{"支付密码为 888888，", "支付密码为 [已删除]，", []string{Password}},
		{"密码是“hunter”", "密码是“[已删除]”", []string{Password}},
		{"密码被改为 Pa$$w0rd 了", "密码被改为 [已删除] 了", []string{Password}},
		{"密码是 123 456", "密码是 [已删除]", []string{Password}},
		{"密码：1 2 3 4 5 6。", "密码：[已删除]。", []string{Password}},
		{"密码是12-34abc", "密码是[已删除]", []string{Password}},
		{"密码一二三四五六", "密码[已删除]", []string{Password}},
		{"密码是123456次日被盗", "密码是[已删除]次日被盗", []string{Password}},
		{"口令=Zx9#kk; 其他", "口令=[已删除]; 其他", []string{Password}},
		{"My password is abc123 and", "My password is [已删除] and", []string{Password}},
		{"PASSWORD: letmein", "PASSWORD: [已删除]", []string{Password}},
		{"passcode 9876", "passcode [已删除]", []string{Password}},
		{"登錄密碼：abc123", "登錄密碼：[已删除]", []string{Password}},
		{"验证码 4821 已给对方", "验证码 [已删除] 已给对方", []string{VerificationCode}},
		{"验证码是aB3d9", "验证码是[已删除]", []string{VerificationCode}},
		{"动态密码：482193", "动态密码：[已删除]", []string{VerificationCode}},
		{"OTP is 482193", "OTP is [已删除]", []string{VerificationCode}},
		{"PIN码1234", "PIN码[已删除]", []string{PIN}},
		{"my PIN code: 4321", "my PIN code: [已删除]", []string{PIN}},
		{"密码123456,验证码8888,密码654321,CVV 321", "密码[已删除],验证码[已删除],密码[已删除],CVV [已删除]",
			[]string{Password, VerificationCode, SecurityCode}},
		{"密\u200b码\u200b12\u200b3456", "密\u200b码\u200b[已删除]", []string{Password}},
		{"密码：[已删除]", "密码：[已删除]", nil},
	} {
		clean, struck := Strike(tt.text)
		if clean != tt.want {
			t.Errorf("Strike(%q) = %q, want %q", tt.text, clean, tt.want)
		}
		if diff := cmp.Diff(tt.struck, struck); diff != "" {
			t.Errorf("Strike(%q) kinds: %s", tt.text, diff)
		}
	}
}

// TestStrikeLeavesSentences guards the complaint: what speaks of passwords and holds none is evidence.
func TestStrikeLeavesSentences(t *testing.T) {
	for _, text := range []string{
		"我忘记了密码，请重置",
		"密码错误三次",
		"密码错误3次后被锁",
		"密码 5次输错",
		"密码是6位数字",
		"密码是2024年3月5日修改的",
		"密码：忘记了",
		"验证码收不到，打了10遍电话",
		"验证码60秒后过期",
		"重置密码 2024-03-05 14:20 去的柜台",
		"重置密码 14:20",
		"找回密码13812345678收不到短信",
		"修改密码 6222021234567890128 这张卡",
		"忘记密码 https://example.com/reset1",
		"盗刷密码 5000.00元",
		"忘记密码APP打不开",
		"my password is wrong and was stolen",
		"spin 1234, pinyin1234, stop 1234",
		"客户经理索要CVV和密码",
		"输入密码后扣款10000元",
		"订单号20240305123456，金额5000元",
		"",
	} {
		if clean, struck := Strike(text); clean != text || struck != nil {
			t.Errorf("Strike(%q) = %q, %q", text, clean, struck)
		}
	}
}

func FuzzStrike(f *testing.F) {
	for _, seed := range []string{
		"", "密码：abc123", "CVV2 123", "验证码 1 2 3 4", "password is: \"x y\"", "CVV123CVV456", "密码密码是1234PIN5678",
		"ＰＩＮ１２３４", "密码：[已删除]", "\xff密码1234\xfe", "PIN 1234 密码一二三四五 otp:12ab", "密码是12-34", "code 2码",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkStrike)
}

// TestStrikeOfPieces goes where a fuzzer seldom comes: words, links and tokens side by side.
func TestStrikeOfPieces(t *testing.T) {
	pieces := []string{"密码", "口令", "验证码", "动态密码", "CVV", "CVV2", "安全码", "PIN", "pin", "password", "OTP", "码", "code", "是", "为",
		"被改成", ":", "：", "=", " is ", " ", "\n", "\"", "“", "[", "[已删除]", "已", "1", "12", "123", "1234", "12 34", "123456", "１２３",
		"13812345678", "abc", "aB3d", "2", "-", ",", "，", "次", "年", "2024-03-05", "一二三四", "张三", "\u200b", "x"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		var text strings.Builder
		for range 1 + random.IntN(10) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		checkStrike(t, text.String())
	}
}

// checkStrike checks what holds of any text.
func checkStrike(t *testing.T, text string) {
	clean, struck := Strike(text)
	again, more := Strike(clean)
	if again != clean || more != nil {
		t.Errorf("%q becomes %q, then %q (%v)", text, clean, again, more)
	}
	if utf8.ValidString(text) && !utf8.ValidString(clean) {
		t.Errorf("%q is no UTF-8 any more: %q", text, clean)
	}
	if (len(struck) == 0) != (clean == text) {
		t.Errorf("%q becomes %q and %v is told", text, clean, struck)
	}
	for _, secret := range []string{"密码是739151", "CVV:739151", "PIN:739151", "验证码为739151"} {
		clean, _ = Strike(text + "。" + secret)
		if strings.Contains(clean, secret) {
			t.Errorf("%s stays after %q", secret, text)
		}
	}
}
