//! `admit role create`: custom roles (S0 "Other").

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::show;
use super::wishes::WishesArgs;
use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::Format;
use crate::cli::report::would;
use crate::domain::role::RoleName;
use crate::ops::roles::{self, RoleRequest};

/// Arguments of `role create`.
#[derive(Args, Debug)]
pub(super) struct CreateArgs {
    /// Make a role of this name
    #[arg(value_name = "NAME")]
    name: Option<RoleName>,
    /// Rank it directly below this role; below all when left out
    #[arg(long, value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    below: Option<RoleName>,
    /// Start with all that this role may do
    #[arg(long, value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    copy: Option<RoleName>,
    #[command(flatten)]
    wishes: WishesArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Makes a role.
pub(super) fn run(app: &mut App, args: CreateArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&show::ROLE)?;
    let usage = "admit role create NAME --grant PERMISSION";
    let missing = Missing { what: "the role has no name yet", usage };
    let name = ask::text(app, args.name, "What is the role called?", missing)?;
    let mode = args.change.mode();
    let request =
        RoleRequest { name, below: args.below, copy: args.copy, wishes: args.wishes.into_wishes() };
    let made = roles::create(&mut app.store()?, &app.context(mode), &request)?;
    show::one(app, &made.role)?;
    let (role, organization) = (&made.role.role.name, &made.organization.slug);
    app.ui.status(format!("{}Made the role {role} in {organization}.", would(mode)));
    Ok(Exit::Done)
}
