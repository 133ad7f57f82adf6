-- Ids are 16-byte BLOBs, times INTEGER microseconds since the epoch, open-ended facts JSON TEXT.
-- Nothing is ever deleted: rows are ended, superseded, removed or marked as deleted, with the time.
-- Indexes cost on every write, so each is named for the reads that need it.

CREATE TABLE facts (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
    id           BLOB NOT NULL PRIMARY KEY,
    display_name TEXT NOT NULL,
    domain       TEXT NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;

-- The directory. The properties that a filter can name are lifted out of the JSON body.
CREATE TABLE objects (
    id           BLOB NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description  TEXT,
    created_at   INTEGER NOT NULL,
    body         TEXT NOT NULL,
    deleted_at   INTEGER,
    app_id       BLOB,
    user_principal_name    TEXT    AS (body ->> '$.userPrincipalName'),
    account_enabled        INTEGER AS (body ->> '$.accountEnabled'),
    user_type              TEXT    AS (body ->> '$.userType'),
    mail                   TEXT    AS (body ->> '$.mail'),
    mail_nickname          TEXT    AS (body ->> '$.mailNickname'),
    given_name             TEXT    AS (body ->> '$.givenName'),
    surname                TEXT    AS (body ->> '$.surname'),
    job_title              TEXT    AS (body ->> '$.jobTitle'),
    department             TEXT    AS (body ->> '$.department'),
    is_assignable_to_role  INTEGER AS (body ->> '$.isAssignableToRole'),
    security_enabled       INTEGER AS (body ->> '$.securityEnabled'),
    mail_enabled           INTEGER AS (body ->> '$.mailEnabled'),
    group_types            TEXT    AS (body -> '$.groupTypes'),
    service_principal_type TEXT    AS (body ->> '$.servicePrincipalType'),
    -- As persons are told apart by it: without white space around it, in lower case, not empty.
    employee_id            TEXT    AS (nullif(lower(trim(body ->> '$.employeeId', char(9, 10, 11, 12, 13, 32))), ''))
) STRICT, WITHOUT ROWID;
-- Lists of one kind, by id or by name, and names that begin with a text.
CREATE INDEX objects_by_kind ON objects (kind, id) WHERE deleted_at IS NULL;
CREATE INDEX objects_by_name ON objects (kind, lower(display_name), id) WHERE deleted_at IS NULL;
-- Sign-in names and client ids are unique among what exists.
CREATE UNIQUE INDEX objects_user_principal_name ON objects (lower(user_principal_name))
    WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX objects_app_id ON objects (app_id) WHERE deleted_at IS NULL AND app_id IS NOT NULL;
-- The accounts of one person, also those that are gone.
CREATE INDEX objects_by_employee_id ON objects (employee_id) WHERE employee_id IS NOT NULL;

CREATE TABLE memberships (
    container_id BLOB NOT NULL REFERENCES objects (id),
    relation     TEXT NOT NULL,
    member_id    BLOB NOT NULL REFERENCES objects (id),
    added_at     INTEGER NOT NULL,
    removed_at   INTEGER
) STRICT;
-- Who belongs to a container now, each once.
CREATE UNIQUE INDEX memberships_by_container ON memberships (container_id, relation, member_id)
    WHERE removed_at IS NULL;
-- What a member belongs to now.
CREATE INDEX memberships_by_member ON memberships (member_id, relation, container_id)
    WHERE removed_at IS NULL;

CREATE TABLE roles (
    id            BLOB NOT NULL PRIMARY KEY,
    template_id   BLOB NOT NULL,
    display_name  TEXT NOT NULL,
    description   TEXT,
    is_built_in   INTEGER NOT NULL,
    is_enabled    INTEGER NOT NULL,
    is_privileged INTEGER NOT NULL,
    version       TEXT,
    permissions   TEXT NOT NULL,
    deleted_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX roles_display_name ON roles (lower(display_name)) WHERE deleted_at IS NULL;

-- Role settings: one row per version.
CREATE TABLE policies (
    id                    BLOB NOT NULL,
    version               INTEGER NOT NULL,
    role_id               BLOB NOT NULL REFERENCES roles (id),
    settings              TEXT NOT NULL,
    last_modified_at      INTEGER,
    last_modified_by      BLOB,
    last_modified_by_name TEXT,
    valid_from            INTEGER NOT NULL,
    valid_until           INTEGER,
    PRIMARY KEY (id, version)
) STRICT;
-- A role has one policy in force.
CREATE UNIQUE INDEX policies_role ON policies (role_id) WHERE valid_until IS NULL;

-- Who approves activations of a role by the policy in force, in any of its stages. A stage that names nobody beside
-- others that do has the nil GUID, for administrators.
CREATE TABLE policy_approvers (
    role_id     BLOB NOT NULL REFERENCES roles (id),
    approver_id BLOB NOT NULL,
    kind        TEXT NOT NULL,
    PRIMARY KEY (role_id, approver_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_approvers_by_approver ON policy_approvers (approver_id, role_id);

-- A grant is open until its end is recorded. Reads of what holds now go through indexes of open
-- grants only, so that history costs them nothing.
CREATE TABLE grants (
    id               BLOB NOT NULL PRIMARY KEY,
    kind             TEXT NOT NULL,
    principal_id     BLOB NOT NULL REFERENCES objects (id),
    role_id          BLOB NOT NULL REFERENCES roles (id),
    scope            TEXT NOT NULL,
    starts_at        INTEGER NOT NULL,
    ends_at          INTEGER,
    ended_at         INTEGER,
    ended_cause      TEXT,
    request_id       BLOB,
    created_at       INTEGER NOT NULL,
    activated_using  BLOB REFERENCES grants (id),
    derived_id       TEXT NOT NULL,
    is_start_pending INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Lists of all, and what one principal holds.
CREATE INDEX grants_open_by_principal ON grants (kind, principal_id, id) WHERE ended_at IS NULL;
-- Who holds a role.
CREATE INDEX grants_open_by_role ON grants (role_id, kind, principal_id, id) WHERE ended_at IS NULL;
-- What may still be renewed, and what a principal had.
CREATE INDEX grants_ended_by_principal ON grants (principal_id, role_id, ends_at) WHERE ended_at IS NOT NULL;
-- Activations of an eligibility.
CREATE INDEX grants_open_activations ON grants (activated_using)
    WHERE ended_at IS NULL AND activated_using IS NOT NULL;
-- What time has to announce.
CREATE INDEX grants_due_ends ON grants (ends_at) WHERE ended_at IS NULL AND ends_at IS NOT NULL;
CREATE INDEX grants_due_starts ON grants (starts_at) WHERE ended_at IS NULL AND is_start_pending = TRUE;

-- A request is open until it has a terminal status.
CREATE TABLE requests (
    id                 BLOB NOT NULL PRIMARY KEY,
    kind               TEXT NOT NULL,
    action             TEXT NOT NULL,
    action_text        TEXT NOT NULL,
    status             TEXT NOT NULL,
    is_open            INTEGER NOT NULL,
    principal_id       BLOB NOT NULL,
    role_id            BLOB NOT NULL,
    scope              TEXT NOT NULL,
    justification      TEXT,
    ticket_number      TEXT,
    ticket_system      TEXT,
    starts_at          INTEGER,
    expiration         TEXT,
    expiration_micros  INTEGER,
    created_at         INTEGER NOT NULL,
    completed_at       INTEGER,
    created_by         BLOB NOT NULL,
    target_schedule_id BLOB,
    activated_using    BLOB,
    needs_approval     INTEGER NOT NULL,
    lapses_at          INTEGER
) STRICT, WITHOUT ROWID;
-- Lists of all, and those for one principal.
CREATE INDEX requests_by_principal ON requests (kind, principal_id, id);
-- Those that one caller made.
CREATE INDEX requests_by_creator ON requests (created_by, kind, id);
-- Those that wait, in all, for a principal, and until a time.
CREATE INDEX requests_open ON requests (kind, principal_id, id) WHERE is_open = TRUE;
CREATE INDEX requests_due_starts ON requests (starts_at) WHERE is_open = TRUE AND status = 'Granted';
CREATE INDEX requests_due_lapses ON requests (lapses_at) WHERE is_open = TRUE AND status = 'PendingApproval';
-- Those that approvers see.
CREATE INDEX requests_for_approval ON requests (kind, id) WHERE needs_approval = TRUE;

-- What approvers decided. Nobody decides a request twice, and no seat of a stage is taken twice.
CREATE TABLE approval_decisions (
    request_id    BLOB NOT NULL REFERENCES requests (id),
    stage         INTEGER NOT NULL,
    seat          INTEGER NOT NULL,
    decided_by    BLOB NOT NULL,
    decided_at    INTEGER NOT NULL,
    verdict       TEXT NOT NULL,
    justification TEXT,
    PRIMARY KEY (request_id, decided_by),
    UNIQUE (request_id, stage, seat)
) STRICT, WITHOUT ROWID;

-- The audit log; seq has no gaps. The record is the event, as JSON, byte for byte what the leaf is the hash of; the
-- other columns repeat what filters ask for.
CREATE TABLE audit_events (
    seq                      INTEGER NOT NULL PRIMARY KEY,
    at                       INTEGER NOT NULL,
    correlation_id           BLOB NOT NULL,
    activity                 TEXT NOT NULL,
    category                 TEXT NOT NULL,
    service                  TEXT NOT NULL,
    operation_type           TEXT NOT NULL,
    result                   TEXT NOT NULL,
    user_id                  BLOB,
    user_display_name        TEXT,
    user_principal_name      TEXT,
    app_id                   BLOB,
    app_display_name         TEXT,
    app_service_principal_id BLOB,
    leaf                     BLOB NOT NULL,
    record                   TEXT NOT NULL
) STRICT;
-- Lists, newest first; equal times are in the order of seq, which is the row id.
CREATE INDEX audit_events_by_time ON audit_events (at);

-- What a record is about and by whom: the ids of its operation, of who acted and of what was acted on, each as the
-- bytes of a GUID or of a text in lower case. Each block of 1024 records has an index of its own: what is written
-- goes into a few pages at the end, however long the log is. An entry is about records of one stretch of 32 that were
-- written together: bit n of records stands for record 32 * stretch + n + 1.
CREATE TABLE audit_mentions (
    block     INTEGER NOT NULL,
    mentioned BLOB NOT NULL,
    stretch   INTEGER NOT NULL,
    records   INTEGER NOT NULL,
    PRIMARY KEY (block, mentioned, stretch, records)
) STRICT, WITHOUT ROWID;

-- The tree over the leaves: the hash of each 64, 4096, … that are complete. Level is the height, position counts
-- the nodes of a level from the left.
CREATE TABLE audit_nodes (
    level    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

-- What the log signed: its size and root, as a note.
CREATE TABLE audit_checkpoints (
    size INTEGER NOT NULL PRIMARY KEY,
    note TEXT NOT NULL
) STRICT;

-- What sign-ins can be asked to satisfy.
CREATE TABLE authentication_contexts (
    id           TEXT NOT NULL PRIMARY KEY,
    display_name TEXT,
    description  TEXT,
    is_available INTEGER NOT NULL,
    deleted_at   INTEGER
) STRICT;

CREATE TABLE client_secrets (
    app_id     BLOB NOT NULL,
    sha256     BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (app_id, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
    kid         TEXT NOT NULL PRIMARY KEY,
    private_der BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    retired_at  INTEGER
) STRICT;

CREATE TABLE app_permissions (
    app_id     BLOB NOT NULL,
    permission TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (app_id, permission)
) STRICT, WITHOUT ROWID;

-- What happened that people are told of, in the transaction of the change; open until mail was made of it.
-- This and what follows is no history: it goes when it is old.
CREATE TABLE notices (
    id      INTEGER NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    notice  TEXT NOT NULL,
    is_open INTEGER NOT NULL
) STRICT;
CREATE INDEX notices_open ON notices (id) WHERE is_open = TRUE;

-- What one notice says to one audience; the newest has the highest seq.
CREATE TABLE messages (
    seq         INTEGER NOT NULL PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    notice_id   INTEGER NOT NULL REFERENCES notices (id),
    audience    TEXT NOT NULL,
    rule_id     TEXT,
    recipients  TEXT NOT NULL,
    unreachable TEXT NOT NULL,
    skipped     INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_notice ON messages (notice_id);

-- One message on its way to one address; none where no mail is sent.
CREATE TABLE deliveries (
    message_id      BLOB NOT NULL REFERENCES messages (id),
    position        INTEGER NOT NULL,
    recipient       TEXT NOT NULL,
    status          TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    last_error      TEXT,
    PRIMARY KEY (message_id, position)
) STRICT, WITHOUT ROWID;
-- What is to be sent next, and what an operator should look at.
CREATE INDEX deliveries_queued ON deliveries (next_attempt_at) WHERE status = 'queued';
CREATE INDEX deliveries_failed ON deliveries (message_id, position) WHERE status = 'failed';

-- What somebody is to be reminded of, and when.
CREATE TABLE reminders (
    due_at  INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    subject BLOB NOT NULL,
    PRIMARY KEY (due_at, kind, subject)
) STRICT, WITHOUT ROWID;

-- Security alerts. Where each stands, and what the last scan of it found, are put in place of what the scan before left:
-- the audit log has the history. What is set for an alert has a row for each version.
CREATE TABLE alerts (
    name             TEXT NOT NULL PRIMARY KEY,
    incidents        INTEGER NOT NULL,
    accounts         INTEGER NOT NULL,
    is_dismissed     INTEGER NOT NULL,
    last_modified_at INTEGER,
    last_scanned_at  INTEGER,
    last_reported_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_settings (
    name        TEXT NOT NULL,
    version     INTEGER NOT NULL,
    settings    TEXT NOT NULL,
    valid_from  INTEGER NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_incidents (
    alert    TEXT NOT NULL,
    id       TEXT NOT NULL,
    incident TEXT NOT NULL,
    PRIMARY KEY (alert, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_operations (
    id             TEXT NOT NULL PRIMARY KEY,
    alert          TEXT,
    created_at     INTEGER NOT NULL,
    last_action_at INTEGER NOT NULL,
    status         TEXT NOT NULL,
    detail         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- When each user signed in last.
CREATE TABLE sign_ins (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES objects (id),
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Activations of the last days, by whom: rows go to its end. It has all that is asked of them, its own condition too, or
-- each row would be looked up, which takes thirty times as long.
CREATE INDEX grants_activations ON grants (starts_at, principal_id, role_id, scope, activated_using)
    WHERE activated_using IS NOT NULL;
-- What was made without a request.
CREATE INDEX grants_outside_pim ON grants (id) WHERE request_id IS NULL AND ended_at IS NULL;

-- The past. These indexes are for questions about history: what a role went through, in the order of time, who held
-- what at an instant, and figures over a stretch of time. Each is the least that finds its rows without looking at
-- those of other roles, people or times.

-- When a role was given; also what figures over a stretch of time begin with.
CREATE INDEX grants_by_role ON grants (role_id, starts_at);
-- When it ended. Paid for once, at the end.
CREATE INDEX grants_ended_by_role ON grants (role_id, ended_at) WHERE ended_at IS NOT NULL;
-- What was asked for of a role.
CREATE INDEX requests_by_role ON requests (role_id, created_at);
-- What was decided, and by whom. People decide seldom.
CREATE INDEX approval_decisions_by_time ON approval_decisions (decided_at);
CREATE INDEX approval_decisions_by_decider ON approval_decisions (decided_by, decided_at);
-- Who has left. Paid for when somebody leaves.
CREATE INDEX memberships_left_by_container ON memberships (container_id, member_id) WHERE removed_at IS NOT NULL;
CREATE INDEX memberships_left_by_member ON memberships (member_id, container_id) WHERE removed_at IS NOT NULL;

-- Up to where the audit log was handed on, by the name of who takes it: the number of a record, or the size of a
-- checkpoint. It moves when the other side has what is before it.
CREATE TABLE audit_cursors (
    destination TEXT NOT NULL PRIMARY KEY,
    position    INTEGER NOT NULL,
    moved_at    INTEGER,
    failures    INTEGER NOT NULL,
    last_error  TEXT
) STRICT, WITHOUT ROWID;
