-- +goose Up

-- What came through a door. Nothing in this row changes once it is written; what was decided of it stands in "decision".
-- Times are microseconds since 1970 UTC, here and everywhere.
CREATE TABLE message (
	id            INTEGER PRIMARY KEY,
	sha256        BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32),
	received      INTEGER NOT NULL,
	received_from TEXT    NOT NULL,
	source        TEXT    NOT NULL,
	size          INTEGER NOT NULL CHECK (size >= 0),
	message_id    TEXT    NOT NULL,
	content       TEXT    NOT NULL,
	sender        TEXT    NOT NULL,
	subject       TEXT    NOT NULL,
	people        TEXT    NOT NULL,
	recipients    TEXT    NOT NULL,
	tld           TEXT    NOT NULL,
	confirmed     INTEGER NOT NULL CHECK (confirmed IN (0, 1))
) STRICT;
CREATE INDEX message_by_message_id ON message (message_id) WHERE message_id <> '';

-- The bytes as they came and what was read in them, both zstd. Apart, so that rows of "message" stay short.
CREATE TABLE body (
	message INTEGER PRIMARY KEY REFERENCES message (id),
	raw     BLOB NOT NULL,
	reading BLOB NOT NULL
) STRICT;

-- The messages that wait to be matched, in the order of matching.
CREATE TABLE pending (
	received INTEGER NOT NULL,
	sha256   BLOB    NOT NULL,
	message  INTEGER NOT NULL REFERENCES message (id),
	data     TEXT    NOT NULL,
	PRIMARY KEY (received, sha256)
) STRICT, WITHOUT ROWID;

