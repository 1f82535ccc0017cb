//! The sense of a template: every name defined, every role within its rank, every text fit to be shown.
//! Collects all faults, because whoever writes a template by hand wants to see them at once.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use super::fault::{FaultPlace, FaultReason, TemplateError, TemplateFault, TemplateNoun};
use super::parse::{RawInvites, RawModule, RawPermission, RawRole, RawTemplate};
use super::{
    InvitePolicy, MODULES_MAX, PERMISSIONS_MAX, ROLES_MAX, SUBJECT_MAX, SUMMARY_MAX, TITLE_MAX,
    Template, TemplateRole,
};
use crate::domain::import::quoted;
use crate::domain::module::{Module, ModuleName};
use crate::domain::permission::{Grant, Offer, Permission, PermissionName, Scope};
use crate::domain::role::RoleName;
use crate::domain::text;

/// Makes a template of what was read, or says everything that is wrong with it.
pub(super) fn check(raw: RawTemplate) -> Result<Template, TemplateError> {
    let mut faults = Faults(Vec::new());
    // Lists beyond their limits are not looked into: a file of nonsense would give a million faults.
    faults.limit("permissions", raw.permissions.len(), PERMISSIONS_MAX);
    faults.limit("roles", raw.roles.len(), ROLES_MAX);
    faults.limit("modules", raw.modules.len(), MODULES_MAX);
    if !faults.0.is_empty() {
        return Err(TemplateError { faults: faults.0 });
    }

    let name = faults.word("name", &raw.name);
    let title = faults.text("title", &raw.title, TITLE_MAX);
    let summary = faults.text("summary", &raw.summary, SUMMARY_MAX);
    let names = role_names(&raw.roles, &mut faults);
    let default_role = faults.role("default-role", &raw.default_role, &names);
    let invites = invite_policy(&raw.invites, &mut faults);
    let permissions = permissions(raw.permissions, &mut faults);
    let roles = roles(raw.roles, &names, &permissions, &mut faults);
    let modules = modules(raw.modules, &mut faults);

    match (name, title, summary, default_role, invites) {
        (Some(name), Some(title), Some(summary), Some(default_role), Some(invites))
            if faults.0.is_empty() =>
        {
            let login_less = raw.login_less;
            Ok(Template {
                name,
                title,
                summary,
                default_role,
                login_less,
                invites,
                permissions,
                roles,
                modules,
            })
        }
        _ => Err(TemplateError { faults: faults.0 }),
    }
}

fn invite_policy(raw: &RawInvites, faults: &mut Faults) -> Option<InvitePolicy> {
    let lifetime = faults.word("invites.lifetime", &raw.lifetime);
    let subject = faults.text("invites.subject", &raw.subject, SUBJECT_MAX).and_then(|subject| {
        let header = text::clean_for_header(&subject, SUBJECT_MAX);
        header.map_err(|error| faults.add("invites.subject", error.into())).ok()
    });
    Some(InvitePolicy {
        lifetime: lifetime?,
        delivery: raw.delivery,
        disposable: raw.disposable,
        subject: subject?,
    })
}

fn permissions(raw: Vec<RawPermission>, faults: &mut Faults) -> Vec<Permission> {
    let mut seen = BTreeSet::new();
    let mut permissions = Vec::with_capacity(raw.len());
    for (n, raw) in raw.into_iter().enumerate() {
        let name: Option<PermissionName> =
            faults.name(TemplateNoun::Permission, n, &raw.name, &mut seen);
        let place = item(TemplateNoun::Permission, n, name.as_ref());
        let title = faults.text(&format!("{place}.title"), &raw.title, TITLE_MAX);
        let admits = [PermissionName::INVITE_USERS, PermissionName::MANAGE_USERS];
        if raw.offer == Offer::Premium && admits.contains(&raw.name.as_str()) {
            faults.add(&format!("{place}.offer"), FaultReason::PremiumOfAdmits);
        }
        // Kept without its title, so that grants of it are not reported as well.
        if let Some(name) = name {
            permissions.push(Permission {
                name,
                title: title.unwrap_or_default(),
                offer: raw.offer,
            });
        }
    }
    permissions
}

