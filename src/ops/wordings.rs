//! What mails say: an organization's own words, and the facts of a letter. A delivery and a preview ask
//! here, so that both say the same. Putting facts into words is `mail`'s; sending is not done here.

mod facts;
mod preview;

pub use facts::{LetterFacts, Sponsor};
pub use preview::{Preview, PreviewRequest, preview};

pub(in crate::ops) use facts::letter_facts;

use super::each::{entry, finish};
use super::error::Error;
use super::{Context, access};
use crate::domain::audit::Action;
use crate::domain::delivery::DeliveryKind;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::wording::Part;
use crate::mail::wording::{self, Wording};
use crate::store::{ReadTx, Store};

/// Whose words a part is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The organization's own (`mail template set`).
    Own,
    /// The template's that the organization was set up from: the subject of invitations.
    Template,
    /// admit's.
    Builtin,
}

impl Author {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Template => "template",
            Self::Builtin => "built-in",
        }
    }
}

/// A part of a mail, as it is sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartShown {
    /// Of which mail.
    pub kind: DeliveryKind,
    /// Which part.
    pub part: Part,
    /// Whose words it is in.
    pub author: Author,
    /// The words, with their values still to be filled in; a template's subject has none.
    pub source: String,
}

/// The words in which an organization sends one kind of mail: its own, then those of the template that it
/// was set up from (the subject of an invitation), then admit's.
///
/// # Errors
/// When the store cannot be read.
pub(in crate::ops) fn wording_of(
    tx: &ReadTx<'_>,
    organization: &Organization,
    kind: DeliveryKind,
) -> Result<Wording, Error> {
    let own = tx.find_own_wording(organization.id, kind)?;
    let wording = match find_template_subject(tx, organization, kind)? {
        Some(subject) => Wording::builtin(kind).with_literal_subject(subject),
        None => Wording::builtin(kind),
    };
    Ok(wording.with_own(own))
}

fn find_template_subject(
    tx: &ReadTx<'_>,
    organization: &Organization,
    kind: DeliveryKind,
) -> Result<Option<String>, Error> {
    match kind {
        DeliveryKind::Invitation => {
            let subject = tx.mail_subject(organization.id)?;
            Ok(Some(subject).filter(|subject| !subject.trim().is_empty()))
        }
        DeliveryKind::Reminder | DeliveryKind::SetPassword => Ok(None),
    }
}

/// The words of these mails, part by part.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn show(
    store: &mut Store,
    context: &Context,
    kinds: &[DeliveryKind],
    parts: &[Part],
) -> Result<Vec<PartShown>, Error> {
    access::look(store, context, Operation::MailTemplateShow, |tx, session| {
        let organization = &session.organization;
        let mut shown = Vec::with_capacity(kinds.len() * parts.len());
        for &kind in kinds {
            let own = tx.find_own_wording(organization.id, kind)?;
            for &part in parts {
                let template = match part {
                    Part::Subject => find_template_subject(tx, organization, kind)?,
                    Part::Text | Part::Html => None,
                };
                let (author, source) = match (own.part(part), template) {
                    (Some(own), _) => (Author::Own, own.to_owned()),
                    (None, Some(subject)) => (Author::Template, subject),
                    (None, None) => {
                        (Author::Builtin, wording::builtin_source(kind, part).to_owned())
                    }
                };
                shown.push(PartShown { kind, part, author, source });
            }
        }
        Ok(shown)
    })
}

/// A part that was put into other words, or was to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSet {
    /// Of which mail.
    pub kind: DeliveryKind,
    /// Which part.
    pub part: Part,
    /// Whether its words changed.
    pub change: WordingChange,
}

/// Whether the words of a part changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordingChange {
    /// The organization has words of its own now.
    Set,
    /// It had others of its own before.
    Replaced,
    /// It has none of its own any more.
    Reset,
    /// They were so already.
    None,
}

/// Puts a part of a mail into the organization's own words.
///
/// # Errors
/// [`Error::Wording`] where the words could not be sent.
pub fn set(
    store: &mut Store,
    context: &Context,
    (kind, part): (DeliveryKind, Part),
    source: &str,
) -> Result<(Organization, PartSet), Error> {
    wording::check(kind, part, source).map_err(|error| Error::Wording { kind, error })?;
    let (mut tx, session) = access::write(store, context, Operation::MailTemplateSet)?;
    let organization = session.organization;
    let own = tx.find_own_wording(organization.id, kind)?;
    let change = match own.part(part) {
        Some(before) if before == source => WordingChange::None,
        Some(_) => WordingChange::Replaced,
        None => WordingChange::Set,
    };
    if change != WordingChange::None {
        tx.keep_wording_part(organization.id, kind, part, source)?;
        let detail = vec![("set", format!("{kind} {part}"))];
        let mut entry = entry(Action::ChangeWording, &organization, Vec::new(), detail);
        entry.count = 1;
        finish(tx, context, &entry)?;
    }
    Ok((organization, PartSet { kind, part, change }))
}

/// Gives parts of a mail back to admit.
///
/// # Errors
/// When the store fails, or whoever acts may not.
pub fn reset(
    store: &mut Store,
    context: &Context,
    kind: DeliveryKind,
    parts: &[Part],
) -> Result<(Organization, Vec<PartSet>), Error> {
    let (mut tx, session) = access::write(store, context, Operation::MailTemplateReset)?;
    let organization = session.organization;
    let own = tx.find_own_wording(organization.id, kind)?;
    let mut done = Vec::with_capacity(parts.len());
    let mut detail = Vec::new();
    for &part in parts {
        let change = match own.part(part) {
            Some(_) => WordingChange::Reset,
            None => WordingChange::None,
        };
        if change == WordingChange::Reset {
            tx.forget_wording_part(organization.id, kind, part)?;
            detail.push(("reset", format!("{kind} {part}")));
        }
        done.push(PartSet { kind, part, change });
    }
    if !detail.is_empty() {
        let count = detail.len() as u64;
        let mut entry = entry(Action::ChangeWording, &organization, Vec::new(), detail);
        entry.count = count;
        finish(tx, context, &entry)?;
    }
    Ok((organization, done))
}
