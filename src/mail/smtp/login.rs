//! Logging in to the server (RFC 4954): PLAIN, or LOGIN where it is the only one. Through TLS alone; what
//! holds the password is wiped.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::limits::Limits;
use super::line::{Broken, Line, Reply};
use crate::domain::mail_server::MailPassword;

/// Who logs in, and with what.
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: MailPassword,
}

/// How to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    /// RFC 4616.
    Plain,
    /// Never standardized, and some have nothing else.
    Login,
}

impl Login {
    /// Logs in. The reply is the server's last word; whether it is a yes is to be looked at.
    pub(super) fn say(
        &self,
        line: &mut Line,
        mechanism: Mechanism,
        limits: &Limits,
    ) -> Result<Reply, Broken> {
        let secret = encoded(self.password.reveal().as_bytes());
        let mut reply = match mechanism {
            Mechanism::Plain => {
                let both = [b"\0", self.user.as_bytes(), b"\0", self.password.reveal().as_bytes()];
                let both = encoded(&Zeroizing::new(both.concat()));
                line.ask(&joined(&[b"AUTH PLAIN ", both.as_bytes(), b"\r\n"]), limits.reply())?
            }
            Mechanism::Login => {
                let user = encoded(self.user.as_bytes());
                let answers = [user.as_bytes(), secret.as_bytes()];
                let mut reply = line.ask(b"AUTH LOGIN\r\n", limits.reply())?;
                for answer in answers {
                    if reply.code != 334 {
                        break;
                    }
                    reply = line.ask(&joined(&[answer, b"\r\n"]), limits.reply())?;
                }
                reply
            }
        };
        // A server that repeats what it was told does not get it shown.
        for text in &mut reply.lines {
            for hidden in [self.password.reveal(), &secret] {
                *text = text.replace(hidden, "…");
            }
        }
        Ok(reply)
    }
}

fn encoded(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(BASE64.encode(bytes))
}

/// The parts in one buffer, which never grows: growing leaves copies behind.
fn joined(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(parts.concat())
}
