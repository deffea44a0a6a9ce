package app

import (
	"context"
	"strings"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/complaint"
	"xiaobao/internal/consent"
	"xiaobao/internal/finding"
	"xiaobao/internal/internalpolicy"
	"xiaobao/internal/purpose"
	"xiaobao/internal/rightsnotice"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/standard"
	"xiaobao/internal/store"
)

// tellPillars adds what happened beside the complaints: what consumers were told of their rights and agreed to, and what the institution promised itself.
func (s *stories) tellPillars() {
	s.tellOfRights()
	s.tellOfConsents()
	s.tellOfStandards()
	s.tellOfPolicies()
	story{s, "posters"}.act(4, "16:00", hejing, func(ctx context.Context) error {
		_, err := s.Findings.Create(ctx, finding.Draft{Source: finding.Manual, Title: "两家网点未公示投诉渠道", Right: "to_know", Severity: "high", DepartmentID: "dep_demo_suzhou", DueOn: s.day(0).AddDays(2),
			Description: "走访苏州分行五家网点，两家未在醒目位置公示投诉电话和处理流程。"})
		return err
	})
}

// lived adds the life of a text: the office drafts it, somebody else approves it, and the office publishes it, on three working days.
func (t story) lived(back int, id, approver string, draft func(context.Context) (string, error), approve func(context.Context, string, store.Match) (string, error),
	publish func(context.Context, string, *time.Time, store.Match) (string, error)) {
	t.step(back, "09:30", hejing, draft)
	t.step(back-1, "15:00", approver, func(ctx context.Context) (string, error) { return approve(ctx, id, anyVersion) })
	t.step(back-2, "09:00", hejing, func(ctx context.Context) (string, error) { return publish(ctx, id, nil, anyVersion) })
}

// tellOfRights is of two notices, one of them in its second version, a third that waits for the legal department, and what was told before one sale.
func (s *stories) tellOfRights() {
	channels := []string{"premises", "mobile_client", "telephone"}
	draft := func(d rightsnotice.Draft) func(context.Context) (string, error) {
		d.Channels = channels
		return func(ctx context.Context) (string, error) { return s.RightsNotices.Create(ctx, d) }
	}
	told := func(name string, back int, d rightsnotice.Draft) {
		story{s, name}.lived(back, "ntc_demo_"+name, gaofei, draft(d), s.RightsNotices.Texts.Approve, s.RightsNotices.Texts.Publish)
	}
	told("consumer_rights", 30, rightsnotice.Draft{Code: "consumer_rights", Title: "金融消费者八项权利", Form: "display", TransactionKinds: []string{"wealth_purchase", "insurance_purchase", "loan"},
		Rights: []string{"to_know", "free_choice", "fair_dealing", "safety_of_property", "lawful_claim", "education", "respect", "information_security"},
		Text:   "您依法享有知情权、自主选择权、公平交易权、财产安全权、依法求偿权、受教育权、受尊重权和信息安全权。"})
	risk := rightsnotice.Draft{Code: "product_risk", Title: "产品风险告知", Form: "confirmation", TransactionKinds: []string{"wealth_purchase"}, Rights: []string{"to_know", "free_choice"}, Text: "本产品不保证本金和收益，请确认您已了解产品风险等级。"}
	told("product_risk", 29, risk)
	risk.Text = "本产品可能损失全部本金。产品风险等级为 R4，您的风险承受能力须不低于该等级。您有权自主决定是否购买。"
	told("product_risk_2", 15, risk)
	story{s, "financing_cost"}.step(1, "10:30", hejing, draft(rightsnotice.Draft{Code: "financing_cost", Title: "综合融资成本告知", Form: "confirmation", TransactionKinds: []string{"loan"}, Rights: []string{"to_know", "fair_dealing"},
		Text: "本贷款的年化综合融资成本包括利息和全部费用，请确认后签约。"}))
	s.sold("ORD-7001", "wealth_order")
}

// wealthTransaction is the sale of which complaint and proofs tell.
func (s *stories) wealthTransaction(reference string) complaint.Transaction {
	return complaint.Transaction{Reference: reference, Kind: "wealth_purchase", At: s.at(9, "10:00"), RiskLevel: 4}
}

// sold adds the proofs of a sale: the rights were shown before it; the risk was confirmed a day later, and in the version that had been followed.
func (s *stories) sold(reference, name string) {
	sale := rightsnotice.Transaction(s.wealthTransaction(reference))
	shown := rightsnotice.Delivery{Transaction: sale, NoticeCode: "consumer_rights", Edition: 1, Act: ruleset.Displayed, At: s.at(9, "09:52"), Channel: "telephone", EvidenceReference: "rec/7001/1"}
	confirmed := rightsnotice.Delivery{Transaction: sale, NoticeCode: "product_risk", Edition: 1, Act: ruleset.Confirmed, At: s.at(8, "11:05"), Channel: "telephone", EvidenceReference: "rec/7001/2",
		Superseded: true}
	story{s, name}.act(8, "18:00", anxin, func(ctx context.Context) error {
		outcomes, err := s.RightsNotices.Record(ctx, []rightsnotice.Delivery{shown, confirmed}, nil)
		for _, o := range outcomes {
			if err == nil {
				err = o.Refusal
			}
		}
		return err
	})
}

