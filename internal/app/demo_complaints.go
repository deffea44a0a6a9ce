package app

import (
	"xiaobao/internal/complaint"
	"xiaobao/internal/money"
	"xiaobao/internal/rectification"
)

// The stories of the demonstration: invented people, numbers that nobody can have, and every stage. D1 to D3 are those that the tests tell, too.
var demoStories = []struct {
	name, zh, en string
	tell         func(story)
}{
	{"d1", "十二元手续费：当场办结", "Twelve yuan: settled on the spot", twelveYuan},
	{"d2", "存款变保险：调查中，已延期", "A deposit that was a policy: in investigation, extended", letterFromBranch},
	{"d3", "信用卡分期：决定待审批", "Instalments: a decision waits for approval", instalments},
	{"partner", "合作机构转来：待受理", "From a partner: to be accepted", partnerCall},
	{"overdue", "营销短信：无人受理，已逾期升级", "Unwanted messages: unowned, late, escalated", leftLying},
	{"struck", "疑似盗刷：敏感信息已删除", "A fraud: secrets struck out", secretsStruck},
	{"hotline", "12345 转办：另有反馈期限", "From the hotline 12345: with a date for feedback", hotline},
	{"fee", "年费误收：已办结，整改中", "An annual fee: closed, to be mended", annualFee},
	{"company", "企业提前还款：决定被退回", "A company's repayment: the decision was returned", earlyRepayment},
	{"late", "委外催收：法定期限已过", "Debt collection: the limit of the law is over", collection},
	{"loan", "助贷搭售保险：待分派", "Bundled insurance: to be assigned", helpLoan},
	{"wealth", "R4 理财：风险告知有瑕疵", "A wealth product: its risk was told late, in an old version", wealthSale},
	{"counter", "柜面排队：当场办结", "A queue: settled on the spot", counterQueue},
	{"rate", "存款利率：当场办结", "A rate: settled on the spot", depositRate},
	{"receipt", "回单补打：登记迟延", "A receipt: registered late", lateReceipt},
}

// Who acts in them.
const (
	zhaolei  = "usr_demo_zhaolei"
	sunli    = "usr_demo_sunli"
	hejing   = "usr_demo_hejing"
	wuhao    = "usr_demo_wuhao"
	zhoutao  = "usr_demo_zhoutao"
	fangyuan = "usr_demo_fangyuan"
	linchen  = "usr_demo_linchen"
	gaofei   = "usr_demo_gaofei"
	xuli     = "usr_demo_xuli"
	anxin    = "cli_demo_anxin"
	huimin   = "cli_demo_huimin"
)

func yuan(n int64) *money.Money { return &money.Money{Cents: n * 100, Currency: "CNY"} }

// D1: an enquiry that was a complaint; found by sampling, registered late and settled on the spot.
func twelveYuan(s story) {
	received := s.at(5, "10:12")
	s.file(2, "09:30", zhaolei, complaint.Intake{
		IntakeChannel: "phone", BusinessChannel: "self_service_machine", ReceivedAt: &received, OccurredOn: s.day(6),
		ComplainantName: "周敏", Complainant: complaint.Complainant{Phone: "13900000011"},
		Codes: complaint.Codes{Business: "debit_card", Cause: "pricing"}, Region: "cn-320100", Product: "借记卡跨行取款", Amount: yuan(12),
		Request: "退还多收的取款手续费 12.00 元。", Narrative: "在中山路自助银行跨行取款一次，被收取两次手续费，每次 12.00 元，要求退还一次。",
		LateReason: "首次来电登记为咨询，消费者权益保护部抽检后转为投诉。"})
	s.log(2, "09:35", zhaolei, complaint.Log{Kind: complaint.ContactLog, At: received, Form: "phone", Direction: "in", Reached: true,
		Text: "客户来电反映手续费重复收取，已当场查实并说明退款安排。", Reference: "CALL-0042"})
	s.accept(2, "09:40", zhaolei)
	s.settle(2, "09:45", zhaolei, complaint.Settlement{Facts: "交易流水显示同一笔取款计收两次手续费，系统重复入账。", Basis: "个人借记卡收费标准第 3 条",
		Agreed: "退还 12.00 元至原卡，客户同意以电话告知处理结果。", WaysOpen: []string{"mediation", "court"}, Form: "phone", Reference: "CALL-0042",
		NotifiedAt: s.at(5, "10:20"), Amount: yuan(12), Codes: complaint.Codes{Business: "debit_card", Cause: "pricing"}})
}

