//! admit on a terminal of its own: what a person types into a shell, and what is on the screen then.

use std::io::{ErrorKind, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use expectrl::Session;
use expectrl::session::OsSession;

use super::World;
use super::screen::Screen;

/// Keys that are no characters.
pub(crate) const ENTER: &str = "\r";
pub(crate) const ESC: &str = "\x1b";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const CTRL_C: &str = "\x03";

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// One command line at a shell on a terminal of 80 columns.
pub(crate) struct Terminal {
    session: OsSession,
    home: String,
    received: Vec<u8>,
}

/// What is left when the shell line has ended.
pub(crate) struct Ended {
    /// The screen, with `[exit N]` from the shell as its last line.
    pub(crate) screen: String,
    /// Everything that was written, with control sequences.
    pub(crate) raw: String,
}

impl World {
    /// Types a line such as `admit list 2>err.txt` into a shell on a terminal. The environment is HOME,
    /// TERM and PATH.
    pub(crate) fn terminal(&self, line: &str) -> Terminal {
        let binary = std::path::Path::new(env!("CARGO_BIN_EXE_admit"));
        // The trap keeps the shell alive when Ctrl-C ends its child; expectrl starts without echo, and sets the
        // terminal's size only when the shell runs already, which must not be after the line sets another.
        let script = format!(
            "read -r sized; trap : INT; stty sane; before=$(stty -g)\n{line}\n\
             code=$?; after=$(stty -g); [ \"$before\" = \"$after\" ] || echo '[terminal spoilt]'\n\
             echo \"[exit $code]\""
        );
        // What a script starts in the background ignores Ctrl-C, tests included, and so would all they start.
        let mut command = Command::new("/usr/bin/env");
        command.env_clear().env("HOME", self.home()).env("TERM", "xterm-256color");
        command.env("PATH", format!("{}:/usr/bin:/bin", binary.parent().unwrap().display()));
        command.current_dir(self.home()).args(["--default-signal=INT", "/bin/sh", "-c", &script]);
        let mut session = Session::spawn(command).unwrap();
        session.write_all(b"\n").unwrap();
        let home = self.home().to_string_lossy().into_owned();
        Terminal { session, home, received: Vec::new() }
    }
}

impl Terminal {
    /// Waits until this is on the screen.
    #[track_caller]
    pub(crate) fn see(&mut self, text: &str) -> &mut Self {
        let begun = Instant::now();
        while !self.screen().text.contains(text) {
            assert!(begun.elapsed() < PATIENCE, "no {text:?} on\n{}", self.screen().text);
            self.receive();
        }
        self
    }

    /// Presses keys, once a question is waiting for some. They arrive together: between two keys the
    /// terminal is for a moment as it is without a question, and would print what arrives then.
    #[track_caller]
    pub(crate) fn press(&mut self, keys: impl AsRef<[&'static str]>) -> &mut Self {
        let begun = Instant::now();
        while self.session.get_process().get_echo().unwrap() {
            assert!(begun.elapsed() < PATIENCE, "no question on\n{}", self.screen().text);
            self.receive();
        }
        self.session.write_all(keys.as_ref().concat().as_bytes()).unwrap();
        if keys.as_ref().ends_with(&[ESC]) {
            // What follows at once would be taken for the rest of a sequence.
            std::thread::sleep(Duration::from_millis(200));
        }
        self
    }

    /// Types lines to a command that reads its stdin as it comes: no question waits for them.
    pub(crate) fn type_lines(&mut self, lines: &str) -> &mut Self {
        self.session.write_all(lines.as_bytes()).unwrap();
        self
    }

    /// Waits for the end. The terminal must be as it was before, the cursor to be seen.
    #[track_caller]
    pub(crate) fn end(&mut self) -> Ended {
        self.see("[exit ");
        let screen = self.screen();
        assert!(screen.cursor_shown, "the cursor is hidden:\n{}", screen.text);
        assert!(!screen.text.contains("[terminal spoilt]"), "{}", screen.text);
        let raw = String::from_utf8_lossy(&self.received).into_owned();
        let text = super::redacted(&screen.text.replace(&self.home, "[HOME]"));
        Ended { screen: text, raw }
    }

    /// What is on the screen just now, however the command ended.
    pub(crate) fn shown(&self) -> String {
        self.screen().text
    }

    fn screen(&self) -> Screen {
        Screen::after(&String::from_utf8_lossy(&self.received))
    }

    fn receive(&mut self) {
        let mut buffer = [0; 4096];
        match self.session.try_read(&mut buffer) {
            Ok(length) => self.received.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // The other side of the terminal is closed.
            Err(_) => {}
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
