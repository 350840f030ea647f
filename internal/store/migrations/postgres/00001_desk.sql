-- +goose Up

-- What came through a door. Nothing in this row changes once it is written; what was decided of it stands in "decision".
-- Times are microseconds since 1970 UTC, here and everywhere.
CREATE TABLE message (
	id            BIGINT PRIMARY KEY,
	sha256        BYTEA   NOT NULL UNIQUE CHECK (length(sha256) = 32),
	received      BIGINT NOT NULL,
	received_from TEXT    NOT NULL,
	source        TEXT    NOT NULL,
	size          BIGINT NOT NULL CHECK (size >= 0),
	message_id    TEXT    NOT NULL,
	content       TEXT    NOT NULL,
	sender        TEXT    NOT NULL,
	subject       TEXT    NOT NULL,
	people        TEXT    NOT NULL,
	recipients    TEXT    NOT NULL,
	tld           TEXT    NOT NULL,
	confirmed     BOOLEAN NOT NULL
);
CREATE INDEX message_by_message_id ON message (message_id) WHERE message_id <> '';

-- The bytes as they came and what was read in them, both zstd. Apart, so that rows of "message" stay short.
CREATE TABLE body (
	message BIGINT PRIMARY KEY REFERENCES message (id),
	raw     BYTEA NOT NULL,
	reading BYTEA NOT NULL
);

-- The messages that wait to be matched, in the order of matching.
CREATE TABLE pending (
	received BIGINT NOT NULL,
	sha256   BYTEA   NOT NULL,
	message  BIGINT NOT NULL REFERENCES message (id),
	data     TEXT    NOT NULL,
	PRIMARY KEY (received, sha256)
);

-- The last number given in each year.
CREATE TABLE sequence (
	name TEXT    NOT NULL CHECK (name IN ('report', 'inquiry')),
	year BIGINT NOT NULL,
	last BIGINT NOT NULL,
	PRIMARY KEY (name, year)
);

CREATE TABLE report (
	id          BIGINT PRIMARY KEY,
	number      TEXT    NOT NULL UNIQUE,
	first       BIGINT NOT NULL REFERENCES message (id),
	opened      BIGINT NOT NULL,
	last        BIGINT NOT NULL CHECK (last >= opened),
	tld         TEXT    NOT NULL,
	messages    BIGINT NOT NULL,
	confirmed   BOOLEAN NOT NULL,
	accepted    BOOLEAN NOT NULL DEFAULT FALSE, -- a handler confirmed it
	blames      BOOLEAN NOT NULL, -- an incident stands in it
	people      TEXT    NOT NULL,
	joined_into BIGINT REFERENCES report (id)
);
CREATE INDEX report_tally ON report (opened, tld, confirmed, blames) WHERE joined_into IS NULL;
CREATE INDEX report_joined ON report (joined_into) WHERE joined_into IS NOT NULL;

CREATE TABLE inquiry (
	id     BIGINT PRIMARY KEY,
	number TEXT    NOT NULL UNIQUE,
	first  BIGINT NOT NULL REFERENCES message (id),
	opened BIGINT NOT NULL,
	last   BIGINT NOT NULL CHECK (last >= opened),
	people TEXT    NOT NULL
);
CREATE INDEX inquiry_by_opened ON inquiry (opened);

-- What was decided of a message. "tells" marks the messages of a report that the period's counter of messages takes in.
CREATE TABLE decision (
	message      BIGINT PRIMARY KEY REFERENCES message (id),
	received     BIGINT NOT NULL, -- the message's, so that a tally needs one index only
	kind         TEXT    NOT NULL,
	why          TEXT    NOT NULL,
	report       BIGINT REFERENCES report (id),
	inquiry      BIGINT REFERENCES inquiry (id),
	first        BOOLEAN NOT NULL, -- it opened its report or inquiry
	tells        BOOLEAN NOT NULL,
	notice       BOOLEAN NOT NULL, -- it asks a party to act
	duplicate_of BIGINT REFERENCES message (id),
	id_reused    BOOLEAN NOT NULL
);
CREATE INDEX decision_by_kind ON decision (kind, received);
CREATE INDEX decision_by_report ON decision (report, received) WHERE report IS NOT NULL;
CREATE INDEX decision_by_inquiry ON decision (inquiry, report) WHERE inquiry IS NOT NULL;
CREATE INDEX decision_tells ON decision (received) WHERE tells AND report IS NOT NULL;
CREATE INDEX decision_first ON decision (received, report, inquiry) WHERE first;
CREATE INDEX decision_notice ON decision (received) WHERE notice;