// D2: a letter against a member of staff, which lay at a sub-branch; old, so that the limit is extended and told.
func letterFromBranch(s story) {
	received := s.at(7, "16:40")
	s.file(4, "09:30", wuhao, complaint.Intake{
		IntakeChannel: "letter", BusinessChannel: "premises", ReceivedAt: &received, OccurredOn: s.day(60),
		ComplainantName: "陈国强", Complainant: complaint.Complainant{IDType: "resident_id", IDNumber: "320100195503120016", Phone: "13900000027",
			Address: "南京市秦淮区示例路 18 号 2 幢 301 室"},
		Respondent: complaint.Respondent{DepartmentID: "dep_demo_nanjing", Unit: "城南支行", StaffName: "钱勇"}, NamedStaffID: "10482",
		Codes: complaint.Codes{Business: "agency", Cause: "marketing"}, Region: "cn-320100", Product: "代理五年期年金保险", Amount: yuan(200_000),
		Request:    "全额退保，返还本金 200000.00 元。",
		Narrative:  "本人 71 岁，到城南支行办理存款续存，柜面主管把五年期年金保险当作“利息更高的存款”推荐，签字时未说明是保险，也未告知提前退保的损失。联系电话 13900000027。",
		LateReason: "信件由城南支行柜面代收，转递分行时已超过一个工作日。"})
	s.accept(4, "09:50", wuhao)
	s.call(4, "10:30", wuhao, "已告知收到信件、处理期限和所需材料；客户听力不佳，请以书面为主。")
	s.note(4, "15:00", wuhao, "已通知城南支行封存当日监控录像和销售双录，保存期届满前完成调取。")
	s.extend(3, "10:00", wuhao, "old_records", "销售双录须由总行数据中心调取，预计需要十个工作日。")
	s.tell(3, "16:00", wuhao, complaint.ExtensionNotice{Form: "letter", Reference: "EMS 1098765432100", Note: "已附延期理由和新的处理期限"})
	s.log(2, "11:10", wuhao, complaint.Log{Kind: complaint.MaterialLog, Text: "客户补充：保险合同复印件、当日存款回执各一份。"})
}

// D3: the card unit verifies, the handler drafts, the head is to approve.
func instalments(s story) {
	s.file(5, "09:20", zhaolei, complaint.Intake{
		IntakeChannel: "app", BusinessChannel: "mobile_client", OccurredOn: s.day(20),
		ComplainantName: "刘敏", Complainant: complaint.Complainant{Phone: "13900000033", Email: "liumin@example.com"},
		Respondent: complaint.Respondent{DepartmentID: "dep_demo_cards"},
		Codes:      complaint.Codes{Business: "credit_card", Cause: "disclosure"}, Region: "cn-320000", Product: "信用卡账单分期（24 期）", Amount: yuan(36_800),
		Request:   "取消分期，退还已收的分期手续费 1240.00 元。",
		Narrative: "客服来电办理 36800 元账单分期，只说“每期不到 1600”，没有说明总手续费和提前还款仍须付清手续费。",
	})
	s.accept(5, "09:35", zhaolei)
	s.call(5, "10:10", zhaolei, "已确认诉求，告知将由信用卡部核实营销录音。")
	s.assign(5, "14:00", sunli, linchen)
	s.note(3, "14:20", linchen, "营销录音已调取：坐席说明了每期金额，未说明总手续费。")
	finding := complaint.Finding{Facts: "录音显示坐席仅告知每期还款额，未告知手续费总额及提前还款规则。", Basis: "信用卡分期业务营销规范第 6 条",
		Finding: "投诉部分属实：分期合同成立，手续费告知不充分。", Evidence: []string{"营销录音 20417", "分期申请电子回执"},
		Codes: complaint.Codes{Business: "credit_card", Cause: "disclosure"}, InfringedRight: "to_know"}
	s.conclude(2, "10:00", linchen, finding)
	s.draft(2, "15:30", zhaolei, complaint.Decision{Outcome: complaint.PartlyUpheld, Facts: finding.Facts, Basis: "信用卡章程第 12 条、分期业务营销规范第 6 条",
		Reasons: "我行未充分告知手续费总额，退还已收手续费 1240.00 元，并可免费提前结清剩余分期；分期本金依约偿还。", WaysOpen: []string{"mediation", "court"}, Compensation: yuan(1_240)})
	s.submit(1, "11:20", zhaolei)
}

