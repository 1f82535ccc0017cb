//! A world for one test: a home directory of its own, the binary in it, and what it said as one text.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use admit::domain::audit::{Action, Actor, AuditEntry, Identity, SystemLogin};
use admit::domain::invite::InviteState;
use admit::domain::status::Status;
use admit::domain::time::Timestamp;
use admit::domain::user::UserState;
use admit::ops::{Context, Mode, OrganizationChoice};
use admit::store::Store;
use regex_lite::Regex;
use tempfile::TempDir;

mod shell;

pub(crate) use links::PASSWORD;
pub(crate) use shell::{bare, repository, skip};

/// A home of its own for one test.
pub(crate) struct World {
    home: TempDir,
}

/// What one run of the binary said, and how it ended. Printed, it is one text with what differs from run
/// to run replaced: `[HOME]`, `[TIME]`, `[TOKEN]`, `[HASH]`, `[LOGIN]`.
#[must_use = "compare the run, or assert its code"]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
    home: PathBuf,
}

impl World {
    /// A machine on which admit never ran.
    pub(crate) fn fresh() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    /// A machine with a default store, set up from the template contact-center.
    pub(crate) fn with_store() -> Self {
        let world = Self::fresh();
        world.admit(["init"]).assert_code(0);
        world
    }

    /// A store with people in it: ann (admin), bob, cid (agents), all invited with links but cid, who is
    /// pending; the agents voice:4711, voice:4712, chat:ana.r; the team Support.
    pub(crate) fn with_people() -> Self {
        let world = Self::with_store();
        for words in [
            &["agent", "add", "voice:4711", "voice:4712", "chat:ana.r"][..],
            &["team", "create", "Support"],
            &["invite", "ann@example.com", "--name", "Ann Lee", "--role", "admin"],
            &["invite", "bob@example.com", "--name", "Bob Ray", "--role", "agent"],
            &["invite", "cid@example.com", "--role", "agent", "--no-send"],
        ] {
            world.admit(words).assert_code(0);
        }
        world
    }

    /// The home directory.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where the default store is, or would be.
    pub(crate) fn store_path(&self) -> PathBuf {
        self.home().join(".local/share/admit/admit.db")
    }

    /// Runs admit without a terminal and with an empty stdin.
    pub(crate) fn admit<I: IntoIterator<Item: AsRef<std::ffi::OsStr>>>(&self, words: I) -> Run {
        self.admit_with("", words)
    }

    /// Runs admit with this on stdin.
    pub(crate) fn admit_with<I: IntoIterator<Item: AsRef<std::ffi::OsStr>>>(
        &self,
        stdin: impl AsRef<[u8]>,
        words: I,
    ) -> Run {
        let mut command = self.command();
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read its stdin may be gone already.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
        let output = child.wait_with_output().unwrap();
        Run {
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
            code: output.status.code().expect("not killed by a signal"),
            home: self.home().to_owned(),
        }
    }

    /// The binary in this world, as a cron job would start it: nothing in the environment but HOME.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_admit"));
        command.env_clear().env("HOME", self.home()).current_dir(self.home());
        command
    }

    /// Writes a file into the home directory.
    pub(crate) fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home().join(name);
        std::fs::write(&path, contents).unwrap();
        path
    }

    /// Works on the store through the library, at another time: for what happened in the past.
    pub(crate) fn at<T>(&self, time: &str, work: impl FnOnce(&mut Store, &Context) -> T) -> T {
        let now: Timestamp = time.parse().unwrap();
        let login = SystemLogin { name: "past".to_owned(), uid: 0, sudo_user: None };
        let context = Context {
            now,
            actor: Actor { identity: Identity::Operator, login },
            organization: OrganizationChoice::Current,
            mode: Mode::Apply,
        };
        work(&mut Store::open(&self.store_path()).unwrap(), &context)
    }

    /// Puts a user into a status, as if that had come about: accepting an invite, say.
    pub(crate) fn put(&self, email: &str, status: Status) {
        self.at("2026-01-02T00:00:00Z", |store, context| {
            let mut tx = store.write(context.now, &context.actor).unwrap();
            let organization = tx.current_organization().unwrap();
            let email = email.parse().unwrap();
            let user = tx.find_user_by_email(organization.id, &email).unwrap().unwrap();
            let state = match status {
                Status::Expired => UserState::Expired,
                Status::Active => UserState::Active,
                Status::Deactivated => UserState::Deactivated,
                Status::Cancelled => UserState::Cancelled,
                Status::Declined => UserState::Declined,
                Status::Invited => user.state,
            };
            let link = match status {
                Status::Invited => InviteState::Open,
                Status::Expired => InviteState::Expired,
                Status::Active => InviteState::Accepted,
                Status::Deactivated | Status::Cancelled => InviteState::Withdrawn,
                Status::Declined => InviteState::Declined,
            };
            if link != InviteState::Open {
                tx.close_invites(organization.id, user.id, link).unwrap();
            }
            tx.set_state(&user, state).unwrap();
            let entry = AuditEntry {
                action: Action::Reactivate,
                organization: Some((organization.id, organization.slug)),
                subjects: Vec::new(),
                count: 1,
                batch: None,
                detail: Vec::new(),
            };
            tx.commit(&entry).unwrap();
        });
    }
}

