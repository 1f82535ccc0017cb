//! Command lines as a shell, cron or systemd runs them: admit on the PATH, nobody at the keyboard.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Run, World, redacted};

/// Where commands are found, as cron has it; the binary's own directory comes before it.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

impl World {
    /// The PATH with the binary on it.
    pub(crate) fn path(&self) -> String {
        let binary = Path::new(env!("CARGO_BIN_EXE_admit"));
        format!("{}:{PATH}", binary.parent().unwrap().display())
    }

    /// Runs a command line by `sh` in the home directory, with HOME and PATH in the environment.
    pub(crate) fn shell(&self, line: &str) -> Run {
        self.run(Command::new("sh").args(["-c", line]).env("PATH", self.path()))
    }

    /// Runs a command with HOME and what is set on it in the environment, and nothing else.
    pub(crate) fn run(&self, command: &mut Command) -> Run {
        let kept: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        command.env_clear().env("HOME", self.home()).envs(kept).current_dir(self.home());
        let output = command.stdin(Stdio::null()).output().unwrap();
        Run {
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
            code: output.status.code().expect("not killed by a signal"),
            home: self.home().to_owned(),
        }
    }

    /// Copies `examples/` into the home directory and says where it is.
    pub(crate) fn copy_examples(&self) -> PathBuf {
        let copies = self.home().join("examples");
        std::fs::create_dir_all(&copies).unwrap();
        for entry in std::fs::read_dir(repository().join("examples")).unwrap() {
            let original = entry.unwrap().path();
            std::fs::copy(&original, copies.join(original.file_name().unwrap())).unwrap();
        }
        copies
    }
}

/// Says that a part of the tests needs what is not there: past the test harness, which would swallow it.
pub(crate) fn skip(why: &str) {
    std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes()).unwrap();
}

/// The directory of `Cargo.toml`.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A text with what differs from run to run replaced, times left included.
pub(crate) fn bare(text: &str) -> String {
    let left = regex_lite::Regex::new(r"\bin \d+ (second|minute|hour|day)s?\b").unwrap();
    left.replace_all(&redacted(text), "[TIME LEFT]").into_owned()
}
