//! The only reader of the environment and of the settings file. What is set where, first wins: a flag,
//! a variable, the file, the default.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use etcetera::{BaseStrategy, choose_base_strategy};
use nix::unistd::{User, geteuid};
use serde::Deserialize;

use crate::domain::audit::SystemLogin;
use crate::domain::email::EmailAddress;
use crate::domain::mail_server::{MailServer, MailTimeouts, read_timeout};
use crate::domain::organization::Slug;
use crate::domain::portal::PortalAddress;
use crate::domain::text::{escape, plain};
use crate::domain::user_ref::UserRef;

pub mod trusted_file;

use self::trusted_file::Untrusted;

/// Largest settings file, in bytes; a real one has a few hundred.
const BYTES_MAX: u64 = 1024 * 1024;

/// Longest login name that is kept; systems have shorter ones.
const LOGIN_NAME_MAX: usize = 256;

/// Names the store.
pub const STORE_VARIABLE: &str = "ADMIT_STORE";
/// Names the settings file.
pub const CONFIG_VARIABLE: &str = "ADMIT_CONFIG";
/// Names who acts.
pub const ACTOR_VARIABLE: &str = "ADMIT_AS";
/// Names the organization.
pub const ORGANIZATION_VARIABLE: &str = "ADMIT_ORG";
/// The portal's address.
pub const PORTAL_VARIABLE: &str = "ADMIT_PORTAL";
/// Where mail goes.
pub const MAIL_VARIABLE: &str = "ADMIT_MAIL";
/// Names the file with the mail server's password.
pub const MAIL_PASSWORD_FILE_VARIABLE: &str = "ADMIT_MAIL_PASSWORD_FILE";

/// Why the settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The file that was named cannot be read.
    #[error("the settings file {} cannot be read: {reason}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Somebody else may have written the file.
    #[error("the settings file {} is not used: {why}", path.display())]
    Untrusted {
        /// Which file.
        path: PathBuf,
        /// Who, or how.
        why: Untrusted,
    },
    /// The file is wrong.
    #[error("the settings file {} is wrong: {reason}", path.display())]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Where and how.
        reason: String,
    },
    /// A variable is wrong.
    #[error("the variable {variable} is wrong: {reason}")]
    Variable {
        /// Which.
        variable: &'static str,
        /// How.
        reason: String,
    },
    /// Nothing says where to keep the store.
    #[error("this account has no home directory, so there is no default store")]
    NoHome,
}

/// Where the store is, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreChoice {
    /// Somebody named it: it must be there.
    Named(PathBuf),
    /// Nobody did: the default, which `invite` and `import` make on first use.
    Default(PathBuf),
}

impl StoreChoice {
    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Named(path) | Self::Default(path) => path,
        }
    }

    /// Where there is room for what a command sorts: beside the store, which takes more than that. Where
    /// the store's directory is not there yet, the system's for temporary files.
    #[must_use]
    pub fn scratch_directory(&self) -> PathBuf {
        match self.path().parent() {
            Some(beside) if beside.as_os_str().is_empty() => PathBuf::from("."),
            Some(beside) if beside.is_dir() => beside.to_owned(),
            _ => std::env::temp_dir(),
        }
    }
}

/// What the environment and the settings file say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    store_variable: Option<PathBuf>,
    file: SettingsFile,
    portal_variable: Option<PortalAddress>,
    actor_variable: Option<UserRef>,
    organization_variable: Option<Slug>,
    data_directory: Option<PathBuf>,
    mail: MailSettings,
}

/// What is set about mail. The password is never in it, only the name of its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailSettings {
    /// Where mail goes.
    pub server: MailServer,
    /// The file whose first line is the server's password.
    pub password_file: Option<PathBuf>,
    /// A file of certificates (PEM) that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Whom mails come from where the organization does not say.
    pub from: Option<EmailAddress>,
    /// How long the server is waited for.
    pub timeouts: MailTimeouts,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    /// The store's path.
    store: Option<PathBuf>,
    /// The address that links start with.
    portal: Option<String>,
    /// Mail.
    #[serde(default)]
    mail: MailTable,
}

