//! A directory with a store in it, reached through the library and past it.

use std::path::{Path, PathBuf};

use admit::domain::audit::{Action, Actor, AuditEntry, Identity, SystemLogin};
use admit::domain::operation::Operation;
use admit::domain::template::{Delivery, Template};
use admit::domain::time::Timestamp;
use admit::ops::invites::InviteRequest;
use admit::ops::organizations::InitRequest;
use admit::ops::{Context, Mode, OrganizationChoice, agents, invites, organizations, teams};
use admit::random::SystemEntropy;
use admit::store::Store;
use rusqlite::Connection;
use tempfile::TempDir;

/// When everything happens that says nothing else.
pub(crate) const START: &str = "2026-01-01T00:00:00Z";

/// A directory with a store in it.
pub(crate) struct Place {
    directory: TempDir,
}

impl Place {
    /// An organization from the template contact-center, and nobody in it.
    pub(crate) fn empty() -> Self {
        let place = Self { directory: tempfile::tempdir().unwrap() };
        let template = Template::find_builtin("contact-center").unwrap().read().unwrap();
        let (slug, name) = ("main".parse().unwrap(), "Main".parse().unwrap());
        let request = InitRequest {
            template: &template,
            slug,
            name,
            owner: None,
            outlet: admit::ops::delivery::Outlet::Print,
        };
        organizations::init(&place.store_path(), &context(START), &mut SystemEntropy, &request)
            .unwrap();
        place
    }

    /// ann (agent, in Support, holds voice:1, has a link) and bob (user, pending); voice:2 is free.
    pub(crate) fn with_people() -> Self {
        let place = Self::empty();
        let mut store = place.store();
        let context = context(START);
        let facts = ["voice:1", "voice:2"].map(|key| admit::domain::agent::AgentFacts {
            key: key.parse().unwrap(),
            name: Some("Ann".parse().unwrap()),
            interactions: Some(3),
            last_interaction_at: Some(context.now),
        });
        agents::import(&mut store, &context, Operation::AgentImport, "test", &facts).unwrap();
        teams::create(&mut store, &context, &["Support".parse().unwrap()]).unwrap();
        let ann = InviteRequest {
            name: Some("Ann Lee".parse().unwrap()),
            role: Some("agent".parse().unwrap()),
            team: Some("Support".parse().unwrap()),
            agents: vec!["voice:1".parse().unwrap()],
            ..invitation("Ann@example.com", Delivery::AtOnce)
        };
        let bob = invitation("bob@example.com", Delivery::OnCommand);
        for request in [ann, bob] {
            let outcome =
                invites::invite(&mut store, &context, &mut SystemEntropy, &request).unwrap();
            assert_eq!(outcome.done(), 1, "{outcome:?}");
        }
        place
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The store's file.
    pub(crate) fn store_path(&self) -> PathBuf {
        self.path().join("admit.db")
    }

    /// The store, opened as every command opens it.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.store_path()).unwrap()
    }

    /// The file behind admit's back, as somebody with a shell has it: no checks, no foreign keys.
    pub(crate) fn raw(&self) -> Connection {
        let connection = Connection::open(self.store_path()).unwrap();
        connection
            .execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;")
            .unwrap();
        connection
    }

    /// The names in the directory, in order.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// The operator, changing something at a time.
pub(crate) fn context(time: &str) -> Context {
    let now: Timestamp = time.parse().unwrap();
    let login = SystemLogin { name: "test".to_owned(), uid: 1000, sudo_user: None };
    let actor = Actor { identity: Identity::Operator, login };
    Context { now, actor, organization: OrganizationChoice::Current, mode: Mode::Apply }
}

/// An invitation as the organization's default role.
pub(crate) fn invitation(email: &str, delivery: Delivery) -> InviteRequest {
    InviteRequest {
        people: vec![email.parse().unwrap()],
        name: None,
        role: None,
        team: None,
        agents: Vec::new(),
        holdings: Default::default(),
        lifetime: None,
        delivery: Some(delivery),
        outlet: admit::ops::delivery::Outlet::Print,
    }
}

/// An entry for the audit, where it does not matter what it says.
pub(crate) fn entry() -> AuditEntry {
    AuditEntry {
        action: Action::Invite,
        organization: None,
        subjects: Vec::new(),
        count: 1,
        batch: None,
        detail: Vec::new(),
    }
}
