//! Handing messages to a server by SMTP (RFC 5321): several over one connection, each step told. What a
//! failure means for a message is decided here; when it is tried again is `ops::delivery`'s.
//!
//! The words of the commands are lettre's; the line, TLS and the login are in files of their own.

mod connect;
mod dots;
mod limits;
mod line;
mod login;
mod session;
mod tls;

pub use tls::TrustError;

use self::limits::Limits;
use self::line::{Broken, Line, Reply, Unwritten};
use self::login::Login;
use self::session::{Features, Session};
use self::tls::Trust;
use super::{Elapsed, Message, RUN_OVER, Step, Transport, Went};
use crate::domain::delivery::{Answer, Handover};
use crate::domain::mail_server::{MailPassword, MailTimeouts, SmtpServer};

/// A server that speaks SMTP. The connection is made with the first message and kept for the next ones;
/// one that the server has closed meanwhile is made again.
pub struct Smtp {
    server: SmtpServer,
    login: Option<Login>,
    trust: Trust,
    limits: Limits,
    kept: Option<Session>,
}

/// Whom to trust, and how long to wait.
#[derive(Clone, Copy, Debug)]
pub struct SmtpTerms<'a> {
    /// Certificates of authorities (PEM) that count beside the system's.
    pub authorities: Option<&'a [u8]>,
    /// How long to wait.
    pub timeouts: MailTimeouts,
    /// The time that passes.
    pub elapsed: Elapsed,
}

impl Smtp {
    /// Prepares for a server; connects to nothing yet. The time for the whole run begins with the first
    /// message.
    ///
    /// # Errors
    /// When the authorities cannot be read.
    pub fn new(
        server: SmtpServer,
        password: Option<MailPassword>,
        terms: SmtpTerms<'_>,
    ) -> Result<Self, TrustError> {
        let user = server.user.clone();
        Ok(Self {
            login: user.zip(password).map(|(user, password)| Login { user, password }),
            trust: Trust::new(terms.authorities)?,
            limits: Limits::new(terms.timeouts, terms.elapsed),
            server,
            kept: None,
        })
    }

    /// A session with the transaction begun, on the connection that is kept or on a new one. A connection
    /// that fails at its first command was closed while nobody looked, which says nothing.
    fn begin(
        &mut self,
        mail: &[u8],
        watch: &mut dyn FnMut(Step),
    ) -> Result<(Session, Reply), Answer> {
        if let Some(mut session) = self.kept.take() {
            match session.line.ask(mail, self.limits.reply()) {
                Ok(reply) if reply.code / 100 != 4 => return Ok((session, reply)),
                _ => session.line.hang_up(self.limits.goodbye()),
            }
        }
        let mut session = self.connect(watch)?;
        match session.line.ask(mail, self.limits.reply()) {
            Ok(reply) => Ok((session, reply)),
            Err(broken) => Err(break_off(watch, "MAIL FROM", &broken)),
        }
    }

    fn connect(&self, watch: &mut dyn FnMut(Step)) -> Result<Session, Answer> {
        session::open(&self.server, self.login.as_ref(), &self.trust, &self.limits, watch)
    }

    /// Goes through the rest of the transaction. Now that MAIL was answered the connection works: what
    /// breaks from here on is this message's, so that one recipient at whom the server hangs does not
    /// stop the others for ever.
    fn transact(
        &self,
        line: &mut Line,
        message: &Message,
        data: &[u8],
        watch: &mut dyn FnMut(Step),
    ) -> Fate {
        let commands = [
            ("RCPT TO", words::recipient(message), 200..300),
            ("DATA", Some(words::data()), 354..355),
        ];
        for (name, command, wanted) in commands {
            let Some(command) = command else {
                return Fate::clean(Handover::Refused(Answer::new(
                    "the address cannot be mailed to",
                )));
            };
            match line.ask(&command, self.limits.reply()) {
                Ok(reply) if wanted.contains(&reply.code) => say(watch, name, Went::Well, &reply),
                Ok(reply) => {
                    say(watch, name, Went::Wrong, &reply);
                    return Fate::of_no(&reply);
                }
                Err(broken) => return self.broken_off(watch, name, &broken),
            }
        }
        match line.write(data, self.limits.reply()) {
            Ok(()) => {}
            Err(Unwritten::Perhaps(broken)) => return unknown(watch, &broken),
            // The server may have said why before it closed.
            Err(Unwritten::Cut(broken)) => {
                return match line.last_words(self.limits.goodbye()) {
                    Some(reply) if reply.is_no() => {
                        say(watch, "message", Went::Wrong, &reply);
                        Fate::broken(Fate::of_no(&reply).handover)
                    }
                    _ => self.broken_off(watch, "message", &broken),
                };
            }
        }
        match line.reply(self.limits.reply()) {
            Ok(reply) if reply.is_yes() => {
                say(watch, "message", Went::Well, &reply);
                Fate::clean(Handover::Accepted(Answer::new(&reply.to_string())))
            }
            Ok(reply) if reply.is_no() => {
                say(watch, "message", Went::Wrong, &reply);
                Fate::of_no(&reply)
            }
            Ok(_) => unknown(watch, &Broken::Garbage),
            Err(broken) => unknown(watch, &broken),
        }
    }

    /// Broken before all of the message was sent: the server cannot have taken it (RFC 5321 §4.1.1.4).
    fn broken_off(&self, watch: &mut dyn FnMut(Step), name: &'static str, broken: &Broken) -> Fate {
        let answer = break_off(watch, name, broken);
        // Where the run's end cut it off, the server is not to blame, nor this recipient.
        Fate::broken(match self.limits.is_over() {
            true => Handover::Unavailable(Answer::new(RUN_OVER)),
            false => Handover::Deferred(answer),
        })
    }
}

