//! Logging in to the server (RFC 4954): PLAIN, or LOGIN where it is the only one. Through TLS alone; what
//! holds the password is wiped.

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::limits::Limits;
use super::line::{Broken, Line, Reply};
use crate::domain::mail_server::MailPassword;

/// Longest enhanced status: `5.999.999`.
const STATUS_MAX: usize = 9;

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
    /// Logs in. The reply is the server's last word, without its text; whether it is a yes is to be looked at.
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
        reply.lines = reply.lines.first().and_then(|line| status(line)).into_iter().collect();
        Ok(reply)
    }
}

/// The enhanced status that a reply begins with (RFC 3463); that is all that is kept
/// of an answer to a password: a server that repeats what it was told, in whatever spelling, does not get it
/// shown.
fn status(line: &str) -> Option<String> {
    let word = line.split(' ').next()?;
    let mut numbers = word.split('.');
    let is_status = word.len() <= STATUS_MAX
        && numbers.clone().count() == 3
        && numbers.all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        && matches!(word.as_bytes(), [b'2' | b'4' | b'5', b'.', ..]);
    is_status.then(|| word.to_owned())
}

fn encoded(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(BASE64.encode(bytes))
}

/// The parts in one buffer, which never grows: growing leaves copies behind.
fn joined(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_answer_to_a_password_its_status_is_kept() {
        for (line, kept) in [
            ("5.7.8 Error: authentication failed: AGFkbWl0AHNlY3JldA==", Some("5.7.8")),
            ("2.7.0 Authentication successful", Some("2.7.0")),
            ("4.7.0", Some("4.7.0")),
            ("authentication failed: secret", None),
            ("5.7.secret no", None),
            ("5.7.8.secret no", None),
            ("5..8 no", None),
            ("1.2.3 a password may be so", None),
            ("5.123456.1 no", None),
            ("", None),
        ] {
            assert_eq!(status(line).as_deref(), kept, "{line}");
        }
    }
}
