-- +goose Up

-- The bytes of a long message behind its first MiB, which stands in "body": pieces of one MiB, each zstd of its own, so that no
-- row is long. A message that was kept before there were pieces stands in "body" as a whole.
CREATE TABLE body_rest (
	message BIGINT NOT NULL REFERENCES message (id),
	n       BIGINT NOT NULL CHECK (n > 0),
	data    BYTEA  NOT NULL,
	PRIMARY KEY (message, n)
);
ALTER TABLE body_rest ALTER data SET STORAGE EXTERNAL; -- it is compressed already

-- +goose Down
DROP TABLE body_rest;
