//! From the settings to a way out for mail: the server, its password and whom to trust. What is wrong here
//! is found before anything is written.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use zeroize::Zeroizing;

use super::app::App;
use super::exit::{Exit, Failure};
use super::secrets::{self, Asking};
use crate::clock;
use crate::domain::email::EmailAddress;
use crate::domain::mail_server::{MailPassword, MailServer, PASSWORD_MAX, SmtpServer};
use crate::domain::organization::Organization;
use crate::domain::text::plain;
use crate::mail::Transport;
use crate::mail::folder::Folder;
use crate::mail::sendmail::Sendmail;
use crate::mail::smtp::{Smtp, SmtpTerms};
use crate::ops::shell_word;
use crate::random::SystemEntropy;
use crate::settings::trusted_file;

/// Most of a line that is read for a password: it, and a line end.
const LINE_MAX: u64 = PASSWORD_MAX as u64 + 2;
/// Largest file of authorities, in bytes; all of the world's are a quarter of this.
const AUTHORITIES_MAX: u64 = 1024 * 1024;

/// What every command takes that sends mail.
#[derive(Args, Clone, Copy, Debug)]
pub struct MailArgs {
    /// Take the mail server's password from the first line of stdin
    #[arg(long)]
    pub mail_password_stdin: bool,
}

impl App {
    /// The way out for mail; none where no mail server is set up, so that links are printed (rule 14).
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// Exit 78 where a setting is wrong.
    pub fn transport(&mut self, args: MailArgs) -> Result<Option<Box<dyn Transport>>, Failure> {
        let settings = self.settings().mail().clone();
        let timeouts = settings.timeouts;
        match settings.server {
            MailServer::Print => {
                check_no_password(args, "print, which is no mail server,")?;
                Ok(None)
            }
            MailServer::Smtp(server) => {
                let file = settings.password_file.as_deref();
                let password = self.mail_password(&server, file, args)?;
                let authorities = match &settings.ca_file {
                    Some(path) => Some((path, authorities(path)?)),
                    None => None,
                };
                let pem = authorities.as_ref().map(|(_, pem)| pem.as_slice());
                let terms = SmtpTerms { authorities: pem, timeouts, elapsed: clock::elapsed };
                let smtp = Smtp::new(server, password, terms).map_err(|error| {
                    let path = authorities.as_ref().map_or(Path::new(""), |(path, _)| path);
                    Failure::new(Exit::Setting, format!("mail.ca-file {}: {error}", path.display()))
                })?;
                Ok(Some(Box::new(smtp)))
            }
            MailServer::Sendmail(program) => {
                check_no_password(args, "the program sendmail")?;
                check_program(&program)?;
                Ok(Some(Box::new(Sendmail::new(program, timeouts, clock::elapsed))))
            }
            MailServer::Folder(path) => {
                check_no_password(args, "a folder")?;
                if !path.is_dir() {
                    let path = path.display().to_string();
                    let message = format!("mail is to go into {path}, and there is no such folder");
                    let hint = format!("make it: mkdir -m 700 {}", shell_word(&path));
                    return Err(Failure::new(Exit::Setting, message).hinted(hint));
                }
                let folder = Folder::new(path, self.now(), &mut SystemEntropy);
                Ok(Some(Box::new(folder.map_err(crate::ops::Error::from)?)))
            }
        }
    }

    /// Whom an organization's mails come from: its own sender, or `from` in the settings.
    ///
    /// # Errors
    /// Exit 78 where neither is set.
    pub fn sender(&self, organization: &Organization) -> Result<EmailAddress, Failure> {
        let sender = organization.sender.as_ref().or(self.settings().mail().from.as_ref());
        sender.cloned().ok_or_else(|| {
            let slug = &organization.slug;
            Failure::new(Exit::Setting, format!("nobody is set whom the mails of {slug} come from"))
                .hinted("admit org set --sender EMAIL, or from in [mail] of the settings file")
        })
    }

    /// Whom mails come from where the organization does not say.
    #[must_use]
    pub fn default_sender(&self) -> Option<EmailAddress> {
        self.settings().mail().from.clone()
    }