CREATE TABLE incident (
	id           BIGINT PRIMARY KEY,
	address      TEXT    NOT NULL,
	grp          TEXT    NOT NULL,
	class        TEXT    NOT NULL,
	proto        TEXT    NOT NULL,
	port         BIGINT NOT NULL CHECK (port BETWEEN 0 AND 65535),
	worm         BOOLEAN NOT NULL,
	brand        TEXT    NOT NULL,
	brand_origin TEXT    NOT NULL,
	way          TEXT    NOT NULL,
	aftermath    TEXT    NOT NULL, -- values with commas between them
	evidence     TEXT    NOT NULL,
	opened       BIGINT NOT NULL,
	last_told    BIGINT NOT NULL,
	opened_by    BIGINT NOT NULL REFERENCES message (id),
	report       BIGINT NOT NULL REFERENCES report (id),
	previous     BIGINT REFERENCES incident (id),
	hosts        TEXT    NOT NULL,
	urls         TEXT    NOT NULL,
	confirmed    BOOLEAN NOT NULL,
	merged_into  BIGINT REFERENCES incident (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX incident_tally ON incident (opened, class, proto, port, worm, brand_origin, way, confirmed) WHERE merged_into IS NULL;
CREATE INDEX incident_by_group ON incident (grp, opened) WHERE merged_into IS NULL;
CREATE INDEX incident_by_address ON incident (opened, address) WHERE merged_into IS NULL;
CREATE INDEX incident_aftermath ON incident (opened, aftermath) WHERE merged_into IS NULL AND aftermath <> '';

-- The address and the hosts by which an incident is found. Group and time of the last telling stand here again, so that
-- of a name with a long past only those incidents are read that a new message can touch.
CREATE TABLE incident_key (
	name      TEXT COLLATE "C" NOT NULL,
	incident  BIGINT NOT NULL REFERENCES incident (id),
	grp       TEXT NOT NULL,
	main      BOOLEAN NOT NULL, -- the name is the incident's address
	last_told BIGINT NOT NULL,
	PRIMARY KEY (name, incident)
);

-- What one message told of one incident.
CREATE TABLE telling (
	id       BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	message  BIGINT NOT NULL REFERENCES message (id),
	incident BIGINT NOT NULL REFERENCES incident (id),
	report   BIGINT NOT NULL REFERENCES report (id),
	received BIGINT NOT NULL,
	opens    BOOLEAN NOT NULL, -- it opened the incident
	data     TEXT    NOT NULL
);
CREATE INDEX telling_by_message ON telling (message);
CREATE INDEX telling_by_incident ON telling (incident);
CREATE INDEX telling_opens ON telling (received) WHERE opens;

CREATE TABLE report_incident (
	report   BIGINT NOT NULL REFERENCES report (id),
	incident BIGINT NOT NULL REFERENCES incident (id),
	PRIMARY KEY (report, incident)
);
CREATE INDEX report_incident_by_incident ON report_incident (incident, report);

-- One request to act, sent to one party.
CREATE TABLE notice (
	message    BIGINT PRIMARY KEY REFERENCES message (id),
	sent       BIGINT NOT NULL,
	party      TEXT    NOT NULL,
	recipients TEXT    NOT NULL,
	report     BIGINT REFERENCES report (id)
);
CREATE INDEX notice_by_sent ON notice (sent, message, party);

CREATE TABLE notice_incident (
	notice   BIGINT NOT NULL REFERENCES notice (message),
	incident BIGINT NOT NULL REFERENCES incident (id),
	PRIMARY KEY (notice, incident)
);
CREATE INDEX notice_incident_by_incident ON notice_incident (incident);

-- How an incident's address became what it is.
CREATE TABLE address_change (
	id       BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	incident BIGINT NOT NULL REFERENCES incident (id),
	message  BIGINT REFERENCES message (id), -- null where a handler changed it
	at       BIGINT NOT NULL,
	was      TEXT    NOT NULL,
	becomes  TEXT    NOT NULL,
	who      TEXT    NOT NULL,
	why      TEXT    NOT NULL
);
CREATE INDEX address_change_by_incident ON address_change (incident);

-- A connection that only a handler may make.
CREATE TABLE proposal (
	id      BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	message BIGINT NOT NULL REFERENCES message (id),
	report  BIGINT NOT NULL REFERENCES report (id),
	why     TEXT    NOT NULL
);
CREATE INDEX proposal_by_report ON proposal (report);

-- What handlers did to reports and incidents, with what is needed to undo it.
CREATE TABLE operation (
	id     BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	name   TEXT    NOT NULL,
	at     BIGINT NOT NULL,
	who    TEXT    NOT NULL,
	why    TEXT    NOT NULL,
	before TEXT    NOT NULL,
	undone BIGINT,
	undone_by  TEXT NOT NULL DEFAULT '',
	undone_why TEXT NOT NULL DEFAULT ''
);

-- A published report of a period, frozen with the identifiers that it counted (zstd).
CREATE TABLE edition (
	id        BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	period    TEXT    NOT NULL,
	rules     TEXT    NOT NULL,
	version   BIGINT NOT NULL,
	published BIGINT NOT NULL,
	figures   TEXT    NOT NULL,
	setting   TEXT    NOT NULL, -- what the figures were set against: earlier months, erratum, desk (JSON)
	newest    BIGINT NOT NULL, -- the last message that the store held
	counted   BYTEA   NOT NULL
);
CREATE INDEX edition_by_period ON edition (period, rules, published);

-- Monthly figures of the time before the store.
CREATE TABLE history (
	source TEXT    NOT NULL,
	month  TEXT    NOT NULL,
	name   TEXT    NOT NULL,
	value  BIGINT NOT NULL,
	PRIMARY KEY (source, month, name)
);

-- The search index: segments of messages, each segment a sorted run of terms cut into blocks (package fulltext).
CREATE TABLE search_segment (
	id     BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	first  BIGINT NOT NULL, -- message
	bytes  BIGINT NOT NULL,
	newest BIGINT NOT NULL, -- receipt of its newest message
	docs   BYTEA   NOT NULL
);
CREATE INDEX search_segment_by_newest ON search_segment (newest);

CREATE TABLE search_block (
	segment BIGINT NOT NULL REFERENCES search_segment (id),
	first   TEXT COLLATE "C" NOT NULL, -- the block's first term
	data    BYTEA   NOT NULL,
	PRIMARY KEY (segment, first)
);

-- These are compressed already.
ALTER TABLE body ALTER raw SET STORAGE EXTERNAL, ALTER reading SET STORAGE EXTERNAL;
ALTER TABLE edition ALTER counted SET STORAGE EXTERNAL;
ALTER TABLE search_segment ALTER docs SET STORAGE EXTERNAL;
ALTER TABLE search_block ALTER data SET STORAGE EXTERNAL;

-- +goose Down
DROP TABLE search_block;
DROP TABLE search_segment;
DROP TABLE history;
DROP TABLE edition;
DROP TABLE operation;
DROP TABLE proposal;
DROP TABLE address_change;
DROP TABLE notice_incident;
DROP TABLE notice;
DROP TABLE report_incident;
DROP TABLE telling;
DROP TABLE incident_key;
DROP TABLE incident;
DROP TABLE decision;
DROP TABLE inquiry;
DROP TABLE report;
DROP TABLE sequence;
DROP TABLE pending;
DROP TABLE body;
DROP TABLE message;
