//! `admit audit`: the entries, and whether the chain is whole.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::PageArgs;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::cli::report::counted;
use crate::cli::views::count;
use crate::domain::audit::{Actions, AuditRecord, Identity, Seal};
use crate::domain::id::BatchId;
use crate::domain::operation::Operation;
use crate::domain::since::Since;
use crate::domain::text::escape;
use crate::domain::user_ref::UserRef;
use crate::ops::access;
use crate::ops::audit::{self, AuditRequest, Place};
use crate::store::Verdict;

/// What is wrong where the hash that was noted is no entry's.
const CUT_OFF: &str = "its end was cut off: no entry has the hash that was expected";

/// Arguments of `audit`.
#[derive(Args, Debug)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// List entries, the newest first
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Check that no entry was altered, dropped, inserted or moved
    Verify(VerifyArgs),
}

#[derive(Args, Debug)]
struct ListArgs {
    /// Show entries about this user
    #[arg(long, value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    user: Option<UserRef>,
    /// Show what this user did, or `operator`
    // Not under the name of the global `--as`, which would be the same argument to clap.
    #[arg(long = "actor", value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    by: Option<Identity>,
    /// Show entries of this action, such as user.invite, or of a group, such as user
    #[arg(long, value_name = "ACTION", add = ArgValueCompleter::new(complete::actions))]
    action: Option<Actions>,
    /// Show what this import did
    #[arg(long, value_name = "NUMBER")]
    batch: Option<i64>,
    /// Show entries since then: 7d, 2026-11-01
    #[arg(long, value_name = "TIME")]
    since: Option<Since>,
    /// Show entries before then: 1d, 2026-11-08
    #[arg(long, value_name = "TIME")]
    until: Option<Since>,
    /// Show entries of all organizations and of the store
    #[arg(long, conflicts_with = "user")]
    everywhere: bool,
    /// Show entries older than this one: the next page
    #[arg(long, value_name = "NUMBER")]
    before: Option<u64>,
    #[command(flatten)]
    page: PageArgs,
}

#[derive(Args, Debug)]
struct VerifyArgs {
    /// Expect an entry with this hash, noted earlier: finds a tail that was cut off
    #[arg(long, value_name = "HASH")]
    expect_head: Option<Seal>,
}

static ENTRIES: Shape<AuditRecord> = Shape {
    fields: &[
        Field::new("number", "Number", |entry| count(entry.number)),
        Field::new("at", "When", |entry| Value::Time(entry.at)),
        Field::new("actor", "Actor", |entry| plain(&entry.actor)),
        Field::new("login", "Login", |entry| plain(&entry.login.name)),
        Field::on_request("uid", "UID", |entry| Value::Number(entry.login.uid.into())),
        Field::on_request("sudo_user", "Through sudo", |entry| {
            entry.login.sudo_user.as_deref().map_or(Value::Nothing, plain)
        }),
        Field::new("action", "Action", |entry| Value::text(entry.action.as_str())),
        Field::new("organization", "Organization", |entry| {
            entry.organization.as_deref().map_or(Value::Nothing, plain)
        }),
        Field::new("count", "Count", |entry| count(entry.count)),
        Field::on_request("batch", "Import", |entry| entry.batch.map(|batch| batch.get()).into()),
        Field::new("subjects", "On whom", |entry| Value::many(subjects(entry))),
        Field::on_request("detail", "Detail", |entry| Value::many(detail(entry))),
    ],
    reference: |entry| entry.number.to_string(),
};

fn subjects(entry: &AuditRecord) -> Vec<Value<'_>> {
    entry.subjects.value.iter().map(|subject| plain(&subject.reference)).collect()
}

fn detail(entry: &AuditRecord) -> Vec<Value<'_>> {
    let pair = |(key, value): &(String, String)| {
        Value::Text(escape(&format!("{key}={value}")).into_owned().into())
    };
    entry.detail.value.iter().map(pair).collect()
}

/// A text on one line in every format, whatever it is: one entry is one line, also where somebody wrote into the
/// store past admit (trust J5). What admit writes has no line ends.
fn plain(text: &str) -> Value<'_> {
    Value::Text(escape(text))
}

