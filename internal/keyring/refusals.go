package keyring

import "xiaobao/internal/fault"

// The refusals of changes to the keys. They are not declared: an operator meets them at the command line, a caller of the API never.
var (
	ErrChanged = refusal("keyring.changed",
		"Somebody else has changed the keys meanwhile; nothing was done. Look at `xiaobao keys status` and run it again.",
		"密钥已同时被他人更改，本次未做任何操作。请查看 `xiaobao keys status` 后重新执行。")
	ErrUnknown = refusal("keyring.key_unknown",
		"The keyring has no key {key}; `xiaobao keys status` lists those that it has.",
		"密钥环中没有密钥 {key}；`xiaobao keys status` 可列出现有密钥。")
	ErrPrimary = refusal("keyring.key_primary",
		"The key {key} seals what is stored now. Run `xiaobao keys rotate` and `xiaobao keys reseal` first.",
		"密钥 {key} 正用于加密新数据。请先执行 `xiaobao keys rotate` 和 `xiaobao keys reseal`。")
	ErrInUse = refusal("keyring.key_in_use",
		"{count} values are still sealed under the key {key}. Run `xiaobao keys reseal` first.",
		"仍有 {count} 个值由密钥 {key} 加密。请先执行 `xiaobao keys reseal`。")
	ErrRecent = refusal("keyring.key_recent",
		"What was begun before the last rotation or re-sealing may still be written under the key {key}. Run it again after {until}.",
		"最近一次轮换或重新加密之前开始的操作仍可能以密钥 {key} 写入。请在 {until} 之后重新执行。")
	ErrSameFile = refusal("keyring.same_key_file",
		"The key file {path} holds the key in force already. Give the path of a new one; it is made when it is not there.",
		"密钥文件 {path} 中已是现用密钥。请给出新文件的路径；文件不存在时将自动创建。")
)

func refusal(code, en, zh string) *fault.Reason {
	return &fault.Reason{Kind: fault.Conflict, Code: code, Title: fault.Words{EN: "The keys are not changed.", ZH: "密钥未更改。"}, Detail: fault.Words{EN: en, ZH: zh}}
}
