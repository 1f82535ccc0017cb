//! Domains: an organization's own words on them, and who is kept out for theirs (rule 40). The list and
//! whose word counts are `domain::disposable`'s.

use std::collections::HashMap;
use std::fmt;

use super::each::{Detail, entry, finish};
use super::error::Error;
use super::{Context, access};
use crate::domain::audit::Action;
use crate::domain::disposable::{self, DomainVerdict, Judgement};
use crate::domain::domain_name::DomainName;
use crate::domain::email::EmailAddress;
use crate::domain::filter::SearchText;
use crate::domain::nearest::near_names;
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, Slug};
use crate::domain::template::Disposable;
use crate::store::{OwnDomain, ReadTx, Store, StoreError};

/// Why people of a domain are not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwelcome {
    /// Their domain.
    pub domain: DomainName,
    /// Whose word it is.
    pub word: Word,
}

/// Whose word keeps a domain out, and on which domain it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// The list's.
    Listed(DomainName),
    /// The organization's own.
    Blocked(DomainName, Slug),
}

impl fmt::Display for Unwelcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.word {
            Word::Listed(domain) => {
                let date = disposable::list_date();
                write!(f, "{domain} is on the list of disposable domains of {date}")
            }
            Word::Blocked(domain, organization) => {
                write!(f, "{domain} is blocked in {organization}")
            }
        }
    }
}

impl Unwelcome {
    /// The command that lets people of this domain in.
    #[must_use]
    pub fn way_in(&self) -> String {
        format!("let it in: admit domain allow {}", self.domain)
    }
}

/// Who stands at the door of an organization. Asked in the transaction that lets people in; what it was
/// asked once it remembers, since a file of a hundred thousand people has a few domains.
#[derive(Debug)]
pub(super) struct Door<'a> {
    organization: &'a Organization,
    watch: Watch,
    known: HashMap<Box<str>, Option<Unwelcome>>,
}

/// What there is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Watch {
    /// Nothing: everybody is let in.
    None,
    /// The list alone.
    List,
    /// The organization's own words, and then the list.
    OwnWords,
}

impl<'a> Door<'a> {
    /// Looks once what there is to be asked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn of(tx: &ReadTx<'_>, organization: &'a Organization) -> Result<Self, StoreError> {
        let watch = match (tx.has_domains(organization.id)?, organization.disposable) {
            (true, _) => Watch::OwnWords,
            (false, Disposable::Refused) => Watch::List,
            (false, Disposable::Allowed) => Watch::None,
        };
        Ok(Self { organization, watch, known: HashMap::new() })
    }

    /// Whether anybody may be kept out at all.
    pub(super) fn watches(&self) -> bool {
        self.watch != Watch::None
    }

    /// Why an address is not let in, if it is not.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn refuse(
        &mut self,
        tx: &ReadTx<'_>,
        email: &EmailAddress,
    ) -> Result<Option<&Unwelcome>, StoreError> {
        if self.watch == Watch::None {
            return Ok(None);
        }
        let domain = email.domain();
        if !self.known.contains_key(domain) {
            let judged = self.judge(tx, DomainName::of(email))?;
            self.known.insert(domain.into(), judged);
        }
        Ok(self.known.get(domain).and_then(Option::as_ref))
    }

    fn judge(&self, tx: &ReadTx<'_>, domain: DomainName) -> Result<Option<Unwelcome>, StoreError> {
        let judgement = match self.watch {
            Watch::OwnWords => judge(tx, self.organization, &domain)?,
            _ => disposable::find_listed(&domain).map_or(Judgement::Unknown, Judgement::Listed),
        };
        if judgement.lets_in(self.organization.disposable) {
            return Ok(None);
        }
        let word = match judgement {
            Judgement::Listed(listed) => Word::Listed(listed),
            Judgement::Own(_, own) => Word::Blocked(own, self.organization.slug.clone()),
            Judgement::Unknown => return Ok(None),
        };
        Ok(Some(Unwelcome { domain, word }))
    }
}

fn judge(
    tx: &ReadTx<'_>,
    organization: &Organization,
    domain: &DomainName,
) -> Result<Judgement, StoreError> {
    disposable::judge(domain, |candidate| tx.find_domain_verdict(organization.id, candidate))
}

