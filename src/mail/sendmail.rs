//! Handing messages to a program that is called as sendmail is: the local mail system's own. It finds the
//! recipient in the message, so that no address is ever an argument, which others can see and which could
//! pass for a flag.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::{Elapsed, Message, RUN_OVER, Step, Transport, Went};
use crate::domain::delivery::{Answer, Handover};
use crate::domain::mail_server::MailTimeouts;

/// Where such programs look for others. Nothing else of our own environment is theirs to know.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

/// How much of what the program says is read.
const SAID_MAX: u64 = 4 * 1024;

/// How long is waited for what the program said and read, once it has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Pauses between looks at whether the program has ended: short at first, as most are quick.
const PAUSE_FIRST: Duration = Duration::from_millis(2);
const PAUSE_LAST: Duration = Duration::from_millis(50);

/// A program that takes messages on its stdin.
pub struct Sendmail {
    program: PathBuf,
    elapsed: Elapsed,
    reply: Duration,
    run: Duration,
    /// Unknown until the run begins, which is with its first message.
    run_end: Option<Duration>,
}

impl Sendmail {
    /// Prepares for a program; the time for the whole run begins with the first message.
    #[must_use]
    pub const fn new(program: PathBuf, timeouts: MailTimeouts, elapsed: Elapsed) -> Self {
        let MailTimeouts { reply, run, .. } = timeouts;
        Self { program, elapsed, reply, run, run_end: None }
    }

    fn start(&self) -> std::io::Result<Child> {
        Command::new(&self.program)
            // Dots alone end nothing; recipients are those in the header.
            .args(["-i", "-t"])
            .env_clear()
            .env("PATH", PATH)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
    }

    /// Feeds the program and waits for its end, but not beyond the limit.
    fn run(&self, mut child: Child, text: Zeroizing<Vec<u8>>, end: Duration) -> Ended {
        // Aside, as a program may read nothing, or leave another behind that keeps its stderr open.
        let (fed, feeding) = mpsc::channel();
        let stdin = child.stdin.take();
        let feeder = thread::Builder::new().spawn(move || {
            let _ = fed.send(stdin.is_some_and(|mut stdin| stdin.write_all(&text).is_ok()));
        });
        let (said, listening) = mpsc::channel();
        let stderr = child.stderr.take();
        let listener = thread::Builder::new().spawn(move || {
            let mut text = Vec::new();
            if let Some(stderr) = stderr {
                let _ = stderr.take(SAID_MAX).read_to_end(&mut text);
            }
            let _ = said.send(String::from_utf8_lossy(&text).into_owned());
        });
        let mut pause = PAUSE_FIRST;
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if (self.elapsed)() < end => thread::sleep(pause),
                Ok(None) | Err(_) => break None,
            }
            pause = (pause * 2).min(PAUSE_LAST);
        };
        let Some(status) = status else {
            let _ = child.kill();
            let _ = child.wait();
            return Ended::Killed;
        };
        // Whoever it left behind may keep either open.
        let took_all = feeder.is_ok() && feeding.recv_timeout(LAST_WORDS).unwrap_or(false);
        let said = match listener {
            Ok(_) => listening.recv_timeout(LAST_WORDS).unwrap_or_default(),
            Err(_) => String::new(),
        };
        Ended::Itself { status, took_all, said }
    }
}

/// How the program ended.
enum Ended {
    /// By itself.
    Itself { status: ExitStatus, took_all: bool, said: String },
    /// By us, as its time was over.
    Killed,
}

