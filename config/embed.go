package config

import "embed"

// Files are the defaults that ship inside the binary: the policy and its model, rule sets, requirements, schemes of evaluation, surveys, calendars, code lists, maps for
// imports, and the inventory of personal information.
//
//go:embed inventory.yaml
//go:embed authz_model.conf authz_policy.csv rulesets requirements schemes surveys calendars codes import
var Files embed.FS
