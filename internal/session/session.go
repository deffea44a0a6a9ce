package session

import (
	"time"

	"xiaobao/internal/fault"
)

const (
	accessLife  = time.Hour
	refreshLife = 12 * time.Hour
)

// Why a session ended.
const (
	endedByUser  = "user"
	endedByReuse = "refresh_reused"
	endedByReset = "password"

	endedBySuspension = "suspension"
)

// The refusals of sessions.
var (
	denied = fault.Declare(fault.Reason{Kind: fault.Unauthenticated, Code: "session.denied",
		Title:  fault.Words{EN: "The user name or the password is wrong, or the session has ended.", ZH: "用户名或密码错误，或会话已结束。"},
		Causes: "POST /v1/sessions with a wrong password", Cures: "Try again, or ask an administrator to reset the password."})
	locked = fault.Declare(fault.Reason{Kind: fault.TooMany, Code: "session.locked", Retry: true,
		Title:  fault.Words{EN: "Too many failed sign-ins; this name is locked for a while.", ZH: "登录失败次数过多，该用户名暂时锁定。"},
		Causes: "Five wrong passwords in a row.", Cures: "Try again after Retry-After seconds."})
	reused = fault.Declare(fault.Reason{Kind: fault.Unauthenticated, Code: "session.refresh_reused",
		Title:  fault.Words{EN: "The refresh token was used before; the session has been ended.", ZH: "刷新令牌已被使用过，会话已终止。"},
		Causes: "POST /v1/session-refreshes twice with one token", Cures: "Sign in again; if it was not you, change the password."})
	expired = fault.Declare(fault.Reason{Kind: fault.Unauthenticated, Code: "session.expired",
		Title:  fault.Words{EN: "The access token has expired; refresh the session.", ZH: "访问令牌已过期，请刷新会话。"},
		Causes: "A request with an access token older than one hour.", Cures: "POST /v1/session-refreshes"})
	notFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "session.not_found",
		Title:  fault.Words{EN: "You have no such session.", ZH: "您没有该会话，或会话已结束。"},
		Causes: "DELETE /v1/me/sessions/ses_unknown", Cures: "GET /v1/me/sessions"})
	// ChangeRequired: the password must be changed before anything else.
	ChangeRequired = fault.Declare(fault.Reason{Kind: fault.Forbidden, Code: "session.password_change_required",
		Title:  fault.Words{EN: "Change your password before anything else.", ZH: "请先修改密码。"},
		Causes: "Any request after the first sign-in.", Cures: "PUT /v1/me/password"})
)

// Session is a person signed in.
type Session struct {
	ID                     string
	UserID                 string
	CreatedAt              time.Time
	ExpiresAt              time.Time // of the refresh token
	EndedAt                *time.Time
	EndedBy                string
	PasswordChangeRequired bool
}

// Tokens are a session's secrets; they exist outside the caller's memory only as hashes.
type Tokens struct {
	Access, Refresh string
	AccessExpiresAt time.Time
}
