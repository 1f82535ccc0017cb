//! Mail after the commit: what a command queued is handed over, and what came of it is told. The way out is
//! `mailer`'s.

use std::collections::HashMap;
use std::time::Duration;

use super::app::App;
use super::exit::{Exit, Failure};
use super::mailer::MailArgs;
use super::progress::{Progress, Unit};
use super::report::counted;
use super::signals::Signals;
use crate::clock;
use crate::domain::delivery::DeliveryState;
use crate::domain::email::EmailAddress;
use crate::domain::id::DeliveryId;
use crate::domain::organization::{Organization, Slug};
use crate::domain::rate::Rate;
use crate::domain::time::{Timestamp, later, to_human};
use crate::mail::Transport;
use crate::ops::delivery::{self, Delivered, Fate, Outlet, Post, Round, Sending, Work, Worker};
use crate::ops::invites::Sent;
use crate::ops::{Context, Mode, Outcome, organizations};
use crate::random::SystemEntropy;
use crate::store::Store;

/// Most messages that are spoken of one by one; the rest is counted, and is in the answer.
const NAMED: usize = 20;
/// How long one message may take at least before whoever hands it over counts as dead.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// How much longer than a run's time that is at least: the time is looked at before each wait.
const SLACK: Duration = Duration::from_secs(5 * 60);
/// How long a wait is at most before somebody who wants to stop is heard.
const SLICE: Duration = Duration::from_millis(100);

/// How often it is looked whether others are done with what they have in hand.
const LOOKS: usize = 30;

/// The way that links of this run leave.
pub struct Mailing {
    transport: Option<Box<dyn Transport>>,
    sender: Option<EmailAddress>,
    run_time: Duration,
    rate: Option<Rate>,
}

impl Mailing {
    /// Reads the settings, before anything else is done.
    ///
    /// # Errors
    /// Exit 78 where they are wrong.
    pub fn open(app: &mut App, args: &MailArgs, rate: Option<Rate>) -> Result<Self, Failure> {
        let transport = app.transport(*args)?;
        Ok(Self { transport, sender: app.default_sender(), run_time: app.mail_run_time(), rate })
    }

    /// How links leave.
    #[must_use]
    pub fn outlet(&self) -> Outlet {
        match &self.transport {
            None => Outlet::Print,
            Some(_) => Outlet::Mail { sender: self.sender.clone() },
        }
    }

    /// The same where links cannot be printed: they are secrets, and this is about mails.
    ///
    /// # Errors
    /// Exit 78 where no mail server is set up.
    pub fn for_mail_alone(self) -> Result<Self, Failure> {
        match self.transport {
            Some(_) => Ok(self),
            None => Err(Failure::new(Exit::Setting, "no mail server is set up").hinted(
                "name one: ADMIT_MAIL, or server in the table [mail] of the settings file",
            )),
        }
    }

    /// Hands over what a command queued. That is committed: whatever happens meanwhile is told beside it, and
    /// what does not leave stays queued.
    pub fn deliver(
        &mut self,
        app: &mut App,
        store: &mut Store,
        context: &Context,
        queued: &[DeliveryId],
    ) -> Posted {
        if queued.is_empty() {
            return Posted::default();
        }
        let troubles = Troubles::new(app, store);
        let mut posted = Posted { asked: queued.to_vec(), troubles, ..Posted::default() };
        let mut bar = match queued.len() {
            0..=3 => Progress::hidden(),
            many => app.ui.progress("Mailing", Unit::Rows, Some(many as u64)),
        };
        let work = Work::These(queued.to_vec());
        let ended = self.work(app, store, context, work, &mut |delivered| {
            posted.take(delivered);
            bar.advance_to(posted.tried.len() as u64);
            Ok(())
        });
        bar.finish();
        match ended {
            Ok(signal) => posted.stopped = signal,
            Err(failure) => posted.failure = failure.message,
        }
        posted.look_up(store);
        posted
    }

    /// The same for the links of several users. A dry run queued them in vain.
    pub fn deliver_links(
        &mut self,
        app: &mut App,
        store: &mut Store,
        context: &Context,
        outcome: &Outcome<Sent>,
    ) -> Posted {
        let done = outcome.users.iter().filter_map(|user| user.result.as_ref().ok());
        let queued = queued(done.map(|done| &done.sending), context.mode);
        self.deliver(app, store, context, &queued)
    }

