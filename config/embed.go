package config

import "embed"

// Files are the defaults that ship inside the binary: the policy and its model, rule sets, requirements, calendars, code lists and
// maps for imports.
//
//go:embed authz_model.conf authz_policy.csv rulesets requirements calendars codes import
var Files embed.FS
