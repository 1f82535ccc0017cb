-- What grants power, or says who somebody is, carries a checksum (src/store/checksums.rs), so that a flipped
-- bit and an edit by hand are found.

ALTER TABLE users             ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invites           ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE assignments       ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts          ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE phones            ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE roles             ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE team_leaders      ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user_modules      ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user_sub_accounts ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organizations     ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE domains           ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;

UPDATE users SET checksum = admit_checksum(
    admit_part('user', id, organization_id, email, email_typed, created_at),
    admit_part('status', status, status_since),
    admit_part('role', role_id),
    admit_part('team', team_id),
    admit_part('name', name),
    admit_part('batch', batch_id),
    admit_part('login', last_login_at));

UPDATE invites SET checksum = admit_checksum(
    admit_part('invite', id, user_id, purpose, secret_hash, created_at, expires_at, inviter_id),
    admit_part('state', state, closed_at),
    admit_part('reminder', reminder_hash),
    admit_part('reminded', reminded_at));

UPDATE assignments SET checksum = admit_checksum(
    admit_part('assignment', agent_id, user_id, from_at),
    admit_part('until', until_at));

UPDATE accounts SET checksum = admit_checksum(
    admit_part('account', email, created_at),
    admit_part('password', password_hash, password_set_at));

UPDATE phones SET checksum = admit_checksum(
    admit_part('phone', user_id, organization_id, extension),
    admit_part('pin', pin_hash, pin_set_at));

UPDATE roles SET checksum = admit_checksum(
    admit_part('role', organization_id, name),
    admit_part('rank', rank),
    admit_part('details', title, holds_agents, modules, sub_accounts),
    (SELECT coalesce(sum(admit_part('grant', permission, scope)), 0) FROM role_grants
     WHERE role_id = roles.id),
    (SELECT coalesce(sum(admit_part('gives', invited_role_id)), 0) FROM role_invites
     WHERE role_id = roles.id));

UPDATE team_leaders SET checksum = admit_checksum(admit_part('leader', team_id, user_id));

UPDATE user_modules SET checksum = admit_checksum(
    admit_part('module', user_id, organization_id, module));

UPDATE user_sub_accounts SET checksum = admit_checksum(
    admit_part('sub-account', user_id, sub_account_id));

UPDATE organizations SET checksum = admit_checksum(
    admit_part('organization', id, template, mail_subject, created_at),
    admit_part('names', slug, name),
    admit_part('default-role', default_role_id),
    admit_part('settings', lifetime, delivery, disposable, login_less, sso, plan, seat_limit, sender, portal,
        password_minimum),
    (SELECT coalesce(sum(admit_part('premium', permission)), 0) FROM premium_features
     WHERE organization_id = organizations.id),
    (SELECT coalesce(sum(admit_part('offer', name, offer)), 0) FROM permissions
     WHERE organization_id = organizations.id),
    (SELECT coalesce(sum(admit_part('menu', name, admin_only)), 0) FROM modules
     WHERE organization_id = organizations.id));

UPDATE domains SET checksum = admit_checksum(admit_part('domain', organization_id, domain, verdict));

-- The third way to change an entry: to put another in its place.
CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE number = new.number)
BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;
