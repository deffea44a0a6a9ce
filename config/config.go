// Package config is what an operator may change: the settings of one process (Config), and the institution's own rules, calendars, code lists and
// policy, which ship with the binary (Files) and can be overridden by files in a folder.
package config

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/mail"
	"os"
	"reflect"
	"regexp"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

//go:embed default.yaml
var defaults []byte

// Config is the settings of a process. Each can be set in a YAML file, and by an environment variable, which wins: XIAOBAO_DATABASE for database.
type Config struct {
	Listen         string   `yaml:"listen"`            // host:port of the API
	ListenMetrics  string   `yaml:"listen_metrics"`    // host:port of the metrics; empty: none
	Database       string   `yaml:"database"`          // sqlite:PATH or mysql:DSN
	DatabaseFile   string   `yaml:"database_file"`     // a file that holds the same, for a DSN with a password
	KeyFile        string   `yaml:"key_file"`          // the key that opens the personal data; kept apart from the database and its backups
	Checkpoints    string   `yaml:"audit_checkpoints"` // the file to which the checkpoints of the audit trail are appended; empty: none
	TimeZone       string   `yaml:"time_zone"`         // in which days begin and end
	Language       string   `yaml:"language"`          // of texts, when the caller does not say: zh-CN or en
	Currency       string   `yaml:"currency"`          // ISO 4217
	Origins        []string `yaml:"origins"`           // of browsers that may call the API
	TrustedProxies []string `yaml:"trusted_proxies"`   // networks of proxies whose X-Forwarded-For says who calls
	Overrides      string   `yaml:"overrides"`         // a folder with rulesets/, requirements/, surveys/, calendars/ and codes/ of the institution's own

	SMTPAddress      string `yaml:"smtp_address"`       // host:port of the mail server for letters to consumers; empty: none are sent
	SMTPSecurity     string `yaml:"smtp_security"`      // starttls, tls or none
	SMTPUsername     string `yaml:"smtp_username"`      // empty: the server asks nobody who they are
	SMTPPasswordFile string `yaml:"smtp_password_file"` // a file that holds the password
	SMTPFrom         string `yaml:"smtp_from"`          // the sender: 示例银行 <survey@bank.example>
	SurveyURL        string `yaml:"survey_url"`         // of the institution's page for surveys; a link is this and the token
}

// Load reads the defaults, then the file, then the environment, and tells all faults at once. An empty path is no file.
func Load(path string, environment []string) (Config, error) {
	var c Config
	if err := decode(defaults, &c); err != nil {
		return c, fmt.Errorf("the built-in defaults: %w", err)
	}
	if path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			return c, fmt.Errorf("the configuration cannot be read: %w", err)
		}
		if err := decode(text, &c); err != nil {
			return c, fmt.Errorf("%s: %w", path, err)
		}
	}
	faults := c.fromEnvironment(environment)
	if c.DatabaseFile != "" {
		text, err := os.ReadFile(c.DatabaseFile)
		if err != nil {
			faults = append(faults, fmt.Errorf("database_file: %w", err))
		}
		c.Database = strings.TrimSpace(string(text))
	}
	return c, errors.Join(append(faults, c.validate()...)...)
}

func decode(text []byte, c *Config) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true) // a mistyped setting is a fault, not a default
	if err := d.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

const prefix = "XIAOBAO_"

// ofImport are API keys for `xiaobao import`, which may stand in the environment of a shell that serves, too; the demonstration numbers its own.
var ofImport = regexp.MustCompile(`^XIAOBAO_KEY(_[0-9]+)?$`)

func (c *Config) fromEnvironment(environment []string) []error {
	fields := map[string]reflect.Value{}
	for i := range reflect.TypeFor[Config]().NumField() {
		name := reflect.TypeFor[Config]().Field(i).Tag.Get("yaml")
		fields[prefix+strings.ToUpper(name)] = reflect.ValueOf(c).Elem().Field(i)
	}
	var faults []error
	for _, pair := range environment {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, prefix) || ofImport.MatchString(name) {
			continue
		}
		field, known := fields[name]
		switch {
		case !known:
			faults = append(faults, fmt.Errorf("%s: there is no such setting", name))
		case field.Kind() == reflect.Slice:
			field.Set(reflect.ValueOf(strings.Fields(value)))
		default:
			field.SetString(value)
		}
	}
	return faults
}

