//! `admit mail test`: a message that says what it is goes out, and each step is shown with its answer.

use std::convert::Infallible;

use clap::Args;

use crate::cli::app::App;
use crate::cli::ask::{self, Missing};
use crate::cli::exit::{Exit, Failure};
use crate::cli::mailer::MailArgs;
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::domain::delivery::Handover;
use crate::domain::email::EmailAddress;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::time::{Timestamp, to_human, to_mail_date};
use crate::domain::token::Entropy;
use crate::mail::{Message, Step, Went};
use crate::ops::{self, access};
use crate::random::SystemEntropy;

/// Arguments of `mail test`.
#[derive(Args, Debug)]
pub(super) struct TestArgs {
    /// Send it to this address
    #[arg(value_name = "EMAIL")]
    address: Option<EmailAddress>,
    #[command(flatten)]
    mail: MailArgs,
}

static STEPS: Shape<Step> = Shape {
    fields: &[
        Field::new("step", "Step", |step| Value::text(step.name)),
        Field::new("result", "Result", |step| match step.went {
            Went::Well => Value::toned(Tone::Good, "done"),
            Went::Wrong => Value::toned(Tone::Bad, "failed"),
        }),
        Field::new("answer", "Answer", |step| Value::text(step.answer.as_str())),
    ],
    reference: |step| step.name.to_owned(),
};

/// Sends it. Nothing in the store changes.
pub(super) fn run(app: &mut App, args: TestArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&STEPS)?;
    let missing = Missing { what: "no address is named", usage: "admit mail test EMAIL" };
    let recipient = ask::text(app, args.address, "Send a test message to which address?", missing)?;
    let mut store = app.store()?;
    let (tx, session) = access::read(&mut store, &app.asking(), Operation::MailTest)?;
    let organization = session.organization.clone();
    // Nothing is held open while a server is waited for.
    drop(tx);
    drop(store);
    let sender = app.sender(&organization)?;
    let Some(mut transport) = app.transport(args.mail)? else {
        return Err(Failure::new(Exit::Setting, "no mail server is set up").hinted(
            "ADMIT_MAIL, or server in [mail] of the settings file: smtp://[USER@]HOST[:PORT]",
        ));
    };
    let message = message(sender, recipient, &organization, app.now())?;
    let (from, to) = (message.sender.as_typed(), message.recipient.as_typed());
    app.ui.status(format!("Sending a test message from {from} to {to}: {}.", app.mail_server()));
    let mut steps = Vec::new();
    let handover = transport.hand_over(&message, &mut |step| steps.push(step));
    transport.close();
    output.rows(app.ui.out(), &STEPS, steps.into_iter().map(Ok::<_, Infallible>))?;
    app.ui.finish()?;
    let failure = match handover {
        Handover::Accepted(_) => {
            app.ui.status("It was handed over.");
            return Ok(Exit::Done);
        }
        Handover::Deferred(answer) => {
            Failure::new(Exit::No, format!("the message was not taken now: {answer}"))
                .hinted("try again later; a mail that waits to go out is tried again by itself")
        }
        Handover::Refused(answer) => {
            Failure::new(Exit::No, format!("the message was refused: {answer}"))
        }
        Handover::Unknown(answer) => {
            Failure::new(Exit::OutcomeUnknown, format!("the message may have arrived: {answer}"))
        }
        Handover::Unavailable(answer) => Failure::new(
            Exit::Unreachable,
            format!("the mail server cannot be used, nothing was sent: {answer}"),
        ),
    };
    Err(failure)
}

/// A message of nothing but ASCII and short lines.
fn message(
    sender: EmailAddress,
    recipient: EmailAddress,
    organization: &Organization,
    now: Timestamp,
) -> Result<Message, Failure> {
    let mut random = [0; 16];
    SystemEntropy.fill(&mut random).map_err(ops::Error::from)?;
    let lines = [
        format!("From: {}", sender.as_normal()),
        format!("To: {}", recipient.as_normal()),
        "Subject: Test message of admit".to_owned(),
        format!("Date: {}", to_mail_date(now)),
        format!("Message-ID: <{:032x}@{}>", u128::from_be_bytes(random), sender.domain()),
        "Auto-Submitted: auto-generated".to_owned(),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=us-ascii".to_owned(),
        String::new(),
        "This is a test: mail can be sent.".to_owned(),
        String::new(),
        format!("An administrator of {} sent it with \"admit mail test\",", organization.slug),
        format!("{}. There is nothing to do.", to_human(now)),
    ];
    let text = lines.map(|line| line + "\r\n").concat();
    Ok(Message { sender, recipient, bytes: text.into_bytes().into() })
}