fn modules(raw: Vec<RawModule>, faults: &mut Faults) -> Vec<Module> {
    let mut seen = BTreeSet::new();
    let mut modules = Vec::with_capacity(raw.len());
    for (n, raw) in raw.into_iter().enumerate() {
        let name: Option<ModuleName> = faults.name(TemplateNoun::Module, n, &raw.name, &mut seen);
        let place = item(TemplateNoun::Module, n, name.as_ref());
        let title = faults.text(&format!("{place}.title"), &raw.title, TITLE_MAX);
        if let (Some(name), Some(title)) = (name, title) {
            modules.push(Module { name, title, access: raw.access });
        }
    }
    modules
}

/// The names of the roles by rank; nothing for a role whose name is malformed.
fn role_names(raw: &[RawRole], faults: &mut Faults) -> Vec<Option<RoleName>> {
    if raw.is_empty() {
        faults.add("roles", FaultReason::NoRoles);
    }
    let mut seen = BTreeSet::new();
    raw.iter()
        .enumerate()
        .map(|(n, raw)| faults.name(TemplateNoun::Role, n, &raw.name, &mut seen))
        .collect()
}

fn roles(
    raw: Vec<RawRole>,
    names: &[Option<RoleName>],
    permissions: &[Permission],
    faults: &mut Faults,
) -> Vec<TemplateRole> {
    let mut roles = Vec::with_capacity(raw.len());
    let mut every_grant_read = !raw.is_empty();
    for (rank, (raw, name)) in raw.into_iter().zip(names).enumerate() {
        let place = item(TemplateNoun::Role, rank, name.as_ref());
        let title = faults.text(&format!("{place}.title"), &raw.title, TITLE_MAX);
        let grants = grants(&place, &raw, permissions, faults);
        let invites = handed_out(&place, name.as_ref(), &raw, names, faults);
        // A misspelt grant is reported already, and may be the very one that seems to be missing.
        if grants.len() == raw.permissions.len() {
            pair_up(&place, &raw, faults);
        } else {
            every_grant_read = false;
        }
        let Some(name) = name.clone() else { continue };
        roles.push(TemplateRole {
            name,
            title: title.unwrap_or_default(),
            agents: raw.agents,
            grants,
            invites,
            modules: raw.modules,
            sub_accounts: raw.sub_accounts,
        });
    }
    let nobody_manages = !roles.iter().any(manages);
    if every_grant_read && roles.len() == names.len() && nobody_manages {
        faults.add("roles", FaultReason::NoManager);
    }
    roles
}

fn grants(
    place: &str,
    raw: &RawRole,
    permissions: &[Permission],
    faults: &mut Faults,
) -> Vec<Grant> {
    let mut grants = Vec::with_capacity(raw.permissions.len());
    for (word, scope) in &raw.permissions {
        let place = format!("{place}.permissions.{}", key(word));
        let name: Option<PermissionName> = faults.word(&place, word);
        let scope: Option<Scope> = faults.word(&place, scope);
        let Some(permission) = name else { continue };
        let position = permissions.iter().position(|known| known.name == permission);
        if position.is_none() {
            let known = permissions.iter().map(|known| known.name.as_str());
            faults.undefined(&place, TemplateNoun::Permission, permission.as_str(), known);
        }
        if let (Some(position), Some(scope)) = (position, scope) {
            grants.push((position, Grant { permission, scope }));
        }
    }
    grants.sort_by_key(|(position, _)| *position);
    grants.into_iter().map(|(_, grant)| grant).collect()
}

fn handed_out(
    place: &str,
    by: Option<&RoleName>,
    raw: &RawRole,
    names: &[Option<RoleName>],
    faults: &mut Faults,
) -> Vec<RoleName> {
    let place = format!("{place}.invites");
    let rank = |role: &RoleName| names.iter().position(|known| known.as_ref() == Some(role));
    let mut seen = BTreeSet::new();
    let mut invites = Vec::with_capacity(raw.invites.len());
    for word in &raw.invites {
        let Some(role) = faults.role(&place, word, names) else { continue };
        if let Some(by) = by
            && rank(&role) < rank(by)
        {
            let (handed_out, by) = (role.clone(), by.clone());
            faults.add(&place, FaultReason::AboveOwnRank { handed_out, by });
        }
        faults.unique(TemplateNoun::Role, &place, role.as_str(), &mut seen);
        invites.push(role);
    }
    invites
}