-- The last number given in each year.
CREATE TABLE sequence (
	name TEXT    NOT NULL CHECK (name IN ('report', 'inquiry')),
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (name, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE report (
	id          INTEGER PRIMARY KEY,
	number      TEXT    NOT NULL UNIQUE,
	first       INTEGER NOT NULL REFERENCES message (id),
	opened      INTEGER NOT NULL,
	last        INTEGER NOT NULL CHECK (last >= opened),
	tld         TEXT    NOT NULL,
	messages    INTEGER NOT NULL,
	confirmed   INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
	accepted    INTEGER NOT NULL DEFAULT 0 CHECK (accepted IN (0, 1)), -- a handler confirmed it
	blames      INTEGER NOT NULL CHECK (blames IN (0, 1)), -- an incident stands in it
	people      TEXT    NOT NULL,
	joined_into INTEGER REFERENCES report (id)
) STRICT;
CREATE INDEX report_tally ON report (opened, tld, confirmed, blames) WHERE joined_into IS NULL;
CREATE INDEX report_joined ON report (joined_into) WHERE joined_into IS NOT NULL;

CREATE TABLE inquiry (
	id     INTEGER PRIMARY KEY,
	number TEXT    NOT NULL UNIQUE,
	first  INTEGER NOT NULL REFERENCES message (id),
	opened INTEGER NOT NULL,
	last   INTEGER NOT NULL CHECK (last >= opened),
	people TEXT    NOT NULL
) STRICT;
CREATE INDEX inquiry_by_opened ON inquiry (opened);

-- What was decided of a message. "tells" marks the messages of a report that the period's counter of messages takes in.
CREATE TABLE decision (
	message      INTEGER PRIMARY KEY REFERENCES message (id),
	received     INTEGER NOT NULL, -- the message's, so that a tally needs one index only
	kind         TEXT    NOT NULL,
	why          TEXT    NOT NULL,
	report       INTEGER REFERENCES report (id),
	inquiry      INTEGER REFERENCES inquiry (id),
	first        INTEGER NOT NULL CHECK (first IN (0, 1)), -- it opened its report or inquiry
	tells        INTEGER NOT NULL CHECK (tells IN (0, 1)),
	notice       INTEGER NOT NULL CHECK (notice IN (0, 1)), -- it asks a party to act
	duplicate_of INTEGER REFERENCES message (id),
	id_reused    INTEGER NOT NULL CHECK (id_reused IN (0, 1))
) STRICT;
CREATE INDEX decision_by_kind ON decision (kind, received);
CREATE INDEX decision_by_report ON decision (report, received) WHERE report IS NOT NULL;
CREATE INDEX decision_by_inquiry ON decision (inquiry, report) WHERE inquiry IS NOT NULL;
CREATE INDEX decision_tells ON decision (received) WHERE tells AND report IS NOT NULL;
CREATE INDEX decision_first ON decision (received, report, inquiry) WHERE first;
CREATE INDEX decision_notice ON decision (received) WHERE notice;

CREATE TABLE incident (
	id           INTEGER PRIMARY KEY,
	address      TEXT    NOT NULL,
	grp          TEXT    NOT NULL,
	class        TEXT    NOT NULL,
	proto        TEXT    NOT NULL,
	port         INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
	worm         INTEGER NOT NULL CHECK (worm IN (0, 1)),
	brand        TEXT    NOT NULL,
	brand_origin TEXT    NOT NULL,
	way          TEXT    NOT NULL,
	aftermath    TEXT    NOT NULL, -- values with commas between them
	evidence     TEXT    NOT NULL,
	opened       INTEGER NOT NULL,
	last_told    INTEGER NOT NULL,
	opened_by    INTEGER NOT NULL REFERENCES message (id),
	report       INTEGER NOT NULL REFERENCES report (id),
	previous     INTEGER REFERENCES incident (id),
	hosts        TEXT    NOT NULL,
	urls         TEXT    NOT NULL,
	confirmed    INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
	merged_into  INTEGER REFERENCES incident (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX incident_tally ON incident (opened, class, proto, port, worm, brand_origin, way, confirmed) WHERE merged_into IS NULL;
CREATE INDEX incident_by_group ON incident (grp, opened) WHERE merged_into IS NULL;
CREATE INDEX incident_by_address ON incident (opened, address) WHERE merged_into IS NULL;
CREATE INDEX incident_aftermath ON incident (opened, aftermath) WHERE merged_into IS NULL AND aftermath <> '';

-- The address and the hosts by which an incident is found. Group and time of the last telling stand here again, so that
-- of a name with a long past only those incidents are read that a new message can touch.
CREATE TABLE incident_key (
	name      TEXT    NOT NULL,
	incident  INTEGER NOT NULL REFERENCES incident (id),
	grp       TEXT NOT NULL,
	main      INTEGER NOT NULL CHECK (main IN (0, 1)), -- the name is the incident's address
	last_told INTEGER NOT NULL,
	PRIMARY KEY (name, incident)
) STRICT, WITHOUT ROWID;

-- What one message told of one incident.
CREATE TABLE telling (
	id       INTEGER PRIMARY KEY,
	message  INTEGER NOT NULL REFERENCES message (id),
	incident INTEGER NOT NULL REFERENCES incident (id),
	report   INTEGER NOT NULL REFERENCES report (id),
	received INTEGER NOT NULL,
	opens    INTEGER NOT NULL CHECK (opens IN (0, 1)), -- it opened the incident
	data     TEXT    NOT NULL
) STRICT;
CREATE INDEX telling_by_message ON telling (message);
CREATE INDEX telling_by_incident ON telling (incident);
CREATE INDEX telling_opens ON telling (received) WHERE opens;

CREATE TABLE report_incident (
	report   INTEGER NOT NULL REFERENCES report (id),
	incident INTEGER NOT NULL REFERENCES incident (id),
	PRIMARY KEY (report, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_incident_by_incident ON report_incident (incident, report);

-- One request to act, sent to one party.
CREATE TABLE notice (
	message    INTEGER PRIMARY KEY REFERENCES message (id),
	sent       INTEGER NOT NULL,
	party      TEXT    NOT NULL,
	recipients TEXT    NOT NULL,
	report     INTEGER REFERENCES report (id)
) STRICT;
CREATE INDEX notice_by_sent ON notice (sent, message, party);

CREATE TABLE notice_incident (
	notice   INTEGER NOT NULL REFERENCES notice (message),
	incident INTEGER NOT NULL REFERENCES incident (id),
	PRIMARY KEY (notice, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_incident_by_incident ON notice_incident (incident);

-- How an incident's address became what it is.
CREATE TABLE address_change (
	id       INTEGER PRIMARY KEY,
	incident INTEGER NOT NULL REFERENCES incident (id),
	message  INTEGER REFERENCES message (id), -- null where a handler changed it
	at       INTEGER NOT NULL,
	was      TEXT    NOT NULL,
	becomes  TEXT    NOT NULL,
	who      TEXT    NOT NULL,
	why      TEXT    NOT NULL
) STRICT;
CREATE INDEX address_change_by_incident ON address_change (incident);

-- A connection that only a handler may make.
CREATE TABLE proposal (
	id      INTEGER PRIMARY KEY,
	message INTEGER NOT NULL REFERENCES message (id),
	report  INTEGER NOT NULL REFERENCES report (id),
	why     TEXT    NOT NULL
) STRICT;
CREATE INDEX proposal_by_report ON proposal (report);

-- What handlers did to reports and incidents, with what is needed to undo it.
CREATE TABLE operation (
	id     INTEGER PRIMARY KEY,
	name   TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	who    TEXT    NOT NULL,
	why    TEXT    NOT NULL,
	before TEXT    NOT NULL,
	undone INTEGER,
	undone_by  TEXT NOT NULL DEFAULT '',
	undone_why TEXT NOT NULL DEFAULT ''
) STRICT;

-- A published report of a period, frozen with the identifiers that it counted (zstd).
CREATE TABLE edition (
	id        INTEGER PRIMARY KEY,
	period    TEXT    NOT NULL,
	rules     TEXT    NOT NULL,
	version   INTEGER NOT NULL,
	published INTEGER NOT NULL,
	figures   TEXT    NOT NULL,
	setting   TEXT    NOT NULL, -- what the figures were set against: earlier months, erratum, desk (JSON)
	newest    INTEGER NOT NULL, -- the last message that the store held
	counted   BLOB    NOT NULL
) STRICT;
CREATE INDEX edition_by_period ON edition (period, rules, published);

-- Monthly figures of the time before the store.
CREATE TABLE history (
	source TEXT    NOT NULL,
	month  TEXT    NOT NULL,
	name   TEXT    NOT NULL,
	value  INTEGER NOT NULL,
	PRIMARY KEY (source, month, name)
) STRICT, WITHOUT ROWID;

-- The search index: segments of messages, each segment a sorted run of terms cut into blocks (package fulltext).
CREATE TABLE search_segment (
	id     INTEGER PRIMARY KEY,
	first  INTEGER NOT NULL, -- message
	bytes  INTEGER NOT NULL,
	newest INTEGER NOT NULL, -- receipt of its newest message
	docs   BLOB    NOT NULL
) STRICT;
CREATE INDEX search_segment_by_newest ON search_segment (newest);

CREATE TABLE search_block (
	segment INTEGER NOT NULL REFERENCES search_segment (id),
	first   TEXT    NOT NULL, -- the block's first term
	data    BLOB    NOT NULL,
	PRIMARY KEY (segment, first)
) STRICT;

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
