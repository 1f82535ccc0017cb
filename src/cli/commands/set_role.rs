//! `admit set-role`: users get another role.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, Words};
use crate::cli::views::{self, ChangeView, ROLE_CHANGES, agent_texts};
use crate::domain::role::RoleName;
use crate::domain::user::UserState;
use crate::domain::user_ref::UserRef;
use crate::ops::audit::History;
use crate::ops::users::{self, LinkAfter, NewRole, Portrait};
use crate::ops::{Kind, Mode, roles, shell_word};
use crate::store::Store;

/// Arguments of `set-role`.
#[derive(Args, Debug)]
pub struct SetRoleArgs {
    #[command(flatten)]
    users: UsersArgs,
    /// Give this role
    #[arg(long, short, value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    role: Option<RoleName>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Gives users another role. Where that ends a link or releases agent IDs, it is said.
pub(super) fn run(app: &mut App, args: SetRoleArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&ROLE_CHANGES)?;
    let users = args.users.resolve(app, "set-role")?;
    let mut store = app.store()?;
    let role = match args.role {
        Some(role) => role,
        None => ask_for_role(app, &mut store, &users)?,
    };
    let mode = args.change.mode();
    let context = app.context(mode);
    let outcome = users::set_role(&mut store, &context, &users, &role)?;
    let rows = views::changes(&outcome, |done| ChangeView {
        name: done.user.name.as_ref().map(ToString::to_string),
        result: match done.link {
            LinkAfter::None => format!("was {}", done.user.role),
            LinkAfter::Ended => format!("was {}; link ended", done.user.role),
        },
        tone: Some(Tone::Good),
        role: Some(done.role.to_string()),
        agents: agent_texts(&done.agents),
        ..ChangeView::default()
    });
    let words = Words { did: "Changed the role of", one: "user", many: "users" };
    let exit = report::outcome(app, &outcome, &ROLE_CHANGES, rows, words, mode)?;
    let unlinked: Vec<String> = outcome
        .users
        .iter()
        .filter(|user| matches!(&user.result, Ok(done) if is_pending_now(done)))
        .map(|user| shell_word(&user.user.to_string()))
        .collect();
    if !unlinked.is_empty() && mode == Mode::Apply {
        app.ui.hint(format!(
            "the open link was for the old role and has ended; make a new one: admit send {}",
            unlinked.join(" ")
        ));
    }
    Ok(exit)
}

/// Whether somebody waits for a link because of the change: `send` is for nobody else.
fn is_pending_now(done: &NewRole) -> bool {
    done.link == LinkAfter::Ended && matches!(done.user.state, UserState::Invited { .. })
}

/// The mark starts at a role that gives nobody more than before: that of the one user, or the default.
fn ask_for_role(app: &mut App, store: &mut Store, users: &[UserRef]) -> Result<RoleName, Failure> {
    let missing = Missing { what: "no role is named", usage: "admit set-role USER… --role ROLE" };
    ask::select(app, missing, |app| {
        let (organization, roles) = roles::list(store, &app.asking())?;
        let (question, start) = match users {
            [user] => match users::show(store, &app.suggesting(), user, History::Newest) {
                Ok(Portrait { user: now, .. }) => (
                    format!("Which role for {}? It is {} now", now.reference(), now.role),
                    now.role_id,
                ),
                // Who may not look at everybody may still change the users of their team.
                Err(error) if error.kind() == Kind::Forbidden => {
                    (format!("Which role for {user}?"), organization.default_role)
                }
                Err(error) => return Err(error.into()),
            },
            _ => (format!("Which role for {} users?", users.len()), organization.default_role),
        };
        Ok(ask::role_choice(question, roles, start))
    })
}
