-- An assignment, a leader and a grant say by number of what they are. What stands behind the number decides as
-- much as they do, so it carries a checksum, too.

ALTER TABLE agents       ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE teams        ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sub_accounts ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;

UPDATE agents SET checksum = admit_checksum(
    admit_part('agent', id, organization_id, source, agent_id),
    admit_part('name', name));

UPDATE teams SET checksum = admit_checksum(
    admit_part('team', id, organization_id),
    admit_part('name', name, name_folded));

UPDATE sub_accounts SET checksum = admit_checksum(
    admit_part('sub-account', id, organization_id, name, title));
