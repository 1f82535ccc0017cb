//! Accounts: the login behind an address, shared by that person's users in all organizations. An account
//! goes when the last of these goes (rule 18); what a user may do is not asked here.

use rusqlite::types::Null;
use rusqlite::{OptionalExtension, Row, params};

use super::checksums;
use super::codec;
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use super::users;
use crate::domain::account::{Account, WaitingInvite};
use crate::domain::email::EmailAddress;
use crate::domain::failures::Failures;
use crate::domain::id::OrganizationId;
use crate::domain::password::{PasswordHash, PasswordMinimum};
use crate::domain::time::Timestamp;
use crate::domain::user::User;

/// Finds an account, by its key.
pub(super) const BY_EMAIL: &str =
    "SELECT email, password_hash, password_set_at, failures, failed_at FROM accounts
     WHERE email = ?1";

/// Deletes an account that no user has any more. CROSS JOIN makes SQLite ask each organization, which are
/// few, for the address, by the index on both.
pub(super) const FORGET: &str = "DELETE FROM accounts WHERE email = ?1 AND NOT EXISTS
         (SELECT 1 FROM organizations o CROSS JOIN users u
              ON u.organization_id = o.id AND u.email = ?1 WHERE u.status IN (3, 4))";

/// Deletes the accounts of an organization's users who are in no other.
pub(super) const FORGET_OF: &str = "DELETE FROM accounts
     WHERE email IN (SELECT email FROM users WHERE organization_id = ?1) AND NOT EXISTS
         (SELECT 1 FROM organizations o CROSS JOIN users u
              ON u.organization_id = o.id AND u.email = accounts.email
          WHERE o.id <> ?1 AND u.status IN (3, 4))";

/// Finds the open invites of an address in all organizations: each organization is asked for the address,
/// by the index on both.
pub(super) const WAITING: &str =
    "SELECT o.slug, o.name, r.name AS role, r.title, i.created_at, i.expires_at,
            b.email, b.email_typed, b.name AS inviter
     FROM organizations o
     CROSS JOIN users u ON u.organization_id = o.id AND u.email = ?1
     JOIN invites i ON i.id = u.invite_id AND i.state = 1 AND i.purpose = 1
     LEFT JOIN roles r ON r.id = u.role_id
     LEFT JOIN users b ON b.id = i.inviter_id
     WHERE i.expires_at > ?2 ORDER BY o.slug";

/// Finds the highest minimum of the organizations that an address is in, or invited to.
pub(super) const HIGHEST_MINIMUM: &str = "SELECT max(o.password_minimum)
     FROM organizations o
     CROSS JOIN users u ON u.organization_id = o.id AND u.email = ?1 WHERE u.status <= 4";

/// Finds out whether an address is in an organization other than this one.
pub(super) const IN_ANOTHER: &str = "SELECT EXISTS (SELECT 1
     FROM organizations o
     CROSS JOIN users u ON u.organization_id = o.id AND u.email = ?1
     WHERE o.id <> ?2 AND u.status IN (3, 4))";

/// The users of an address, in all organizations.
const USERS_OF: &str = "SELECT u.id FROM organizations o
     CROSS JOIN users u ON u.organization_id = o.id AND u.email = ?1";

/// Ends open links to set a password, and withdraws the mails that wait with one, at the moment `?2`.
fn end_password_links(whose: &str) -> [String; 2] {
    let ended = checksums::INVITES.set("state", &["6", "?2"]);
    [
        format!("UPDATE invites SET {ended} WHERE {whose} AND state = 1 AND purpose = 2"),
        format!(
            "UPDATE deliveries SET state = 7, changed_at = ?2
             WHERE {whose} AND state = 1 AND kind = 3"
        ),
    ]
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        email: codec::parsed(row, "email")?,
        password: codec::parsed(row, "password_hash")?,
        password_set_at: codec::moment(row, "password_set_at")?,
        failures: Failures {
            count: row.get("failures")?,
            last: codec::moment_or_null(row, "failed_at")?,
        },
    })
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<WaitingInvite> {
    Ok(WaitingInvite {
        organization: codec::parsed(row, "slug")?,
        organization_name: codec::parsed(row, "name")?,
        role: codec::parsed(row, "role")?,
        role_title: row.get("title")?,
        inviter: codec::email(row)?,
        inviter_name: codec::parsed_or_null(row, "inviter")?,
        invited_at: codec::moment(row, "created_at")?,
        expires_at: codec::moment(row, "expires_at")?,
    })
}

