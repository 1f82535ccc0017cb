//! A real mail server as a process of its own: `tests/smtpd/server.py` on aiosmtpd, with TLS and logins.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::repository;

/// Names the Python that has aiosmtpd and cryptography.
const PYTHON_VARIABLE: &str = "ADMIT_TEST_PYTHON";

/// A running server; it ends when this is dropped.
pub(crate) struct RealServer {
    process: Child,
    directory: TempDir,
    port: u16,
}

impl RealServer {
    /// Starts one with these options; none where the machine has no Python for it, which it says.
    pub(crate) fn start(options: &[&str]) -> Option<Self> {
        let python = python()?;
        let directory = tempfile::tempdir().unwrap();
        let mut process = Command::new(python)
            .arg(repository().join("tests/smtpd/server.py"))
            .args(options)
            .arg("--directory")
            .arg(directory.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the server says its port");
        Some(Self { process, directory, port })
    }

    /// The port, on 127.0.0.1.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The certificate of its authority.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.directory.path().join("ca.pem")
    }

    /// What was handed over: one JSON object each, with from, to, tls, login and text.
    pub(crate) fn messages(&self) -> Vec<serde_json::Value> {
        let lines = std::fs::read_to_string(self.directory.path().join("messages.jsonl"));
        lines.unwrap_or_default().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Python to start it with.
fn python() -> Option<&'static str> {
    static PYTHON: OnceLock<Option<String>> = OnceLock::new();
    let found = PYTHON.get_or_init(|| {
        let named = std::env::var(PYTHON_VARIABLE).ok().filter(|python| !python.is_empty());
        let is_named = named.is_some();
        let python = named.unwrap_or_else(|| "python3".to_owned());
        let there = Command::new(&python)
            .args(["-c", "import aiosmtpd, cryptography"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        // Whoever names one does not want anything skipped.
        assert!(there || !is_named, "{PYTHON_VARIABLE}={python} has no aiosmtpd and cryptography");
        there.then_some(python)
    });
    if found.is_none() {
        // Past the test's own capture, so that it is seen of a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: mail over TLS; no Python with aiosmtpd and cryptography ({PYTHON_VARIABLE} names one)"
        );
    }
    found.as_deref()
}
