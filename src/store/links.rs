//! Links as whoever follows one finds them: by the number in the token, and used up once. Making and ending
//! them is `invites`'.

use rusqlite::{OptionalExtension, Row, params};

use super::checksums;
use super::codec::{self, Coded};
use super::error::StoreError;
use super::invites;
use super::tallies::Tally;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::id::{InviteId, UserId};
use crate::domain::invite::{Invite, InviteState};
use crate::domain::organization::Organization;
use crate::domain::token::SecretHash;
use crate::domain::user::User;

/// An invite, with all that its link leads to.
#[derive(Clone, Debug)]
pub struct FollowedLink {
    /// The invite.
    pub invite: Invite,
    /// For whom.
    pub user: User,
    /// Where.
    pub organization: Organization,
    /// Who made the link; nobody where it was the operator.
    pub inviter: Option<UserId>,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// The hash of the secret in its reminder, which opens it as well.
    pub reminder: Option<SecretHash>,
}

/// Whether somebody was the first to use a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "who is not the first changes nothing"]
pub enum LinkUse {
    /// Yes: it is used up now.
    First,
    /// No, or its time was over.
    TooLate,
}

/// An invite with what only its link needs.
struct Opened {
    invite: Invite,
    inviter: Option<UserId>,
    secret: SecretHash,
    reminder: Option<SecretHash>,
}

/// Finds an invite by the number in its link.
pub(super) const FOLLOWED: &str =
    "SELECT id, user_id, purpose, state, created_at, expires_at, inviter_id, secret_hash, reminder_hash
     FROM invites WHERE id = ?1";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Opened> {
    let reminder = match row.get_ref("reminder_hash")?.as_blob_or_null()? {
        Some(_) => Some(SecretHash::from_stored(codec::bytes_32(row, "reminder_hash")?)),
        None => None,
    };
    Ok(Opened {
        invite: invites::from_row(row)?,
        inviter: row.get::<_, Option<i64>>("inviter_id")?.map(UserId::new),
        secret: SecretHash::from_stored(codec::bytes_32(row, "secret_hash")?),
        reminder,
    })
}

impl ReadTx<'_> {
    /// What a link with this number leads to. Whether its secret is right is the caller's to ask.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_link(&self, invite: InviteId) -> Result<Option<FollowedLink>, StoreError> {
        let mut statement = self.sql.prepare_cached(FOLLOWED)?;
        let found = statement.query_row([invite.get()], from_row).optional()?;
        let Some(Opened { invite, inviter, secret, reminder }) = found else { return Ok(None) };
        self.check_row(&checksums::INVITE, [invite.id.get()])?;
        self.check_rows_about(invite.user)?;
        let user = self.get_user(invite.user)?;
        self.check_rows_above(user.organization, user.role_id)?;
        let organization = self.get_organization(user.organization)?;
        Ok(Some(FollowedLink { invite, user, organization, inviter, secret, reminder }))
    }
}

impl WriteTx<'_> {
    /// Uses a link up, where it is open and its time is not over: the lock on single use (trust C4). Whoever
    /// comes second changes no row.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn use_link(
        &mut self,
        link: &FollowedLink,
        used: InviteState,
    ) -> Result<LinkUse, StoreError> {
        let (invite, now) = (&link.invite, self.now.timestamp());
        let changed = self
            .sql
            .prepare_cached(&format!(
                "UPDATE invites SET {} WHERE id = ?1 AND state = 1 AND expires_at > ?3",
                checksums::INVITES.set("state", &["?2", "?3"])
            ))?
            .execute(params![invite.id.get(), used.code(), now])?;
        if changed == 0 {
            return Ok(LinkUse::TooLate);
        }
        // A reminder that still waits has nothing to remind of.
        self.withdraw_deliveries(link.user.id)?;
        for (state, change) in [(InviteState::Open, -1), (used, 1)] {
            if let Some(tally) = Tally::invite(invite.purpose, state, invite.expires_at) {
                self.tallies.add(link.organization.id, tally, change);
            }
        }
        Ok(LinkUse::First)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::id::InviteId;
    use crate::domain::invite::Purpose;
    use crate::domain::time::Timestamp;
    use crate::store::plans::{AT, actor, entry, store_with};
    use crate::store::{NewInvite, Store};

    const END: &str = "2026-01-02T00:00:00Z";

    /// A store with one invite, number 1.
    fn store_with_invite() -> Store {
        let (mut store, organization) = store_with(&["ann@example.com"]);
        let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
        let id = tx.next_invite().unwrap();
        let invite = NewInvite {
            organization,
            user: UserId::new(1),
            purpose: Purpose::Join,
            inviter: Some(UserId::new(7)),
            secret: &SecretHash::from_stored([5; 32]),
            expires_at: END.parse().unwrap(),
        };
        tx.add_invite(id, invite).unwrap();
        tx.commit(&entry(1)).unwrap();
        store
    }

    fn used_at(store: &mut Store, at: &str) -> LinkUse {
        let at: Timestamp = at.parse().unwrap();
        let mut tx = store.write(at, &actor()).unwrap();
        let link = tx.find_link(InviteId::new(1)).unwrap().unwrap();
        let used = tx.use_link(&link, InviteState::Accepted).unwrap();
        tx.commit(&entry(1)).unwrap();
        used
    }

    #[test]
    fn a_link_leads_to_its_user_and_where_and_names_who_made_it() {
        let mut store = store_with_invite();
        let tx = store.read().unwrap();
        assert!(tx.find_link(InviteId::new(2)).unwrap().is_none());
        let link = tx.find_link(InviteId::new(1)).unwrap().unwrap();
        assert_eq!(link.user.id, UserId::new(1));
        assert_eq!(link.organization.slug.as_str(), "main");
        assert_eq!(link.inviter, Some(UserId::new(7)));
        assert_eq!(link.secret.as_bytes(), &[5; 32]);
        assert!(link.reminder.is_none());
    }

    #[test]
    fn a_link_is_used_once_and_the_tallies_follow() {
        let mut store = store_with_invite();
        assert_eq!(used_at(&mut store, "2026-01-01T23:59:59Z"), LinkUse::First);
        assert_eq!(used_at(&mut store, "2026-01-01T23:59:59Z"), LinkUse::TooLate);
        let tx = store.read().unwrap();
        let organization = tx.current_organization().unwrap();
        let tallies = tx.tallies(organization.id).unwrap();
        assert_eq!((tallies.open(), tallies.closed_invites), (0, vec![(InviteState::Accepted, 1)]));
    }

    #[test]
    fn a_link_whose_time_is_over_is_not_used() {
        let mut store = store_with_invite();
        assert_eq!(used_at(&mut store, END), LinkUse::TooLate);
        let tx = store.read().unwrap();
        let link = tx.find_link(InviteId::new(1)).unwrap().unwrap();
        assert_eq!(link.invite.state, InviteState::Open);
    }
}
