//! Where mail goes: the setting that says so, read. Nothing is opened or looked up here; that is `mail`'s
//! business.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use zeroize::Zeroizing;

use super::email::{DOMAIN_MAX, LABEL_MAX, normalize_domain};

/// Port for handing mail in (RFC 6409 §3.1).
const SUBMISSION_PORT: u16 = 587;
/// Port for handing mail in over TLS from the first byte (RFC 8314 §7.3).
const SUBMISSIONS_PORT: u16 = 465;
/// Longest user name for the server, in characters.
const USER_MAX: usize = 254;
/// Longest password, in bytes: longer ones make a command line that servers refuse (RFC 4954 §4).
pub const PASSWORD_MAX: usize = 1_024;
/// Where systems keep the program that hands mail over.
const SENDMAIL: &str = "/usr/sbin/sendmail";

/// Where mail goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MailServer {
    /// Nowhere: no mail server is set up, and links are printed once (rule 14).
    #[default]
    Print,
    /// To a server, by SMTP.
    Smtp(SmtpServer),
    /// To a program that is called as sendmail is.
    Sendmail(PathBuf),
    /// Into a folder, one file a message.
    Folder(PathBuf),
}

/// A server that speaks SMTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpServer {
    /// When TLS begins.
    pub encryption: Encryption,
    /// Who logs in; nobody where the server asks for none.
    pub user: Option<String>,
    /// Its name or IP address.
    pub host: Host,
    /// Its port.
    pub port: u16,
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// After STARTTLS (RFC 3207), which must be there save on loopback: `smtp://`.
    StartTls,
    /// With the first byte (RFC 8314): `smtps://`.
    FromTheStart,
}

/// A host by its name or IP address. The name is ASCII: an international one is in A-labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

impl Host {
    /// The name, or the IP address without brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this very machine, so that what is sent to it crosses no network.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.0 == "localhost"
            || self.0.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || self.0.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }
}

/// As it stands in an address: IPv6 in brackets.
impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.contains(':') {
            true => write!(f, "[{}]", self.0),
            false => f.write_str(&self.0),
        }
    }
}

/// Why a text names no mail server. None of the sentences repeats the text: a password may be in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailServerError {
    /// Nothing of what is known.
    #[error(
        "a mail server is smtp://[USER@]HOST[:PORT], smtps://[USER@]HOST[:PORT], sendmail[:/PROGRAM], \
         folder:/PATH or print"
    )]
    Malformed,
    /// A password in the address, where it would be seen.
    #[error(
        "a password does not belong into the mail server's address, where others can see it: put it \
         into a file that only you can read, and name that (password-file, ADMIT_MAIL_PASSWORD_FILE)"
    )]
    Password,
    /// No host.
    #[error("the mail server's address names no host")]
    NoHost,
    /// Something that is no host.
    #[error("the mail server's host is neither a host name nor an IP address; IPv6 needs brackets")]
    Host,
    /// Something that is no port.
    #[error("the mail server's port is a number from 1 to 65535")]
    Port,
    /// Something behind the host.
    #[error("the mail server's address ends with the host or the port")]
    Path,
    /// A user that cannot be.
    #[error(
        "the mail server's user is empty, too long or holds a control character, or its % is not \
         followed by two hexadecimal digits"
    )]
    User,
    /// A program that would be looked for.
    #[error("the program for sendmail needs its whole path, such as sendmail:/usr/sbin/sendmail")]
    Program,
    /// A folder without a name.
    #[error("folder: is followed by the path of a folder")]
    Folder,
}

impl FromStr for MailServer {
    type Err = MailServerError;

    fn from_str(text: &str) -> Result<Self, MailServerError> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("smtps://") {
            return SmtpServer::read(rest, Encryption::FromTheStart).map(Self::Smtp);
        }
        if let Some(rest) = text.strip_prefix("smtp://") {
            return SmtpServer::read(rest, Encryption::StartTls).map(Self::Smtp);
        }
        match text.split_once(':') {
            None if text == "print" => Ok(Self::Print),
            None if text == "sendmail" => Ok(Self::Sendmail(SENDMAIL.into())),
            Some(("sendmail", program)) if Path::new(program).is_absolute() => {
                Ok(Self::Sendmail(program.into()))
            }
            Some(("sendmail", _)) => Err(MailServerError::Program),
            Some(("folder", "")) => Err(MailServerError::Folder),
            Some(("folder", path)) => Ok(Self::Folder(path.into())),
            _ => Err(MailServerError::Malformed),
        }
    }
}

impl fmt::Display for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Print => f.write_str("print"),
            Self::Smtp(server) => server.fmt(f),
            Self::Sendmail(program) => write!(f, "sendmail:{}", program.display()),
            Self::Folder(path) => write!(f, "folder:{}", path.display()),
        }
    }
}

impl SmtpServer {
    fn read(rest: &str, encryption: Encryption) -> Result<Self, MailServerError> {
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // The last @: an address may be the user's name as it is.
        let (user, place) = match rest.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest),
        };
        if user.is_some_and(|user| user.contains(':')) {
            return Err(MailServerError::Password);
        }
        if place.contains(['/', '?', '#']) {
            return Err(MailServerError::Path);
        }
        let (host, port) = split_port(place)?;
        let default = match encryption {
            Encryption::StartTls => SUBMISSION_PORT,
            Encryption::FromTheStart => SUBMISSIONS_PORT,
        };
        Ok(Self {
            encryption,
            user: user.map(decoded).transpose()?,
            host: read_host(host)?,
            port: port.map_or(Ok(default), read_port)?,
        })
    }
}

