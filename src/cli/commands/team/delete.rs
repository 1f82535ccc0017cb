//! `admit team delete`: teams go, their members stay users.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::complete;
use crate::cli::confirm::{self, Consent};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::{Words, counted, grouped, would};
use crate::cli::views;
use crate::domain::organization::Slug;
use crate::domain::team::TeamName;
use crate::ops::Mode;
use crate::ops::teams::{self, Departure};

/// Arguments of `team delete`.
#[derive(Args, Debug)]
pub(super) struct DeleteArgs {
    /// Delete these teams
    #[arg(value_name = "TEAM", add = ArgValueCompleter::new(complete::teams))]
    teams: Vec<TeamName>,
    #[command(flatten)]
    change: ChangeArgs,
}

struct DeletedView {
    gone: Departure,
    organization: Slug,
}

static DELETED: Shape<DeletedView> = Shape {
    fields: &[
        Field::new("team", "Team", |view| Value::text(view.gone.team.name.as_str())),
        Field::new("leaders", "Leaders", |view| {
            Value::many(view.gone.leaders.iter().map(|leader| leader.reference().to_string()))
        }),
        Field::new("members", "Members", |view| views::count(view.gone.members)),
        Field::new("inactive", "Inactive", |view| views::count(view.gone.inactive)),
        Field::on_request("organization", "Organization", |view| {
            Value::text(view.organization.as_str())
        }),
    ],
    reference: |view| view.gone.team.name.to_string(),
};

/// Deletes teams. Asks first where somebody is in one.
pub(super) fn run(app: &mut App, mut args: DeleteArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&DELETED)?;
    let mut store = app.store()?;
    if args.teams.is_empty() {
        let usage = "admit team delete TEAM…";
        let question = "Which team to delete?";
        args.teams.push(super::named_or_picked(app, &mut store, None, question, usage)?);
    }
    let mode = args.change.mode();
    if mode == Mode::Apply {
        let planned = teams::plan_delete(&mut store, &app.asking(), &args.teams)?;
        match consent(app, &planned)? {
            Consent::Given => {}
            Consent::Withheld => return Ok(confirm::nothing_changed(app)),
        }
    }
    let (organization, gone) = teams::delete(&mut store, &app.context(mode), &args.teams)?;
    let words = Words { did: "Deleted", one: "team", many: "teams" };
    let sentence = words.sentence(gone.len(), &organization, Mode::Apply);
    let teamless = match people(&gone) {
        (0, _) => String::new(),
        (users, phrase) => {
            let verb = if users == 1 { "is" } else { "are" };
            format!(" {phrase} {verb} in no team now.")
        }
    };
    let rows = gone.into_iter().map(|gone| {
        let organization = organization.slug.clone();
        Ok::<_, std::convert::Infallible>(DeletedView { gone, organization })
    });
    output.rows(app.ui.out(), &DELETED, rows)?;
    app.ui.status(format!("{}{sentence}{teamless}", would(mode)));
    Ok(Exit::Done)
}

/// Whoever loses their team is not lost, but nobody puts a thousand people back by hand.
fn consent(app: &mut App, planned: &[Departure]) -> Result<Consent, Failure> {
    let (users, phrase) = people(planned);
    if users == 0 {
        return Ok(Consent::Given);
    }
    let names: Vec<&str> = planned.iter().map(|gone| gone.team.name.as_str()).collect();
    let question = format!("Delete {}? In no team then: {phrase}.", names.join(", "));
    let doing =
        format!("deleting {} with {phrase}", if planned.len() == 1 { "a team" } else { "teams" });
    confirm::deed(app, &question, &doing)
}

/// How many people are in these teams, as a number and in words.
fn people(teams: &[Departure]) -> (u64, String) {
    let inactive: u64 = teams.iter().map(|gone| gone.inactive).sum();
    let users = inactive + teams.iter().map(|gone| gone.members).sum::<u64>();
    let mut phrase = counted(users, "user", "users");
    if inactive > 0 {
        phrase.push_str(&format!(" ({} of them inactive)", grouped(inactive)));
    }
    (users, phrase)
}
