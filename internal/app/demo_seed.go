package app

import (
	"context"
	"crypto/rand"

	"xiaobao/internal/apiclient"
	"xiaobao/internal/money"
	"xiaobao/internal/organisation"
	"xiaobao/internal/password"
	"xiaobao/internal/store"
)

// The people and organisations of the demonstration are invented.
var (
	demoDepartments = []organisation.Department{
		{ID: "dep_demo_center", Code: "complaints", Name: "投诉处理中心", Kind: organisation.ComplaintCenter},
		{ID: "dep_demo_office", Code: "consumer-protection", Name: "消费者权益保护部", Kind: organisation.ConsumerProtection},
		{ID: "dep_demo_nanjing", Code: "nanjing", Name: "南京分行", Kind: organisation.Branch},
		{ID: "dep_demo_suzhou", Code: "suzhou", Name: "苏州分行", Kind: organisation.Branch},
		{ID: "dep_demo_cards", Code: "cards", Name: "信用卡部", Kind: "business_unit"},
		{ID: "dep_demo_wealth", Code: "wealth", Name: "财富管理部", Kind: "business_unit"},
		{ID: "dep_demo_legal", Code: "legal", Name: "法律合规部", Kind: "legal"},
		{ID: "dep_demo_audit", Code: "audit", Name: "审计部", Kind: "audit"},
	}
	demoUsers = []organisation.User{
		{ID: "usr_demo_admin", Username: "guanli", Name: "管理员", DepartmentID: "", Roles: []string{organisation.Administrator}},
		{ID: "usr_demo_zhaolei", Username: "zhaolei", Name: "赵蕾", StaffID: "10001", DepartmentID: "dep_demo_center", Roles: []string{organisation.Handler},
			Authority: &money.Money{Cents: 200_00, Currency: "CNY"}},
		{ID: "usr_demo_sunli", Username: "sunli", Name: "孙丽", StaffID: "10002", DepartmentID: "dep_demo_center", Roles: []string{organisation.Head}},
		{ID: "usr_demo_hejing", Username: "hejing", Name: "何静", StaffID: "10003", DepartmentID: "dep_demo_office", Roles: []string{organisation.Officer}},
		{ID: "usr_demo_wuhao", Username: "wuhao", Name: "吴昊", StaffID: "10004", DepartmentID: "dep_demo_nanjing", Roles: []string{organisation.Handler}},
		{ID: "usr_demo_zhoutao", Username: "zhoutao", Name: "周涛", StaffID: "10005", DepartmentID: "dep_demo_nanjing", Roles: []string{organisation.Head}},
		{ID: "usr_demo_fangyuan", Username: "fangyuan", Name: "方圆", StaffID: "10006", DepartmentID: "dep_demo_suzhou", Roles: []string{organisation.Handler}},
		{ID: "usr_demo_linchen", Username: "linchen", Name: "林晨", StaffID: "10007", DepartmentID: "dep_demo_cards", Roles: []string{organisation.Handler}},
		{ID: "usr_demo_gaofei", Username: "gaofei", Name: "高飞", StaffID: "10008", DepartmentID: "dep_demo_legal", Roles: []string{organisation.Handler}},
		{ID: "usr_demo_shenji", Username: "shenji", Name: "沈霁", StaffID: "10009", DepartmentID: "dep_demo_audit", Roles: []string{"auditor"}},
		{ID: "usr_demo_xuli", Username: "xuli", Name: "许立", StaffID: "10010", DepartmentID: "", Roles: []string{organisation.SeniorManager}},
	}
	demoClients = []apiclient.Client{
		{ID: "cli_demo_anxin", Name: "安心呼叫中心", Kind: apiclient.Partner, IntakeChannel: "phone", DepartmentID: "dep_demo_center"},
		{ID: "cli_demo_huimin", Name: "惠民助贷", Kind: apiclient.Partner, IntakeChannel: "app"},
		{ID: "cli_demo_regulator", Name: "地方监管局", Kind: apiclient.Regulator},
	}
	demoScopes = map[string][]string{
		apiclient.Partner:   {"complaint.create", "complaint.read", "complaint.add_material", "complaint.withdraw", "rights_notice.read", "notice_delivery.create", "notice_delivery.read"},
		apiclient.Regulator: {"report.create", "report.read"},
	}
)

// A Secret makes a password and its hash for a user of the demonstration.
type Secret func(ctx context.Context) (plain, hash string, err error)

// NewSecret makes a password that nobody else has.
func NewSecret(ctx context.Context) (plain, hash string, err error) {
	plain = rand.Text()[:12]
	hash, err = password.Hash(ctx, plain)
	return plain, hash, err
}

// Seed fills a new installation with the demonstration, and returns what its users and keys sign in with.
func (a *App) Seed(ctx context.Context, secret Secret) (Credentials, error) {
	var c Credentials
	hashes := make([]string, len(demoUsers))
	c.Users = make([]DemoUser, len(demoUsers))
	for i, u := range demoUsers {
		plain, hash, err := secret(ctx)
		if err != nil {
			return c, err
		}
		hashes[i], c.Users[i] = hash, DemoUser{Username: u.Username, Password: plain, Role: u.Roles[0]}
	}
	return store.Write(ctx, a.DB, func(_ context.Context, tx *store.Tx) (Credentials, error) {
		done := c
		done.Keys = nil
		root, err := organisation.DepartmentOfKind(&tx.View, organisation.HeadOffice)
		if err != nil {
			return c, err
		}
		names := map[string]string{root.ID: root.Name}
		for _, d := range demoDepartments {
			d.ParentID = root.ID
			if _, err := organisation.AddDepartment(tx, d); err != nil {
				return c, err
			}
			names[d.ID] = d.Name
		}
		for i, u := range demoUsers {
			if u.DepartmentID == "" {
				u.DepartmentID = root.ID
			}
			u.PasswordHash = hashes[i]
			if _, err := a.People.AddUser(tx, u); err != nil {
				return c, err
			}
			done.Users[i].Department = names[u.DepartmentID]
		}
		done.Keys, err = seedClients(tx)
		return done, err
	})
}

func seedClients(tx *store.Tx) ([]DemoKey, error) {
	var secrets []DemoKey
	for _, client := range demoClients {
		if _, err := apiclient.AddClient(tx, client); err != nil {
			return nil, err
		}
		_, secret, err := apiclient.AddKey(tx, apiclient.Key{ClientID: client.ID, Name: "demo", Scopes: demoScopes[client.Kind]})
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, DemoKey{Name: client.Name, Kind: client.Kind, Secret: secret})
	}
	return secrets, nil
}
