-- +goose Up

-- OpenPGP keys: ours, with their private part locked by the desk's secret, and those of others.
CREATE TABLE pgp_key (
	fingerprint TEXT    NOT NULL PRIMARY KEY,
	ours        BOOLEAN NOT NULL,
	state       TEXT    NOT NULL,
	armored     TEXT    NOT NULL,
	offered_by  BIGINT REFERENCES message (id), -- the mail that brought it
	changed     BIGINT NOT NULL
);

-- The keys without which a mail stays closed, any of which would open it.
CREATE TABLE closed (
	message BIGINT NOT NULL REFERENCES message (id),
	wants   TEXT    NOT NULL,
	PRIMARY KEY (message, wants)
);

-- What was read in an encrypted mail, sealed by the desk's vault. The reading in "body" is without its words.
CREATE TABLE sealed (
	message BIGINT PRIMARY KEY REFERENCES message (id),
	data    BYTEA NOT NULL
);

-- Each opening of a sealed text.
CREATE TABLE opening (
	id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	message BIGINT NOT NULL REFERENCES message (id),
	at      BIGINT NOT NULL,
	who     TEXT    NOT NULL,
	why     TEXT    NOT NULL
);
CREATE INDEX opening_by_message ON opening (message);

-- +goose Down
DROP TABLE opening;
DROP TABLE sealed;
DROP TABLE closed;
DROP TABLE pgp_key;
