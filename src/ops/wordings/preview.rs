//! A mail as it would go out now, with a link that never works. Nothing is sent and nothing changes.

use super::{LetterFacts, letter_facts, wording_of};
use crate::domain::delivery::DeliveryKind;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::portal::PortalAddress;
use crate::domain::token::SAMPLE_TOKEN;
use crate::domain::user::{Link, UserState};
use crate::domain::user_ref::UserRef;
use crate::mail::letter::{Account, LinkText};
use crate::mail::wording::Rendered;
use crate::ops::each::get_user_to_change;
use crate::ops::error::Error;
use crate::ops::{Context, access};
use crate::store::Store;

/// Which mail to look at.
#[derive(Clone, Debug)]
pub struct PreviewRequest {
    /// To whom.
    pub user: UserRef,
    /// What about; what would be sent next where `None`: who is active gets links for a password.
    pub kind: Option<DeliveryKind>,
}

/// A mail as it would go out.
pub struct Preview {
    /// From which organization.
    pub organization: Organization,
    /// What it says.
    pub facts: LetterFacts,
    /// In which words.
    pub rendered: Rendered,
    /// What it is about.
    pub kind: DeliveryKind,
}

/// Puts together the mail that a user would get from whoever acts. `portal` says where an organization's
/// links start; where they start nowhere, the mail has the bare token.
///
/// # Errors
/// When there is no such user, or none with an address; when whoever acts may not invite them; when the
/// organization's own words cannot be used.
pub fn preview(
    store: &mut Store,
    context: &Context,
    request: &PreviewRequest,
    portal: impl FnOnce(&Organization) -> Option<PortalAddress>,
) -> Result<Preview, Error> {
    access::look(store, context, Operation::MailPreview, |tx, session| {
        let user = get_user_to_change(tx, session, &request.user)?;
        let organization = session.organization.clone();
        let inviter = session.person().map(|person| person.id);
        let mut facts = letter_facts(tx, &organization, &user, inviter)?;
        // Whether an invitee has an account elsewhere is theirs to know, and the operator's.
        if session.person().is_some() && user.state != UserState::Active {
            facts.account = Account::New;
        }
        let kind = request.kind.unwrap_or(match user.state {
            UserState::Active => DeliveryKind::SetPassword,
            _ => DeliveryKind::Invitation,
        });
        // A new link lives from the mailing on (rule 10); a reminder is about the one that is out.
        let expires_at = match (kind, user.state) {
            (
                DeliveryKind::Reminder,
                UserState::Invited { link: Link::Open { expires_at, .. } },
            ) => expires_at,
            _ => organization.lifetime.after(context.now),
        };
        let address = portal(&organization).map(|portal| portal.sample_link());
        let link = address.as_deref().map_or(LinkText::Token(SAMPLE_TOKEN), LinkText::Address);
        let letter = facts.letter(kind, link, expires_at);
        let rendered = wording_of(tx, &organization, kind)?
            .render(&letter)
            .map_err(|error| Error::Wording { kind, error })?;
        Ok(Preview { organization, facts, rendered, kind })
    })
}
