//! `admit role edit`: what a role may do is changed, also of a built-in one.

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
use crate::domain::permission::PermissionName;
use crate::domain::role::RoleName;
use crate::ops::roles::{self, RoleEditRequest};

/// Arguments of `role edit`.
#[derive(Args, Debug)]
pub(super) struct EditArgs {
    /// Change this role
    #[arg(value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    role: Option<RoleName>,
    /// Allow this no longer
    #[arg(long, value_name = "PERMISSION", add = ArgValueCompleter::new(complete::permissions))]
    withdraw: Vec<PermissionName>,
    #[command(flatten)]
    wishes: WishesArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Changes a role.
pub(super) fn run(app: &mut App, args: EditArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&show::ROLE)?;
    let usage = "admit role edit ROLE --grant PERMISSION, or --withdraw, --title, --hands-out, …";
    if args.wishes.is_empty() && args.withdraw.is_empty() {
        return Err(Missing { what: "nothing is to be changed", usage }.into());
    }
    let missing = Missing { what: "no role is named", usage };
    let role = ask::role(app, args.role, "Which role to change?", missing)?;
    let both = args.wishes.grants().iter().find(|it| args.withdraw.contains(&it.permission));
    if let Some(grant) = both {
        let permission = &grant.permission;
        return Err(Failure::usage(format!("{permission} is both granted and withdrawn")));
    }
    let mode = args.change.mode();
    let request =
        RoleEditRequest { role, withdraw: args.withdraw, wishes: args.wishes.into_wishes() };
    let changed = roles::edit(&mut app.store()?, &app.context(mode), &request)?;
    show::one(app, &changed.role)?;
    let (role, organization) = (&changed.role.role.name, &changed.organization.slug);
    if changed.changes.is_empty() {
        app.ui.status(format!("The role {role} in {organization} is so already."));
        return Ok(Exit::Done);
    }
    app.ui.status(format!("{}Changed the role {role} in {organization}.", would(mode)));
    Ok(Exit::Done)
}