// A partner's complaint of yesterday, which nobody has taken up yet.
func partnerCall(s story) {
	received := s.at(1, "14:05")
	s.file(1, "14:20", anxin, complaint.Intake{
		ExternalReference: "AX-0042", ReceivedAt: &received, ComplainantName: "王晓明",
		Complainant: complaint.Complainant{IDType: "resident_id", IDNumber: "320100198807210022", Phone: "13900000042"},
		Codes:       complaint.Codes{Business: "payment_settlement", Cause: "facilities_and_systems"}, Region: "cn-320100", Product: "手机银行转账", Amount: yuan(5_000),
		Request: "尽快到账或者退回 5000.00 元。", Narrative: "昨日通过手机银行向他行转账 5000 元，本行已扣款，对方至今未到账，客服称系统处理中。"})
}

// A mail that was registered and then left lying: unowned, late, and so escalated by itself.
func leftLying(s story) {
	received := s.at(5, "18:40")
	s.file(4, "09:00", zhaolei, complaint.Intake{
		IntakeChannel: "email", BusinessChannel: "online_bank", ReceivedAt: &received,
		ComplainantName: "孙悦", Complainant: complaint.Complainant{Email: "sunyue@example.com"},
		Codes: complaint.Codes{Business: "personal_financial_information", Cause: "information_security"}, Region: "cn-320000",
		Request: "说明个人信息的使用情况，并停止营销短信。", Narrative: "退订三次后仍每天收到贷款营销短信，怀疑个人信息被提供给第三方。"})
}

// What nobody may keep is struck out of the text before it is stored.
func secretsStruck(s story) {
	s.file(2, "11:20", zhaolei, complaint.Intake{
		IntakeChannel: "website", BusinessChannel: "third_party",
		ComplainantName: "赵一鸣", Complainant: complaint.Complainant{IDType: "resident_id", IDNumber: "32050019920305001X", Phone: "13900000058"},
		Codes: complaint.Codes{Business: "credit_card", Cause: "funds_security"}, Region: "cn-320500", Product: "信用卡网上支付", Amount: yuan(2_680),
		Request:   "调查盗刷经过，返还 2680.00 元。",
		Narrative: "接到自称客服的电话，按要求报了卡号后三位安全码 318，又输入了验证码 660417，随后被消费 2680 元。网银密码是 Spring2026，已修改。",
	})
	s.accept(2, "13:30", zhaolei)
	s.call(2, "13:50", zhaolei, "已确认卡片冻结，提醒客户不要再提供安全码和验证码。")
}

// A matter that came by the government's hotline, with a date for feedback of its own.
func hotline(s story) {
	s.file(3, "09:40", zhaolei, complaint.Intake{
		Source: "12345", IntakeChannel: "transfer_system", BusinessChannel: "premises",
		SourceReference: "宁12345-0217", SourceReceivedOn: s.day(4), FeedbackDueOn: s.day(0).AddDays(3),
		ComplainantName: "吴桂芳", Complainant: complaint.Complainant{Phone: "13900000061"},
		Codes: complaint.Codes{Business: "rmb_savings", Cause: "service_quality"}, Region: "cn-320100",
		Request: "改善网点排队，说明窗口开放安排。", Narrative: "养老金发放日网点只开一个窗口，排队超过两小时，大堂无人引导，老人无座位。"})
	s.accept(3, "10:00", zhaolei)
	s.call(3, "10:25", zhaolei, "已告知承办部门和反馈时间，客户希望当月发放日前改善。")
}

// A whole life, and what is to be mended because of it.
func annualFee(s story) {
	s.file(8, "09:10", zhaolei, complaint.Intake{
		IntakeChannel: "phone", BusinessChannel: "telephone", ComplainantName: "郑海燕", Complainant: complaint.Complainant{Phone: "13900000076"},
		Codes: complaint.Codes{Business: "credit_card", Cause: "pricing"}, Region: "cn-320000", Product: "信用卡年费", Amount: yuan(300),
		Request: "退还年费 300.00 元。", Narrative: "年内刷卡已满六次，按规则应免年费，账单仍收取 300 元，去年也发生过一次。"})
	s.accept(8, "09:25", zhaolei)
	s.call(8, "09:50", zhaolei, "已确认刷卡次数和账单月份，告知预计五个工作日内答复。")
	codes := complaint.Codes{Business: "credit_card", Cause: "pricing"}
	s.conclude(6, "15:00", zhaolei, complaint.Finding{Facts: "客户年内有效消费 9 次，符合免收条件；批处理未计入线上消费。", Basis: "信用卡章程第 9 条",
		Finding: "投诉属实，系统计数错误。", Evidence: []string{"交易流水", "年费批处理日志 0301"}, Codes: codes, InfringedRight: "safety_of_property"})
	s.draft(6, "16:10", zhaolei, complaint.Decision{Outcome: complaint.Upheld, Facts: "客户符合免收年费条件，系统误收 300.00 元。", Basis: "信用卡章程第 9 条",
		Reasons: "系统计数错误，责任在我行，退还年费并更正规则。", WaysOpen: []string{"mediation", "court"}, Compensation: yuan(300)})
	s.submit(5, "09:30", zhaolei)
	s.approve(5, "17:00", sunli)
	s.notify(4, "10:30", zhaolei, complaint.Notice{Form: "sms", ProofReference: "SMS-9911"})
	s.mend(3, "14:00", hejing, rectification.Draft{RootCause: "system_fault", Severity: "high", OwnerID: linchen,
		Measure: "修正年费批处理的消费计数，把线上消费计入免收条件；排查近两年误收客户并逐户退还。"})
}

