package config

import "embed"

// Files are the defaults that ship inside the binary: the policy and its model, rule sets, calendars and code lists.
//
//go:embed authz_model.conf authz_policy.csv rulesets calendars codes
var Files embed.FS
