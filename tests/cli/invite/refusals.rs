//! `admit invite`: who and what is refused, and that nothing is changed by it.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use super::status_and_link;
use crate::support::World;

#[test]
fn c3_a_lifetime_has_limits_and_is_never_clamped() {
    let world = World::with_people();
    let before = world.contents();
    for bad in ["59m", "3599s", "366d", "365d 1s", "1y", "0d", "-7d", "7", "never", ""] {
        let run = world.admit(["invite", "new@example.com", &format!("--expires-in={bad}")]);
        assert!(run.assert_code(2).stderr.contains("a lifetime "), "{run}");
    }
    assert_eq!(world.contents(), before);
    for (lifetime, seconds) in [("1h", 3_600), ("365d", 31_536_000), ("2 weeks", 1_209_600)] {
        let email = format!("for.{seconds}@example.com");
        world.admit(["invite", &email, "--expires-in", lifetime]).assert_code(0);
        assert_eq!(status_and_link(&world, &email), ("invited".to_owned(), Some(seconds)));
    }
}

#[test]
fn a_lifetime_without_a_link_is_a_wrong_command_line() {
    let world = World::with_people();
    let before = world.contents();
    world.admit(["invite", "new@example.com", "--no-send", "--expires-in=2d"]).assert_code(2);
    assert_eq!(world.contents(), before);
}

#[test]
fn a_deactivated_person_is_brought_back_instead() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Deactivated);
    let before = world.contents();
    let run = world.admit(["invite", "ann@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result       Role  Link expires
ann@example.com  deactivated  -     -
--- stderr
error: ann@example.com is deactivated already
hint: bring back: admit reactivate ann@example.com
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn when_none_is_invited_the_answer_is_1() {
    let world = World::with_people();
    let before = world.contents();
    world.admit(["invite", "bob@example.com", "cid@example.com", "x@@y"]).assert_code(1);
    assert_eq!(world.contents(), before);
}

#[test]
fn invalid_addresses_alone_make_no_store() {
    let world = World::fresh();
    world.admit(["invite", "x@@y"]).assert_code(1);
    assert!(!world.store_path().exists());
}

#[test]
fn names_that_are_not_there_are_refused_with_the_nearest() {
    let world = World::with_people();
    let before = world.contents();
    let invite = |more: &[&str]| {
        let words = ["invite", "new@example.com", "--role=agent"].into_iter();
        world.admit(words.chain(more.iter().copied()))
    };
    let run = world.admit(["invite", "new@example.com", "--role=agnt"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no role agnt in main
hint: did you mean agent?
--- exit 67

"#]]
    );
    assert_data_eq!(
        invite(&["--team=Suport"]).to_string(),
        str![[r#"
--- stderr
error: no team Suport in main
hint: did you mean Support?
--- exit 67

"#]]
    );
    assert_data_eq!(
        invite(&["--team=Night shift"]).to_string(),
        str![[r#"
--- stderr
error: no team Night shift in main
hint: make it: admit team create 'Night shift'
--- exit 67

"#]]
    );
    assert_data_eq!(
        invite(&["--agent=voice:4721"]).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
new@example.com  refused  -     -
--- stderr
error: no agent voice:4721 in main
hint: did you mean voice:4711 or voice:4712?
--- exit 67

"#]]
    );
    assert_data_eq!(
        invite(&["--agent=nothing-like-it"]).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
new@example.com  refused  -     -
--- stderr
error: no agent nothing-like-it in main
hint: agents come from interaction data: admit agent import FILE, or admit agent add SOURCE:nothing-like-it
--- exit 67

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn agents_go_to_who_may_hold_them_and_to_one_holder() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    let before = world.contents();
    let run = world.admit(["invite", "new@example.com", "-r=agent", "-a=voice:4711"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
new@example.com  refused  -     -
--- stderr
error: agent voice:4711 belongs to bob@example.com
hint: invite without it, then take it over: admit assign-agent new@example.com voice:4711 --move
--- exit 1

"#]]
    );
    let run = world.admit(["invite", "new@example.com", "-r=user", "-a=voice:4712"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Role  Link expires
new@example.com  refused  -     -
--- stderr
error: new@example.com has the role user, which holds no agent IDs
hint: the role that does: --role agent
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn wrong_command_lines_change_nothing() {
    let world = World::with_people();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["invite"]).to_string(),
        str![[r#"
--- stderr
error: nobody is named
hint: admit invite EMAIL…, or - to read addresses from stdin
--- exit 2

"#]]
    );
    let run = world.admit(["invite", "a@example.com", "b@example.com", "--name=Two"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: --name is for one person; there are several here
--- exit 2

"#]]
    );
    let run =
        world.admit(["invite", "a@example.com", "b@example.com", "-r=agent", "-a=voice:4711"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: --agent is for one person: an agent ID belongs to one user
--- exit 2

"#]]
    );
    let run = world.admit(["invite", "a@example.com", "--fields=user,nonsense"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: there is no field `nonsense`; the fields are user, name, result, role, team, agents, modules, sub_accounts, expires_at, link, mail, answer, reason, organization
--- exit 2

"#]]
    );
    for bad in ["--role=!", "--team=", "--name=\u{1b}[31m", "--agent=a b", "--nonsense"] {
        world.admit(["invite", "a@example.com", bad]).assert_code(2);
    }
    assert_eq!(world.contents(), before);
}

#[test]
fn a_refused_person_leaves_no_trace_beside_those_invited() {
    let world = World::with_people();
    let entries = world.entries();
    world.admit(["invite", "bob@example.com", "new@example.com"]).assert_code(3);
    assert_eq!(world.entries(), entries + 1);
    assert_eq!(world.last_entry(), "user.invite 1: new@example.com [role=user]");
}
