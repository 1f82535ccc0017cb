//! A session with the server, up to where messages can be handed over: the connection, the greeting, what
//! the server can do, TLS and the login.

use lettre::transport::smtp::commands::{Ehlo, Rset, Starttls};
use lettre::transport::smtp::extension::ClientId;

use super::limits::Limits;
use super::line::{Line, Reply, Socket, Wire};
use super::login::{Login, Mechanism};
use super::tls::Trust;
use super::{break_off, connect, fail, say};
use crate::domain::delivery::Answer;
use crate::domain::mail_server::{Encryption, Host, SmtpServer};
use crate::mail::{Step, Went};

/// A session in which messages can be handed over.
pub(super) struct Session {
    pub(super) line: Line,
    pub(super) features: Features,
}

impl Session {
    /// Leaves a transaction (RFC 5321 §4.1.1.5); says whether the session can go on.
    pub(super) fn reset(&mut self, limits: &Limits) -> bool {
        let reply = self.line.ask(Rset.to_string().as_bytes(), limits.reply());
        reply.is_ok_and(|reply| reply.is_yes())
    }
}

/// What the server says it can do (RFC 5321 §4.1.1.1), as far as it matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Features(u8);

impl Features {
    const START_TLS: Self = Self(1);
    pub(super) const EIGHT_BIT: Self = Self(2);
    const PLAIN: Self = Self(4);
    const LOGIN: Self = Self(8);

    fn of(ehlo: &Reply) -> Self {
        let mut features = Self::default();
        // The first line is the server's name.
        for line in ehlo.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split_whitespace();
            match words.next() {
                Some("STARTTLS") => features.add(Self::START_TLS),
                Some("8BITMIME") => features.add(Self::EIGHT_BIT),
                Some("AUTH") => words.for_each(|word| match word {
                    "PLAIN" => features.add(Self::PLAIN),
                    "LOGIN" => features.add(Self::LOGIN),
                    _ => {}
                }),
                _ => {}
            }
        }
        features
    }

    const fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(super) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    const fn mechanism(self) -> Option<Mechanism> {
        match (self.contains(Self::PLAIN), self.contains(Self::LOGIN)) {
            (true, _) => Some(Mechanism::Plain),
            (false, true) => Some(Mechanism::Login),
            (false, false) => None,
        }
    }
}

/// Begins a session; says why it cannot be used, in the server's words or our own.
pub(super) fn open(
    server: &SmtpServer,
    login: Option<&Login>,
    trust: &Trust,
    limits: &Limits,
    watch: &mut dyn FnMut(Step),
) -> Result<Session, Answer> {
    let end = limits.connect();
    let (tcp, address) =
        connect::connect(server, end).map_err(|reason| fail(watch, "connect", &reason))?;
    watch(Step { name: "connect", went: Went::Well, answer: Answer::new(&address.to_string()) });
    // Both what was written and where it led to: a name can be made to lead elsewhere.
    let is_local = server.host.is_loopback() && address.ip().is_loopback();
    let mut opening = Opening { host: &server.host, trust, limits, watch };
    let socket = Socket { tcp, end };
    let mut line = match server.encryption {
        Encryption::FromTheStart => opening.encrypt(socket)?,
        Encryption::StartTls => Line::new(Wire::Plain(socket)),
    };
    opening.greeting(&mut line)?;
    let mut features = opening.hello(&mut line)?;
    if server.encryption == Encryption::StartTls {
        if features.contains(Features::START_TLS) {
            line = opening.start_tls(line)?;
            features = opening.hello(&mut line)?;
        } else if !is_local {
            return Err(opening.refuse(
                "STARTTLS",
                "the server offers no STARTTLS, and nothing goes over a network unencrypted",
            ));
        }
    }
    if let Some(login) = login {
        opening.log_in(&mut line, features, login)?;
    }
    Ok(Session { line, features })
}

/// A session that is being opened.
struct Opening<'a> {
    host: &'a Host,
    trust: &'a Trust,
    limits: &'a Limits,
    watch: &'a mut dyn FnMut(Step),
}

impl Opening<'_> {
    fn refuse(&mut self, step: &'static str, reason: &str) -> Answer {
        fail(self.watch, step, &reason)
    }

    /// Takes a reply that must say yes.
    fn agreed(
        &mut self,
        step: &'static str,
        reply: Result<Reply, super::Broken>,
    ) -> Result<Reply, Answer> {
        match reply {
            Ok(reply) if reply.is_yes() => {
                say(self.watch, step, Went::Well, &reply);
                Ok(reply)
            }
            Ok(reply) => Err(fail(self.watch, step, &reply)),
            Err(broken) => Err(break_off(self.watch, step, &broken)),
        }
    }

    fn greeting(&mut self, line: &mut Line) -> Result<Reply, Answer> {
        let reply = line.reply(self.limits.reply());
        self.agreed("greeting", reply)
    }

    fn hello(&mut self, line: &mut Line) -> Result<Features, Answer> {
        let hello = Ehlo::new(ClientId::default()).to_string();
        let reply = line.ask(hello.as_bytes(), self.limits.reply());
        self.agreed("EHLO", reply).map(|reply| Features::of(&reply))
    }

    fn start_tls(&mut self, mut line: Line) -> Result<Line, Answer> {
        let reply = line.ask(Starttls.to_string().as_bytes(), self.limits.reply());
        self.agreed("STARTTLS", reply)?;
        match line.into_socket() {
            Ok(socket) => self.encrypt(socket),
            Err(broken) => Err(break_off(self.watch, "STARTTLS", &broken)),
        }
    }

    fn encrypt(&mut self, mut socket: Socket) -> Result<Line, Answer> {
        socket.end = self.limits.reply();
        match self.trust.begin(self.host, socket) {
            Ok((stream, said)) => {
                let answer = Answer::new(&said);
                (self.watch)(Step { name: "certificate", went: Went::Well, answer });
                Ok(Line::new(Wire::Tls(Box::new(stream))))
            }
            Err(reason) => Err(self.refuse("certificate", &reason)),
        }
    }

    fn log_in(&mut self, line: &mut Line, features: Features, login: &Login) -> Result<(), Answer> {
        if !line.is_encrypted() {
            return Err(self
                .refuse("AUTH", "the server offers no TLS, and a password is never sent without"));
        }
        let Some(mechanism) = features.mechanism() else {
            return Err(self.refuse("AUTH", "the server offers neither AUTH PLAIN nor AUTH LOGIN"));
        };
        let reply = login.say(line, mechanism, self.limits);
        self.agreed("AUTH", reply).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_can_do_is_read_in_any_case() {
        let of = |lines: &[&str]| {
            let lines = lines.iter().map(|line| (*line).to_owned()).collect();
            Features::of(&Reply { code: 250, lines })
        };
        let all = of(&["me", "starttls", "8BitMIME", "AUTH LOGIN plain CRAM-MD5", "SIZE 10"]);
        assert!(all.contains(Features::START_TLS) && all.contains(Features::EIGHT_BIT));
        assert_eq!(all.mechanism(), Some(Mechanism::Plain));
        assert_eq!(of(&["me", "AUTH LOGIN"]).mechanism(), Some(Mechanism::Login));
        assert_eq!(of(&["me", "AUTH CRAM-MD5"]).mechanism(), None);
        assert_eq!(of(&["STARTTLS"]), Features::default(), "a server may be called so");
        assert_eq!(of(&["me", "XSTARTTLS", "AUTHX PLAIN"]), Features::default());
    }
}
