//! Who may do what: every command, by every role of every template, in their own organization and in
//! another's, with the real binary. A command without a line in `support::stage` fails here (trust E1, E2, E7).

use std::fmt::Write as _;

use admit::domain::operation::{Need, Operation};
use admit::domain::status::Status;
use admit::domain::template::Template;
use snapbox::{assert_data_eq, str};

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

#[test]
fn e1_contact_center() {
    assert_data_eq!(
        matrix("contact-center"),
        str![[r#"
                    admin  team-leader  user  agent
init                -      -            -     -
invite              y      -            -     -
add                 y      -            -     -
import              y      -            -     -
list                y      -            -     -
show                y      -            -     -
send                y      -            -     -
resend              y      -            -     -
cancel              y      -            -     -
delivery list       y      -            -     -
delivery retry      y      -            -     -
accept              y      y            y     y
decline             y      y            y     y
expire              -      -            -     -
deactivate          y      -            -     -
reactivate          y      -            -     -
remove              y      -            -     -
set-role            y      -            -     -
set-team            y      -            -     -
assign-agent        y      -            -     -
unassign-agent      y      -            -     -
grant               y      -            -     -
revoke              y      -            -     -
login               y      y            y     y
password reset      y      -            -     -
pin reset           y      -            -     -
pin verify          y      -            -     -
agent import        y      -            -     -
agent add           y      -            -     -
agent list          y      -            -     -
agent show          y      -            -     -
can                 y      -            -     -
who-can             y      y            y     y
role list           y      y            y     y
role show           y      y            y     y
role create         y      -            -     -
role edit           y      -            -     -
role delete         y      -            -     -
team create         y      -            -     -
team list           y      y            y     y
team show           y      -            -     -
team rename         y      -            -     -
team delete         y      -            -     -
team leaders        y      -            -     -
org create          -      -            -     -
org list            y      y            y     y
org use             -      -            -     -
org show            y      y            y     y
org set             -      -            -     -
org rename          -      -            -     -
org delete          -      -            -     -
module list         y      y            y     y
module add          y      -            -     -
module remove       y      -            -     -
sub-account list    y      -            -     -
sub-account add     y      -            -     -
sub-account remove  y      -            -     -
domain list         y      -            -     -
domain allow        y      -            -     -
domain block        y      -            -     -
domain forget       y      -            -     -
domain check        y      -            -     -
mail preview        y      -            -     -
mail template show  y      -            -     -
mail template set   -      -            -     -
mail template reset -      -            -     -
mail test           -      -            -     -
search-index build  -      -            -     -
search-index drop   -      -            -     -
search-index status -      -            -     -
stats               y      -            -     -
audit list          y      -            -     -
audit verify        -      -            -     -
doctor              -      -            -     -
export              y      -            -     -
template list       y      y            y     y
template show       y      y            y     y
template check      y      y            y     y
completions         y      y            y     y
man                 y      y            y     y

"#]]
    );
}

#[test]
fn e1_customer_portal() {
    assert_data_eq!(
        matrix("customer-portal"),
        str![[r#"
                    admin  user
init                -      -
invite              y      -
add                 y      -
import              y      -
list                y      -
show                y      -
send                y      -
resend              y      -
cancel              y      -
delivery list       y      -
delivery retry      y      -
accept              y      y
decline             y      y
expire              -      -
deactivate          y      -
reactivate          y      -
remove              y      -
set-role            y      -
set-team            y      -
assign-agent        y      -
unassign-agent      y      -
grant               y      -
revoke              y      -
login               y      y
password reset      y      -
pin reset           y      -
pin verify          y      -
agent import        y      -
agent add           y      -
agent list          y      -
agent show          y      -
can                 y      -
who-can             y      y
role list           y      y
role show           y      y
role create         y      -
role edit           y      -
role delete         y      -
team create         y      -
team list           y      y
team show           y      -
team rename         y      -
team delete         y      -
team leaders        y      -
org create          -      -
org list            y      y
org use             -      -
org show            y      y
org set             -      -
org rename          -      -
org delete          -      -
module list         y      y
module add          y      -
module remove       y      -
sub-account list    y      -
sub-account add     y      -
sub-account remove  y      -
domain list         y      -
domain allow        y      -
domain block        y      -
domain forget       y      -
domain check        y      -
mail preview        y      -
mail template show  y      -
mail template set   -      -
mail template reset -      -
mail test           -      -
search-index build  -      -
search-index drop   -      -
search-index status -      -
stats               y      -
audit list          y      -
audit verify        -      -
doctor              -      -
export              y      -
template list       y      y
template show       y      y
template check      y      y
completions         y      y
man                 y      y

"#]]
    );
}

#[test]
fn e1_phone_system() {
    assert_data_eq!(
        matrix("phone-system"),
        str![[r#"
                    owner  admin  member
init                -      -      -
invite              y      y      -
add                 y      y      -
import              y      y      -
list                y      y      -
show                y      y      -
send                y      y      -
resend              y      y      -
cancel              y      y      -
delivery list       y      y      -
delivery retry      y      y      -
accept              y      y      y
decline             y      y      y
expire              -      -      -
deactivate          y      y      -
reactivate          y      y      -
remove              y      y      -
set-role            y      y      -
set-team            y      y      -
assign-agent        y      y      -
unassign-agent      y      y      -
grant               y      y      -
revoke              y      y      -
login               y      y      y
password reset      y      y      -
pin reset           y      y      -
pin verify          y      y      -
agent import        y      y      -
agent add           y      y      -
agent list          y      y      -
agent show          y      y      -
can                 y      y      -
who-can             y      y      y
role list           y      y      y
role show           y      y      y
role create         y      y      -
role edit           y      y      -
role delete         y      y      -
team create         y      y      -
team list           y      y      y
team show           y      y      -
team rename         y      y      -
team delete         y      y      -
team leaders        y      y      -
org create          -      -      -
org list            y      y      y
org use             -      -      -
org show            y      y      y
org set             -      -      -
org rename          -      -      -
org delete          -      -      -
module list         y      y      y
module add          y      y      -
module remove       y      y      -
sub-account list    y      y      -
sub-account add     y      y      -
sub-account remove  y      y      -
domain list         y      y      -
domain allow        y      y      -
domain block        y      y      -
domain forget       y      y      -
domain check        y      y      -
mail preview        y      y      -
mail template show  y      y      -
mail template set   -      -      -
mail template reset -      -      -
mail test           -      -      -
search-index build  -      -      -
search-index drop   -      -      -
search-index status -      -      -
stats               y      y      -
audit list          y      y      -
audit verify        -      -      -
doctor              -      -      -
export              y      y      -
template list       y      y      y
template show       y      y      y
template check      y      y      y
completions         y      y      y
man                 y      y      y

"#]]
    );
}

#[test]
fn e1_security_console() {
    assert_data_eq!(
        matrix("security-console"),
        str![[r#"
                    owner  admin  editor  viewer
init                -      -      -       -
invite              y      y      -       -
add                 y      y      -       -
import              y      y      -       -
list                y      y      -       -
show                y      y      -       -
send                y      y      -       -
resend              y      y      -       -
cancel              y      y      -       -
delivery list       y      y      -       -
delivery retry      y      y      -       -
accept              y      y      y       y
decline             y      y      y       y
expire              -      -      -       -
deactivate          y      y      -       -
reactivate          y      y      -       -
remove              y      y      -       -
set-role            y      y      -       -
set-team            y      y      -       -
assign-agent        y      y      -       -
unassign-agent      y      y      -       -
grant               y      y      -       -
revoke              y      y      -       -
login               y      y      y       y
password reset      y      y      -       -
pin reset           y      y      -       -
pin verify          y      y      -       -
agent import        y      y      -       -
agent add           y      y      -       -
agent list          y      y      -       -
agent show          y      y      -       -
can                 y      y      -       -
who-can             y      y      y       y
role list           y      y      y       y
role show           y      y      y       y
role create         y      y      -       -
role edit           y      y      -       -
role delete         y      y      -       -
team create         y      y      -       -
team list           y      y      y       y
team show           y      y      -       -
team rename         y      y      -       -
team delete         y      y      -       -
team leaders        y      y      -       -
org create          -      -      -       -
org list            y      y      y       y
org use             -      -      -       -
org show            y      y      y       y
org set             -      -      -       -
org rename          -      -      -       -
org delete          -      -      -       -
module list         y      y      y       y
module add          y      y      -       -
module remove       y      y      -       -
sub-account list    y      y      -       -
sub-account add     y      y      -       -
sub-account remove  y      y      -       -
domain list         y      y      -       -
domain allow        y      y      -       -
domain block        y      y      -       -
domain forget       y      y      -       -
domain check        y      y      -       -
mail preview        y      y      -       -
mail template show  y      y      -       -
mail template set   -      -      -       -
mail template reset -      -      -       -
mail test           -      -      -       -
search-index build  -      -      -       -
search-index drop   -      -      -       -
search-index status -      -      -       -
stats               y      y      -       -
audit list          y      y      -       -
audit verify        -      -      -       -
doctor              -      -      -       -
export              y      y      -       -
template list       y      y      y       y
template show       y      y      y       y
template check      y      y      y       y
completions         y      y      y       y
man                 y      y      y       y

"#]]
    );
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
