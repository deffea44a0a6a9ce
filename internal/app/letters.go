package app

import (
	"context"
	"fmt"
	"os"
	"strings"

	"xiaobao/config"
	"xiaobao/internal/mail"
	"xiaobao/internal/survey"
)

// channel is by what letters to consumers go out: the mail server of the settings, or none.
func channel(c config.Config) (survey.Channel, error) {
	if c.SMTPAddress == "" {
		return survey.Channel{}, nil
	}
	server := mail.Server{Address: c.SMTPAddress, Security: c.SMTPSecurity, Username: c.SMTPUsername, From: c.SMTPFrom}
	if c.SMTPPasswordFile != "" {
		text, err := os.ReadFile(c.SMTPPasswordFile)
		if err != nil {
			return survey.Channel{}, fmt.Errorf("smtp_password_file: %w", err)
		}
		server.Password = strings.TrimSpace(string(text))
	}
	return survey.Channel{Link: c.SurveyURL, Language: c.Language, Send: func(ctx context.Context, l survey.Letter) error { return server.Send(ctx, mail.Letter(l)) }}, nil
}
