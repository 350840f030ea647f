-- +goose Up

-- The bytes of a long message behind its first MiB, which stands in "body": pieces of one MiB, each zstd of its own, so that no
-- row is long. A message that was kept before there were pieces stands in "body" as a whole.
CREATE TABLE body_rest (
	message INTEGER NOT NULL REFERENCES message (id),
	n       INTEGER NOT NULL CHECK (n > 0),
	data    BLOB    NOT NULL,
	PRIMARY KEY (message, n)
) STRICT;

-- +goose Down
DROP TABLE body_rest;