// tellOfConsents is of a text in force and one that waits for the legal department, and of two consumers: one agreed, one changed her mind.
func (s *stories) tellOfConsents() {
	draft := func(t consent.Text) func(context.Context) (string, error) {
		return func(ctx context.Context) (string, error) { return s.Consents.DraftText(ctx, t, false) }
	}
	asked := story{s, "survey"}
	asked.step(28, "09:30", hejing, draft(consent.Text{Purpose: purpose.Survey, ZH: "我们希望就本次投诉处理向您做一次满意度调查。您可以拒绝，不影响投诉处理。",
		EN: "We would like to ask you how your complaint was handled. You may refuse; it changes nothing for your complaint."}))
	asked.step(27, "15:00", gaofei, func(ctx context.Context) (string, error) {
		return s.Consents.Texts.ApproveAndPublish(ctx, "cnt_demo_survey", nil, anyVersion)
	})
	story{s, "marketing"}.step(1, "11:00", hejing, draft(consent.Text{Purpose: purpose.Marketing, ZH: "我们希望通过短信向您介绍新的产品和服务。您可以拒绝，也可以随时撤回。"}))
	said := func(name, phone string, back int) story {
		t := story{s, name}
		t.step(back, "10:40", zhaolei, func(ctx context.Context) (string, error) {
			return s.Consents.Record(ctx, consent.Draft{Consumer: consent.Consumer{Phone: phone}, Purpose: purpose.Survey, TextVersion: 1, Decision: consent.Given, Channel: "phone", Evidence: "CALL-" + phone[8:]})
		})
		return t
	}
	said("agreed", "13900000011", 4)
	said("withdrew", "13900000033", 5).step(2, "17:20", zhaolei, func(ctx context.Context) (string, error) {
		return s.Consents.Withdraw(ctx, "cns_demo_withdrew", consent.Withdrawal{Channel: "phone", Evidence: "CALL-0912"})
	})
}

// tellOfStandards is of a standard that was not kept in the month before, and of a draft.
func (s *stories) tellOfStandards() {
	period, middle := s.monthBefore()
	promise := standard.Draft{Code: "registration", Title: "收到投诉后一个工作日内登记", Measure: standard.RegistrationLag, WithinDays: 1, Percent: 95, Direction: standard.AtLeast, Window: standard.Month, Minimum: 3,
		OwnerDepartment: "dep_demo_center"}
	t := story{s, "registration"}
	t.step(middle+5, "09:30", hejing, func(ctx context.Context) (string, error) { return s.Standards.Create(ctx, promise) })
	t.step(middle+4, "15:00", xuli, func(ctx context.Context) (string, error) {
		return s.Standards.Texts.ApproveAndPublish(ctx, "std_demo_registration", nil, anyVersion)
	})
	at := s.start // on the first day of a month, nothing was measured before
	if morning := s.at(1, "08:30"); morning.After(calendar.End(period.to, s.clocks.Zone)) {
		at = morning
	}
	s.acts = append(s.acts, act{at: at, by: hejing, name: t.name, do: func(ctx context.Context) error {
		_, err := s.Standards.Measure(ctx, "std_demo_registration", period.name)
		return err
	}})
	story{s, "first_contact"}.step(1, "14:30", hejing, func(ctx context.Context) (string, error) {
		return s.Standards.Create(ctx, standard.Draft{Code: "first-contact", Title: "收到投诉后一个工作日内首次联系", Measure: standard.FirstContact, WithinDays: 1, Percent: 95, Direction: standard.AtLeast,
			Window: standard.Quarter, Minimum: 30, OwnerDepartment: "dep_demo_center"})
	})
}

// tellOfPolicies is of a policy that some have acknowledged already, and of a draft.
func (s *stories) tellOfPolicies() {
	draft := func(p internalpolicy.Policy) func(context.Context) (string, error) {
		p.ReviewDueOn = s.day(0).AddDays(365)
		return func(ctx context.Context) (string, error) { return s.Policies.Create(ctx, p, false) }
	}
	story{s, "handling"}.lived(7, "pol_demo_handling", xuli, draft(internalpolicy.Policy{Code: "complaint_handling", Title: "消费投诉处理管理办法", RuleSet: "complaint_handling",
		Text: "第一条　投诉自收到之日起计算期限，登记不得迟于一个工作日。\n第二条　决定须由起草人以外的人员审批，并书面告知事实、依据、理由和救济途径。"}), s.Policies.Texts.Approve, s.Policies.Texts.Publish)
	for i, by := range []string{wuhao, sunli, hejing} {
		story{s, "read_" + strings.TrimPrefix(by, "usr_demo_")}.step(4-i, "13:40", by, func(ctx context.Context) (string, error) {
			return s.Policies.Acknowledge(ctx, "pol_demo_handling")
		})
	}
	story{s, "marketing_policy"}.step(1, "15:20", hejing, draft(internalpolicy.Policy{Code: "marketing", Title: "金融营销宣传管理办法", RuleSet: "marketing", Text: "第一条　营销宣传不得使用误导性表述。"}))
}

// A month by its name, 2026-03, and its last day.
type month struct {
	name string
	to   calendar.Date
}

// monthBefore is the month before that of the start, and how many working days back its middle lies.
func (s *stories) monthBefore() (m month, middle int) {
	m.to = calendar.DateOf(s.start, s.clocks.Zone)
	m.name = m.to.String()[:7]
	for this := m.name; m.name == this; {
		m.to = m.to.AddDays(-1)
		m.name = m.to.String()[:7]
	}
	for middle = 1; s.day(middle).After(m.to.AddDays(-14)); {
		middle++
	}
	return m, middle
}
