//! admit as a library: a program makes a store, invites people and lists who is there. Every call takes
//! the time and the actor as arguments; nothing below reads the clock or the environment by itself.
//!
//! `cargo run --example library`

use std::error::Error;
use std::io::{self, Write};

use admit::domain::audit::{Actor, Identity, SystemLogin};
use admit::domain::operation::Operation;
use admit::domain::status::Status;
use admit::domain::template::Template;
use admit::ops::delivery::Outlet;
use admit::ops::invites::{self, InviteRequest};
use admit::ops::organizations::{self, InitRequest};
use admit::ops::users::{self, ListRequest};
use admit::ops::{Context, Mode, OrganizationChoice, access};
use admit::random::SystemEntropy;
use admit::store::Store;

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout().lock())
}

/// Makes a store, invites two people, and lists them.
///
/// # Errors
/// When the store cannot be made or written, or `out` takes no more.
pub(crate) fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    // Goes away with the directory; a real program opens the store that is there: `Store::open(path)`.
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("admit.db");

    // When, who, and whether it is meant: `Mode::DryRun` does everything but the commit.
    let login = SystemLogin { name: "welcome-desk".to_owned(), uid: 1000, sudo_user: None };
    let context = Context {
        now: admit::clock::now(),
        actor: Actor { identity: Identity::Operator, login },
        organization: OrganizationChoice::Current,
        mode: Mode::Apply,
    };

    let template = Template::find_builtin("contact-center").ok_or("no such template")?.read()?;
    let request = InitRequest {
        template: &template,
        slug: "main".parse()?,
        name: "Main".parse()?,
        owner: None,
        outlet: Outlet::Print,
    };
    organizations::init(&path, &context, &mut SystemEntropy, &request)?;
    let mut store = Store::open(&path)?;

    let request = InviteRequest {
        people: vec!["ana@example.com".parse()?, "ben@example.com".parse()?],
        name: None,
        role: Some("agent".parse()?),
        team: None,
        agents: Vec::new(),
        holdings: Default::default(),
        lifetime: Some("3 days".parse()?),
        delivery: None,
        outlet: Outlet::Print,
    };
    let outcome = invites::invite(&mut store, &context, &mut SystemEntropy, &request)?;
    for person in &outcome.users {
        match &person.result {
            // `invited.sending` holds the token: hand it over, it is kept nowhere else.
            Ok(invited) => writeln!(out, "invited {} as {}", person.user, invited.role)?,
            Err(refusal) => writeln!(out, "{refusal}")?,
        }
    }

    let (tx, session) = access::read(&mut store, &context, Operation::List)?;
    let request = ListRequest::with_statuses(Status::CURRENT.to_vec());
    let plan = users::plan_list(&tx, &session, &request)?;
    let mut query = plan.open(&tx)?;
    for line in query.rows()? {
        let user = line?.user;
        writeln!(out, "{}  {}  {}", user.reference(), user.role, user.state.status())?;
    }
    Ok(())
}
