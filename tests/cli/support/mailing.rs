//! A world whose mail goes to a server inside the test, and what is in the mails.

use super::World;
use super::smtp::{Received, SmtpServer};

impl World {
    /// A store, and a mail server: waits are short, so that what hangs does not hold the test up.
    pub(crate) fn mailing(server: &SmtpServer) -> Self {
        let world = Self::with_store();
        world.mail_settings(&format!("server = \"{}\"\nreply-timeout = \"500ms\"", server.url()));
        world
    }

    /// Sets what stands in the table `[mail]` of the settings, below whom mails come from.
    pub(crate) fn mail_settings(&self, lines: &str) {
        std::fs::create_dir_all(self.home().join(".config/admit")).unwrap();
        let settings = format!("[mail]\nfrom = \"people@acme.example\"\n{lines}\n");
        self.file(".config/admit/config.toml", settings);
    }

    /// Each delivery, the oldest first: whom it is for, what about, where it stands, how often it was
    /// tried.
    pub(crate) fn deliveries(&self) -> Vec<String> {
        let fields = "user,kind,state,attempts";
        let csv = self.answer(["delivery", "list", "--all", "--format=csv", "--fields", fields]);
        let mut lines: Vec<String> = csv.lines().skip(1).map(str::to_owned).collect();
        lines.reverse();
        lines
    }

    /// Lets every queued delivery be due, as if its pause were over.
    pub(crate) fn let_pauses_pass(&self) {
        self.sql().execute("UPDATE deliveries SET due_at = 0 WHERE state = 1", []).unwrap();
    }
}

impl Received {
    /// The token in the mail, as a person would copy it: out of the text part, with quoted-printable
    /// undone.
    pub(crate) fn token(&self) -> String {
        let text = self.text().replace("=\r\n", "").replace("=3D", "=");
        let token = regex_lite::Regex::new(r"\b\d+\.[A-Za-z0-9_-]{43}\b").unwrap();
        token.find(&text).unwrap_or_else(|| panic!("no token in\n{text}")).as_str().to_owned()
    }

    /// To whom it went.
    pub(crate) fn recipient(&self) -> &str {
        assert_eq!(self.to.len(), 1);
        &self.to[0]
    }
}
