//! `admit decline`: whoever was invited would rather not come in.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::confirm::{self, Consent};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::Format;
use crate::cli::report;
use crate::cli::tokens::{self, TokenArgs};
use crate::cli::views::offers::{self, DECLINED, OfferView};
use crate::ops::Mode;
use crate::ops::acceptance;

/// Arguments of `decline`.
#[derive(Args, Debug)]
pub struct DeclineArgs {
    #[command(flatten)]
    token: TokenArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Declines an invite, after asking.
pub(super) fn run(app: &mut App, args: DeclineArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&DECLINED)?;
    args.token.check(app, "decline")?;
    let mode = args.change.mode();
    let mut store = app.store()?;
    let token = args.token.read(app)?;
    let seen = acceptance::look(&mut store, &app.context(mode), token.as_ref());
    let offer = seen.map_err(|error| tokens::refused(app, error))?;
    acceptance::check_decline(&offer).map_err(crate::ops::Error::from)?;
    if mode == Mode::Apply {
        if app.may_ask() {
            app.ui.status(offers::sentence(&offer));
        }
        let question = format!("Decline the invite to {}?", offers::organization(&offer));
        if confirm::deed(app, &question, "declining an invite")? == Consent::Withheld {
            return Ok(confirm::nothing_changed(app));
        }
    }
    let declined = acceptance::decline(&mut store, &app.context(mode), token.as_ref());
    let offer = declined.map_err(|error| tokens::refused(app, error))?.offer;
    let view = OfferView { offer, result: "declined" };
    output.one(app.ui.out(), &DECLINED, &view)?;
    let place = offers::organization(&view.offer);
    app.ui.status(format!("{}Declined the invite to {place}.", report::would(mode)));
    Ok(Exit::Done)
}