impl Transport for Sendmail {
    fn hand_over(&mut self, message: &Message, watch: &mut dyn FnMut(Step)) -> Handover {
        let now = (self.elapsed)();
        let run_end = *self.run_end.get_or_insert(now.saturating_add(self.run));
        if now >= run_end {
            return Handover::Unavailable(Answer::new(RUN_OVER));
        }
        let program = self.program.display();
        let child = match self.start() {
            Ok(child) => child,
            Err(error) => {
                let reason = match error.kind() {
                    ErrorKind::NotFound => "it is not there",
                    ErrorKind::PermissionDenied => "it may not be run",
                    _ => "it cannot be started",
                };
                let answer = Answer::new(&format!("{program}: {reason}"));
                watch(Step { name: "program", went: Went::Wrong, answer: answer.clone() });
                return Handover::Unavailable(answer);
            }
        };
        let answer = Answer::new(&format!("{program} -i -t"));
        watch(Step { name: "program", went: Went::Well, answer });
        let end = now.saturating_add(self.reply).min(run_end);
        let handover = match self.run(child, local_lines(&message.bytes), end) {
            Ended::Itself { status, took_all, said } => judged(status, took_all, &said),
            // It may have queued the message before it was stopped.
            Ended::Killed => Handover::Unknown(Answer::new("the program did not end in time")),
        };
        let (went, answer) = match &handover {
            Handover::Accepted(answer) => (Went::Well, answer),
            Handover::Deferred(answer)
            | Handover::Refused(answer)
            | Handover::Unknown(answer)
            | Handover::Unavailable(answer) => (Went::Wrong, answer),
        };
        watch(Step { name: "message", went, answer: answer.clone() });
        handover
    }

    fn close(&mut self) {}
}

/// The message with the line ends of this system, which such programs expect.
fn local_lines(message: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(message.len()));
    for (at, byte) in message.iter().enumerate() {
        if *byte != b'\r' || message.get(at + 1) != Some(&b'\n') {
            text.push(*byte);
        }
    }
    text
}

/// What an end means, by the codes of sysexits.h.
fn judged(status: ExitStatus, took_all: bool, said: &str) -> Handover {
    let answer = |what: String| {
        Answer::new(&if said.trim().is_empty() { what } else { format!("{what}: {said}") })
    };
    let Some(code) = status.code() else {
        let signal = status.signal().unwrap_or_default();
        // It may have queued the message before.
        return Handover::Unknown(answer(format!("the program was stopped by signal {signal}")));
    };
    let answer = answer(format!("exit {code}"));
    match code {
        0 if took_all => Handover::Accepted(answer),
        // What it does not read it cannot deliver.
        0 => Handover::Unavailable(answer),
        // EX_DATAERR, EX_NOUSER, EX_NOHOST: about this message and its recipient.
        65 | 67 | 68 => Handover::Refused(answer),
        // EX_USAGE, EX_SOFTWARE, EX_OSFILE, EX_CANTCREAT, EX_PROTOCOL, EX_NOPERM, EX_CONFIG, and what a
        // shell says of programs that it cannot run: about the program.
        64 | 70 | 72 | 73 | 76..=78 | 126 | 127 => Handover::Unavailable(answer),
        // EX_TEMPFAIL: Postfix and sendmail say so also of what they queued, for another attempt of theirs.
        75 => Handover::Unknown(answer),
        // EX_UNAVAILABLE and whatever else: it may go better later.
        _ => Handover::Deferred(answer),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn lines_end_as_on_this_system() {
        let text = local_lines(b"a\r\n\r\n.b\rc\r\n");
        assert_eq!(text.as_slice(), b"a\n\n.b\rc\n");
    }

    #[test]
    fn an_exit_code_says_what_became_of_the_message() {
        let judged = |code: i32| judged(ExitStatus::from_raw(code << 8), true, " no such user\n");
        let answer = |code: i32| Answer::new(&format!("exit {code}: no such user"));
        assert_eq!(judged(0), Handover::Accepted(answer(0)));
        for code in [1, 2, 69, 71, 74, 255] {
            assert_eq!(judged(code), Handover::Deferred(answer(code)));
        }
        assert_eq!(judged(75), Handover::Unknown(answer(75)));
        for code in [65, 67, 68] {
            assert_eq!(judged(code), Handover::Refused(answer(code)));
        }
        for code in [64, 70, 72, 73, 76, 77, 78, 126, 127] {
            assert_eq!(judged(code), Handover::Unavailable(answer(code)));
        }
        let killed = super::judged(ExitStatus::from_raw(9), true, "");
        let words = Answer::new("the program was stopped by signal 9");
        assert_eq!(killed, Handover::Unknown(words));
        let deaf = super::judged(ExitStatus::from_raw(0), false, "");
        assert_eq!(deaf, Handover::Unavailable(Answer::new("exit 0")));
    }
}
