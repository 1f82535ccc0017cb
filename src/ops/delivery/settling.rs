//! What became of a message is kept, with its audit entry.

use super::worker::Delivered;
use crate::domain::audit::{Action, AuditEntry};
use crate::domain::delivery::{Answer, Delivery, DeliveryKind, DeliveryState};
use crate::domain::organization::Organization;
use crate::domain::user::User;
use crate::ops::Context;
use crate::ops::access;
use crate::ops::each::{Detail, entry, subject};
use crate::ops::error::Error;
use crate::store::{Store, TakenBack};

/// Keeps what became of a message, and says where its delivery stands. A link that did not leave is taken
/// back.
pub(super) fn settle(
    store: &mut Store,
    context: &Context,
    delivered: &Delivered,
) -> Result<DeliveryState, Error> {
    let Delivered { delivery, user, organization, fate, .. } = delivered;
    let (mut state, answer) = (fate.state(), fate.answer());
    let due_at = fate.next_try().unwrap_or(context.now);
    let mut tx = access::go_on(store, context)?;
    if let (DeliveryState::Queued | DeliveryState::Refused, Some(invite)) = (state, delivery.invite)
    {
        let taken_back = match delivery.kind {
            DeliveryKind::Reminder => tx.set_reminder_secret(invite, None)?,
            DeliveryKind::Invitation | DeliveryKind::SetPassword => {
                tx.discard_invite(organization.id, invite)?
            }
        };
        // Others ended the link meanwhile: then nobody waits for this mail.
        if taken_back == TakenBack::Nothing {
            state = DeliveryState::Withdrawn;
        }
    }
    tx.settle_delivery(delivery, state, due_at, answer)?;
    tx.commit(&settled(delivery, organization, user, state, answer))?;
    Ok(state)
}

/// The entry for what became of a delivery.
pub(super) fn settled(
    delivery: &Delivery,
    organization: &Organization,
    user: &User,
    state: DeliveryState,
    answer: Option<&Answer>,
) -> AuditEntry {
    let mut detail: Detail = vec![
        ("delivery", delivery.id.get().to_string()),
        ("kind", delivery.kind.to_string()),
        ("state", state.to_string()),
    ];
    detail.extend(answer.map(|answer| ("answer", answer.as_str().to_owned())));
    entry(Action::SettleDelivery, organization, vec![subject(user)], detail)
}
