//! What every verb on several users owes its caller, whatever it does: `contract!` makes one test of
//! each promise for a verb. What is special about a verb is in the verb's own file.

use admit::domain::status::Status;

use crate::support::{Run, World};

/// One verb, and whom it fits.
pub(crate) struct Case {
    /// The verb with what it needs beside users.
    pub(crate) words: &'static [&'static str],
    /// How a user stands whom it fits: `None` is pending.
    pub(crate) fits: Option<Status>,
    /// How that user stands afterwards, in the word of [`World::status`].
    pub(crate) after: &'static str,
    /// A status that it does not fit; `None` where it fits all.
    pub(crate) misfit: Option<Status>,
    /// What the audit calls it.
    pub(crate) action: &'static str,
}

const PEOPLE: [&str; 6] = ["p0", "p1", "p2", "p3", "p4", "p5"];

/// The address of one of them.
fn at_example(name: &str) -> String {
    format!("{name}@example.com")
}

impl Case {
    /// Six people whom the verb fits, and `misfit@example.com` whom it does not.
    fn world(&self) -> World {
        let world = World::with_store();
        world.admit(["team", "create", "Support"]).assert_code(0);
        let mut invite = vec!["invite".to_owned(), "--role=agent".to_owned()];
        invite.extend(PEOPLE.map(at_example));
        if self.fits.is_none() {
            invite.push("--no-send".to_owned());
        }
        world.admit(invite).assert_code(0);
        for name in PEOPLE {
            world.put(&at_example(name), self.fits.unwrap_or(Status::Invited));
        }
        if let Some(status) = self.misfit {
            world.admit(["invite", "misfit@example.com", "--role=agent"]).assert_code(0);
            world.put("misfit@example.com", status);
        }
        world
    }

    fn run(&self, world: &World, more: &[&str]) -> Run {
        world.admit(self.words.iter().chain(more))
    }

    fn run_with(&self, world: &World, stdin: &str, more: &[&str]) -> Run {
        world.admit_with(stdin, self.words.iter().chain(more))
    }

    #[track_caller]
    fn changes_nothing(&self, world: &World, code: i32, more: &[&str]) -> Run {
        let before = world.contents();
        let run = self.run(world, more);
        run.assert_code(code);
        assert_eq!(world.contents(), before, "{run}");
        run
    }

    pub(crate) fn one_command_is_one_audit_entry(&self) {
        let world = self.world();
        let before = world.entries();
        self.run(&world, &["p0@example.com", "p1@example.com"]).assert_code(0);
        assert_eq!(world.entries(), before + 1);
        let entry = world.last_entry();
        let expected = format!("{} 2: p0@example.com p1@example.com [", self.action);
        assert!(entry.starts_with(&expected), "{entry}");
        for email in ["p0@example.com", "p1@example.com"] {
            assert_eq!(world.status(email), self.after);
        }
    }