    /// Works something off, and says which signal stopped it, if one did.
    ///
    /// # Errors
    /// When the store fails, or `tell` says so.
    pub fn work(
        &mut self,
        app: &App,
        store: &mut Store,
        context: &Context,
        work: Work,
        tell: &mut dyn FnMut(Delivered) -> Result<(), Failure>,
    ) -> Result<Option<Exit>, Failure> {
        let Some(transport) = &mut self.transport else { return Ok(None) };
        let signals = Signals::listen()?;
        let end = later(clock::now(), self.run_time);
        let mut shift = Shift { signals: &signals, end };
        let portal = |organization: &Organization| app.portal(organization);
        let post = Post {
            transport: &mut **transport,
            sender: self.sender.clone(),
            portal: &portal,
            round: &mut shift,
            pause: self.rate.map(Rate::pause),
            patience: PATIENCE.max(self.run_time.saturating_add(SLACK)),
        };
        for delivered in Worker::new(store, context, &mut SystemEntropy, post, work)? {
            tell(delivered?)?;
        }
        Ok(signals.caught())
    }
}

/// The deliveries that a command queued; none in a dry run, which queued them in vain.
pub fn queued<'a>(sent: impl Iterator<Item = &'a Sending>, mode: Mode) -> Vec<DeliveryId> {
    match mode {
        Mode::Apply => sent.filter_map(Sending::queued).collect(),
        Mode::DryRun | Mode::Suggest => Vec::new(),
    }
}

/// One run: the real time, and when it is over.
struct Shift<'a> {
    signals: &'a Signals,
    end: Timestamp,
}

impl Round for Shift<'_> {
    fn now(&mut self) -> Timestamp {
        clock::now()
    }

    fn wait(&mut self, pause: Duration) {
        let mut left = pause;
        while !left.is_zero() && !self.is_over() {
            let slice = left.min(SLICE);
            std::thread::sleep(slice);
            left -= slice;
        }
    }

    fn is_over(&mut self) -> bool {
        self.signals.caught().is_some() || clock::now() >= self.end
    }
}

/// What came of the messages that a command queued.
#[derive(Debug, Default)]
pub struct Posted {
    asked: Vec<DeliveryId>,
    tried: HashMap<DeliveryId, Delivered>,
    /// Where those stand that others took, or that were not tried.
    others: HashMap<DeliveryId, DeliveryState>,
    stopped: Option<Exit>,
    failure: Option<String>,
    troubles: Troubles,
}

impl Posted {
    fn take(&mut self, delivered: Delivered) {
        self.troubles.take(&delivered);
        self.tried.insert(delivered.delivery.id, delivered);
    }

    /// Another process that works the queue off may have been faster, or others may have withdrawn something.
    fn look_up(&mut self, store: &mut Store) {
        let left: Vec<DeliveryId> =
            self.asked.iter().copied().filter(|id| !self.tried.contains_key(id)).collect();
        for _ in 0..LOOKS {
            // A store that fails now leaves them as they were queued.
            let Ok(states) = delivery::states(store, &left, clock::now()) else { return };
            self.others = states.into_iter().collect();
            if !self.others.values().any(|state| *state == DeliveryState::Sending) {
                return;
            }
            // Another has it in hand, and will know soon.
            std::thread::sleep(SLICE);
        }
    }

    /// How many messages ended how.
    #[must_use]
    pub fn counts(&self) -> MailCounts {
        let mut counts = MailCounts::default();
        for id in &self.asked {
            *match self.state(*id) {
                DeliveryState::HandedOver => &mut counts.handed_over,
                DeliveryState::Refused => &mut counts.refused,
                DeliveryState::Unknown => &mut counts.unknown,
                // Not wanted any more, so of no count.
                DeliveryState::Withdrawn | DeliveryState::NotConfigured => continue,
                DeliveryState::Queued | DeliveryState::Sending => &mut counts.queued,
            } += 1;
        }
        counts
    }

    /// Where a message stands that was asked for.
    #[must_use]
    pub fn state(&self, id: DeliveryId) -> DeliveryState {
        match self.tried.get(&id) {
            Some(delivered) => delivered.fate.state(),
            None => self.others.get(&id).copied().unwrap_or(DeliveryState::Queued),
        }
    }

    /// How many messages were tried here.
    #[must_use]
    pub fn tried(&self) -> usize {
        self.tried.len()
    }

    /// What came of a message; nothing where it was not tried here.
    #[must_use]
    pub fn of(&self, id: DeliveryId) -> Option<&Delivered> {
        self.tried.get(&id)
    }