impl Transport for Smtp {
    fn hand_over(&mut self, message: &Message, watch: &mut dyn FnMut(Step)) -> Handover {
        self.limits.begin();
        if self.limits.is_over() {
            return Handover::Unavailable(Answer::new(RUN_OVER));
        }
        let Some(data) = dots::stuffed(&message.bytes) else {
            return Handover::Refused(Answer::new("the message has a line end that is not CR LF"));
        };
        let Some(mail) = words::sender(message) else {
            return Handover::Refused(Answer::new("the sender's address cannot be mailed from"));
        };
        let (mut session, reply) = match self.begin(&mail, watch) {
            Ok(begun) => begun,
            Err(_) if self.limits.is_over() => {
                return Handover::Unavailable(Answer::new(RUN_OVER));
            }
            Err(answer) => return Handover::Unavailable(answer),
        };
        if !reply.is_yes() {
            say(watch, "MAIL FROM", Went::Wrong, &reply);
            session.line.hang_up(self.limits.goodbye());
            return refused_sender(&reply);
        }
        say(watch, "MAIL FROM", Went::Well, &reply);
        if !message.bytes.is_ascii() && !session.features.contains(Features::EIGHT_BIT) {
            session.line.hang_up(self.limits.goodbye());
            return Handover::Refused(Answer::new("the server takes ASCII messages only"));
        }
        let fate = self.transact(&mut session.line, message, &data, watch);
        // A transaction that is left open would make the next message one of its recipients' (RFC 5321
        // §4.1.1.5).
        match fate.after {
            After::Clean => self.kept = Some(session),
            After::Open if session.reset(&self.limits) => self.kept = Some(session),
            After::Open | After::Broken => {}
        }
        fate.handover
    }

    fn close(&mut self) {
        if let Some(mut session) = self.kept.take() {
            session.line.hang_up(self.limits.goodbye());
        }
    }
}

/// What became of a message, and of the connection.
struct Fate {
    handover: Handover,
    after: After,
}

/// How the connection is left.
enum After {
    /// Ready for another message.
    Clean,
    /// In the middle of a transaction.
    Open,
    /// Not to be used any more.
    Broken,
}

impl Fate {
    const fn clean(handover: Handover) -> Self {
        Self { handover, after: After::Clean }
    }

    const fn broken(handover: Handover) -> Self {
        Self { handover, after: After::Broken }
    }

    /// What a reply means that is not the one that was hoped for. `421` closes the connection (RFC 5321
    /// §3.8); a yes in the wrong place leaves nobody knowing where they are.
    fn of_no(reply: &Reply) -> Self {
        let answer = Answer::new(&reply.to_string());
        match reply.code {
            421 => Self::broken(Handover::Deferred(answer)),
            400..500 => Self { handover: Handover::Deferred(answer), after: After::Open },
            500..600 => Self { handover: Handover::Refused(answer), after: After::Open },
            _ => Self::broken(Handover::Deferred(answer)),
        }
    }
}

/// What a no to MAIL means: that a login or TLS is missing concerns every message (RFC 4954 §6), as does
/// a server that is closing.
fn refused_sender(reply: &Reply) -> Handover {
    let answer = Answer::new(&reply.to_string());
    match reply.code {
        421 | 530 | 534 | 535 | 538 => Handover::Unavailable(answer),
        500..600 => Handover::Refused(answer),
        400..500 => Handover::Deferred(answer),
        _ => Handover::Unavailable(answer),
    }
}

fn unknown(watch: &mut dyn FnMut(Step), broken: &Broken) -> Fate {
    let words = format!("all of the message was sent, and {broken}");
    let answer = Answer::new(&words);
    watch(Step { name: "message", went: Went::Wrong, answer: answer.clone() });
    Fate::broken(Handover::Unknown(answer))
}

fn say(watch: &mut dyn FnMut(Step), name: &'static str, went: Went, reply: &Reply) {
    watch(Step { name, went, answer: Answer::new(&reply.to_string()) });
}

/// Tells a step that went wrong, and gives back the answer.
fn fail(watch: &mut dyn FnMut(Step), name: &'static str, reason: &dyn std::fmt::Display) -> Answer {
    let answer = Answer::new(&reason.to_string());
    watch(Step { name, went: Went::Wrong, answer: answer.clone() });
    answer
}

/// The same for a step that no reply ended: the answer says which one, as no server's words do.
fn break_off(watch: &mut dyn FnMut(Step), name: &'static str, broken: &Broken) -> Answer {
    fail(watch, name, broken);
    Answer::new(&format!("{name}: {broken}"))
}

/// The commands about a message, as lettre words them.
mod words {
    use lettre::Address;
    use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
    use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};

    use crate::domain::email::EmailAddress;
    use crate::mail::Message;

    fn address(email: &EmailAddress) -> Option<Address> {
        email.as_normal().parse().ok()
    }

    pub(super) fn sender(message: &Message) -> Option<Vec<u8>> {
        let eight_bit = MailParameter::Body(MailBodyParameter::EightBitMime);
        let parameters = if message.bytes.is_ascii() { Vec::new() } else { vec![eight_bit] };
        let sender = address(&message.sender)?;
        Some(Mail::new(Some(sender), parameters).to_string().into_bytes())
    }

    pub(super) fn recipient(message: &Message) -> Option<Vec<u8>> {
        let recipient = address(&message.recipient)?;
        Some(Rcpt::new(recipient, Vec::new()).to_string().into_bytes())
    }

    pub(super) fn data() -> Vec<u8> {
        Data.to_string().into_bytes()
    }
}