    pub(crate) fn nobody_named_is_a_wrong_command_line(&self) {
        let world = self.world();
        let run = self.changes_nothing(&world, 2, &[]);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains("hint: admit "), "{run}");
        let _ = self.changes_nothing(&world, 2, &["--no-such-flag", "p0@example.com"]);
        let _ = self.changes_nothing(&world, 2, &["not-an-address"]);
        let _ = self.changes_nothing(&world, 2, &["#0"]);
    }

    pub(crate) fn an_unknown_user_is_named_with_the_nearest(&self) {
        let world = self.world();
        let run = self.changes_nothing(&world, 67, &["p1@exmaple.com"]);
        assert!(run.stderr.contains("no user p1@exmaple.com in main"), "{run}");
        assert!(run.stderr.contains("did you mean p1@example.com"), "{run}");
        let run = self.changes_nothing(&world, 67, &["#4711"]);
        assert!(run.stderr.contains("no user #4711 in main"), "{run}");
    }

    pub(crate) fn a_refusal_leaves_no_entry_and_some_refused_is_3(&self) {
        let world = self.world();
        if self.misfit.is_some() {
            let _ = self.changes_nothing(&world, 1, &["misfit@example.com"]);
        }
        let before = world.entries();
        let misfit = self.misfit.map_or("nobody@example.org", |_| "misfit@example.com");
        let run = self.run(&world, &[misfit, "p0@example.com", "--format", "jsonl"]);
        run.assert_code(3);
        assert_eq!(run.lines().len(), 2, "{run}");
        assert!(run.stderr.contains(&format!("{misfit} i")), "{run}");
        assert_eq!(world.entries(), before + 1);
        assert_eq!(world.status("p0@example.com"), self.after);
    }

    pub(crate) fn stdin_names_users_one_a_line(&self) {
        let world = self.world();
        let lines = "\np0@example.com\r\n\n  P1@Example.com  \n";
        let run = self.run_with(&world, lines, &["-", "p2@example.com", "--format=ids"]);
        run.assert_code(0);
        assert_eq!(run.lines(), ["p0@example.com", "p1@example.com", "p2@example.com"], "{run}");
        let statuses = world.statuses();
        for name in ["p0", "p1", "p2"] {
            let status = statuses.get(&at_example(name)).map_or("gone", String::as_str);
            assert_eq!(status, self.after);
        }
    }

    pub(crate) fn a_bad_line_on_stdin_is_65_and_nothing_is_done(&self) {
        let world = self.world();
        let before = world.contents();
        let run = self.run_with(&world, "p0@example.com\n\nx@@y\n", &["-"]);
        run.assert_code(65);
        assert!(run.stderr.contains("stdin:3: x@@y: "), "{run}");
        assert_eq!(run.stdout, "");
        assert_eq!(world.contents(), before);
    }

    pub(crate) fn an_empty_stdin_is_nothing_to_do(&self) {
        let world = self.world();
        let before = world.contents();
        let run = self.run_with(&world, "\n", &["-"]);
        run.assert_code(0);
        assert_eq!(run.stdout, "");
        assert_eq!(world.contents(), before);
    }

    pub(crate) fn somebody_named_twice_is_meant_once(&self) {
        let world = self.world();
        let number = world.number("p0@example.com");
        let names = ["P0@example.com", &number, "p0@EXAMPLE.com", "--format=ids"];
        let run = self.run(&world, &names);
        run.assert_code(0);
        assert_eq!(run.stdout, "p0@example.com\n");
        let entry = world.last_entry();
        assert!(entry.starts_with(&format!("{} 1: p0@example.com [", self.action)), "{entry}");
        assert_eq!(world.status("p0@example.com"), self.after);
    }

    pub(crate) fn a_number_names_a_user(&self) {
        let world = self.world();
        let number = world.number("p3@example.com");
        self.run(&world, &[&number]).assert_code(0);
        assert_eq!(world.status("p3@example.com"), self.after);
    }

    pub(crate) fn a_dry_run_says_the_same_and_changes_nothing(&self) {
        let world = self.world();
        let refused = self.misfit.map_or("nobody@example.org", |_| "misfit@example.com");
        let names = ["p0@example.com", refused, "--format=csv", "--fields=user,result,reason"];
        let mut rehearsed = names.to_vec();
        rehearsed.push("--dry-run");
        let rehearsal = self.changes_nothing(&world, 3, &rehearsed);
        assert!(
            rehearsal.stderr.contains("Dry run, nothing was changed; it would say: "),
            "{rehearsal}"
        );
        let run = self.run(&world, &names);
        run.assert_code(3);
        assert_eq!(rehearsal.stdout, run.stdout);
    }

    pub(crate) fn an_unknown_field_is_found_before_anything_is_done(&self) {
        let world = self.world();
        let run = self.changes_nothing(&world, 2, &["p0@example.com", "--fields=user,nonsense"]);
        assert!(run.stderr.contains("there is no field `nonsense`; the fields are user"), "{run}");
        assert_eq!(run.stdout, "");
    }

    pub(crate) fn every_format_holds_the_same_user_and_fields(&self) {
        let world = self.world();
        let run = self.run(&world, &["p0@example.com", "--format=table"]);
        assert!(run.assert_code(0).stdout.contains("p0@example.com"), "{run}");

        let keys = |object: &serde_json::Value| -> Vec<String> {
            object.as_object().unwrap().keys().cloned().collect()
        };
        let array = self.run(&world, &["p1@example.com", "--format=json"]).json();
        assert_eq!(array.as_array().unwrap().len(), 1);
        assert_eq!(array[0]["user"], "p1@example.com");
        assert_eq!(array[0]["organization"], "main");

        let lines = self.run(&world, &["p2@example.com", "p3@example.com", "--format=jsonl"]);
        let objects: Vec<serde_json::Value> =
            lines.lines().into_iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(objects.len(), 2);
        assert_eq!(objects[1]["user"], "p3@example.com");
        assert_eq!(keys(&objects[0]), keys(&array[0]));

        let csv = self.run(&world, &["p4@example.com", "--format=csv"]);
        let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
        let mut header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(header[0], "user");
        header.sort();
        let mut expected = keys(&array[0]);
        expected.sort();
        assert_eq!(header, expected);
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(&row[0], "p4@example.com");

        let ids = self.run(&world, &["p5@example.com", "--format=ids"]);
        assert_eq!(ids.stdout, "p5@example.com\n");
        for name in PEOPLE {
            assert_eq!(world.status(&at_example(name)), self.after, "{name}");
        }
    }

    pub(crate) fn fields_are_shown_in_the_order_asked_for(&self) {
        let world = self.world();
        let asked = ["p0@example.com", "--fields=organization,user", "--format=csv"];
        let run = self.run(&world, &asked);
        assert_eq!(run.lines(), ["organization,user", "main,p0@example.com"], "{run}");
    }

    pub(crate) fn quiet_says_nothing_but_errors(&self) {
        let world = self.world();
        let run = self.run(&world, &["p0@example.com", "--quiet"]);
        assert_eq!(run.assert_code(0).stderr, "");
        assert!(run.stdout.contains("p0@example.com"), "{run}");
        let run = self.run(&world, &["nobody@example.org", "--quiet"]);
        assert!(run.assert_code(67).stderr.starts_with("error: no user nobody@"), "{run}");
    }
}

/// One test of each promise.
macro_rules! contract {
    ($case:expr) => {
        crate::contract::contract!($case =>
            one_command_is_one_audit_entry
            nobody_named_is_a_wrong_command_line
            an_unknown_user_is_named_with_the_nearest
            a_refusal_leaves_no_entry_and_some_refused_is_3
            stdin_names_users_one_a_line
            a_bad_line_on_stdin_is_65_and_nothing_is_done
            an_empty_stdin_is_nothing_to_do
            somebody_named_twice_is_meant_once
            a_number_names_a_user
            a_dry_run_says_the_same_and_changes_nothing
            an_unknown_field_is_found_before_anything_is_done
            every_format_holds_the_same_user_and_fields
            fields_are_shown_in_the_order_asked_for
            quiet_says_nothing_but_errors
        );
    };
    ($case:expr => $($promise:ident)*) => {
        $(#[test] fn $promise() { $case.$promise(); })*
    };
}
pub(crate) use contract;
