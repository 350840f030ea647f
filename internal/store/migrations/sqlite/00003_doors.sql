-- +goose Up

-- What a door took in and nobody has read yet. The row is the job of reading it: it goes in the transaction in which it becomes a
-- message. "claimed" is until when a node reads it; a node that dies lets it go by that.
CREATE TABLE delivery (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	sha256   BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32),
	received INTEGER NOT NULL,
	size     INTEGER NOT NULL CHECK (size >= 0),
	envelope TEXT    NOT NULL, -- what the door knew (JSON)
	raw      BLOB    NOT NULL, -- the first MiB, zstd; the rest in delivery_rest
	claimed  INTEGER NOT NULL DEFAULT 0,
	tries    INTEGER NOT NULL DEFAULT 0,
	held     TEXT    NOT NULL DEFAULT '', -- why it waits for a handler
	released INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1)) -- by a handler: it is read now whatever speaks against it
) STRICT;
CREATE INDEX delivery_waiting ON delivery (claimed, id) WHERE held = '';

CREATE TABLE delivery_rest (
	delivery INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
	n        INTEGER NOT NULL CHECK (n > 0),
	data     BLOB    NOT NULL,
	PRIMARY KEY (delivery, n)
) STRICT;

-- How a message came in by a door, and what became of our duty to answer it.
CREATE TABLE arrival (
	message  INTEGER PRIMARY KEY REFERENCES message (id),
	delivery INTEGER NOT NULL UNIQUE, -- the number that the door got
	door     TEXT    NOT NULL,
	envelope TEXT    NOT NULL,
	sender   TEXT    NOT NULL, -- who it counts for: the user who authenticated, else the lower-case address that wrote it
	trusted  INTEGER NOT NULL CHECK (trusted IN (0, 1)), -- that address is shown to be the writer's
	received INTEGER NOT NULL,
	told     INTEGER NOT NULL, -- incidents proposed
	answered TEXT              -- NULL: not yet looked at; else what was answered, or why nothing
) STRICT;
CREATE INDEX arrival_unanswered ON arrival (message) WHERE answered IS NULL;
CREATE INDEX arrival_by_sender ON arrival (sender, received);

-- Secrets that stand for a person's part in a matter, by their digest.
CREATE TABLE token (
	sha256   BLOB    PRIMARY KEY CHECK (length(sha256) = 32),
	purpose  TEXT    NOT NULL CHECK (purpose IN ('reply', 'status')),
	delivery INTEGER,                         -- of a status link
	report   INTEGER REFERENCES report (id),  -- of a reply address
	inquiry  INTEGER REFERENCES inquiry (id),
	person   TEXT    NOT NULL,
	expires  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Mail that leaves the house. Its bytes and Message-ID are fixed here, so that a crash repeats one mail at most, recognisably the same.
CREATE TABLE outbox (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	message_id TEXT    NOT NULL UNIQUE,
	about      INTEGER NOT NULL REFERENCES message (id), -- the message that it answers
	sender     TEXT    NOT NULL,
	recipient  TEXT    NOT NULL,
	raw        BLOB    NOT NULL, -- zstd
	queued     INTEGER NOT NULL,
	due        INTEGER NOT NULL,
	tries      INTEGER NOT NULL DEFAULT 0,
	sent       INTEGER,
	failed     TEXT    NOT NULL DEFAULT '' -- why it was given up
) STRICT;
CREATE INDEX outbox_due ON outbox (due) WHERE sent IS NULL AND failed = '';
CREATE INDEX outbox_by_recipient ON outbox (recipient, queued);

-- Who may bring more than a stranger: a program with a token, by the name that a person gave it.
CREATE TABLE credential (
	name     TEXT NOT NULL PRIMARY KEY,
	sha256   BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32),
	scopes   TEXT    NOT NULL, -- with blanks between them
	made     INTEGER NOT NULL,
	disabled INTEGER
) STRICT, WITHOUT ROWID;

-- What a program asked under a key of its own, so that asking again gives the same answer.
CREATE TABLE idempotency (
	credential TEXT    NOT NULL,
	key        TEXT    NOT NULL,
	sha256     BLOB    NOT NULL, -- of what was asked
	begun      INTEGER NOT NULL,
	answer     TEXT, -- JSON; NULL while it is underway
	PRIMARY KEY (credential, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (begun);

-- Random bytes that all nodes of the desk share, by what they are for.
CREATE TABLE secret (
	name  TEXT NOT NULL PRIMARY KEY,
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE secret;
DROP TABLE idempotency;
DROP TABLE credential;
DROP TABLE outbox;
DROP TABLE token;
DROP TABLE arrival;
DROP TABLE delivery_rest;
DROP TABLE delivery;