    /// Says what did not go out, and how the command ends: partly, where it did what it was asked to but
    /// for that.
    pub fn tell(&self, app: &mut App, ended: Exit) -> Exit {
        self.troubles.tell(app);
        if let Some(failure) = &self.failure {
            app.ui.error(format!("mailing came to an end: {failure}"));
        }
        let others = |wanted: [DeliveryState; 2]| {
            self.others.values().filter(|state| wanted.contains(state)).count()
        };
        let lost = others([DeliveryState::Refused, DeliveryState::Unknown]);
        if lost > 0 {
            let mails = counted(lost as u64, "mail", "mails");
            app.ui.error(format!("{mails} did not go out, as another process found"));
            app.ui.hint("which: admit delivery list --state refused,unknown");
        }
        let untried = others([DeliveryState::Queued, DeliveryState::Sending]);
        // Where the server cannot be used that is said already.
        if untried > 0 && !self.troubles.is_unavailable() {
            let mails = counted(untried as u64, "mail stays", "mails stay");
            app.ui.warning(format!("{mails} queued"));
            app.ui.hint("go on: admit send --queued");
        }
        let is_whole = untried == 0 && lost == 0 && self.failure.is_none() && !self.troubles.any();
        match (self.stopped, ended) {
            (Some(signal), _) => signal,
            (None, Exit::Done) if !is_whole => Exit::Partly,
            (None, ended) => ended,
        }
    }
}

/// The organization that a command of a hint works in where the hint does not say; unknown where the store fails
/// now, and then hints say more than they need to.
pub fn home(app: &App, store: &mut Store) -> Option<Slug> {
    let named = app.override_of_current().map(|(slug, _)| slug);
    named.or_else(|| organizations::current(store).ok())
}

/// How many messages ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// The server took them.
    pub handed_over: u64,
    /// They wait.
    pub queued: u64,
    /// The server will not have them.
    pub refused: u64,
    /// They may have arrived.
    pub unknown: u64,
}

/// What did not go out.
#[derive(Debug, Default)]
pub struct Troubles {
    /// The organization that the commands of a hint work in when nothing else is said.
    home: Option<Slug>,
    named: Vec<(String, String)>,
    more: u64,
    unavailable: Option<(String, String)>,
}

impl Troubles {
    /// None yet.
    #[must_use]
    pub fn new(app: &App, store: &mut Store) -> Self {
        Self { home: home(app, store), ..Self::default() }
    }

    /// Remembers what became of a message, if it did not leave.
    pub fn take(&mut self, delivered: &Delivered) {
        let user = delivered.user.reference().to_string();
        let slug = &delivered.organization.slug;
        let admit = match &self.home {
            Some(home) if home == slug => "admit".to_owned(),
            _ => format!("admit --org {slug}"),
        };
        let number = delivered.delivery.id.get();
        let trouble = match &delivered.fate {
            Fate::HandedOver(_) | Fate::Withdrawn => return,
            Fate::Later(answer, next) => (
                format!("the mail to {user} has to wait until {}: {answer}", to_human(*next)),
                format!("try at once: {admit} delivery retry {number}"),
            ),
            Fate::Refused(answer) => (
                format!("the mail to {user} was refused: {answer}"),
                format!("where the address is right, try again: {admit} delivery retry {number}"),
            ),
            Fate::Unknown(answer) => (
                format!("the mail to {user} may have arrived or not: {answer}"),
                format!("mail again, with a new link: {admit} delivery retry {number} --yes"),
            ),
            Fate::Unavailable(answer, _) => {
                self.unavailable = Some((
                    format!("the mail server cannot be used: {answer}"),
                    format!("the mails stay queued; try again: {admit} delivery retry --all"),
                ));
                return;
            }
        };
        if self.named.len() < NAMED {
            self.named.push(trouble);
        } else {
            self.more += 1;
        }
    }

    /// Whether there was any.
    #[must_use]
    pub const fn any(&self) -> bool {
        !self.named.is_empty() || self.unavailable.is_some()
    }

    /// Whether the server could not be used.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        self.unavailable.is_some()
    }

    /// Says it.
    pub fn tell(&self, app: &mut App) {
        for (sentence, hint) in self.named.iter().chain(&self.unavailable) {
            app.ui.error(sentence);
            app.ui.hint(hint);
        }
        if self.more > 0 {
            let mails = counted(self.more, "more mail", "more mails");
            app.ui.error(format!("{mails} did not go out"));
            app.ui.hint("which: admit delivery list --state queued,refused,unknown");
        }
    }
}