impl ReadTx<'_> {
    /// The account of an address.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_account(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
        self.check_row(&checksums::ACCOUNT, [email.as_normal()])?;
        let mut statement = self.sql.prepare_cached(BY_EMAIL)?;
        Ok(statement.query_row([email.as_normal()], from_row).optional()?)
    }

    /// How short a password may be that counts in all organizations that an address is in, or invited to: what
    /// the strictest of them says. Nothing where it is in none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_password_minimum(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<PasswordMinimum>, StoreError> {
        let mut statement = self.sql.prepare_cached(HIGHEST_MINIMUM)?;
        let highest =
            statement.query_row([email.as_normal()], |row| row.get::<_, Option<u8>>(0))?;
        highest
            .map(PasswordMinimum::new)
            .transpose()
            .map_err(|error| StoreError::Damaged(format!("a password minimum is none: {error}")))
    }

    /// Whether an address is in another organization: active there, or deactivated.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_in_another(
        &self,
        than: OrganizationId,
        email: &EmailAddress,
    ) -> Result<bool, StoreError> {
        let mut statement = self.sql.prepare_cached(IN_ANOTHER)?;
        Ok(statement.query_row(params![email.as_normal(), than.get()], |row| row.get(0))?)
    }

    /// The invites that wait for whoever has an address, in any organization, by its short name (rule 13).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn invites_waiting_for(
        &self,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<Vec<WaitingInvite>, StoreError> {
        let mut statement = self.sql.prepare_cached(WAITING)?;
        let rows = statement.query_map(params![email.as_normal(), now.timestamp()], waiting)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl WriteTx<'_> {
    /// Gives an address this password, which nobody has failed at yet; makes its account where it has none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_password(
        &mut self,
        email: &EmailAddress,
        password: &PasswordHash,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&format!(
                "INSERT INTO accounts (email, password_hash, password_set_at, created_at, checksum)
                     VALUES (?1, ?2, ?3, ?3, {})
                     ON CONFLICT (email) DO UPDATE SET {}, failures = 0, failed_at = NULL",
                checksums::ACCOUNTS.sum_of(&["?1, ?3", "?2, ?3"]),
                checksums::ACCOUNTS.set("password", &["?2", "?3"])
            ))?
            .execute(params![email.as_normal(), password.to_stored(), self.now.timestamp()])?;
        Ok(())
    }

    /// Ends every link to set a password that an address has in any organization, and withdraws the mails that
    /// wait with one: the password was set.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_password_links(&mut self, email: &EmailAddress) -> Result<(), StoreError> {
        for sql in end_password_links(&format!("user_id IN ({USERS_OF})")) {
            let parameters = params![email.as_normal(), self.now.timestamp()];
            self.sql.prepare_cached(&sql)?.execute(parameters)?;
        }
        Ok(())
    }

    /// The same for everybody: the store was put back to an earlier day. Whoever still has a link that was used
    /// since would take over an account with it, and nobody else would be told.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_all_password_links(&mut self) -> Result<(), StoreError> {
        for sql in end_password_links("TRUE") {
            self.sql.execute(&sql, params![Null, self.now.timestamp()])?;
        }
        Ok(())
    }

    /// Keeps another hash of the same password.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_rehashed(
        &mut self,
        email: &EmailAddress,
        password: &PasswordHash,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&format!(
                "UPDATE accounts SET {} WHERE email = ?1",
                checksums::ACCOUNTS.set("password", &["?2", "password_set_at"])
            ))?
            .execute(params![email.as_normal(), password.to_stored()])?;
        Ok(())
    }

    /// Keeps how often an account's password was tried in vain.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_account_failures(
        &mut self,
        email: &EmailAddress,
        failures: Failures,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached("UPDATE accounts SET failures = ?2, failed_at = ?3 WHERE email = ?1")?
            .execute(params![
                email.as_normal(),
                failures.count,
                failures.last.map(|last| last.timestamp()),
            ])?;
        Ok(())
    }

    /// Keeps that a user logged in now (rule 20).
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn record_login(&mut self, user: &User) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&users::update("login", &["?2"]))?
            .execute(params![user.id.get(), self.now.timestamp()])?;
        Ok(())
    }

    /// Deletes the account of an address that no user has any more.
    pub(super) fn forget_account(&mut self, email: &EmailAddress) -> Result<(), StoreError> {
        self.sql.prepare_cached(FORGET)?.execute([email.as_normal()])?;
        Ok(())
    }

    /// Deletes the accounts of an organization's users who are in no other.
    pub(super) fn forget_accounts_of(
        &mut self,
        organization: OrganizationId,
    ) -> Result<(), StoreError> {
        self.sql.execute(FORGET_OF, [organization.get()])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::bulk::{Arrival, NewUser};
    use super::super::plans::{AT, actor, entry, store_with};
    use super::*;
    use crate::domain::status::Status;
    use crate::domain::template::Template;
    use crate::domain::user::UserState;
    use crate::store::Store;

    const EMAIL: &str = "ann@example.com";

    fn email() -> EmailAddress {
        EMAIL.parse().unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        let start: Timestamp = AT.parse().unwrap();
        start + chrono::TimeDelta::seconds(seconds)
    }

    fn change(store: &mut Store, seconds: i64, change: impl FnOnce(&mut WriteTx<'_>)) {
        let mut tx = store.write(at(seconds), &actor()).unwrap();
        change(&mut tx);
        tx.commit(&entry(1)).unwrap();
    }

    fn account(store: &mut Store) -> Option<Account> {
        store.read().unwrap().find_account(&email()).unwrap()
    }

    /// A second organization with the same person in it.
    fn lab(tx: &mut WriteTx<'_>) -> OrganizationId {
        let template = Template::find_builtin("contact-center").unwrap().read().unwrap();
        let (slug, name) = ("lab".parse().unwrap(), "Lab".parse().unwrap());
        let lab = tx.add_organization(&slug, &name, &template).unwrap();
        let person = NewUser { email: &email(), name: None, role: lab.default_role, team: None };
        let arrival = Arrival { organization: lab.id, status: Status::Active, batch: None };
        tx.add_users(arrival, &[person]).unwrap();
        lab.id
    }

    #[test]
    fn a_password_is_kept_replaced_and_rehashed() {
        let (mut store, _) = store_with(&[EMAIL]);
        assert_eq!(account(&mut store), None);
        let first = PasswordHash::nobodys();
        change(&mut store, 0, |tx| tx.keep_password(&email(), &first).unwrap());
        let failures = Failures { count: 3, last: Some(at(10)) };
        change(&mut store, 10, |tx| tx.set_account_failures(&email(), failures).unwrap());
        let kept = account(&mut store).unwrap();
        let expected =
            Account { email: email(), password: first.clone(), password_set_at: at(0), failures };
        assert_eq!(kept, expected);
        // Another hash of the same password: neither its age nor its failures change.
        let other: PasswordHash = first.to_stored().replace("$bm9i", "$Bm9i").parse().unwrap();
        change(&mut store, 20, |tx| tx.keep_rehashed(&email(), &other).unwrap());
        assert_eq!(account(&mut store).unwrap(), Account { password: other, ..expected });
        // Another password: nobody has failed at it yet.
        change(&mut store, 30, |tx| tx.keep_password(&email(), &first).unwrap());
        let kept = account(&mut store).unwrap();
        assert_eq!((kept.failures, kept.password_set_at), (Failures::default(), at(30)));
        assert!(!format!("{kept:?}").contains("argon2"), "{kept:?}");
    }

    #[test]
    fn an_account_goes_with_the_last_user_who_is_in() {
        let (mut store, main) = store_with(&[EMAIL, "bob@example.com"]);
        change(&mut store, 0, |tx| {
            tx.keep_password(&email(), &PasswordHash::nobodys()).unwrap();
            lab(tx);
        });
        let remove = |store: &mut Store, slug: &str| {
            change(store, 1, |tx| {
                let place = tx.find_organization(&slug.parse().unwrap()).unwrap().unwrap();
                let user = tx.find_user_by_email(place.id, &email()).unwrap().unwrap();
                tx.remove_user(&user).unwrap();
            });
        };
        remove(&mut store, "main");
        assert!(account(&mut store).is_some(), "still in lab");
        remove(&mut store, "lab");
        assert!(account(&mut store).is_none());
        assert_eq!(store.read().unwrap().current_organization().unwrap().id, main);
    }

    #[test]
    fn accounts_go_with_an_organization_unless_their_users_are_in_another() {
        let (mut store, _) = store_with(&[EMAIL]);
        let alone: EmailAddress = "zoe@example.com".parse().unwrap();
        change(&mut store, 0, |tx| {
            let lab = lab(tx);
            let role = tx.current_organization().unwrap().default_role;
            let person = NewUser { email: &alone, name: None, role, team: None };
            let arrival = Arrival { organization: lab, status: Status::Active, batch: None };
            tx.add_users(arrival, &[person]).unwrap();
            let main = tx.current_organization().unwrap().id;
            let user = tx.find_user_by_email(main, &email()).unwrap().unwrap();
            tx.set_state(&user, UserState::Active).unwrap();
            for email in [&email(), &alone] {
                tx.keep_password(email, &PasswordHash::nobodys()).unwrap();
            }
        });
        change(&mut store, 1, |tx| {
            let lab = tx.find_organization(&"lab".parse().unwrap()).unwrap().unwrap();
            tx.remove_organization(lab.id).unwrap();
        });
        assert!(account(&mut store).is_some(), "still in main");
        assert!(store.read().unwrap().find_account(&alone).unwrap().is_none());
    }
}
