package app

import "xiaobao/internal/complaint"

// The complaints by which a standard of the demonstration is measured, in the middle of the month before, and the one that its sale became.

// wealthSale is a complaint that names its sale.
func wealthSale(s story) {
	sale := s.wealthTransaction("ORD-7001")
	s.file(3, "10:10", fangyuan, complaint.Intake{
		IntakeChannel: "branch", BusinessChannel: "telephone", OccurredOn: s.day(9), Transaction: &sale,
		ComplainantName: "谢文君", Complainant: complaint.Complainant{Phone: "13900000112"}, Respondent: complaint.Respondent{DepartmentID: "dep_demo_wealth"},
		Codes: complaint.Codes{Business: "own_wealth_management", Cause: "disclosure"}, Region: "cn-320500", Product: "R4 权益类理财产品", Amount: yuan(100_000),
		Request: "赎回全部份额，返还本金 100000.00 元。", Narrative: "电话购买理财产品当天只念了消费者权利，风险告知第二天才补做，内容也没有提到可能损失全部本金。"})
	s.accept(3, "10:30", fangyuan)
	s.call(3, "11:00", fangyuan, "已告知将核对购买当日的告知凭证和录音。")
}

// settledBefore adds a complaint that was settled on the spot in the month before, received some working days before it was registered.
func (s story) settledBefore(waited int, late, name, phone, business, cause, request, agreed string) {
	_, middle := s.monthBefore()
	received := s.at(middle+waited, "09:10")
	codes := complaint.Codes{Business: business, Cause: cause}
	s.file(middle, "09:40", fangyuan, complaint.Intake{IntakeChannel: "branch", BusinessChannel: "premises", ReceivedAt: &received, LateReason: late,
		ComplainantName: name, Complainant: complaint.Complainant{Phone: phone}, Codes: codes, Region: "cn-320500", Request: request, Narrative: request})
	s.accept(middle, "09:50", fangyuan)
	s.settle(middle, "10:10", fangyuan, complaint.Settlement{Facts: "经核对，反映情况属实。", Basis: "网点服务规范第 4 条", Agreed: agreed, WaysOpen: []string{"mediation", "court"}, Form: "phone",
		Reference: "CALL-" + phone[7:], NotifiedAt: s.at(middle, "10:05"), Codes: codes})
}

func counterQueue(s story) {
	s.settledBefore(0, "", "何雨", "13900000121", "rmb_savings", "service_quality", "增开柜台窗口，缩短排队时间。", "当日增开一个窗口，客户认可。")
}

func depositRate(s story) {
	s.settledBefore(0, "", "高远", "13900000122", "rmb_savings", "disclosure", "说明定期存款提前支取的计息方式。", "已书面说明计息方式，客户认可。")
}

func lateReceipt(s story) {
	s.settledBefore(2, "客户意见簿隔日才整理。", "许静", "13900000123", "payment_settlement", "service_quality", "补打三个月的转账回单。", "已补打并邮寄回单，客户认可。")
}
