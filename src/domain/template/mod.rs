//! Templates: data that sets an organization up with its roles, permissions, modules and mail policy.
//! Nothing here or elsewhere asks which template it is, and nothing here reads files or creates
//! organizations.
//!
//! A template is one TOML file. The four inside the binary are in `src/templates`; the one for the
//! contact center explains every key. In short:
//!
//! ```toml
//! name = "help-desk"                # 1 to 40 lower-case letters, digits and '-'
//! title = "Help desk"
//! summary = "Answers questions"
//! default-role = "clerk"            # what a new person gets when nobody says otherwise
//! login-less = "refused"            # or "allowed"; may be left out
//! permissions = [                   # offer: "always" (may be left out), "premium" or "limited"
//!     { name = "invite-users", title = "Invite" },
//!     { name = "manage-users", title = "Manage users" },
//!     { name = "view-calls", title = "View calls", offer = "premium" },
//! ]
//! modules = [                       # access: "everyone" (may be left out) or "admin-only"
//!     { name = "pricing", title = "Pricing", access = "admin-only" },
//! ]
//!
//! [invites]
//! lifetime = "7 days"
//! subject = "Welcome to the help desk"
//! delivery = "at-once"              # or "on-command"; may be left out
//! disposable = "allowed"            # or "refused"; may be left out
//!
//! [[roles]]                         # highest first
//! name = "chief"
//! title = "Chief"
//! invites = ["chief", "clerk"]      # the roles it may hand out, none above its own
//! agents = "refused"                # may its users hold agent IDs? may be left out
//! modules = "all"                   # or "granted", which may be left out
//! sub-accounts = "all"              # or "granted", which may be left out
//! permissions = { invite-users = "all", manage-users = "all", view-calls = "all" }
//!
//! [[roles]]
//! name = "clerk"
//! title = "Clerk"
//! permissions = { view-calls = "own" }   # scopes: "all", "team", "own"
//! ```
//!
//! Reading has two steps. `parse` takes the text apart and stops at the first place that is not of
//! this shape; `check` looks at the sense of it and collects everything that is wrong.

mod builtin;
mod check;
mod fault;
mod name;
mod parse;
#[cfg(test)]
mod tests;

pub use builtin::BuiltinTemplate;
pub use fault::{FaultPlace, FaultReason, TemplateError, TemplateFault, TemplateNoun};
pub use name::{SLUG_MAX, SlugError, TemplateName};

use serde::Deserialize;

use super::lifetime::Lifetime;
use super::module::Module;
pub use super::module::{ModuleAccess, ModuleName};
use super::permission::{Grant, Permission, Scope};
use super::role::{AgentHolding, RoleName};

/// Longest title of a template, role, permission or module, in characters.
pub const TITLE_MAX: usize = 80;
/// Longest summary of a template, in characters.
pub const SUMMARY_MAX: usize = 200;
/// Longest subject of an invite mail, in characters.
pub const SUBJECT_MAX: usize = 150;
/// Most roles of a template.
pub const ROLES_MAX: usize = 50;
/// Most permissions of a template.
pub const PERMISSIONS_MAX: usize = 500;
/// Most modules of a template.
pub const MODULES_MAX: usize = 500;

/// All that sets an organization up. Only [`Template::parse`] makes one, so each has passed the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// What is typed: `contact-center`.
    pub name: TemplateName,
    /// What is shown: `Contact center`.
    pub title: String,
    /// What it is for, in one line.
    pub summary: String,
    /// The role of a new user when none is named; one of `roles`.
    pub default_role: RoleName,
    /// May there be users without a login (S3)?
    pub login_less: LoginLess,
    /// How people are invited.
    pub invites: InvitePolicy,
    /// Every permission there is, in the order in which it is shown.
    pub permissions: Vec<Permission>,
    /// The roles, highest first: the place in the list is the rank.
    pub roles: Vec<TemplateRole>,
    /// The menus of the portal (S2); empty where access is by permission alone.
    pub modules: Vec<Module>,
}

impl Template {
    /// Reads and checks a template.
    ///
    /// # Errors
    /// The first place that is not TOML of the template's shape, or everything that makes no sense.
    pub fn parse(toml: &str) -> Result<Self, TemplateError> {
        check::check(parse::parse(toml)?)
    }

    /// The templates inside the binary, in the order in which they are listed.
    #[must_use]
    pub const fn builtin() -> &'static [BuiltinTemplate] {
        builtin::ALL
    }

    /// The template of that name inside the binary.
    #[must_use]
    pub fn find_builtin(name: &str) -> Option<&'static BuiltinTemplate> {
        Self::builtin().iter().find(|template| template.name() == name)
    }

    /// The role of that name.
    #[must_use]
    pub fn find_role(&self, name: &RoleName) -> Option<&TemplateRole> {
        self.roles.iter().find(|role| role.name == *name)
    }
}

/// How people are invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitePolicy {
    /// How long an invite lives, from its mailing (rule 10).
    pub lifetime: Lifetime,
    /// When the mail goes out.
    pub delivery: Delivery,
    /// What becomes of disposable addresses.
    pub disposable: Disposable,
    /// The subject of the mail, sent as it is. One line.
    pub subject: String,
}

/// When the mail of a new invite goes out (rule 9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// With the invite.
    #[default]
    AtOnce,
    /// When somebody sends the activation mails; until then the user is pending (S3).
    OnCommand,
}

impl Delivery {
    /// The words for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "at once",
            Self::OnCommand => "on command",
        }
    }
}

/// What becomes of addresses at disposable domains (rule 40).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disposable {
    /// They are addresses like any other.
    #[default]
    Allowed,
    /// They are not invited (S2).
    Refused,
}

impl Disposable {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
        }
    }
}

/// Whether there may be users without e-mail and password (S3, rule 32).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginLess {
    /// There may.
    Allowed,
    /// Everybody has a login.
    #[default]
    Refused,
}

impl LoginLess {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
        }
    }
}

/// A role as a template describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRole {
    /// What is typed: `team-leader`.
    pub name: RoleName,
    /// What is shown: `Team Leader`.
    pub title: String,
    /// May its users hold agent IDs (rule 23)?
    pub agents: AgentHolding,
    /// What it may do, in the order of [`Template::permissions`].
    pub grants: Vec<Grant>,
    /// The roles it may hand out, none above its own (rule 3).
    pub invites: Vec<RoleName>,
    /// Which modules its users see.
    pub modules: Reach,
    /// Which sub-accounts its users see.
    pub sub_accounts: Reach,
}

impl TemplateRole {
    /// How far the role has a permission; nothing where it does not have it.
    #[must_use]
    pub fn find_scope(&self, permission: &str) -> Option<Scope> {
        self.grants.iter().find(|grant| grant.permission.as_str() == permission).map(|g| g.scope)
    }
}

/// How many of the modules or sub-accounts a role's users see (S2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// All of them, also the admin-only ones and those to come.
    All,
    /// Those granted to the user; never an admin-only one.
    #[default]
    Granted,
}

impl Reach {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Granted => "granted",
        }
    }
}
