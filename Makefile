# go run ./cmd/todoke demo and go test ./... are all that a newcomer needs; this is the rest.

.PHONY: check peers bench fuzz build

build:
	CGO_ENABLED=0 go build -trimpath -o todoke ./cmd/todoke

# Everything that must hold before a change lands, short of the race detector and PostgreSQL (see .ci/run).
check:
	test -z "$$(gofmt -l cmd internal)"
	go vet ./...
	go tool staticcheck ./...
	go test ./...

# Mail through real peers: Postfix, swaks, Dovecot, GnuPG, OpenSSL, and Chromium for the form. A peer that is not installed is named and
# fails the run (Debian: postfix swaks libnet-ssleay-perl dovecot-imapd gnupg openssl chromium). Postfix starts as root only; sudo is asked
# where that is not who we are.
AS_ROOT = $(if $(filter-out 0,$(shell id -u)),-exec "sudo -E")

peers:
	TODOKE_CI=1 go test -count=1 -v -run '^TestPeers' $(AS_ROOT) ./internal/app
	TODOKE_CI=1 go test -count=1 -v ./internal/pgp ./internal/smime ./internal/mailbox
	TODOKE_CI=1 go test -count=1 -v -run '^TestBrowser' ./internal/form

# Import, figures and search on both databases beside their bounds. BENCH_FLAGS="-small" for a quick look.
bench:
	go run ./internal/bench $(BENCH_FLAGS)

FUZZTIME ?= 10m

# All that parses what strangers send.
FUZZED = ./internal/mail/... ./internal/blame/... ./internal/formats/... ./internal/mailauth/... ./internal/pgp ./internal/smime ./internal/smtpd \
  ./internal/mailbox ./internal/form ./internal/api/compose ./internal/fax/...

# Each fuzz target in turn.
fuzz:
	set -e; for pkg in $$(go list $(FUZZED)); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done