/// What an organization says of domains.
#[derive(Debug)]
pub struct OwnDomains {
    /// Where.
    pub organization: Organization,
    /// By name.
    pub domains: Vec<OwnDomain>,
}

/// The domains that the organization has its own word on, by name.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn list(
    store: &mut Store,
    context: &Context,
    search: Option<&SearchText>,
) -> Result<OwnDomains, Error> {
    access::look(store, context, Operation::DomainList, |tx, session| {
        let mut domains = tx.domains(session.organization.id)?;
        if let Some(search) = search {
            domains.retain(|own| own.domain.as_str().contains(search.folded()));
        }
        Ok(OwnDomains { organization: session.organization.clone(), domains })
    })
}

/// What is known of one domain.
#[derive(Debug)]
pub struct Checked {
    /// Which.
    pub domain: DomainName,
    /// By whose word.
    pub judgement: Judgement,
}

/// What would become of people of these domains; changes nothing.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn check(
    store: &mut Store,
    context: &Context,
    domains: &[DomainName],
) -> Result<(Organization, Vec<Checked>), Error> {
    access::look(store, context, Operation::DomainCheck, |tx, session| {
        let mut checked = Vec::with_capacity(domains.len());
        for domain in domains {
            let judgement = judge(tx, &session.organization, domain)?;
            checked.push(Checked { domain: domain.clone(), judgement });
        }
        Ok((session.organization.clone(), checked))
    })
}

/// A domain that was given a word, or lost it.
#[derive(Debug)]
pub struct Settled {
    /// Which.
    pub domain: DomainName,
    /// The organization's own word before.
    pub before: Option<DomainVerdict>,
    /// And now.
    pub now: Option<DomainVerdict>,
}

impl Settled {
    /// Whether that made a difference.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.before != self.now
    }
}

/// Gives domains the organization's own word, in place of an earlier one.
///
/// # Errors
/// When the store fails, or whoever acts may not.
pub fn decide(
    store: &mut Store,
    context: &Context,
    domains: &[DomainName],
    verdict: DomainVerdict,
) -> Result<(Organization, Vec<Settled>), Error> {
    let (operation, action) = match verdict {
        DomainVerdict::Allowed => (Operation::DomainAllow, Action::AllowDomain),
        DomainVerdict::Blocked => (Operation::DomainBlock, Action::BlockDomain),
    };
    settle(store, context, (operation, action), domains, Some(verdict))
}

/// Leaves domains to the list again; all of them, or none where the organization has no word on one.
///
/// # Errors
/// [`Error::UnknownDomain`].
pub fn forget(
    store: &mut Store,
    context: &Context,
    domains: &[DomainName],
) -> Result<(Organization, Vec<Settled>), Error> {
    settle(store, context, (Operation::DomainForget, Action::ForgetDomain), domains, None)
}

fn settle(
    store: &mut Store,
    context: &Context,
    (operation, action): (Operation, Action),
    domains: &[DomainName],
    now: Option<DomainVerdict>,
) -> Result<(Organization, Vec<Settled>), Error> {
    let (mut tx, session) = access::write(store, context, operation)?;
    let organization = session.organization;
    let mut settled: Vec<Settled> = Vec::with_capacity(domains.len());
    let mut detail = Detail::new();
    for domain in domains {
        let before = tx.find_domain_verdict(organization.id, domain)?;
        match (before, now) {
            (None, None) => return Err(unknown(&tx, &organization, domain)?),
            (_, Some(verdict)) => tx.set_domain_verdict(organization.id, domain, verdict)?,
            (Some(_), None) => tx.remove_domain_verdict(organization.id, domain)?,
        }
        let done = Settled { domain: domain.clone(), before, now };
        if done.is_changed() {
            detail.push(("domain", domain.to_string()));
        }
        settled.push(done);
    }
    let mut entry = entry(action, &organization, Vec::new(), detail);
    entry.count = entry.detail.len() as u64;
    if entry.count > 0 {
        finish(tx, context, &entry)?;
    }
    Ok((organization, settled))
}

fn unknown(
    tx: &ReadTx<'_>,
    organization: &Organization,
    domain: &DomainName,
) -> Result<Error, StoreError> {
    let known = tx.domains(organization.id)?;
    Ok(Error::UnknownDomain {
        domain: domain.clone(),
        organization: organization.slug.clone(),
        nearest: near_names(domain.as_str(), known.iter().map(|own| own.domain.as_str())),
    })
}
