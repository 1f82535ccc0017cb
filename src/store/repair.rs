//! Working out anew what is kept beside the rows: the indexes, counters, tallies, places, newest invites and
//! the search index. Rows themselves are never touched, save for their checksums, which somebody has to ask
//! for who has looked at them.

use super::checksums::SEALED;
use super::checkup::NUMBERS;
use super::error::StoreError;
use super::search_index::SearchIndex;
use super::transaction::WriteTx;
use crate::domain::recount::Check;

/// How many users stand where, from the users.
const COUNTERS: &str = "DELETE FROM counters;
     INSERT INTO counters (organization_id, status, role_id, team_id, login_less, users)
     SELECT organization_id, status, role_id, coalesce(team_id, 0), email IS NULL, count(*)
     FROM users GROUP BY 1, 2, 3, 4, 5";

/// Agents with and without a user, from the agents and their assignments.
const AGENTS: &str = "DELETE FROM tallies WHERE kind = 1;
     INSERT INTO tallies (organization_id, kind, bucket, things)
     SELECT a.organization_id, 1, s.id IS NOT NULL, count(*) FROM agents a
     LEFT JOIN assignments s ON s.agent_id = a.id AND s.until_at IS NULL GROUP BY 1, 3";

/// Open invites by the day they end, and closed ones by how, from the invites.
const INVITES: &str = "DELETE FROM tallies WHERE kind <> 1;
     INSERT INTO tallies (organization_id, kind, bucket, things)
     SELECT u.organization_id, iif(i.state = 1, 2, 3), iif(i.state = 1, i.expires_at / 86400, i.state),
            count(*)
     FROM invites i JOIN users u ON u.id = i.user_id WHERE i.purpose = 1 GROUP BY 1, 2, 3";

const PLACES: &str = "DELETE FROM places;
     INSERT INTO places (team_id, role_id, status, user_id)
     SELECT coalesce(team_id, 0), role_id, status, id FROM users ORDER BY 1, 2, 3, 4";

const NEWEST_INVITES: &str = "UPDATE users
     SET invite_id = (SELECT max(i.id) FROM invites i WHERE i.user_id = users.id)
     WHERE invite_id IS NOT (SELECT max(i.id) FROM invites i WHERE i.user_id = users.id)";

/// How many users are put into the search index at a time.
const BLOCK: u64 = 100_000;

impl WriteTx<'_> {
    /// Works out anew what a check is of. Where it is of the rows themselves, there is nothing to be done.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn recompute(&mut self, check: Check) -> Result<(), StoreError> {
        let sql = match check {
            // The indexes, from their tables.
            Check::Integrity => "REINDEX",
            Check::Users => COUNTERS,
            Check::Agents => AGENTS,
            Check::Invites => INVITES,
            Check::Places => PLACES,
            Check::NewestInvite => NEWEST_INVITES,
            Check::Sequences => {
                for (name, given) in NUMBERS {
                    self.sql.execute_batch(&format!(
                        "INSERT INTO sequences (name, next) VALUES ('{name}', ({given}) + 1)
                         ON CONFLICT (name) DO UPDATE SET next = max(next, excluded.next)"
                    ))?;
                }
                return Ok(());
            }
            Check::SearchIndex => {
                if self.search_index()? != SearchIndex::Absent {
                    self.begin_search_index()?;
                    let mut last = None;
                    while let Some(indexed) = self.index_next_users(last, BLOCK)? {
                        last = Some(indexed.last);
                    }
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        Ok(self.sql.execute_batch(sql)?)
    }

    /// Takes every row as it is that is not what admit wrote.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn accept_rows(&mut self) -> Result<(), StoreError> {
        for table in SEALED {
            self.sql.execute(&table.accept(), [])?;
        }
        Ok(())
    }
}
