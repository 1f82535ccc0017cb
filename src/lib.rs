//! admit lets people in and out of a product: it invites users, imports them in bulk, lists, deactivates
//! and removes them, makes, renews and expires their links, maps agent IDs to them, and says who may do
//! what, for any number of organizations in one SQLite file.
//!
//! # The layers, from the screen to the disk
//!
//! | module | what it is |
//! |---|---|
//! | [`cli`] | everything a human sees: arguments, formats, prompts, exit codes |
//! | [`files`] | the formats people hand us: CSV and JSON lines, encodings, line numbers |
//! | [`ops`] | what each verb means: the rules, one transaction, one audit entry |
//! | [`mail`] | a message is made and handed over: SMTP, a program, a folder |
//! | [`domain`] | pure values and the state machine of a user |
//! | [`store`] | the SQLite file, and all SQL |
//! | [`settings`], [`clock`], [`random`] | the only readers of the environment, the clock, the system's random numbers |
//!
//! `tests/architecture.rs` holds who may use whom.
//!
//! Whether whoever acts may do a thing is asked inside the transaction that does it, by [`ops::access`];
//! which command needs what is one table, [`domain::operation`].
//!
//! # Words
//!
//! An *organization* is a tenant, set up from a *template*: one of them is *current*. A *user* is a
//! person's place in one organization, or a desk phone's, which has a PIN and no login; an *invite* is the
//! right to become active, a secret *link* with an end; a *delivery* is one mail that waits for the mail server,
//! or was handed to it. An *account* is the login behind an address, shared by
//! that person's users in several organizations. The *actor* is whoever acts: one of the users, or
//! the *operator* at the shell. A *role* is a named set of *permissions*, each with a *scope*: all, the
//! teams that one leads, or one's own. A *module* is a menu of the product's portal and a *sub-account* a
//! part of the customer's account; a *grant* gives a user either. An *agent* is an identity in interaction
//! data, and an *assignment* maps it to a user from a date until a date. A *seat* is what an active or
//! invited user with a login takes of the plan; a *batch* is everything one import did.
//!
//! # Where a rule comes from
//!
//! Comments name their source: `S0` to `S4` are the descriptions of the five products whose admin pages
//! admit stands in for (contact-centre portal, its agent IDs, customer portal, phone system, security
//! console); `rule N` is a requirement made from them; `trust XN` is a row of the checklist for reliability
//! and security, itself made from OWASP ASVS, the RFCs and SQLite's own documentation.
//!
//! # As a library
//!
//! ```
//! use admit::domain::audit::{Actor, Identity, SystemLogin};
//! use admit::domain::template::Template;
//! use admit::ops::delivery::Outlet;
//! use admit::ops::organizations::{self, InitRequest};
//! use admit::ops::{Context, Mode, OrganizationChoice};
//! use admit::random::SystemEntropy;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let login = SystemLogin { name: "nightly".into(), uid: 1000, sudo_user: None };
//! let context = Context {
//!     now: admit::clock::now(),
//!     actor: Actor { identity: Identity::Operator, login },
//!     organization: OrganizationChoice::Current,
//!     mode: Mode::Apply,
//! };
//! let template = Template::find_builtin("contact-center").ok_or("no such template")?.read()?;
//! let request =
//!     InitRequest { template: &template, slug: "main".parse()?, name: "Main".parse()?, owner: None,
//!         outlet: Outlet::Print };
//! let (mut store, _) = organizations::rehearse(&context, &mut SystemEntropy, &request)?;
//! assert_eq!(store.read()?.current_organization()?.slug.as_str(), "main");
//! # Ok(())
//! # }
//! ```

pub mod cli;
pub mod clock;
pub mod domain;
pub mod files;
pub mod mail;
pub mod ops;
pub mod random;
pub mod settings;
pub mod store;