struct VerdictView {
    whole: bool,
    entries: Option<u64>,
    head: Option<String>,
    broken_at: Option<u64>,
    reason: Option<&'static str>,
}

static VERDICT: Shape<VerdictView> = Shape {
    fields: &[
        Field::new("whole", "Whole", |view| Value::Truth(view.whole)),
        Field::new("entries", "Entries", |view| number(view.entries)),
        Field::new("head", "Head", |view| view.head.as_deref().into()),
        Field::new("broken_at", "Broken at", |view| number(view.broken_at)),
        Field::new("reason", "Reason", |view| match view.reason {
            Some(reason) => Value::toned(Tone::Bad, reason),
            None => Value::Nothing,
        }),
    ],
    reference: |view| view.head.clone().unwrap_or_default(),
};

fn number<'a>(number: Option<u64>) -> Value<'a> {
    number.and_then(|number| i64::try_from(number).ok()).into()
}

/// Looks at the audit.
pub(super) fn run(app: &mut App, args: AuditArgs) -> Result<Exit, Failure> {
    match args.command {
        AuditCommand::List(args) => list(app, &args),
        AuditCommand::Verify(args) => verify(app, args.expect_head),
    }
}

fn list(app: &mut App, args: &ListArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&ENTRIES)?;
    let limit = args.page.limit(&output);
    let now = app.now();
    let request = AuditRequest {
        user: args.user.clone(),
        actor: args.by.clone(),
        actions: args.action.clone(),
        batch: args.batch.map(BatchId::new),
        since: args.since.map(|since| since.moment(now)),
        until: args.until.map(|until| until.moment(now)),
        place: if args.everywhere { Place::Everywhere } else { Place::Here },
        before: args.before,
        limit,
    };
    let mut store = app.store()?;
    let context = app.asking();
    audit::check_list(&mut store, &context, &request)?;
    let (tx, session) = access::read(&mut store, &context, Operation::AuditList)?;
    let filter = audit::plan_list(&tx, &session, &request)?;
    let mut query = tx.audit(&filter)?;
    let mut last = 0;
    let rows = query.rows()?.inspect(|row| {
        if let Ok(entry) = row {
            last = entry.number;
        }
    });
    let shown = output.rows(app.ui.out(), &ENTRIES, rows)?;
    if shown == 0 {
        app.ui.status("No entries match.");
    }
    if limit.is_some_and(|limit| shown == u64::from(limit)) && last > 1 {
        app.ui.status(format!("For older entries add --before {last}, for all of them --all."));
    }
    Ok(Exit::Done)
}

fn verify(app: &mut App, expected: Option<Seal>) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&VERDICT)?;
    let verdict = audit::verify(&mut app.store()?, &app.asking(), expected)?;
    output.one(app.ui.out(), &VERDICT, &view(&verdict))?;
    match verdict {
        Verdict::Whole { entries, noted, .. } => {
            let whole = counted(entries, "entry", "entries");
            app.ui.status(format!("The audit is whole: {whole}."));
            if let Some(number) = noted {
                let since = counted(entries - number, "entry", "entries");
                app.ui.status(format!(
                    "The hash you noted is entry {number}'s; since then: {since}."
                ));
            }
            Ok(Exit::Done)
        }
        Verdict::CutOff { .. } => {
            app.ui.error(format!("the audit is not whole: {CUT_OFF}"));
            Ok(Exit::No)
        }
        Verdict::Broken { number, reason } => {
            app.ui.error(format!("the audit is not whole at entry {number}: {reason}"));
            Ok(Exit::No)
        }
    }
}

fn view(verdict: &Verdict) -> VerdictView {
    let (entries, head, broken_at, reason) = match verdict {
        Verdict::Whole { entries, head, .. } => (Some(*entries), Some(head), None, None),
        Verdict::CutOff { entries, head } => (Some(*entries), Some(head), None, Some(CUT_OFF)),
        Verdict::Broken { number, reason } => (None, None, Some(*number), Some(*reason)),
    };
    VerdictView {
        whole: reason.is_none(),
        entries,
        head: head.map(Seal::to_string),
        broken_at,
        reason,
    }
}
