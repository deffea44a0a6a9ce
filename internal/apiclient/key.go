package apiclient

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"xiaobao/internal/fault"
)

// The refusals of keys as records; those of keys in use stand beside Authenticate.
var (
	KeyNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "api_key.not_found",
		Title:  fault.Words{EN: "There is no such key.", ZH: "没有该接口密钥。"},
		Causes: "GET /v1/api-keys/key_unknown", Cures: "GET /v1/api-keys"})
	alreadyRevoked = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "api_key.revoked",
		Title:  fault.Words{EN: "The key was revoked, and stays so.", ZH: "接口密钥已吊销，不能再修改或轮换。"},
		Causes: "PATCH /v1/api-keys/{api_key_id} after its DELETE", Cures: "Make a new key: POST /v1/api-keys"})
	scopeBeyondKind = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "api_key.scope_beyond_kind",
		Title:  fault.Words{EN: "The policy grants this permission to no client of this kind.", ZH: "现行权限策略未将该权限授予此类客户端。"},
		Causes: `POST /v1/api-keys {"scopes":["complaint.read"]} for a regulator`, Cures: `{"scopes":["report.create","report.read"]}`})
	expiryPast = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "api_key.expiry_past",
		Title:  fault.Words{EN: "The key would have ended already; to end it now, revoke it.", ZH: "到期时间必须晚于现在；如需立即停用，请吊销密钥。"},
		Causes: "An expires_at of last year.", Cures: "A later expires_at, or DELETE /v1/api-keys/{api_key_id}"})
	notAnAddress = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "api_key.not_an_address",
		Title:  fault.Words{EN: "This is neither an IP address nor a network in CIDR form.", ZH: "既不是 IP 地址，也不是 CIDR 格式的网段。"},
		Causes: `{"ip_allow":["203.0.113.*"]}`, Cures: `{"ip_allow":["203.0.113.0/24"]}`})
)

// Key is a secret of a client. The secret itself is not part of it, only what it hashes to.
type Key struct {
	ID                   string
	Version              int64
	ClientID, Name       string
	Prefix               string   // what may be shown of the secret
	Scopes               []string // permissions
	IPAllow              []string // addresses and networks; empty: all
	ExpiresAt, RevokedAt *time.Time
	LastUsedAt           *time.Time
	CreatedAt, UpdatedAt time.Time

	hash []byte
}

// KeyPatch is what is to change of a key; what is nil stays.
type KeyPatch struct {
	Name      *string
	IPAllow   *[]string
	SetExpiry bool
	ExpiresAt *time.Time // with SetExpiry: nil is never
}

// on changes a key, and tells all that is wrong with what is new.
func (p KeyPatch) on(k Key, now time.Time) (Key, []fault.Item) {
	var items []fault.Item
	if p.Name != nil {
		k.Name = *p.Name
	}
	if p.IPAllow != nil {
		k.IPAllow = *p.IPAllow
		items = append(items, addressFaults(k.IPAllow)...)
	}
	if p.SetExpiry {
		k.ExpiresAt = p.ExpiresAt
		items = append(items, expiryFaults(k.ExpiresAt, now)...)
	}
	return k, items
}

func expiryFaults(at *time.Time, now time.Time) []fault.Item {
	if at == nil || at.After(now) {
		return nil
	}
	return []fault.Item{fault.At("#/expires_at", expiryPast)}
}

func addressFaults(list []string) []fault.Item {
	var items []fault.Item
	for i, entry := range list {
		if _, ok := network(entry); !ok {
			items = append(items, fault.At(fmt.Sprintf("#/ip_allow/%d", i), notAnAddress))
		}
	}
	return items
}

// network reads an address or a network; an address is the network of itself. Zones are refused, and networks of IPv4 that are written as IPv6:
// no caller's address would ever lie in them.
func network(entry string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(entry); err == nil {
		return p, !p.Addr().Is4In6()
	}
	a, err := netip.ParseAddr(entry)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), true
}

// allowed says that a key may be used from an address.
func allowed(list []string, remote string) bool {
	if len(list) == 0 {
		return true
	}
	address, err := netip.ParseAddr(remote)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(list, func(entry string) bool {
		n, ok := network(entry)
		return ok && n.Contains(address.Unmap())
	})
}

// successor is the key that takes another's place from now on. It is to live as long as the other was. [ours]
func (k Key) successor(now time.Time) Key {
	next := Key{ClientID: k.ClientID, Name: k.Name, Scopes: k.Scopes, IPAllow: k.IPAllow}
	if k.ExpiresAt != nil {
		end := now.Add(k.ExpiresAt.Sub(k.CreatedAt))
		next.ExpiresAt = &end
	}
	return next
}

// endingBy is the key with an end that is no later.
func (k Key) endingBy(end time.Time) Key {
	if k.ExpiresAt == nil || k.ExpiresAt.After(end) {
		k.ExpiresAt = &end
	}
	return k
}