impl Run {
    /// Expects an exit code; shows everything where it is another.
    #[track_caller]
    pub(crate) fn assert_code(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{self}");
        self
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let home = self.home.to_string_lossy();
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(
                    f,
                    "--- {name}\n{}",
                    redacted(&text.replace(&*home, "[HOME]")).trim_end()
                )?;
            }
        }
        writeln!(f, "--- exit {}", self.code)
    }
}

/// Replaces what differs from run to run. Lengths are kept where columns depend on them.
fn redacted(text: &str) -> String {
    let replacements = [
        (r"\d+\.[A-Za-z0-9_-]{43}\b", "[TOKEN]"),
        (r"\b[0-9a-f]{64}\b", "[HASH]"),
        (&format!(r"\bof {}\b", admit::domain::disposable::list_date()), "of [LIST DATE]"),
        (r"\b\d{4}-\d\d-\d\d \d\d:\d\d UTC\b", "[DAY, HOUR AND ZONE]"),
        (r"\b[A-Z][a-z]+day, \d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC\b", "[LONG DATE]"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[TIME]"),
    ];
    let mut text = text.to_owned();
    for (pattern, name) in replacements {
        text = Regex::new(pattern).unwrap().replace_all(&text, name).into_owned();
    }
    let login = admit::settings::system_login();
    text.replace(&format!("({})", login.name), "([LOGIN])")
}

mod accounts;
mod inspect;
pub(crate) mod links;
mod mailing;
mod phones;
mod screen;
pub(crate) mod smtp;
pub(crate) mod smtpd;
pub(crate) mod stage;
pub(crate) mod terminal;
impl World {
    /// Runs a bash script in this world; `admit` is on its path, nothing else is in its environment.
    pub(crate) fn bash(&self, script: &str) -> Run {
        let binary = Path::new(env!("CARGO_BIN_EXE_admit"));
        let path = format!("{}:/usr/bin:/bin", binary.parent().unwrap().display());
        let mut command = Command::new("bash");
        command.arg("-c").arg(script).env_clear().env("HOME", self.home()).env("PATH", path);
        let output = command.current_dir(self.home()).stdin(Stdio::null()).output().unwrap();
        Run {
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
            code: output.status.code().expect("not killed by a signal"),
            home: self.home().to_owned(),
        }
    }

    /// The answer of a command that must end well.
    #[track_caller]
    pub(crate) fn answer<I: IntoIterator<Item: AsRef<std::ffi::OsStr>>>(&self, words: I) -> String {
        self.admit(words).assert_code(0).stdout.clone()
    }

    /// The people in a store, as far as a file can say something about them.
    #[track_caller]
    pub(crate) fn people(&self) -> String {
        let fields = "email,name,role,team,agents,status,pending";
        let all = "invited,expired,active,deactivated,cancelled,declined";
        self.answer(["list", "--status", all, "--format", "csv", "--fields", fields])
    }

    /// How many entries the audit has.
    #[track_caller]
    pub(crate) fn audit_entries(&self) -> usize {
        self.answer(["audit", "list", "--all", "--format", "jsonl"]).lines().count()
    }

    /// The default store, opened by SQLite itself: for what admit would never write.
    pub(crate) fn sqlite(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.store_path()).unwrap()
    }
}

/// The permission bits of a file.
pub(crate) fn mode(path: impl AsRef<Path>) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}
