//! `admit team list`: teams, who leads them and how many are in them.

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::views;
use crate::ops::teams::{self, TeamLine};

static TEAMS: Shape<TeamLine> = Shape {
    fields: &[
        Field::new("team", "Team", |line| Value::text(line.team.name.as_str())),
        Field::new("leaders", "Leaders", |line| {
            let leaders = line.leaders.iter();
            Value::many(leaders.map(|leader| leader.reference().to_string()))
        }),
        Field::new("members", "Members", |line| views::count(line.members)),
    ],
    reference: |line| line.team.name.to_string(),
};

/// Lists teams.
pub(super) fn run(app: &mut App) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&TEAMS)?;
    let context = app.asking();
    let (organization, teams) = teams::list(&mut app.store()?, &context)?;
    if teams.is_empty() {
        app.ui.status(format!("There are no teams in {}.", organization.slug));
        app.ui.hint("make one: admit team create NAME");
    }
    let rows = teams.into_iter().map(Ok::<_, std::convert::Infallible>);
    output.rows(app.ui.out(), &TEAMS, rows)?;
    Ok(Exit::Done)
}
