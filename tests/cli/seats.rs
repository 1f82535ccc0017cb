//! Seats: how many active and invited users with a login an organization's plan allows (rule 5).

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

/// Seats of an organization: taken, and left.
fn seats(world: &World, slug: &str) -> (i64, Option<i64>) {
    let run = world.admit(["org", "show", slug, "--format=json"]);
    let json = run.json();
    (json["seats_taken"].as_i64().unwrap(), json["seats_left"].as_i64())
}

/// main with three seats, of which ann and bob have one each.
fn with_one_seat_left() -> World {
    let world = World::with_store();
    world.admit(["invite", "ann@example.com", "bob@example.com", "--role=agent"]).assert_code(0);
    world.admit(["org", "set", "--seats=3"]).assert_code(0);
    world
}

#[test]
fn invite_fills_the_seats_in_order_and_names_who_gets_none() {
    let world = with_one_seat_left();
    let words = ["invite", "cid@example.com", "dora@example.com", "eve@example.com", "--no-send"];
    let before = world.contents();
    world.admit(words.iter().chain(&["--dry-run"])).assert_code(3);
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
User              Result   Role  Link expires
cid@example.com   invited  user  -
dora@example.com  no seat  -     -
eve@example.com   no seat  -     -
--- stderr
error: main has no room for dora@example.com: 0 of its 3 seats are left
hint: free seats: admit cancel USER, admit deactivate USER; or raise the limit: admit org set main --seats NUMBER
error: main has no room for eve@example.com: 0 of its 3 seats are left
hint: free seats: admit cancel USER, admit deactivate USER; or raise the limit: admit org set main --seats NUMBER
Invited 1 person in main.
hint: no link yet; make it: admit send cid@example.com
--- exit 3

"#]]
    );
    assert_eq!(world.last_entry(), "user.invite 1: cid@example.com [role=user]");
    assert_eq!(seats(&world, "main"), (3, Some(0)));
    let before = world.contents();
    assert_data_eq!(
        world.admit(["invite", "dora@example.com", "--format=json"]).to_string(),
        str![[r#"
--- stdout
[
{"user":"dora@example.com","name":null,"result":"no seat","role":null,"team":null,"agents":[],"modules":[],"sub_accounts":[],"expires_at":null,"link":null,"mail":null,"answer":null,"reason":"main has no room for dora@example.com: 0 of its 3 seats are left","organization":"main"}
]
--- stderr
error: main has no room for dora@example.com: 0 of its 3 seats are left
hint: free seats: admit cancel USER, admit deactivate USER; or raise the limit: admit org set main --seats NUMBER
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
    // Who is there already wants no seat, and is told what is so.
    let run = world.admit(["invite", "ann@example.com"]);
    assert!(run.assert_code(1).stderr.contains("ann@example.com is invited already"), "{run}");
}

#[test]
fn an_import_over_the_limit_is_refused_whole() {
    let world = with_one_seat_left();
    world.file("two.csv", "email\ncid@example.com\ndora@example.com\nann@example.com\n");
    world.file("one.csv", "email\ncid@example.com\nann@example.com\n");
    let before = world.contents();
    assert_data_eq!(
        world.admit(["import", "two.csv"]).to_string(),
        str![[r#"
--- stderr
error: main has no room for 2 more people: 1 of its 3 seats is left
hint: free seats: admit cancel USER, admit deactivate USER; or raise the limit: admit org set main --seats NUMBER
--- exit 1

"#]]
    );
    for more in [&["--dry-run"][..], &["--send"], &["--on-existing=update"], &["--keep-going"]] {
        let words = ["import", "two.csv"];
        world.admit(words.iter().chain(more)).assert_code(1);
    }
    assert_eq!(world.contents(), before);
    // What is wrong with the file is told as well, and comes first.
    world
        .file("bad.csv", "email,role\ncid@example.com,\ndora@example.com,\neve@example.com,king\n");
    world.admit(["import", "bad.csv"]).assert_code(65);
    let rejects = ["--keep-going", "--rejects=rejects.csv"];
    assert_data_eq!(
        world.admit(["import", "bad.csv"].iter().chain(&rejects)).to_string(),
        str![[r#"
--- stderr
bad.csv:4: role: king: no role king in main; known roles: admin, team-leader, user, agent
error: main has no room for 2 more people: 1 of its 3 seats is left
hint: free seats: admit cancel USER, admit deactivate USER; or raise the limit: admit org set main --seats NUMBER
--- exit 1

"#]]
    );
    assert!(!world.home().join("rejects.csv").exists());
    assert_eq!(world.contents(), before);
    // Who is there already takes none.
    world.admit(["import", "one.csv"]).assert_code(0);
    assert_eq!(seats(&world, "main"), (3, Some(0)));
    world.admit(["import", "one.csv"]).assert_code(0);
}

#[test]
fn whoever_goes_frees_a_seat_and_whoever_comes_back_takes_one() {
    let world = with_one_seat_left();
    world.admit(["invite", "cid@example.com", "--role=agent"]).assert_code(0);
    let full = |world: &World| {
        world.admit(["invite", "new@example.com"]).assert_code(1);
    };
    full(&world);
    // Active people hold theirs, without a link.
    world.put("ann@example.com", Status::Active);
    full(&world);
    let free = [
        ("deactivate", "ann@example.com"),
        ("cancel", "bob@example.com"),
        ("remove", "cid@example.com"),
    ];
    for (place, (verb, email)) in (0..).zip(free) {
        world.admit([verb, email, "--yes"]).assert_code(0);
        assert_eq!(seats(&world, "main"), (2 - place, Some(1 + place)));
    }
    for email in ["x@example.com", "y@example.com", "z@example.com"] {
        world.admit(["invite", email, "--role=agent"]).assert_code(0);
    }
    let before = world.contents();
    assert_data_eq!(
        world.admit(["reactivate", "ann@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result
ann@example.com  no seat
--- stderr
error: main has no room for ann@example.com: 0 of its 3 seats are left
hint: free seats: admit cancel USER, admit deactivate USER; or raise the limit: admit org set main --seats NUMBER
--- exit 1

"#]]
    );
    world.admit(["invite", "bob@example.com"]).assert_code(1);
    assert_eq!(world.contents(), before);
    world.admit(["cancel", "x@example.com"]).assert_code(0);
    world.admit(["reactivate", "ann@example.com"]).assert_code(0);
    full(&world);
    world.admit(["org", "set", "--seats=4"]).assert_code(0);
    world.admit(["invite", "bob@example.com"]).assert_code(0);
    full(&world);
    world.admit(["org", "set", "--seats=none"]).assert_code(0);
    world.admit(["invite", "new@example.com"]).assert_code(0);
}

#[test]
fn a_link_that_ran_out_holds_no_seat_until_it_is_sent_again() {
    let world = with_one_seat_left();
    world.put("bob@example.com", Status::Expired);
    assert_eq!(seats(&world, "main"), (1, Some(2)));
    // Who is pending holds a seat already: sending takes no second one.
    world.admit(["invite", "cid@example.com", "dora@example.com", "--no-send"]).assert_code(0);
    world.admit(["send", "--all"]).assert_code(0);
    world.admit(["resend", "cid@example.com"]).assert_code(0);
    let before = world.contents();
    assert_data_eq!(
        world.admit(["resend", "bob@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result   Link expires
bob@example.com  no seat  -
--- stderr
error: main has no room for bob@example.com: 0 of its 3 seats are left
hint: free seats: admit cancel USER, admit deactivate USER; or raise the limit: admit org set main --seats NUMBER
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(["cancel", "cid@example.com"]).assert_code(0);
    world.admit(["resend", "bob@example.com"]).assert_code(0);
    assert_eq!(seats(&world, "main"), (3, Some(0)));
}

#[test]
fn one_command_takes_no_seat_twice() {
    let world = with_one_seat_left();
    world.admit(["invite", "cid@example.com", "--role=agent"]).assert_code(0);
    for email in ["ann@example.com", "bob@example.com", "cid@example.com"] {
        world.put(email, Status::Deactivated);
    }
    world.admit(["org", "set", "--seats=2"]).assert_code(0);
    let everybody = ["ann@example.com", "bob@example.com", "cid@example.com"];
    let run = world.admit(["reactivate"].iter().chain(&everybody).chain(&["--format=ids"]));
    assert_eq!(run.assert_code(3).lines(), ["ann@example.com", "bob@example.com"]);
    assert_eq!(seats(&world, "main"), (2, Some(0)));
}

#[test]
fn two_organizations_count_apart() {
    let world = with_one_seat_left();
    world.admit(["org", "create", "acme", "--owner=ann@example.com"]).assert_code(0);
    world.admit(["org", "set", "acme", "--seats=2"]).assert_code(0);
    assert_eq!((seats(&world, "main"), seats(&world, "acme")), ((2, Some(1)), (1, Some(1))));
    world.admit(["--org=acme", "invite", "bob@example.com"]).assert_code(0);
    let run = world.admit(["--org=acme", "invite", "cid@example.com"]);
    assert!(run.assert_code(1).stderr.contains("acme has no room for cid@example.com"), "{run}");
    world.admit(["invite", "cid@example.com"]).assert_code(0);
    assert_eq!((seats(&world, "main"), seats(&world, "acme")), ((3, Some(0)), (2, Some(0))));
}

#[test]
fn the_last_seat_is_taken_once_however_many_want_it() {
    let world = with_one_seat_left();
    let together: Vec<i32> = std::thread::scope(|scope| {
        let invite = |n: u32| world.admit(["invite", &format!("new{n}@example.com")]).code;
        let runs: Vec<_> = (0..8).map(|n| scope.spawn(move || invite(n))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert_eq!(together.iter().filter(|code| **code == 0).count(), 1, "{together:?}");
    assert_eq!(together.iter().filter(|code| **code == 1).count(), 7, "{together:?}");
    assert_eq!(seats(&world, "main"), (3, Some(0)));
}
