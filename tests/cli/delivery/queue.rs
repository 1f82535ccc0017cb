//! Working the queue off: `send --queued`, by cron, by several at once, and killed in the midst.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::smtp::{Act, At, Fault, SmtpServer};

/// A world in which mails to so many people wait and are due.
fn waiting(server: &SmtpServer, people: usize) -> World {
    server.become_with([Fault::always(At::Rcpt, Act::Say("450 4.2.1 busy"))]);
    let world = World::mailing(server);
    let emails: Vec<String> = (0..people).map(|n| format!("p{n:02}@example.com")).collect();
    let words = ["invite", "--quiet"].map(str::to_owned).into_iter().chain(emails);
    world.admit(words).assert_code(3);
    world.let_pauses_pass();
    server.become_with([]);
    world
}

/// How often each was mailed.
fn mailed(server: &SmtpServer) -> BTreeMap<String, usize> {
    let mut mailed = BTreeMap::new();
    for received in server.received() {
        *mailed.entry(received.recipient().to_owned()).or_default() += 1;
    }
    mailed
}

#[test]
fn what_is_due_is_handed_over_and_nothing_else_is_said() {
    let server = SmtpServer::start();
    let world = waiting(&server, 2);
    assert_data_eq!(
        world.admit(["send", "--queued"]).to_string(),
        str![[r#"
--- stdout
Number  User             Kind        State        Tries  Next try  Answer
     1  p00@example.com  invitation  handed over      2  -         250 2.0.0 queued as 1
     2  p01@example.com  invitation  handed over      2  -         250 2.0.0 queued as 1
--- stderr
Handed over 2 mails.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["send", "--queued"]).to_string(),
        str![[r#"
--- exit 0

"#]]
    );
    assert_eq!(mailed(&server).len(), 2);
}

#[test]
fn h3_pauses_grow_and_nothing_is_tried_before_its_time() {
    let server = SmtpServer::with([Fault::always(At::Rcpt, Act::Say("450 4.2.1 busy"))]);
    let world = World::mailing(&server);
    world.admit(["invite", "ana@example.com"]).assert_code(3);
    let pause = || -> i64 {
        let sql = "SELECT due_at - changed_at FROM deliveries";
        world.sql().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let mut pauses = vec![pause()];
    assert_eq!(world.admit(["send", "--queued"]).assert_code(0).stdout, "");
    for _ in 0..3 {
        world.let_pauses_pass();
        world.admit(["send", "--queued"]).assert_code(3);
        pauses.push(pause());
    }
    assert_eq!(pauses, [120, 600, 1800, 7200]);
    assert_eq!(world.deliveries(), ["ana@example.com,invitation,queued,4"]);
    // After five days it is given up.
    world.let_pauses_pass();
    world.sql().execute("UPDATE deliveries SET created_at = created_at - 432000", []).unwrap();
    let run = world.admit(["send", "--queued"]);
    assert!(run.assert_code(3).stderr.contains("given up after 5 tries: 450 4.2.1 busy"), "{run}");
    assert_eq!(world.deliveries(), ["ana@example.com,invitation,refused,5"]);
}

#[test]
fn a_limit_and_a_rate_hold() {
    let server = SmtpServer::start();
    let world = waiting(&server, 8);
    let run = world.admit(["send", "--limit=3", "--format=ids"]);
    assert_eq!(run.assert_code(0).stdout, "1\n2\n3\n");
    let begun = Instant::now();
    world.admit(["send", "--queued", "--rate=10/s"]).assert_code(0);
    assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());
    assert_eq!(mailed(&server).len(), 8);
    let run = world.admit(["send", "--queued", "--rate=10"]);
    assert!(run.assert_code(2).stderr.contains("a rate is a number of mails"), "{run}");
}

#[test]
fn two_at_once_mail_everybody_once() {
    let server = SmtpServer::start();
    let world = waiting(&server, 30);
    let children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = world.command();
            command.args(["send", "--queued", "--quiet"]).stdin(Stdio::null());
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mailed = mailed(&server);
    assert_eq!(mailed.len(), 30);
    assert!(mailed.values().all(|times| *times == 1), "{mailed:?}");
}

#[test]
fn h10_killed_while_handing_over_it_is_in_doubt_and_mailed_again_by_nobody_unasked() {
    let server = SmtpServer::start();
    let world = waiting(&server, 3);
    server.become_with([Fault::about(At::Message, "", Act::Hang)]);
    world.mail_settings(&format!("server = \"{}\"\nreply-timeout = \"60s\"", server.url()));
    let mut child = world.command().args(["send", "--queued"]).spawn().unwrap();
    let begun = Instant::now();
    while !server.said().iter().any(|said| said.ends_with("\r\n.\r\n")) {
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", server.said());
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    server.become_with([]);
    assert_eq!(world.deliveries()[0], "p00@example.com,invitation,sending,2");
    // Whoever comes by meanwhile leaves it alone, and goes on with the others.
    world.admit(["send", "--queued"]).assert_code(0);
    assert_eq!(
        mailed(&server).keys().map(String::as_str).collect::<Vec<_>>(),
        ["p01@example.com", "p02@example.com"]
    );
    // When its time is over, nobody knows what became of it.
    world.sql().execute("UPDATE deliveries SET due_at = 0 WHERE state = 2", []).unwrap();
    assert_eq!(world.deliveries()[0], "p00@example.com,invitation,unknown,2");
    let run = world.admit(["delivery", "list", "--state=unknown", "--format=ids"]);
    assert_eq!(run.stdout, "1\n");
    // That is told once, to whoever works the queue off next.
    assert_data_eq!(
        world.admit(["send", "--queued"]).to_string(),
        str![[r#"
--- stdout
Number  User             Kind        State    Tries  Next try  Answer
     1  p00@example.com  invitation  unknown      2  -         whatever handed it over came to an end before it had an answer
--- stderr
error: the mail to p00@example.com may have arrived or not: whatever handed it over came to an end before it had an answer
hint: mail again, with a new link: admit delivery retry 1 --yes
Handed over 0 of 1 mail.
--- exit 3

"#]]
    );
    world.admit(["send", "--queued"]).assert_code(0);
    world.admit(["delivery", "retry", "1"]).assert_code(1);
    assert_eq!(server.received().len(), 2);
    world.admit(["delivery", "retry", "1", "--yes"]).assert_code(0);
    assert_eq!(server.received().len(), 3);
}

#[test]
fn h10_killed_at_any_moment_nobody_is_mailed_twice_or_from_outside() {
    let server = SmtpServer::start();
    let world = waiting(&server, 40);
    for round in 0..25_u64 {
        let mut command = world.command();
        command.args(["send", "--queued", "--quiet"]).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(3 + round * 7 % 40));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    world.admit(["send", "--queued"]).assert_code(0);
    let mailed = mailed(&server);
    assert!(mailed.values().all(|times| *times == 1), "{mailed:?}");
    let stored = world.statuses();
    assert!(mailed.keys().all(|email| stored.contains_key(email)));
    // Whoever was not mailed is known to be in doubt, and everybody else was.
    let lines = world.deliveries();
    let doubtful = lines.iter().filter(|line| line.contains(",sending,")).count();
    let done = lines.iter().filter(|line| line.contains(",handed-over,")).count();
    assert_eq!(doubtful + done, 40, "{lines:?}");
    assert!(mailed.len() >= done && mailed.len() <= done + doubtful, "{lines:?}");
    assert_eq!(world.admit(["audit", "verify"]).code, 0);
}

#[test]
fn the_queue_of_every_organization_is_worked_off_unless_one_is_named() {
    let server = SmtpServer::start();
    let world = waiting(&server, 1);
    world.admit(["org", "create", "acme"]).assert_code(0);
    server.become_with([Fault::always(At::Rcpt, Act::Say("450 4.2.1 busy"))]);
    world.admit(["--org=acme", "invite", "ada@acme.example"]).assert_code(3);
    server.become_with([]);
    world.let_pauses_pass();
    let run = world.admit([
        "--org=acme",
        "send",
        "--queued",
        "--fields=user,organization",
        "--format=csv",
    ]);
    assert_eq!(run.assert_code(0).stdout, "user,organization\nada@acme.example,acme\n");
    let run = world.admit(["send", "--queued", "--fields=user,organization", "--format=csv"]);
    assert_eq!(run.assert_code(0).stdout, "user,organization\np00@example.com,main\n");
}

#[test]
fn a_server_that_is_down_is_69_and_the_queue_stays() {
    let server = SmtpServer::start();
    let world = waiting(&server, 3);
    world.mail_settings("server = \"smtp://127.0.0.1:1\"");
    assert_data_eq!(
        world.admit(["send", "--queued"]).to_string(),
        str![[r#"
--- stdout
Number  User             Kind        State   Tries  Next try              Answer
     1  p00@example.com  invitation  queued      2  [DAY, HOUR AND ZONE]  127.0.0.1:1 cannot be reached: connection refused
--- stderr
error: the mail server cannot be used: 127.0.0.1:1 cannot be reached: connection refused
hint: the mails stay queued; try again: admit delivery retry --all
Handed over 0 of 1 mail.
--- exit 69

"#]]
    );
    assert_eq!(world.deliveries().iter().filter(|line| line.contains(",queued,")).count(), 3);
}

#[test]
fn what_waits_is_for_the_role_of_that_time_and_ends_with_the_invite() {
    let server = SmtpServer::start();
    let world = waiting(&server, 3);
    world.admit(["set-role", "p00@example.com", "--role=agent"]).assert_code(0);
    world.admit(["cancel", "p01@example.com"]).assert_code(0);
    world.admit(["send", "--queued"]).assert_code(0);
    assert_eq!(
        mailed(&server).keys().map(String::as_str).collect::<Vec<_>>(),
        ["p00@example.com", "p02@example.com"]
    );
    let received = server.received();
    assert!(received[0].text().contains("Agent"), "{}", received[0].text());
    // A link that is out already is for the role before, and ends.
    world.admit(["set-role", "p00@example.com", "--role=user"]).assert_code(0);
    assert_eq!(world.status("p00@example.com"), "pending");
}

#[test]
fn whoever_may_not_invite_any_more_has_nobody_mailed() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    world.another_manager();
    world.admit(["invite", "olga@example.com", "--role=admin", "--no-send"]).assert_code(0);
    world.put("olga@example.com", Status::Active);
    server.become_with([Fault::always(At::Rcpt, Act::Say("451 4.2.1 try later"))]);
    world.admit(["--as=olga@example.com", "invite", "ann@example.com"]).assert_code(3);
    world.admit(["deactivate", "olga@example.com"]).assert_code(0);
    server.become_with([]);
    world.let_pauses_pass();
    assert_data_eq!(
        world.admit(["send", "--queued"]).to_string(),
        str![[r#"
--- stdout
Number  User             Kind        State    Tries  Next try  Answer
     1  ann@example.com  invitation  refused      1  -         not sent: the inviter may not any more: olga@example.com is deactivated; only active users may do anything
--- stderr
error: the mail to ann@example.com was refused: not sent: the inviter may not any more: olga@example.com is deactivated; only active users may do anything
hint: where the address is right, try again: admit delivery retry 1
Handed over 0 of 1 mail.
--- exit 3

"#]]
    );
    assert_eq!(server.received().len(), 0);
}

#[test]
fn an_import_queues_and_mails_and_what_fails_is_told() {
    let server = SmtpServer::with([Fault::about(At::Rcpt, "eve@", Act::Say("550 5.1.1 no such"))]);
    let world = World::mailing(&server);
    let file =
        world.file("people.csv", "email\nann@example.com\neve@example.com\nbob@example.com\n");
    let dry = world.admit(["import", file.to_str().unwrap(), "--send", "--dry-run"]);
    assert!(dry.assert_code(0).stderr.contains("; 3 mails queued."), "{dry}");
    let run = world.admit(["import", file.to_str().unwrap(), "--send"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization       main
File               [HOME]/people.csv
Import             1
Invited            3
Mails handed over  2
Mails refused      1
--- stderr
Imported 3 people in main (import 1); 2 mails handed over.
error: the mail to eve@example.com was refused: 550 5.1.1 no such
hint: where the address is right, try again: admit delivery retry 3
--- exit 3

"#]]
    );
    assert_eq!(mailed(&server).len(), 2);
    // Who is in the file twice, or a second time, gets no second mail.
    world.admit(["import", file.to_str().unwrap(), "--send"]).assert_code(0);
    assert_eq!(server.received().len(), 2);
}

#[test]
fn pending_people_are_mailed_by_send() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    world.admit(["invite", "ana@example.com", "bob@example.com", "--no-send"]).assert_code(0);
    // Who was left pending on purpose is not in the queue.
    world.admit(["send", "--limit=10"]).assert_code(0);
    assert_eq!(server.received().len(), 0);
    assert_data_eq!(
        world.admit(["send", "--all", "--limit=1"]).to_string(),
        str![[r#"
--- stdout
User             Result       Link expires          Mail
ana@example.com  mail queued  [DAY, HOUR AND ZONE]  handed over
--- stderr
Queued the mails to 1 person in main.
Left 1 person pending.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["send", "bob@example.com", "--format=json"]).to_string(),
        str![[r#"
--- stdout
[
{"user":"bob@example.com","name":null,"result":"mail queued","expires_at":"[TIME]","link":null,"mail":"handed-over","answer":"250 2.0.0 queued as 1","reason":null,"organization":"main"}
]
--- stderr
Queued the mails to 1 person in main.
--- exit 0

"#]]
    );
    assert_eq!(server.received().len(), 2);
}
