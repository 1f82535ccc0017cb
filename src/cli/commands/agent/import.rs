//! `admit agent import` and `admit agent add`: agents from interaction data.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::ask::{self, Missing};
use crate::cli::exit::{Exit, Failure};
use crate::cli::input::{FileArgs, Input, faults, named_or_asked};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::{self, counted};
use crate::cli::views::count;
use crate::domain::agent::{AgentFacts, AgentKey, AgentSource};
use crate::domain::import::RowFault;
use crate::domain::name::PersonName;
use crate::domain::operation::Operation;
use crate::files::Record;
use crate::files::agents::{self as file, AgentsReader};
use crate::ops::agents::{self, AgentsImported};

/// Arguments of `agent import`.
#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    /// Read this file; `-` is stdin
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Print a file to fill in
    #[arg(long, conflicts_with = "file")]
    sample: bool,
    /// Take this source for rows that name none
    #[arg(long, value_name = "SOURCE")]
    source: Option<AgentSource>,
    #[command(flatten)]
    format: FileArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Arguments of `agent add`.
#[derive(Args, Debug)]
pub(super) struct AddArgs {
    /// Bring these agents in, such as voice:4711
    #[arg(value_name = "SOURCE:ID")]
    agents: Vec<AgentKey>,
    /// Call the agent this; for one agent only
    #[arg(long, value_name = "NAME")]
    name: Option<PersonName>,
    #[command(flatten)]
    change: ChangeArgs,
}

static SHAPE: Shape<AgentsImported> = Shape {
    fields: &[
        Field::new("organization", "Organization", |done| {
            Value::text(done.organization.slug.as_str())
        }),
        Field::new("added", "Added", |done| count(done.added)),
        Field::new("updated", "Updated", |done| count(done.updated)),
        Field::new("unchanged", "Unchanged", |done| count(done.unchanged)),
    ],
    reference: |done| done.organization.slug.to_string(),
};

/// Imports agents: the whole file, or nothing.
pub(super) fn run(app: &mut App, args: ImportArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&SHAPE)?;
    if args.sample {
        app.ui.out().write_all(file::sample().as_bytes())?;
        return Ok(Exit::Done);
    }
    let path = named_or_asked(app, args.file, "admit agent import")?;
    let input = Input::open(&path)?;
    let name = input.name.clone();
    let wrong = |error| input_failure(&name, error);
    let mut reader =
        AgentsReader::open(input.bytes, &args.format.options(), args.source).map_err(wrong)?;
    // By agent, so that one that stands in the file twice is brought in once: as its last line says.
    let mut agents: BTreeMap<AgentKey, (u64, AgentFacts)> = BTreeMap::new();
    let mut repeated: Vec<RowFault> = Vec::new();
    let mut wrong_rows: Vec<RowFault> = Vec::new();
    loop {
        match reader.next_record() {
            Ok(None) => break,
            Ok(Some(Record::Row(row))) => {
                let key = row.facts.key.clone();
                if let Some((line, _)) = agents.insert(key.clone(), (row.line, row.facts)) {
                    let reason = format!("is on line {} too, which counts", row.line);
                    repeated.push(RowFault::new(line, "agent_id", &key.to_string(), reason));
                }
            }
            Ok(Some(Record::Rejected(row))) => wrong_rows.extend(row.faults),
            Err(error) => {
                // What was found before it is to be mended too.
                faults(app, &name, &wrong_rows);
                return Err(wrong(error));
            }
        }
    }
    if !wrong_rows.is_empty() {
        let count = counted(wrong_rows.len() as u64, "fault", "faults");
        faults(app, &name, &wrong_rows);
        return Err(Failure::new(
            Exit::BadInput,
            format!("{name} has {count}; nothing was imported"),
        ));
    }
    faults(app, &name, &repeated);
    let agents: Vec<AgentFacts> = agents.into_values().map(|(_, facts)| facts).collect();
    import(app, Operation::AgentImport, args.change, &name, &agents)
}

/// Adds agents by hand.
pub(super) fn add(app: &mut App, args: AddArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&SHAPE)?;
    let missing = Missing { what: "no agent is named", usage: "admit agent add SOURCE:ID…" };
    let named =
        ask::texts(app, args.agents, "Which agent? SOURCE:ID, such as voice:4711", missing)?;
    if args.name.is_some() && named.len() > 1 {
        return Err(Failure::usage("--name is for one agent; there are several here"));
    }
    let facts = |key| AgentFacts {
        key,
        name: args.name.clone(),
        interactions: None,
        last_interaction_at: None,
    };
    let agents: Vec<AgentFacts> = named.into_iter().map(facts).collect();
    import(app, Operation::AgentAdd, args.change, "by hand", &agents)
}

fn import(
    app: &mut App,
    operation: Operation,
    change: ChangeArgs,
    source: &str,
    agents: &[AgentFacts],
) -> Result<Exit, Failure> {
    let mode = change.mode();
    let context = app.context(mode);
    let done = agents::import(&mut app.store()?, &context, operation, source, agents)?;
    app.output(Format::Table).one(app.ui.out(), &SHAPE, &done)?;
    app.ui.status(format!(
        "{}Brought {} into {}: {} added, {} updated, {} unchanged.",
        report::would(mode),
        counted(agents.len() as u64, "agent", "agents"),
        done.organization.slug,
        report::grouped(done.added),
        report::grouped(done.updated),
        report::grouped(done.unchanged),
    ));
    Ok(Exit::Done)
}

fn input_failure(name: &str, error: crate::files::FileError) -> Failure {
    Failure::from(error).about(name)
}
