-- +goose Up

-- What a door took in and nobody has read yet. The row is the job of reading it: it goes in the transaction in which it becomes a
-- message. "claimed" is until when a node reads it; a node that dies lets it go by that.
CREATE TABLE delivery (
	id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	sha256   BYTEA    NOT NULL UNIQUE CHECK (length(sha256) = 32),
	received BIGINT NOT NULL,
	size     BIGINT NOT NULL CHECK (size >= 0),
	envelope TEXT    NOT NULL, -- what the door knew (JSON)
	raw      BYTEA    NOT NULL, -- the first MiB, zstd; the rest in delivery_rest
	claimed  BIGINT NOT NULL DEFAULT 0,
	tries    BIGINT NOT NULL DEFAULT 0,
	held     TEXT    NOT NULL DEFAULT '', -- why it waits for a handler
	released BOOLEAN NOT NULL DEFAULT FALSE -- by a handler: it is read now whatever speaks against it
);
ALTER TABLE delivery ALTER raw SET STORAGE EXTERNAL; -- it is compressed already
CREATE INDEX delivery_waiting ON delivery (claimed, id) WHERE held = '';

CREATE TABLE delivery_rest (
	delivery BIGINT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
	n        BIGINT NOT NULL CHECK (n > 0),
	data     BYTEA    NOT NULL,
	PRIMARY KEY (delivery, n)
);

-- How a message came in by a door, and what became of our duty to answer it.
CREATE TABLE arrival (
	message  BIGINT PRIMARY KEY REFERENCES message (id),
	delivery BIGINT NOT NULL UNIQUE, -- the number that the door got
	door     TEXT    NOT NULL,
	envelope TEXT    NOT NULL,
	sender   TEXT    NOT NULL, -- who it counts for: the user who authenticated, else the lower-case address that wrote it
	trusted  BOOLEAN NOT NULL, -- that address is shown to be the writer's
	received BIGINT NOT NULL,
	told     BIGINT NOT NULL, -- incidents proposed
	answered TEXT              -- NULL: not yet looked at; else what was answered, or why nothing
);
CREATE INDEX arrival_unanswered ON arrival (message) WHERE answered IS NULL;
CREATE INDEX arrival_by_sender ON arrival (sender, received);

-- Secrets that stand for a person's part in a matter, by their digest.
CREATE TABLE token (
	sha256   BYTEA    PRIMARY KEY CHECK (length(sha256) = 32),
	purpose  TEXT    NOT NULL CHECK (purpose IN ('reply', 'status')),
	delivery BIGINT,                         -- of a status link
	report   BIGINT REFERENCES report (id),  -- of a reply address
	inquiry  BIGINT REFERENCES inquiry (id),
	person   TEXT    NOT NULL,
	expires  BIGINT NOT NULL
);

-- Mail that leaves the house. Its bytes and Message-ID are fixed here, so that a crash repeats one mail at most, recognisably the same.
CREATE TABLE outbox (
	id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	message_id TEXT    NOT NULL UNIQUE,
	about      BIGINT NOT NULL REFERENCES message (id), -- the message that it answers
	sender     TEXT    NOT NULL,
	recipient  TEXT    NOT NULL,
	raw        BYTEA    NOT NULL, -- zstd
	queued     BIGINT NOT NULL,
	due        BIGINT NOT NULL,
	tries      BIGINT NOT NULL DEFAULT 0,
	sent       BIGINT,
	failed     TEXT    NOT NULL DEFAULT '' -- why it was given up
);
CREATE INDEX outbox_due ON outbox (due) WHERE sent IS NULL AND failed = '';
CREATE INDEX outbox_by_recipient ON outbox (recipient, queued);

-- Who may bring more than a stranger: a program with a token, by the name that a person gave it.
CREATE TABLE credential (
	name     TEXT NOT NULL PRIMARY KEY,
	sha256   BYTEA    NOT NULL UNIQUE CHECK (length(sha256) = 32),
	scopes   TEXT    NOT NULL, -- with blanks between them
	made     BIGINT NOT NULL,
	disabled BIGINT
);

-- What a program asked under a key of its own, so that asking again gives the same answer.
CREATE TABLE idempotency (
	credential TEXT    NOT NULL,
	key        TEXT    NOT NULL,
	sha256     BYTEA    NOT NULL, -- of what was asked
	begun      BIGINT NOT NULL,
	answer     TEXT, -- JSON; NULL while it is underway
	PRIMARY KEY (credential, key)
);
CREATE INDEX idempotency_by_age ON idempotency (begun);

-- Random bytes that all nodes of the desk share, by what they are for.
CREATE TABLE secret (
	name  TEXT NOT NULL PRIMARY KEY,
	value BYTEA NOT NULL
);

-- +goose Down
DROP TABLE secret;
DROP TABLE idempotency;
DROP TABLE credential;
DROP TABLE outbox;
DROP TABLE token;
DROP TABLE arrival;
DROP TABLE delivery_rest;
DROP TABLE delivery;
