-- What an organization can be set to (rules 5, 12 and 30), and what all five products need beside it.

ALTER TABLE organizations ADD COLUMN sso INTEGER NOT NULL DEFAULT 0 CHECK (sso BETWEEN 0 AND 1);
ALTER TABLE organizations ADD COLUMN plan TEXT;
ALTER TABLE organizations ADD COLUMN seat_limit INTEGER CHECK (seat_limit > 0);
ALTER TABLE organizations ADD COLUMN sender TEXT;
ALTER TABLE organizations ADD COLUMN portal TEXT;

-- Like users, organizations are never numbered twice: a deleted one's history is not a later one's.
INSERT INTO sequences (name, next) SELECT 'organization', coalesce(max(id), 0) + 1 FROM organizations;

-- The premium permissions that an organization's plan has.
CREATE TABLE premium_features (
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    permission      TEXT    NOT NULL,
    PRIMARY KEY (organization_id, permission)
) STRICT, WITHOUT ROWID;

CREATE TABLE team_leaders (
    team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (team_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX team_leaders_user ON team_leaders (user_id);

CREATE TABLE user_modules (
    user_id         INTEGER NOT NULL REFERENCES users (id),
    module          TEXT    NOT NULL,
    organization_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, module),
    FOREIGN KEY (organization_id, module) REFERENCES modules (organization_id, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX user_modules_module ON user_modules (organization_id, module);

CREATE TABLE sub_accounts (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    name            TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    UNIQUE (organization_id, name)
) STRICT;

CREATE TABLE user_sub_accounts (
    user_id        INTEGER NOT NULL REFERENCES users (id),
    sub_account_id INTEGER NOT NULL REFERENCES sub_accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, sub_account_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_sub_accounts_sub_account ON user_sub_accounts (sub_account_id);

-- Users without a login (rule 32). Of the PIN only a salted hash is kept, as a PHC string.
CREATE TABLE phones (
    user_id         INTEGER PRIMARY KEY REFERENCES users (id),
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    extension       TEXT    NOT NULL,
    pin_hash        TEXT    NOT NULL,
    pin_set_at      INTEGER NOT NULL,
    failures        INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failed_at       INTEGER,
    UNIQUE (organization_id, extension)
) STRICT;

-- An organization's own word on a domain, before that of the list of disposable ones (rule 40).
CREATE TABLE domains (
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    domain          TEXT    NOT NULL,
    verdict         INTEGER NOT NULL CHECK (verdict BETWEEN 1 AND 2),
    PRIMARY KEY (organization_id, domain)
) STRICT, WITHOUT ROWID;

-- Seats are counted for people with a login only, so the counters tell the two apart.
ALTER TABLE counters RENAME TO counters_1;

CREATE TABLE counters (
    organization_id INTEGER NOT NULL,
    status          INTEGER NOT NULL,
    role_id         INTEGER NOT NULL,
    team_id         INTEGER NOT NULL,
    login_less      INTEGER NOT NULL CHECK (login_less BETWEEN 0 AND 1),
    users           INTEGER NOT NULL CHECK (users >= 0),
    PRIMARY KEY (organization_id, status, role_id, team_id, login_less)
) STRICT, WITHOUT ROWID;

INSERT INTO counters SELECT organization_id, status, role_id, team_id, 0, users FROM counters_1;

DROP TABLE counters_1;

-- Agents with (kind 1, bucket 1) and without (0) a user; open invites by the day they end, counted from
-- 1970 in UTC (kind 2); closed invites by state (kind 3). Links to set a password are no invites.
CREATE TABLE tallies (
    organization_id INTEGER NOT NULL,
    kind            INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
    bucket          INTEGER NOT NULL,
    things          INTEGER NOT NULL CHECK (things >= 0),
    PRIMARY KEY (organization_id, kind, bucket)
) STRICT, WITHOUT ROWID;

INSERT INTO tallies
SELECT a.organization_id, 1, s.id IS NOT NULL, count(*) FROM agents a
LEFT JOIN assignments s ON s.agent_id = a.id AND s.until_at IS NULL GROUP BY 1, 3;

INSERT INTO tallies
SELECT u.organization_id, 2, i.expires_at / 86400, count(*)
FROM invites i JOIN users u ON u.id = i.user_id
WHERE i.state = 1 AND i.purpose = 1 GROUP BY 1, 3;

INSERT INTO tallies
SELECT u.organization_id, 3, i.state, count(*)
FROM invites i JOIN users u ON u.id = i.user_id
WHERE i.state > 1 AND i.purpose = 1 GROUP BY 1, 3;

-- Whom to ask, and who can: active users by role. Imports bring nobody who is active.
CREATE INDEX users_active ON users (organization_id, role_id, id) WHERE status = 3;

-- Who is in a team, by address. A team is one organization's, so its number says which; it comes first
-- because SQLite looks for members by it alone when a team is deleted.
CREATE INDEX users_team ON users (team_id, email) WHERE team_id IS NOT NULL;

-- Where an entry belongs, beside its sealed text: a short name may change.
DROP TRIGGER audit_is_never_changed;
ALTER TABLE audit ADD COLUMN organization_id INTEGER;
UPDATE audit SET organization_id = (SELECT id FROM organizations o WHERE o.slug = audit.organization);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;
CREATE INDEX audit_organization ON audit (organization_id);
