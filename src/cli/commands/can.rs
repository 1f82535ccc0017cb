//! `admit can`: whether somebody can do something, with the chain of reasons (rule 28).

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::domain::agent::AgentRef;
use crate::domain::answer::{Reason, Step};
use crate::domain::module::ModuleName;
use crate::domain::permission::{PermissionName, Scope};
use crate::domain::sub_account::SubAccountName;
use crate::domain::user_ref::UserRef;
use crate::ops::answers::{self, Question, Verdict};

/// Arguments of `can`.
#[derive(Args, Debug)]
pub struct CanArgs {
    /// Ask about this user, by e-mail or number (#12)
    #[arg(value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    user: Option<UserRef>,
    /// Ask about this permission
    #[arg(value_name = "PERMISSION", add = ArgValueCompleter::new(complete::permissions))]
    permission: Option<PermissionName>,
    #[command(flatten)]
    about: AboutArgs,
}

/// What a question is about, beside a permission.
#[derive(Args, Debug)]
pub(super) struct AboutArgs {
    /// Ask about the permission on this agent, such as voice:4711
    #[arg(long, value_name = "AGENT", add = ArgValueCompleter::new(complete::agents))]
    agent: Option<AgentRef>,
    /// Ask about this module
    #[arg(long, value_name = "MODULE", add = ArgValueCompleter::new(complete::modules))]
    module: Option<ModuleName>,
    /// Ask about this sub-account
    #[arg(long, value_name = "SUB-ACCOUNT", add = ArgValueCompleter::new(complete::sub_accounts))]
    sub_account: Option<SubAccountName>,
}

impl AboutArgs {
    /// The question; `usage` is the command as one types it. Asks for a permission where nothing is asked
    /// about and somebody can answer.
    ///
    /// # Errors
    /// A usage error where nothing is asked, or an agent is named without a permission.
    pub(super) fn question(
        self,
        app: &mut App,
        permission: Option<PermissionName>,
        usage: &str,
    ) -> Result<Question, Failure> {
        let usage = format!("{usage} PERMISSION, or --module MODULE, --sub-account SUB-ACCOUNT");
        let permission = match permission {
            None if self.agent.is_some() => {
                let what = "--agent needs a permission to ask about";
                Some(ask::permission(app, Missing { what, usage: &usage })?)
            }
            None if self.module.is_none() && self.sub_account.is_none() => {
                let what = "nothing is asked about";
                Some(ask::permission(app, Missing { what, usage: &usage })?)
            }
            given => given,
        };
        Ok(Question {
            permission,
            agent: self.agent,
            module: self.module,
            sub_account: self.sub_account,
        })
    }
}

struct View {
    question: Question,
    verdict: Verdict,
}

static SHAPE: Shape<View> = Shape {
    fields: &[
        Field::new("allowed", "Answer", |view| match view.verdict.answer.is_yes() {
            true => Value::Judged(true, "yes".into()),
            false => Value::Judged(false, "no".into()),
        }),
        Field::new("user", "User", |view| {
            Value::Text(view.verdict.user.reference().to_string().into())
        }),
        Field::new("role", "Role", |view| Value::text(view.verdict.user.role.as_str())),
        Field::new("permission", "Permission", |view| {
            view.question.permission.as_ref().map(PermissionName::as_str).into()
        }),
        Field::new("scope", "Scope", |view| view.verdict.scope.map(Scope::as_str).into()),
        Field::new("agent", "Agent", |view| {
            view.verdict.agent.as_ref().map(ToString::to_string).into()
        }),
        Field::new("module", "Module", |view| {
            view.question.module.as_ref().map(ModuleName::as_str).into()
        }),
        Field::new("sub_account", "Sub-account", |view| {
            view.question.sub_account.as_ref().map(|name| name.as_str()).into()
        }),
        Field::new("organization", "Organization", |view| {
            Value::text(view.verdict.organization.slug.as_str())
        }),
        Field::new("reasons", "Reasons", |view| {
            Value::many(view.verdict.answer.reasons.iter().map(reason))
        }),
    ],
    reference: |view| view.verdict.user.reference().to_string(),
};

fn reason(reason: &Reason) -> Value<'_> {
    let sign = if reason.holds { "✔" } else { "✘" };
    Value::Record(vec![
        ("holds", Value::Judged(reason.holds, sign.into())),
        ("step", step(reason.step)),
        ("reason", Value::text(&reason.text)),
    ])
}

/// A step, as wide as the widest, so that the reasons stand below each other.
fn step(step: Step) -> Value<'static> {
    let (tone, word) = (Tone::Quiet, step.as_str());
    let widest = Step::SubAccount.as_str().len();
    Value::Phrased { tone, word: word.into(), phrase: format!("{word:<widest$}").into() }
}

/// What a person reads: the answer, what was asked, and why.
fn told(view: &View) -> Vec<String> {
    let question = &view.question;
    let fields = [
        ("allowed", true),
        ("user", true),
        ("permission", question.permission.is_some()),
        ("agent", question.agent.is_some()),
        ("module", question.module.is_some()),
        ("sub_account", question.sub_account.is_some()),
        ("reasons", true),
    ];
    fields.into_iter().filter(|(_, asked)| *asked).map(|(field, _)| field.to_owned()).collect()
}

/// Answers.
pub(super) fn run(app: &mut App, args: CanArgs) -> Result<Exit, Failure> {
    let mut output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let question = args.about.question(app, args.permission, "admit can USER")?;
    let user = match args.user {
        Some(user) => user,
        None => app.ask_for_user("Whom to ask about?")?.ok_or_else(|| {
            Failure::usage("no user is named").hinted("admit can USER PERMISSION")
        })?,
    };
    let verdict = answers::can(&mut app.store()?, &app.asking(), &user, &question)?;
    let view = View { question, verdict };
    let exit = if view.verdict.answer.is_yes() { Exit::Done } else { Exit::No };
    if output.format == Format::Table && output.fields.is_none() {
        output.fields = Some(told(&view));
    }
    // References feed another command, so there is none where the answer is no.
    if output.format != Format::Ids || exit == Exit::Done {
        output.one(app.ui.out(), &SHAPE, &view)?;
    }
    Ok(exit)
}