/// The whole address as it can be read back, and never a password.
impl fmt::Display for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.encryption {
            Encryption::StartTls => "smtp://",
            Encryption::FromTheStart => "smtps://",
        })?;
        if let Some(user) = &self.user {
            write!(f, "{}@", user.replace('%', "%25").replace(':', "%3A").replace('@', "%40"))?;
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

fn split_port(place: &str) -> Result<(&str, Option<&str>), MailServerError> {
    if let Some(rest) = place.strip_prefix('[') {
        let (address, rest) = rest.split_once(']').ok_or(MailServerError::Host)?;
        address.parse::<Ipv6Addr>().map_err(|_| MailServerError::Host)?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((address, Some(port))),
            None if rest.is_empty() => Ok((address, None)),
            None => Err(MailServerError::Host),
        };
    }
    match place.split_once(':') {
        Some((_, port)) if port.contains(':') => Err(MailServerError::Host),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((place, None)),
    }
}

fn read_port(text: &str) -> Result<u16, MailServerError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(port) if digits && port > 0 => Ok(port),
        _ => Err(MailServerError::Port),
    }
}

fn read_host(text: &str) -> Result<Host, MailServerError> {
    if text.is_empty() {
        return Err(MailServerError::NoHost);
    }
    if text.parse::<Ipv4Addr>().is_ok() || text.parse::<Ipv6Addr>().is_ok() {
        return Ok(Host(text.to_owned()));
    }
    if !text.is_ascii() {
        return normalize_domain(text).map(Host).map_err(|_| MailServerError::Host);
    }
    // One label is enough for a host in one's own network. What looks like an IP address is one (RFC
    // 1123 §2.1), so this is a wrong one.
    let host = text.to_ascii_lowercase();
    let label = |label: &str| {
        (1..=LABEL_MAX).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let numeric = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let last = host.rsplit('.').next().unwrap_or_default();
    match host.len() <= DOMAIN_MAX && host.split('.').all(label) && !numeric(last) {
        true => Ok(Host(host)),
        false => Err(MailServerError::Host),
    }
}

/// A user name with its `%40` read (RFC 3986 §2.1).
fn decoded(user: &str) -> Result<String, MailServerError> {
    let mut bytes = Vec::with_capacity(user.len());
    let mut rest = user.bytes();
    while let Some(byte) = rest.next() {
        let byte = if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
                return Err(MailServerError::User);
            };
            (high * 16 + low) as u8
        } else {
            byte
        };
        bytes.push(byte);
    }
    match String::from_utf8(bytes) {
        Ok(user)
            if (1..=USER_MAX).contains(&user.chars().count())
                && !user.chars().any(char::is_control) =>
        {
            Ok(user)
        }
        _ => Err(MailServerError::User),
    }
}

/// The password for the mail server. Wiped when dropped, never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct MailPassword(Zeroizing<String>);

/// Why a line is no password for the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailPasswordError {
    /// Nothing in it.
    #[error("the first line, which must be the mail server's password, is empty")]
    Empty,
    /// Too long.
    #[error("the mail server's password is longer than {PASSWORD_MAX} bytes")]
    TooLong,
    /// Not text.
    #[error("the mail server's password is not UTF-8, or holds a control character")]
    NotText,
}

impl MailPassword {
    /// Takes the first line of what was read, without its line end. Blanks in it count.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_first_line(bytes: &[u8]) -> Result<Self, MailPasswordError> {
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match std::str::from_utf8(line) {
            Ok("") => Err(MailPasswordError::Empty),
            _ if line.len() > PASSWORD_MAX => Err(MailPasswordError::TooLong),
            Ok(text) if !text.chars().any(char::is_control) => {
                Ok(Self(Zeroizing::new(text.to_owned())))
            }
            _ => Err(MailPasswordError::NotText),
        }
    }

    /// The password itself, for the server alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MailPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailPassword(…)")
    }
}

/// How long a mail server is waited for (trust H4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailTimeouts {
    /// To be found and connected to, over all its addresses.
    pub connect: Duration,
    /// For each reply, to its last byte; the TLS handshake counts as one.
    pub reply: Duration,
    /// For all that one command hands over.
    pub run: Duration,
}

impl Default for MailTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            reply: Duration::from_secs(60),
            run: Duration::from_secs(15 * 60),
        }
    }
}

/// Longest timeout: one day.
const TIMEOUT_MAX: Duration = Duration::from_secs(86_400);
/// Longest text that is read as one, and its longest number: both keep humantime from overflowing.
const TIMEOUT_TEXT_MAX: usize = 64;
const TIMEOUT_DIGITS_MAX: usize = 9;

/// A text that is no timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a timeout is a number and a unit, such as 500ms, 10s or 15m; at least 1ms, at most 1 day")]
pub struct TimeoutError;

/// Reads one timeout.
///
/// # Errors
/// When it is none, or outside the limits.
pub fn read_timeout(text: &str) -> Result<Duration, TimeoutError> {
    let text = text.trim();
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    if text.len() > TIMEOUT_TEXT_MAX || numbers.any(|digits| digits.len() > TIMEOUT_DIGITS_MAX) {
        return Err(TimeoutError);
    }
    let length = humantime::parse_duration(text).map_err(|_| TimeoutError)?;
    match length >= Duration::from_millis(1) && length <= TIMEOUT_MAX {
        true => Ok(length),
        false => Err(TimeoutError),
    }
}

#[cfg(test)]
mod tests;
