//! Rules that count people, under 32 processes at the same moment: exactly one wins, and who lost is told
//! why. That nothing breaks when many write is `concurrency`'s.

use std::process::Output;

use admit::domain::status::Status;
use rusqlite::Connection;

use crate::concurrency::{at_once_behind_a_lock, codes, stderr, words};
use crate::state::{assert_whole, connect, number, people, users};
use crate::support::World;

/// How many processes.
const MANY: usize = 32;

/// One that wins, all others refused.
fn one_of_many() -> Vec<i32> {
    let mut codes = vec![1; MANY];
    codes[0] = 0;
    codes
}

fn text(store: &Connection, sql: &str) -> String {
    store.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn limit_seats(world: &World, limit: i64) {
    let changed = connect(world).execute("UPDATE organizations SET seat_limit = ?1", [limit]);
    assert_eq!(changed.unwrap(), 1);
}

#[track_caller]
fn assert_each_refused_says(outputs: &[Output], expected: &[&str]) {
    for output in outputs.iter().filter(|output| !output.status.success()) {
        let said = stderr(output);
        assert!(expected.iter().any(|expected| said.contains(expected)), "{said}");
    }
}

#[test]
fn e8_one_agent_id_goes_to_one_of_many_and_the_others_are_told_whose_it_is() {
    let world = World::with_store();
    world.admit(["agent", "add", "voice:4711"]).assert_code(0);
    world.file("people.csv", people("p", MANY));
    world.admit(["import", "people.csv"]).assert_code(0);
    let commands: Vec<_> = (0..MANY)
        .map(|number| words(&format!("assign-agent p{number:05}@example.com voice:4711")))
        .collect();
    let outputs = at_once_behind_a_lock(&world, &commands);
    assert_eq!(codes(&outputs), one_of_many());
    let winner = outputs.iter().position(|output| output.status.success()).unwrap();
    let holder = text(
        &connect(&world),
        "SELECT email FROM assignments JOIN users ON users.id = user_id WHERE until_at IS NULL",
    );
    assert_eq!(holder, format!("p{winner:05}@example.com"), "who was told so has it");
    assert_each_refused_says(&outputs, &[&format!("agent voice:4711 belongs to {holder}")]);
    assert_eq!(number(&world, "SELECT count(*) FROM assignments"), 1);
    assert_eq!(number(&world, "SELECT count(*) FROM audit WHERE action = 'agent.assign'"), 1);
    assert_whole(&world);
}

#[test]
fn e4_of_two_admins_one_stays_however_many_deactivate_them() {
    let world = World::with_store();
    let admins = ["ann@example.com", "bob@example.com"];
    for admin in admins {
        world.admit(["invite", admin, "--role=admin", "--no-send"]).assert_code(0);
        world.put(admin, Status::Active);
    }
    let commands: Vec<_> =
        (0..MANY).map(|number| words(&format!("deactivate {}", admins[number % 2]))).collect();
    let outputs = at_once_behind_a_lock(&world, &commands);
    assert_eq!(codes(&outputs), one_of_many());
    assert_eq!(number(&world, "SELECT count(*) FROM users WHERE status = 3"), 1);
    let gone = outputs.iter().position(|output| output.status.success()).unwrap();
    let (gone, stays) = (admins[gone % 2], admins[(gone + 1) % 2]);
    assert_eq!(
        text(&connect(&world), "SELECT email FROM users WHERE status = 3"),
        stays,
        "who was told so is gone"
    );
    let last = format!("{stays} is the last active user of main who can manage users");
    let already = format!("{gone} is deactivated");
    assert_each_refused_says(&outputs, &[&last, &already]);
    let told = outputs.iter().filter(|output| stderr(output).contains(&last)).count();
    assert_eq!(told, MANY / 2);
    assert_whole(&world);
}

#[test]
fn the_last_seat_goes_to_one_of_many() {
    let world = World::with_store();
    world.admit(["invite", "ann@example.com", "bob@example.com", "--no-send"]).assert_code(0);
    limit_seats(&world, 3);
    let commands: Vec<_> =
        (0..MANY).map(|number| words(&format!("invite p{number}@example.com"))).collect();
    let outputs = at_once_behind_a_lock(&world, &commands);
    assert_eq!(codes(&outputs), one_of_many());
    assert_each_refused_says(&outputs, &["0 of its 3 seats are left"]);
    assert_eq!(users(&world), 3);
    assert_eq!(number(&world, "SELECT count(*) FROM invites"), 1);
    assert_whole(&world);
}

#[test]
fn imports_and_invites_together_never_take_more_seats_than_there_are() {
    let (limit, imported, imports) = (40, 15, 4);
    let world = World::with_store();
    limit_seats(&world, limit);
    let mut commands = Vec::new();
    for number in 0..MANY {
        commands.push(words(&if number % (MANY / imports) == 0 {
            world.file(&format!("file{number}.csv"), people(&format!("f{number}-"), imported));
            format!("import file{number}.csv")
        } else {
            format!("invite p{number}@example.com --no-send")
        }));
    }
    let outputs = at_once_behind_a_lock(&world, &commands);
    assert_each_refused_says(&outputs, &["of its 40 seats"]);
    let done = |verb: &str| {
        let all = commands.iter().zip(&outputs).filter(|(command, _)| command[0] == verb);
        let done = all.clone().filter(|(_, output)| output.status.success()).count();
        (done, all.count() - done)
    };
    let ((imports_done, imports_refused), (invited, not_invited)) =
        (done("import"), done("invite"));
    // Each import is there whole or not at all.
    assert_eq!(users(&world), (imports_done * imported + invited) as i64);
    assert_eq!(number(&world, "SELECT count(*) FROM batches"), imports_done as i64);
    assert!(users(&world) <= limit, "{} of {limit} seats", users(&world));
    assert!(imports_refused + not_invited > 0, "there was room for everybody");
    // Nobody is refused while there is room.
    assert!(not_invited == 0 || users(&world) == limit, "{} of {limit} seats", users(&world));
    assert!(imports_refused == 0 || users(&world) > limit - imported as i64);
    assert_whole(&world);
}

#[test]
fn e5_from_the_moment_an_actor_is_deactivated_nothing_more_is_taken_from_them() {
    let world = World::with_store();
    for admin in ["ann@example.com", "bob@example.com"] {
        world.admit(["invite", admin, "--role=admin", "--no-send"]).assert_code(0);
        world.put(admin, Status::Active);
    }
    let before = users(&world);
    let commands: Vec<_> = (0..MANY)
        .map(|number| {
            words(&match number == MANY / 2 {
                true => "deactivate ann@example.com".to_owned(),
                false => format!("--as ann@example.com invite p{number}@example.com --no-send"),
            })
        })
        .collect();
    let outputs = at_once_behind_a_lock(&world, &commands);
    assert!(outputs[MANY / 2].status.success(), "{}", stderr(&outputs[MANY / 2]));
    let invited = outputs.iter().filter(|output| output.status.success()).count() - 1;
    assert_eq!(users(&world), before + invited as i64);
    let refused: Vec<i32> = codes(&outputs).into_iter().filter(|code| *code != 0).collect();
    assert_eq!(refused, vec![77; MANY - 1 - invited]);
    assert_each_refused_says(&outputs, &["ann@example.com is deactivated"]);
    let afterwards = "SELECT count(*) FROM audit WHERE actor = 'ann@example.com'
        AND action <> 'access.refuse'
        AND number > (SELECT number FROM audit WHERE action = 'user.deactivate')";
    assert_eq!(number(&world, afterwards), 0);
    let noted = "SELECT count(*) FROM audit WHERE action = 'access.refuse'";
    assert_eq!(number(&world, noted), refused.len() as i64, "each attempt is in the audit");
    let run = world.admit(["--as", "ann@example.com", "invite", "late@example.com"]);
    run.assert_code(77);
    assert_eq!(users(&world), before + invited as i64);
    assert_whole(&world);
}