/// The table `[mail]`, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MailTable {
    server: Option<String>,
    password_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    from: Option<String>,
    connect_timeout: Option<String>,
    reply_timeout: Option<String>,
    run_timeout: Option<String>,
}

impl MailTable {
    /// What it says; the key that is wrong and why where it says nothing that makes sense.
    fn read(&self) -> Result<MailSettings, String> {
        let about = |key: &str, error: &dyn fmt::Display| format!("mail.{key}: {error}");
        let server = self.server.as_deref().map(str::parse).transpose();
        let from = self.from.as_deref().map(str::parse).transpose();
        let timeout = |key: &str, text: &Option<String>, default: Duration| match text {
            Some(text) => read_timeout(text).map_err(|error| about(key, &error)),
            None => Ok(default),
        };
        let default = MailTimeouts::default();
        Ok(MailSettings {
            server: server.map_err(|error| about("server", &error))?.unwrap_or_default(),
            password_file: self.password_file.clone(),
            ca_file: self.ca_file.clone(),
            from: from.map_err(|error| about("from", &error))?,
            timeouts: MailTimeouts {
                connect: timeout("connect-timeout", &self.connect_timeout, default.connect)?,
                reply: timeout("reply-timeout", &self.reply_timeout, default.reply)?,
                run: timeout("run-timeout", &self.run_timeout, default.run)?,
            },
        })
    }
}

impl Settings {
    /// Reads the environment and the settings file.
    ///
    /// # Errors
    /// When a variable or the file is wrong. That the default file is not there is no error.
    pub fn from_process() -> Result<Self, SettingsError> {
        let directories = choose_base_strategy().ok();
        let named = variable(CONFIG_VARIABLE).map(PathBuf::from);
        let default = directories.as_ref().map(|base| base.config_dir().join("admit/config.toml"));
        let file = match (&named, &default) {
            (Some(path), _) => read_file(path, Absence::IsAnError)?,
            (None, Some(path)) => read_file(path, Absence::IsFine)?,
            (None, None) => SettingsFile::default(),
        };
        let wrong = |reason: String| SettingsError::Wrong {
            path: named.clone().or(default.clone()).unwrap_or_default(),
            reason,
        };
        if let Some(portal) = &file.portal {
            let read = portal.parse::<PortalAddress>();
            read.map_err(|error| wrong(format!("portal: {error}")))?;
        }
        let mut mail = file.mail.read().map_err(wrong)?;
        if let Some(server) = parsed_variable(MAIL_VARIABLE)? {
            mail.server = server;
        }
        if let Some(path) = variable(MAIL_PASSWORD_FILE_VARIABLE) {
            mail.password_file = Some(path.into());
        }
        Ok(Self {
            store_variable: variable(STORE_VARIABLE).map(PathBuf::from),
            file,
            portal_variable: parsed_variable(PORTAL_VARIABLE)?,
            actor_variable: parsed_variable(ACTOR_VARIABLE)?,
            organization_variable: parsed_variable(ORGANIZATION_VARIABLE)?,
            data_directory: directories.map(|base| base.data_dir()),
            mail,
        })
    }

    /// Where the store is: the flag, `ADMIT_STORE`, `store` in the settings file, or
    /// `$XDG_DATA_HOME/admit/admit.db`.
    ///
    /// # Errors
    /// When nobody names a store and the account has no home.
    pub fn store(&self, flag: Option<&Path>) -> Result<StoreChoice, SettingsError> {
        let named = flag.or(self.store_variable.as_deref()).or(self.file.store.as_deref());
        if let Some(path) = named {
            return Ok(StoreChoice::Named(path.to_owned()));
        }
        let data = self.data_directory.as_ref().ok_or(SettingsError::NoHome)?;
        Ok(StoreChoice::Default(data.join("admit/admit.db")))
    }