func (c *Config) validate() []error {
	var faults []error
	fault := func(format string, a ...any) { faults = append(faults, fmt.Errorf(format, a...)) }
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		fault("listen: %q is not host:port", c.Listen)
	}
	if c.ListenMetrics != "" {
		if _, _, err := net.SplitHostPort(c.ListenMetrics); err != nil {
			fault("listen_metrics: %q is not host:port", c.ListenMetrics)
		}
	}
	if engine, _, found := strings.Cut(c.Database, ":"); !found || engine != "sqlite" && engine != "mysql" {
		fault("database: must begin with sqlite: or mysql:")
	}
	if c.KeyFile == "" {
		fault("key_file: is missing")
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" {
		fault("time_zone: %q is not the IANA name of a time zone", c.TimeZone)
	}
	if c.Language != "zh-CN" && c.Language != "en" {
		fault("language: %q is neither zh-CN nor en", c.Language)
	}
	if len(c.Currency) != 3 || strings.ToUpper(c.Currency) != c.Currency {
		fault("currency: %q is not an ISO 4217 code", c.Currency)
	}
	for _, network := range c.TrustedProxies {
		if _, _, err := net.ParseCIDR(network); err != nil {
			fault("trusted_proxies: %q is not a network, as 10.0.0.5/32", network)
		}
	}
	if c.SMTPAddress != "" {
		c.validateLetters(fault)
	}
	if c.Overrides != "" {
		if info, err := os.Stat(c.Overrides); err != nil || !info.IsDir() {
			fault("overrides: %q is not a folder", c.Overrides)
		}
	}
	return faults
}

func (c *Config) validateLetters(fault func(format string, a ...any)) {
	if _, _, err := net.SplitHostPort(c.SMTPAddress); err != nil {
		fault("smtp_address: %q is not host:port", c.SMTPAddress)
	}
	if c.SMTPSecurity != "starttls" && c.SMTPSecurity != "tls" && c.SMTPSecurity != "none" {
		fault("smtp_security: %q is none of starttls, tls, none", c.SMTPSecurity)
	}
	if _, err := mail.ParseAddress(c.SMTPFrom); err != nil {
		fault("smtp_from: %q is not an address", c.SMTPFrom)
	}
	if !strings.HasPrefix(c.SurveyURL, "https://") && !strings.HasPrefix(c.SurveyURL, "http://") {
		fault("survey_url: %q is not the address of a page", c.SurveyURL)
	}
}

// Zone is the institution's time zone. Load has made sure that it exists.
func (c Config) Zone() *time.Location {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		panic(err)
	}
	return zone
}

// Proxies are the networks of the trusted proxies. Load has made sure that they are such.
func (c Config) Proxies() []*net.IPNet {
	all := make([]*net.IPNet, len(c.TrustedProxies))
	for i, text := range c.TrustedProxies {
		_, network, err := net.ParseCIDR(text)
		if err != nil {
			panic(err)
		}
		all[i] = network
	}
	return all
}

// FS is what ships (Files) under what the institution overrides: a file in the overrides folder goes before the shipped one of the same name.
func (c Config) FS() fs.FS {
	if c.Overrides == "" {
		return Files
	}
	return overlay{os.DirFS(c.Overrides), Files}
}

// String shows the settings without the database's password.
func (c Config) String() string {
	if engine, source, found := strings.Cut(c.Database, ":"); found && engine == "mysql" {
		if at := strings.LastIndex(source, "@"); at >= 0 {
			source = "***" + source[at:]
		}
		c.Database = engine + ":" + source
	}
	text, err := yaml.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