/// The permission to invite and the roles to hand out are of no use without each other.
fn pair_up(place: &str, raw: &RawRole, faults: &mut Faults) {
    let place = format!("{place}.invites");
    let may_invite = raw.permissions.contains_key(PermissionName::INVITE_USERS);
    match (may_invite, raw.invites.is_empty()) {
        (true, true) => faults.add(&place, FaultReason::PermissionWithoutInvites),
        (false, false) => faults.add(&place, FaultReason::InvitesWithoutPermission),
        (true, false) | (false, true) => {}
    }
}

fn manages(role: &TemplateRole) -> bool {
    [PermissionName::INVITE_USERS, PermissionName::MANAGE_USERS]
        .iter()
        .all(|permission| role.find_scope(permission) == Some(Scope::All))
}

/// The path of one thing in a list: by its name, or counted from 1 where it has none.
fn item<T: Display>(noun: TemplateNoun, index: usize, name: Option<&T>) -> String {
    match name {
        Some(name) => format!("{noun}s.{name}"),
        None => format!("{noun}s.#{}", index + 1),
    }
}

/// A key as TOML wants it written: bare where it can be.
fn key(word: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let word = quoted(word);
    if !word.is_empty() && word.chars().all(bare) { word } else { format!("{word:?}") }
}

/// The most similar known word. More than a third of the letters changed is no slip of the finger.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let limit = (word.chars().count() / 3).max(1);
    known
        .map(|known| (strsim::damerau_levenshtein(word, known), known))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, known)| known.to_owned())
}

struct Faults(Vec<TemplateFault>);

impl Faults {
    fn add(&mut self, place: &str, reason: FaultReason) {
        self.0.push(TemplateFault { place: FaultPlace::Key(place.to_owned()), reason });
    }

    fn limit(&mut self, place: &str, count: usize, max: usize) {
        if count > max {
            self.add(place, FaultReason::TooMany { count, max });
        }
    }

    fn word<T: FromStr<Err: Display>>(&mut self, place: &str, value: &str) -> Option<T> {
        let error = match value.parse() {
            Ok(word) => return Some(word),
            Err(error) => error,
        };
        let (value, rule) = (quoted(value), error.to_string());
        self.add(place, FaultReason::Malformed { value, rule });
        None
    }

    /// One line of text. A subject with a line break would smuggle headers into the mail.
    fn text(&mut self, place: &str, value: &str, max: usize) -> Option<String> {
        if value.trim().contains(char::is_control) {
            self.add(place, FaultReason::ControlCharacter);
            return None;
        }
        text::clean(value, max).map_err(|error| self.add(place, error.into())).ok()
    }

    /// The name of a role that is there.
    fn role(&mut self, place: &str, word: &str, names: &[Option<RoleName>]) -> Option<RoleName> {
        let role: RoleName = self.word(place, word)?;
        if names.iter().flatten().any(|known| *known == role) {
            return Some(role);
        }
        let known = names.iter().flatten().map(RoleName::as_str);
        self.undefined(place, TemplateNoun::Role, role.as_str(), known);
        None
    }

    fn undefined<'a>(
        &mut self,
        place: &str,
        noun: TemplateNoun,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) {
        let nearest = nearest(name, known);
        self.add(place, FaultReason::Undefined { noun, name: name.to_owned(), nearest });
    }

    /// The name of one thing in a list. Faults in it count the list, since the name does not say where.
    fn name<T: FromStr<Err: Display> + Display>(
        &mut self,
        noun: TemplateNoun,
        index: usize,
        value: &str,
        seen: &mut BTreeSet<String>,
    ) -> Option<T> {
        let place = format!("{noun}s.#{}.name", index + 1);
        let name: T = self.word(&place, value)?;
        self.unique(noun, &place, &name.to_string(), seen);
        Some(name)
    }

    fn unique(&mut self, noun: TemplateNoun, place: &str, name: &str, seen: &mut BTreeSet<String>) {
        if !seen.insert(name.to_owned()) {
            self.add(place, FaultReason::Duplicate { noun, name: name.to_owned() });
        }
    }
}
