//! People who can log in.

use admit::domain::audit::{Action, AuditEntry};
use admit::domain::password::{Salt, TypedPassword};
use admit::random::SystemEntropy;

use super::{Run, World};

impl World {
    /// Gives an address an account with this password, as if its first invite had been accepted.
    pub(crate) fn account(&self, email: &str, password: &str) {
        let salt = Salt::draw(&mut SystemEntropy).unwrap();
        let hash = TypedPassword::new(password.to_owned()).hash_anew(&salt).unwrap();
        self.at("2026-01-02T00:00:00Z", |store, context| {
            let mut tx = store.write(context.now, &context.actor).unwrap();
            tx.keep_password(&email.parse().unwrap(), &hash).unwrap();
            let entry = AuditEntry {
                action: Action::Reactivate,
                organization: None,
                subjects: Vec::new(),
                count: 1,
                batch: None,
                detail: Vec::new(),
            };
            tx.commit(&entry).unwrap();
        });
    }

    /// The same for an active user, for whom an invite waits in the organization `lab`, from somebody there.
    pub(crate) fn waits_elsewhere(&self, email: &str, password: &str) {
        self.account(email, password);
        for words in [
            &["org", "create", "lab", "--name", "The Lab"][..],
            &["--org", "lab", "invite", "liz@example.com", "--name", "Liz Orr", "--role", "admin"],
            &["--org", "lab", "invite", email, "--role", "agent"],
        ] {
            self.admit(words).assert_code(0);
        }
        self.sql()
            .execute(
                "UPDATE invites SET inviter_id = (SELECT id FROM users WHERE email = 'liz@example.com')
                 WHERE user_id = (SELECT u.id FROM users u JOIN organizations o
                     ON o.id = u.organization_id WHERE o.slug = 'lab' AND u.email = ?1)",
                [email],
            )
            .unwrap();
    }

    /// Tries a password.
    pub(crate) fn try_login(&self, email: &str, password: &str, more: &[&str]) -> Run {
        let words = ["login", email, "--password-stdin"].into_iter().chain(more.iter().copied());
        self.admit_with(format!("{password}\n"), words)
    }
}
