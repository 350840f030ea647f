package smtpd

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
)

// errCancelled is a log-in that the client gave up, or that is not in the form of its mechanism.
var errCancelled = errors.New("log-in cancelled")

// mayLogIn tells whether AUTH is offered: passwords are not asked for in clear.
func (c *session) mayLogIn() bool { return c.cfg.Auth != nil && c.tls && c.user == "" }

// auth does AUTH (RFC 4954).
func (c *session) auth(rest string) (reply, error) {
	switch {
	case c.cfg.Auth == nil:
		return reply{502, "5.5.1", "Command not implemented"}, nil
	case !c.tls:
		return reply{538, "5.7.11", "Encryption required"}, nil
	case c.helo == "" || !c.extended || c.user != "" || c.mail != nil:
		return replySequence, nil
	}
	mechanism, initial, _ := strings.Cut(rest, " ")
	var user, password string
	var err error
	switch strings.ToUpper(mechanism) {
	case "PLAIN":
		user, password, err = c.plain(initial)
	case "LOGIN":
		user, password, err = c.login(initial)
	default:
		return reply{504, "5.5.4", "Mechanism not supported"}, nil
	}
	if errors.Is(err, errCancelled) {
		return reply{501, "5.5.2", "Log-in cancelled"}, nil
	}
	if err != nil {
		return reply{}, err
	}
	return c.check(user, password), nil
}

// check asks whether the password is right.
func (c *session) check(user, password string) reply {
	ctx, cancel := context.WithTimeout(c.server.work, c.cfg.DepositTimeout)
	defer cancel()
	err := c.cfg.Auth(ctx, user, password)
	switch {
	case err == nil:
		c.user = user
		return reply{235, "2.7.0", "Logged in"}
	case errors.Is(err, ErrCredentials):
		c.server.count.loginFailures.Add(1)
		c.server.limits.failure(c.client)
		c.log.Warn("log-in failed")
		return reply{535, "5.7.8", "Wrong user or password"}
	default:
		c.log.Error("log-in could not be checked", "error", err)
		return reply{454, "4.7.0", "Log-in is not possible now; try again later"}
	}
}

// plain asks by PLAIN (RFC 4616): authorisation identity, user and password in one answer. Nobody acts for somebody else here.
func (c *session) plain(initial string) (user, password string, err error) {
	message, err := c.ask("", initial)
	if err != nil {
		return "", "", err
	}
	parts := bytes.Split(message, []byte{0})
	if len(parts) != 3 || len(parts[1]) == 0 || len(parts[0]) > 0 && !bytes.Equal(parts[0], parts[1]) {
		return "", "", errCancelled
	}
	return string(parts[1]), string(parts[2]), nil
}

// login asks by LOGIN, which has no RFC and which old clients know alone.
func (c *session) login(initial string) (user, password string, err error) {
	name, err := c.ask("Username:", initial)
	if err != nil {
		return "", "", err
	}
	secret, err := c.ask("Password:", "")
	if err != nil {
		return "", "", err
	}
	if len(name) == 0 {
		return "", "", errCancelled
	}
	return string(name), string(secret), nil
}

// ask puts a challenge and decodes the answer to it, which the client may have given beforehand; "=" is an empty one.
func (c *session) ask(challenge, beforehand string) ([]byte, error) {
	line := beforehand
	if line == "" {
		c.answer(reply{334, "", base64.StdEncoding.EncodeToString([]byte(challenge))})
		var err error
		if line, err = c.readCommand(); errors.Is(err, errLine) {
			return nil, errCancelled
		} else if err != nil {
			return nil, err
		}
	}
	if line == "=" {
		return nil, nil
	}
	decoded, err := base64.StdEncoding.DecodeString(line)
	if err != nil { // "*", by which a client gives up, is no Base64 either
		return nil, errCancelled
	}
	return decoded, nil
}
