-- Mail goes out and is reminded of, invites are accepted, people log in (rules 8 to 14, 20 and 22).

-- The login behind an address, made when its first invite is accepted; shared by that person's users in
-- several organizations. `email` is the normal form. Of the password only an Argon2id hash is kept.
CREATE TABLE accounts (
    email           TEXT    PRIMARY KEY,
    password_hash   TEXT    NOT NULL,
    password_set_at INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    failures        INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failed_at       INTEGER
) STRICT, WITHOUT ROWID;

ALTER TABLE organizations ADD COLUMN password_minimum INTEGER NOT NULL DEFAULT 15
    CHECK (password_minimum BETWEEN 8 AND 64);

-- Who made the link: a user of the organization, or NULL for the operator. It is no foreign key, as whoever
-- invited may be removed; numbers are never used twice. A reminder carries a link of its own for the same
-- invite, with a secret of its own.
ALTER TABLE invites ADD COLUMN inviter_id INTEGER;
ALTER TABLE invites ADD COLUMN reminder_hash BLOB CHECK (length(reminder_hash) = 32);
ALTER TABLE invites ADD COLUMN reminded_at INTEGER;

-- The outbox: what is to be mailed, or was. It holds no secret: a link is made when its mail is handed over.
-- `due_at` is when it may be tried next, or, while it is being handed over (state 2), when whoever does
-- that must have come back; `lifetime` is that of the link to be made, in seconds; `answer` is the mail
-- server's.
CREATE TABLE deliveries (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    user_id         INTEGER NOT NULL REFERENCES users (id),
    kind            INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
    state           INTEGER NOT NULL CHECK (state BETWEEN 1 AND 7),
    inviter_id      INTEGER,
    lifetime        INTEGER NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at          INTEGER NOT NULL,
    invite_id       INTEGER,
    answer          TEXT,
    created_at      INTEGER NOT NULL,
    changed_at      INTEGER NOT NULL
) STRICT;

INSERT INTO sequences (name, next) VALUES ('delivery', 1);

CREATE INDEX deliveries_user ON deliveries (user_id, id);
-- What can be tried now, first come, first served; the rest of the outbox does not slow it down.
CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE state = 1;
-- What somebody died over, who was handing it over.
CREATE INDEX deliveries_sending ON deliveries (due_at) WHERE state = 2;
CREATE INDEX deliveries_state ON deliveries (organization_id, state, id);

-- What an organization says in its own words instead of admit's.
CREATE TABLE mail_templates (
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    kind            INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
    part            INTEGER NOT NULL CHECK (part BETWEEN 1 AND 3),
    source          TEXT    NOT NULL,
    PRIMARY KEY (organization_id, kind, part)
) STRICT, WITHOUT ROWID;

-- When the store was last used, by the clock and by how long the machine had been up since which start:
-- where the two disagree, the clock was set.
ALTER TABLE store ADD COLUMN seen_at INTEGER;
ALTER TABLE store ADD COLUMN seen_boot TEXT;
ALTER TABLE store ADD COLUMN seen_uptime INTEGER;
