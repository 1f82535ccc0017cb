//! Whom to ask instead: up to three people who could do what was refused (rule 2).

use super::refusal::{Contact, Refusal};
use crate::domain::operation::{Need, Operation};
use crate::domain::organization::Organization;
use crate::domain::permission::Scope;
use crate::domain::template::Reach;
use crate::domain::user::User;
use crate::ops::error::Error;
use crate::ops::roles::Roles;
use crate::store::ReadTx;

/// Most people that a refusal names (rule 2).
const CONTACTS: usize = 3;

/// A refusal with up to three people who could do it (rule 2).
pub(super) fn refused(
    tx: &ReadTx<'_>,
    organization: &Organization,
    operation: Operation,
    refusal: Refusal,
    on: Option<&User>,
) -> Result<Error, Error> {
    let permission = match (&refusal, operation.need()) {
        (Refusal::Lacks { permission, .. }, _) => Some(*permission),
        (Refusal::OperatorOnly { .. }, _) => None,
        (_, Need::Everywhere(name) | Need::InScope(name) | Need::OwnOr(name)) => Some(name),
        _ => None,
    };
    let mut contacts = Vec::new();
    if let Some(permission) = permission {
        let roles = Roles::of(tx, organization)?;
        let rank = match (on, &refusal) {
            (Some(user), _) => roles.by_id(user.role_id)?.rank,
            (None, Refusal::RoleAboveOwn { role, .. }) => roles.get(role)?.rank,
            (None, _) => u32::MAX,
        };
        for role in tx.roles_with(organization.id, permission, Scope::All)? {
            let gives = match &refusal {
                Refusal::MayNotGive { role: wanted, .. } => {
                    tx.roles_given_by(role.id)?.iter().any(|given| given.name == *wanted)
                }
                // The highest role may make roles for what it does not do itself.
                Refusal::MoreThanOwn { .. } if role.rank == 0 => true,
                Refusal::MoreThanOwn { grant, .. } => {
                    let held = tx.role_details(role.clone())?;
                    held.find_scope(grant.permission.as_str()) >= Some(grant.scope)
                }
                Refusal::GrantsMore { .. } | Refusal::FurtherThanOwn { .. } => {
                    let held = tx.role_details(role.clone())?;
                    held.modules == Reach::All && held.sub_accounts == Reach::All
                }
                _ => role.rank <= rank,
            };
            if gives && contacts.len() < CONTACTS {
                // One more, since whoever asks may be among them.
                let people = tx.active_users(organization.id, role.id, CONTACTS + 1)?;
                let others = people.iter().filter_map(Contact::of);
                let others = others.filter(|one| Some(&one.email) != refusal.actor_address());
                contacts.extend(others.take(CONTACTS - contacts.len()));
            }
        }
    }
    Ok(Error::Forbidden(Box::new((refusal, contacts))))
}