    /// Who acts: the flag, or `ADMIT_AS`; nobody is the operator.
    #[must_use]
    pub fn actor(&self, flag: Option<&UserRef>) -> Option<UserRef> {
        flag.or(self.actor_variable.as_ref()).cloned()
    }

    /// Which organization is meant: the flag, or `ADMIT_ORG`; none is the store's current one.
    #[must_use]
    pub fn organization(&self, flag: Option<&Slug>) -> Option<Slug> {
        flag.or(self.organization_variable.as_ref()).cloned()
    }

    /// The address that an organization's links start with: `ADMIT_PORTAL`, the organization's own, or
    /// `portal` in the settings file.
    #[must_use]
    pub fn portal(&self, own: Option<&PortalAddress>) -> Option<PortalAddress> {
        let in_file = || self.file.portal.as_deref().and_then(|text| text.parse().ok());
        self.portal_variable.as_ref().or(own).cloned().or_else(in_file)
    }

    /// Where mail goes, and what belongs to it: the variables, or the table `[mail]` in the settings file.
    #[must_use]
    pub const fn mail(&self) -> &MailSettings {
        &self.mail
    }
}

/// Who runs this process. The number is the system's word; the name behind sudo is the environment's.
#[must_use]
pub fn system_login() -> SystemLogin {
    let uid = geteuid();
    let name = User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name);
    let sudo_user = variable("SUDO_USER").map(|name| login_name(&name.to_string_lossy()));
    SystemLogin { name, uid: uid.as_raw(), sudo_user }
}

/// Somebody's word for a login name, as the audit takes it: nothing in it can look like another entry, or fill the
/// audit (trust J5).
fn login_name(word: &str) -> String {
    escape(word).chars().take(LOGIN_NAME_MAX).collect()
}

/// The words on the command line, also those that are no UTF-8.
#[must_use]
pub fn command_line() -> Vec<OsString> {
    env::args_os().collect()
}

/// Whether a settings file that is not there is an error.
#[derive(Clone, Copy)]
enum Absence {
    IsFine,
    IsAnError,
}

fn read_file(path: &Path, absence: Absence) -> Result<SettingsFile, SettingsError> {
    let opened = match File::open(path) {
        Ok(file) => match trusted_file::check(&file) {
            Ok(()) => Ok(file),
            Err(why) => return Err(SettingsError::Untrusted { path: path.to_owned(), why }),
        },
        Err(error) => Err(error),
    };
    let read = opened.and_then(|file| {
        let mut text = String::new();
        file.take(BYTES_MAX + 1).read_to_string(&mut text).map(|_| text)
    });
    let text = match (read, absence) {
        (Ok(text), _) if text.len() as u64 > BYTES_MAX => {
            let reason = "it is too large".to_owned();
            return Err(SettingsError::Unreadable { path: path.to_owned(), reason });
        }
        (Ok(text), _) => text,
        (Err(error), Absence::IsFine) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(SettingsFile::default());
        }
        (Err(error), _) => {
            return Err(SettingsError::Unreadable { path: path.to_owned(), reason: plain(&error) });
        }
    };
    toml::from_str(&text).map_err(|error| SettingsError::Wrong {
        path: path.to_owned(),
        reason: match error.span() {
            Some(span) => {
                let line = text.get(..span.start).unwrap_or(&text).matches('\n').count() + 1;
                format!("line {line}: {}", error.message())
            }
            None => error.message().to_owned(),
        },
    })
}

/// A variable's value, which must make sense.
fn parsed_variable<T>(name: &'static str) -> Result<Option<T>, SettingsError>
where
    T: FromStr<Err: fmt::Display>,
{
    let Some(text) = variable(name) else { return Ok(None) };
    text.to_string_lossy().parse().map(Some).map_err(|error: T::Err| SettingsError::Variable {
        variable: name,
        reason: error.to_string(),
    })
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
