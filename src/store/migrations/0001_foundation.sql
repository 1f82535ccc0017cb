-- Times are seconds since 1970 in UTC. Small numbers for statuses, scopes and the like are named in
-- src/domain. Checks use BETWEEN: an IN list of three or more makes SQLite open a temporary table a row.

CREATE TABLE store (
    only_row                INTEGER PRIMARY KEY CHECK (only_row = 1),
    created_at              INTEGER NOT NULL,
    current_organization_id INTEGER REFERENCES organizations (id)
) STRICT;

-- Numbers are handed out from here and never twice, so that the history of a removed user is never
-- taken for a later one's.
CREATE TABLE sequences (
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL CHECK (next > 0)
) STRICT, WITHOUT ROWID;

INSERT INTO sequences (name, next) VALUES ('user', 1), ('invite', 1), ('batch', 1);

CREATE TABLE organizations (
    id              INTEGER PRIMARY KEY,
    slug            TEXT    NOT NULL UNIQUE,
    name            TEXT    NOT NULL,
    template        TEXT    NOT NULL,
    default_role_id INTEGER REFERENCES roles (id) DEFERRABLE INITIALLY DEFERRED,
    lifetime        INTEGER NOT NULL CHECK (lifetime BETWEEN 3600 AND 31536000),
    delivery        INTEGER NOT NULL CHECK (delivery BETWEEN 1 AND 2),
    disposable      INTEGER NOT NULL CHECK (disposable BETWEEN 1 AND 2),
    login_less      INTEGER NOT NULL CHECK (login_less BETWEEN 0 AND 1),
    mail_subject    TEXT    NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE permissions (
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    position        INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    offer           INTEGER NOT NULL CHECK (offer BETWEEN 1 AND 3),
    PRIMARY KEY (organization_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE roles (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    name            TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    rank            INTEGER NOT NULL CHECK (rank >= 0),
    holds_agents    INTEGER NOT NULL CHECK (holds_agents BETWEEN 0 AND 1),
    modules         INTEGER NOT NULL CHECK (modules BETWEEN 1 AND 2),
    sub_accounts    INTEGER NOT NULL CHECK (sub_accounts BETWEEN 1 AND 2),
    UNIQUE (organization_id, name)
) STRICT;

CREATE TABLE role_grants (
    role_id    INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    permission TEXT    NOT NULL,
    scope      INTEGER NOT NULL CHECK (scope BETWEEN 1 AND 3),
    PRIMARY KEY (role_id, permission)
) STRICT, WITHOUT ROWID;

-- Which roles a role may hand out.
CREATE TABLE role_invites (
    role_id         INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    invited_role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (role_id, invited_role_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE modules (
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    position        INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    title           TEXT    NOT NULL,
    admin_only      INTEGER NOT NULL CHECK (admin_only BETWEEN 0 AND 1),
    PRIMARY KEY (organization_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE teams (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    name            TEXT    NOT NULL,
    name_folded     TEXT    NOT NULL,
    UNIQUE (organization_id, name_folded)
) STRICT;

CREATE TABLE batches (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    source          TEXT    NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;

-- `email` is the normal form (src/domain/email.rs); `email_typed` is kept only where it differs.
-- `invite_id` is the newest invite, NULL before the first. It is no foreign key: checking it would read
-- the whole table for every invite that is deleted.
CREATE TABLE users (
    id              INTEGER PRIMARY KEY,
    organization_id INTEGER NOT NULL REFERENCES organizations (id),
    email           TEXT,
    email_typed     TEXT,
    name            TEXT,
    role_id         INTEGER NOT NULL REFERENCES roles (id),
    team_id         INTEGER REFERENCES teams (id),
    status          INTEGER NOT NULL CHECK (status BETWEEN 1 AND 6),
    status_since    INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    last_login_at   INTEGER,
    batch_id        INTEGER REFERENCES batches (id),
    invite_id       INTEGER,
    UNIQUE (organization_id, email)
) STRICT;

CREATE TABLE invites (
    id          INTEGER PRIMARY KEY,
    user_id     INTEGER NOT NULL REFERENCES users (id),
    purpose     INTEGER NOT NULL CHECK (purpose BETWEEN 1 AND 2),
    state       INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),
    secret_hash BLOB    NOT NULL CHECK (length(secret_hash) = 32),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL CHECK (expires_at > created_at),
    closed_at   INTEGER
) STRICT;

CREATE INDEX invites_user ON invites (user_id);
-- `expire` costs the due invites, not the store.
CREATE INDEX invites_due ON invites (expires_at) WHERE state = 1;

CREATE TABLE agents (
    id                  INTEGER PRIMARY KEY,
    organization_id     INTEGER NOT NULL REFERENCES organizations (id),
    source              TEXT    NOT NULL,
    agent_id            TEXT    NOT NULL,
    name                TEXT,
    interactions        INTEGER NOT NULL CHECK (interactions >= 0),
    last_interaction_at INTEGER,
    UNIQUE (organization_id, source, agent_id)
) STRICT;

CREATE INDEX agents_by_id ON agents (organization_id, agent_id);

CREATE TABLE assignments (
    id       INTEGER PRIMARY KEY,
    agent_id INTEGER NOT NULL REFERENCES agents (id),
    user_id  INTEGER NOT NULL REFERENCES users (id),
    from_at  INTEGER NOT NULL,
    until_at INTEGER
) STRICT;

-- The second lock on rule 24: one holder at a time.
CREATE UNIQUE INDEX assignments_current ON assignments (agent_id) WHERE until_at IS NULL;
CREATE INDEX assignments_user ON assignments (user_id, until_at);

-- How many users stand where; kept by one statement a command. Team 0 is no team.
CREATE TABLE counters (
    organization_id INTEGER NOT NULL,
    status          INTEGER NOT NULL,
    role_id         INTEGER NOT NULL,
    team_id         INTEGER NOT NULL,
    users           INTEGER NOT NULL CHECK (users >= 0),
    PRIMARY KEY (organization_id, status, role_id, team_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    number       INTEGER PRIMARY KEY CHECK (number > 0),
    at           INTEGER NOT NULL,
    actor        TEXT    NOT NULL,
    login        TEXT    NOT NULL,
    uid          INTEGER NOT NULL,
    sudo_user    TEXT,
    action       TEXT    NOT NULL,
    organization TEXT,
    count        INTEGER NOT NULL CHECK (count >= 0),
    batch_id     INTEGER,
    subjects     TEXT    NOT NULL,
    detail       TEXT    NOT NULL,
    seal         BLOB    NOT NULL CHECK (length(seal) = 32)
) STRICT;

CREATE INDEX audit_batch ON audit (batch_id) WHERE batch_id IS NOT NULL;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;

CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;

-- Finds the entries of one user; what it says stands in audit.subjects too, under the seal.
CREATE TABLE audit_subjects (
    user_id INTEGER NOT NULL,
    number  INTEGER NOT NULL REFERENCES audit (number),
    PRIMARY KEY (user_id, number)
) STRICT, WITHOUT ROWID;