    /// How long one run may mail.
    #[must_use]
    pub fn mail_run_time(&self) -> Duration {
        self.settings().mail().timeouts.run
    }

    /// Where mail goes, for a sentence.
    #[must_use]
    pub fn mail_server(&self) -> &MailServer {
        &self.settings().mail().server
    }

    /// The password that a server's user logs in with.
    fn mail_password(
        &mut self,
        server: &SmtpServer,
        file: Option<&Path>,
        args: MailArgs,
    ) -> Result<Option<MailPassword>, Failure> {
        if server.user.is_none() {
            check_no_password(args, &format!("{server}, which names no user,"))?;
            return Ok(None);
        }
        if args.mail_password_stdin {
            return self.typed_password(server).map(Some);
        }
        let Some(path) = file else {
            return Err(Failure::new(Exit::Setting, format!("{server} needs a password"))
                .hinted(
                    "put it into a file that only you can read, and name that: password-file in [mail] \
                     of the settings file, or ADMIT_MAIL_PASSWORD_FILE",
                )
                .hinted("or give it on stdin: --mail-password-stdin"));
        };
        password_in(path).map(Some)
    }

    /// The next line of stdin; a hidden prompt where a person sits there.
    fn typed_password(&mut self, server: &SmtpServer) -> Result<MailPassword, Failure> {
        let line = if self.ui.can_ask() {
            let question = format!("Password for {server}");
            secrets::prompted(self, &question, Asking::Known)?.take().into_bytes()
        } else {
            secrets::line_of_stdin()?
        };
        MailPassword::from_first_line(&Zeroizing::new(line))
            .map_err(|error| Failure::new(Exit::BadInput, format!("stdin: {error}")))
    }
}

/// Refuses a password that nothing would be done with: whoever gives one means another server.
fn check_no_password(args: MailArgs, what: &str) -> Result<(), Failure> {
    match args.mail_password_stdin {
        true => Err(Failure::usage(format!("{what} takes no password"))
            .hinted("leave --mail-password-stdin out, or name a user: smtp://USER@HOST")),
        false => Ok(()),
    }
}

/// Makes sure that a program is there and may be run.
fn check_program(path: &Path) -> Result<(), Failure> {
    let wrong = |reason: &str| {
        let shown = path.display();
        Failure::new(Exit::Setting, format!("mail is to go through {shown}: {reason}"))
    };
    let about = path.metadata().map_err(|error| wrong(&plain(&error)))?;
    match about.is_file() && about.permissions().mode() & 0o111 != 0 {
        true => Ok(()),
        false => Err(wrong("it is no program")),
    }
}

/// The password in a file, which must be nobody else's to read (trust I2).
fn password_in(path: &Path) -> Result<MailPassword, Failure> {
    let wrong = |reason: &str| {
        let shown = path.display();
        Failure::new(Exit::Setting, format!("the mail server's password file {shown}: {reason}"))
    };
    let unreadable = |error: std::io::Error| wrong(&plain(&error));
    let file = trusted_file::open_secret(path)
        .map_err(|why| wrong(&why.to_string()).mended_by(&why, path))?;
    let mut line = Zeroizing::new(Vec::with_capacity(LINE_MAX as usize + 1));
    file.take(LINE_MAX).read_to_end(&mut line).map_err(unreadable)?;
    MailPassword::from_first_line(&line).map_err(|error| wrong(&error.to_string()))
}

/// The certificates in a file: whoever could write it could pass for the server.
fn authorities(path: &Path) -> Result<Vec<u8>, Failure> {
    let wrong = |reason: &str| {
        Failure::new(Exit::Setting, format!("mail.ca-file {}: {reason}", path.display()))
    };
    let unreadable = |error: std::io::Error| wrong(&plain(&error));
    let file =
        trusted_file::open(path).map_err(|why| wrong(&why.to_string()).mended_by(&why, path))?;
    let mut pem = Vec::new();
    file.take(AUTHORITIES_MAX + 1).read_to_end(&mut pem).map_err(unreadable)?;
    match pem.len() as u64 > AUTHORITIES_MAX {
        true => Err(wrong("it is too large")),
        false => Ok(pem),
    }
}
