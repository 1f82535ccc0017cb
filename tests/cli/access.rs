//! Who may do what: every command, by every role of every template, in their own organization and in
//! another's, with the real binary. A command without a line in `support::stage` fails here (trust E1, E2, E7).

mod templates;

use std::fmt::Write as _;

use admit::domain::operation::{Need, Operation};
use admit::domain::status::Status;
use admit::domain::template::Template;

use crate::support::stage::Stage;

/// Commands in which `--org` changes nothing.
const NAMING: [Operation; 2] = [Operation::OrgUse, Operation::OrgRename];

/// Commands in which the link says which organization it is.
const LINKED: [Operation; 2] = [Operation::Accept, Operation::Decline];

/// Ticks of every role for every command; the operator's are all there.
fn matrix(template: &str) -> String {
    let template = Template::find_builtin(template).unwrap().read().unwrap();
    let stage = Stage::of(&template);
    let mut text = format!("{:<20}{}\n", "", stage.roles.join("  "));
    for operation in Operation::ALL {
        // What the operator does shows that the sample is one: otherwise everything would be refused alike.
        let code = stage.code(*operation, &[]);
        let fine = if *operation == Operation::Can { 1 } else { 0 };
        assert!(code == 0 || code == fine, "{operation} ends with {code} for the operator");
        let _ = write!(text, "{:<20}", operation.command());
        for role in &stage.roles {
            let actor = format!("{role}@example.com");
            let tick = match stage.code(*operation, &["--as", &actor]) {
                77 => "-",
                // The current organization cannot be deleted, and another one is not there for them.
                67 if *operation == Operation::OrgDelete => "-",
                0 => "y",
                1 if *operation == Operation::Can => "y",
                code => panic!("{operation} ends with {code} for {role}"),
            };
            let _ = write!(text, "{tick:<width$}", width = role.len() + 2);
            // Another organization is not there for them, whatever they are in their own.
            let elsewhere = stage.code(*operation, &["--org", "other", "--as", &actor]);
            let unknown = stage.code(*operation, &["--org", "nowhere", "--as", &actor]);
            let expected = match operation.need() {
                Need::Nothing => 0,
                _ if LINKED.contains(operation) => 0,
                // There is no organization to name yet.
                _ if *operation == Operation::Init => 2,
                // These name the organization themselves.
                _ if NAMING.contains(operation) => 77,
                _ => 67,
            };
            assert_eq!((elsewhere, unknown), (expected, expected), "{operation} as {role}");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// Everybody who is not in, each brought about by the commands that bring it about, with how they name
/// themselves and what is said of them.
fn outsiders(stage: &Stage) -> Vec<(String, &'static str)> {
    let world = &stage.world;
    let highest = &stage.roles[0];
    let mut outsiders = vec![
        (stage.phone.clone(), "has no login, and may do nothing here"),
        ("nobody@example.com".to_owned(), "is no user of main"),
    ];
    let mut invite = |name: &str, how: &str, says: &'static str| {
        let email = format!("{name}@example.com");
        world.admit(["invite", &email, "--role", highest, how]).assert_code(0);
        outsiders.push((email.clone(), says));
        email
    };
    invite("unsent", "--no-send", "is invited (no link sent yet); only active");
    invite("asked", "--send", "is invited; only active");
    let late = invite("late", "--send", "is expired; only active");
    let dismissed = invite("dismissed", "--no-send", "is deactivated; only active");
    let called_off = invite("called-off", "--no-send", "is cancelled; only active");
    let removed = invite("removed", "--no-send", "is no user of main");
    let unwilling = invite("unwilling", "--no-send", "is declined; only active");
    world.put(&late, Status::Expired);
    world.put(&dismissed, Status::Active);
    world.admit(["deactivate", &dismissed]).assert_code(0);
    world.admit(["cancel", &called_off]).assert_code(0);
    world.admit(["remove", &removed, "--yes"]).assert_code(0);
    world.put(&unwilling, Status::Declined);
    outsiders
}

#[test]
fn e2_e7_who_is_not_in_may_do_nothing_at_all_and_every_try_is_in_the_audit() {
    let template = Template::find_builtin("contact-center").unwrap().read().unwrap();
    let stage = Stage::of(&template);
    let outsiders = outsiders(&stage);
    assert_eq!(outsiders.len(), 9);
    let without_audit = || {
        let contents = stage.world.contents().into_iter();
        contents.filter(|row| !row.starts_with("audit: ")).collect::<Vec<_>>()
    };
    let (before, mut entries) = (without_audit(), stage.world.entries());
    for operation in Operation::ALL {
        // A store that is not there has no audit, and whoever holds a link acts by that alone.
        let acts = !matches!(operation.need(), Need::Nothing) && !LINKED.contains(operation);
        if !acts || *operation == Operation::Init {
            continue;
        }
        for (actor, says) in &outsiders {
            let run = stage.run(*operation, &["--as", actor]);
            // An organization that is named is not there for who is no user of it.
            let is_hidden = match *operation {
                Operation::OrgDelete => true,
                _ => NAMING.contains(operation) && says.starts_with("is no user"),
            };
            let (code, start) = match is_hidden {
                true => (67, "error: no organization ".to_owned()),
                false => (77, format!("error: {actor} {says}")),
            };
            assert_eq!((run.code, &*run.stdout), (code, ""), "{operation} as {actor}: {run}");
            assert!(run.stderr.starts_with(&start), "{operation} as {actor}: {run}");
        }
        let now = stage.world.entries();
        assert_eq!(now, entries + outsiders.len() as i64, "{operation}: one entry for each try");
        entries = now;
    }
    assert_eq!(without_audit(), before);
}
