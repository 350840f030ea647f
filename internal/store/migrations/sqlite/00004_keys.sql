-- +goose Up

-- OpenPGP keys: ours, with their private part locked by the desk's secret, and those of others.
CREATE TABLE pgp_key (
	fingerprint TEXT    NOT NULL PRIMARY KEY,
	ours        INTEGER NOT NULL CHECK (ours IN (0, 1)),
	state       TEXT    NOT NULL,
	armored     TEXT    NOT NULL,
	offered_by  INTEGER REFERENCES message (id), -- the mail that brought it
	changed     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The keys without which a mail stays closed, any of which would open it.
CREATE TABLE closed (
	message INTEGER NOT NULL REFERENCES message (id),
	wants   TEXT    NOT NULL,
	PRIMARY KEY (message, wants)
) STRICT, WITHOUT ROWID;

-- What was read in an encrypted mail, sealed by the desk's vault. The reading in "body" is without its words.
CREATE TABLE sealed (
	message INTEGER PRIMARY KEY REFERENCES message (id),
	data    BLOB NOT NULL
) STRICT;

-- Each opening of a sealed text.
CREATE TABLE opening (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	message INTEGER NOT NULL REFERENCES message (id),
	at      INTEGER NOT NULL,
	who     TEXT    NOT NULL,
	why     TEXT    NOT NULL
) STRICT;
CREATE INDEX opening_by_message ON opening (message);

-- +goose Down
DROP TABLE opening;
DROP TABLE sealed;
DROP TABLE closed;
DROP TABLE pgp_key;
