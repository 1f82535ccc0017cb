//! Links in a test: they are made as anybody makes them, and followed as whoever got one does.

use admit::ops::invites::{self, Recipients};
use admit::random::SystemEntropy;

use super::{Run, World};

/// A password that is fine wherever nobody is called so.
pub(crate) const PASSWORD: &str = "violet kettle sings low";

impl World {
    /// The token of the link that this command makes; it makes one.
    #[track_caller]
    pub(crate) fn token<const N: usize>(&self, words: [&str; N]) -> String {
        let run = self.admit(words.into_iter().chain(["--format", "json"]));
        run.assert_code(0);
        let answer = run.json();
        let link = answer.pointer("/0/link").or_else(|| answer.get("link")).unwrap();
        link.as_str().unwrap().rsplit('=').next().unwrap().to_owned()
    }

    /// The token of a link that was made then, for somebody who is pending.
    pub(crate) fn token_made_at(&self, time: &str, email: &str) -> String {
        self.at(time, |store, context| {
            let named = Recipients::Named(vec![email.parse().unwrap()]);
            let sent =
                invites::send(store, context, &mut SystemEntropy, &named, &Default::default())
                    .unwrap();
            let sent = sent.users.into_iter().next().unwrap().result.unwrap();
            let link = sent.sending.link().unwrap();
            link.token.as_ref().unwrap().reveal().to_string()
        })
    }

    /// Accepts with this password, as a portal does.
    pub(crate) fn accept(&self, token: &str, password: &str, more: &[&str]) -> Run {
        let words = ["accept", "--token-stdin", "--password-stdin"];
        self.admit_with(format!("{token}\n{password}\n"), words.iter().chain(more))
    }

    /// Declines, as a portal does.
    pub(crate) fn decline(&self, token: &str) -> Run {
        self.admit_with(token, ["decline", "--token-stdin", "--yes"])
    }

    /// The newest entry of the whole store, with who did it.
    pub(crate) fn last_entry_anywhere(&self) -> String {
        let words = ["audit", "list", "--everywhere", "--limit=1", "--format=csv"];
        let fields = "--fields=actor,action,organization,subjects,detail";
        let run = self.admit(words.into_iter().chain([fields]));
        run.assert_code(0).stdout.lines().nth(1).unwrap().to_owned()
    }

    /// What is kept of somebody's password.
    pub(crate) fn password_hash(&self, email: &str) -> Option<String> {
        let sql = "SELECT password_hash FROM accounts WHERE email = ?1";
        let sqlite = self.sqlite();
        let mut statement = sqlite.prepare(sql).unwrap();
        let mut rows = statement.query([email]).unwrap();
        rows.next().unwrap().map(|row| row.get(0).unwrap())
    }
}