// A company's complaint at a branch, whose decision the head gave back.
func earlyRepayment(s story) {
	s.file(5, "10:05", wuhao, complaint.Intake{
		IntakeChannel: "branch", BusinessChannel: "premises", ComplainantKind: complaint.Organization,
		ComplainantName: "南京云栖示例商贸有限公司",
		Complainant:     complaint.Complainant{CreditCode: "91320100MADEM0000F", LegalRepresentative: "何立群", Phone: "13900000085"},
		Codes:           complaint.Codes{Business: "loan", Cause: "contract_terms"}, Region: "cn-320100", Product: "小微企业流动资金贷款", Amount: yuan(18_500),
		Request: "免收提前还款违约金 18500.00 元。", Narrative: "公司提前结清贷款，被要求支付 18500 元违约金，签约时客户经理口头承诺满一年后提前还款不收费。"})
	s.accept(5, "10:30", wuhao)
	s.call(5, "11:00", wuhao, "已联系公司财务，确认合同编号和承诺人。")
	s.conclude(2, "09:40", wuhao, complaint.Finding{Facts: "合同第 17 条约定提前还款违约金；客户经理的短信中有“满一年不收”的表述。", Basis: "借款合同第 17 条",
		Finding: "部分属实：存在与合同不一致的口头和短信承诺。", Evidence: []string{"借款合同", "客户经理短信截图"}, Codes: complaint.Codes{Business: "loan", Cause: "contract_terms"},
		InfringedRight: "to_know"})
	s.draft(2, "14:30", wuhao, complaint.Decision{Outcome: complaint.PartlyUpheld, Facts: "合同有违约金约定，客户经理另有承诺。", Basis: "借款合同第 17 条",
		Reasons: "减免违约金的一半。", WaysOpen: []string{"review", "court"}, Compensation: yuan(9_250)})
	s.submit(2, "16:00", wuhao)
	s.giveBack(1, "10:00", zhoutao, "请补充减免一半的计算依据，并说明对客户经理承诺的认定。")
}

// What nobody answered in time: the limit of the law is over, and the complaint says so.
func collection(s story) {
	s.file(15, "11:00", fangyuan, complaint.Intake{
		IntakeChannel: "social_media", BusinessChannel: "third_party", ComplainantName: "马超", Complainant: complaint.Complainant{Phone: "13900000094"},
		Respondent: complaint.Respondent{Unit: "委外催收机构"},
		Codes:      complaint.Codes{Business: "debt_collection", Cause: "collection_conduct"}, Region: "cn-320500", Product: "个人消费贷款",
		Request: "停止联系家人和单位，书面道歉。", Narrative: "逾期五天，催收人员连续三天致电单位前台和父母，言语威胁。"})
	s.accept(15, "11:20", fangyuan)
	s.call(15, "14:00", fangyuan, "已告知将暂停委外催收并调取通话录音。")
	s.note(6, "16:30", fangyuan, "催收机构仍未提供录音，已发函催办。")
}

// Another partner's, whose client has no department: it waits at the consumer-protection office to be given to one.
func helpLoan(s story) {
	s.file(1, "16:30", huimin, complaint.Intake{
		ExternalReference: "HM-7731", ComplainantName: "欧阳倩", Complainant: complaint.Complainant{Phone: "13900000103"},
		Codes: complaint.Codes{Business: "loan", Cause: "free_choice"}, Region: "cn-320500", Product: "线上联合贷款", Amount: yuan(860),
		Request: "取消搭售的意外险，退还保费 860.00 元。", Narrative: "申请贷款时页面默认勾选意外险，无法取消，放款后扣除保费 860 元。"})
}
