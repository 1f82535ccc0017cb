//! `delivery retry`: nobody gets a second mail without somebody's word for it.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::smtp::{Act, At, Fault, SmtpServer};
use crate::support::terminal::ENTER;

/// Ana, whose mail ended so.
fn ana(at: At, act: Act) -> (World, SmtpServer) {
    let server = SmtpServer::with([Fault::always(at, act)]);
    let world = World::mailing(&server);
    world.admit(["invite", "ana@example.com"]).assert_code(3);
    (world, server)
}

#[test]
fn what_was_refused_is_tried_again() {
    let (world, server) = ana(At::Rcpt, Act::Say("550 5.1.1 no such user"));
    server.become_with([]);
    assert_data_eq!(
        world.admit(["delivery", "retry", "ana@example.com"]).to_string(),
        str![[r#"
--- stdout
Mail             Number  User             State        Answer                 Next try
ana@example.com       1  ana@example.com  handed over  250 2.0.0 queued as 1  -
--- stderr
Tried 1 mail in main again.
--- exit 0

"#]]
    );
    assert_eq!(world.deliveries(), ["ana@example.com,invitation,handed-over,2"]);
    assert_eq!(world.status("ana@example.com"), "invited");
    assert_data_eq!(
        world.admit(["delivery", "retry", "1"]).to_string(),
        str![[r#"
--- stdout
Mail  Number  User  State      Answer  Next try
1     -       -     not tried  -       -
--- stderr
error: delivery 1 to ana@example.com is handed over, and is not tried again
hint: make a link anew: admit resend ana@example.com
--- exit 1

"#]]
    );
    assert_eq!(server.received().len(), 1);
}

#[test]
fn what_waits_is_tried_at_once() {
    let (world, server) = ana(At::Rcpt, Act::Say("450 4.2.1 busy"));
    server.become_with([]);
    let run = world.admit(["delivery", "retry", "--all"]);
    assert!(run.assert_code(0).stdout.contains("handed over"), "{run}");
    let run = world.admit(["delivery", "retry", "--all"]);
    assert_eq!(run.assert_code(0).stderr, "Nothing waits or was refused in main.\n");
    assert_eq!(server.received().len(), 1);
}

#[test]
fn h5_what_may_have_arrived_is_not_mailed_again_unasked() {
    let (world, server) = ana(At::Message, Act::Close);
    server.become_with([]);
    assert_data_eq!(
        world.admit(["delivery", "retry", "ana@example.com"]).to_string(),
        str![[r#"
--- stdout
Mail             Number  User  State      Answer  Next try
ana@example.com  -       -     not tried  -       -
--- stderr
error: delivery 1 to ana@example.com may have arrived already
hint: mail it again, with a new link: admit delivery retry 1 --yes
--- exit 1

"#]]
    );
    let run = world.admit(["delivery", "retry", "--all"]);
    assert_eq!(run.assert_code(0).stderr, "Nothing waits or was refused in main.\n");
    world.admit(["send", "--queued"]).assert_code(0);
    assert_eq!(server.received().len(), 0);
    // The link that may have arrived works until somebody says to mail another.
    assert_eq!(world.status("ana@example.com"), "invited");
    let run = world.admit(["delivery", "retry", "ana@example.com", "--yes"]);
    assert!(run.assert_code(0).stdout.contains("handed over"), "{run}");
    assert_eq!(server.received().len(), 1);
}

#[test]
fn somebody_at_a_terminal_is_asked() {
    let (world, server) = ana(At::Message, Act::Close);
    server.become_with([]);
    let mut terminal = world.terminal("admit delivery retry ana@example.com");
    terminal.see("1 mail may have arrived already. Mail again, with a new link?");
    let ended = terminal.press([ENTER]).end();
    assert!(ended.screen.contains("[exit 1]"), "{}", ended.screen);
    assert_eq!(server.received().len(), 0);
    let mut terminal = world.terminal("admit delivery retry ana@example.com");
    terminal.see("Mail again, with a new link?");
    let ended = terminal.press(["y", ENTER]).end();
    assert!(ended.screen.contains("[exit 0]"), "{}", ended.screen);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn what_is_not_wanted_any_more_is_not_mailed() {
    for verb in ["cancel", "remove"] {
        let (world, server) = ana(At::Rcpt, Act::Say("450 4.2.1 busy"));
        world.admit([verb, "ana@example.com", "--yes"]).assert_code(0);
        server.become_with([]);
        world.let_pauses_pass();
        assert_eq!(world.admit(["send", "--queued"]).assert_code(0).stdout, "");
        world.admit(["delivery", "retry", "--all"]).assert_code(0);
        let run = world.admit(["delivery", "retry", "1"]);
        assert!([1, 67].contains(&run.code), "{run}");
        assert_eq!(server.received().len(), 0, "{verb}");
    }
}

#[test]
fn a_dry_run_and_wrong_words_try_nothing() {
    let (world, server) = ana(At::Rcpt, Act::Say("550 5.1.1 no"));
    server.become_with([]);
    let before = world.contents();
    let run = world.admit(["delivery", "retry", "1", "--dry-run"]);
    assert!(run.assert_code(0).stderr.contains("Dry run, nothing was changed"), "{run}");
    for (words, code) in [
        (&["delivery", "retry"][..], 2),
        (&["delivery", "retry", "1", "--all"], 2),
        (&["delivery", "retry", "x@@y"], 2),
        (&["delivery", "retry", "99"], 67),
        (&["delivery", "retry", "eve@example.com"], 67),
    ] {
        world.admit(words).assert_code(code);
    }
    assert_eq!(world.contents(), before);
    assert_eq!(server.received().len(), 0);
    let run = world.admit_with("1\n", ["delivery", "retry", "-", "--format=csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
named,number,user,state,answer,next_try_at,reason,organization
1,1,ana@example.com,handed-over,250 2.0.0 queued as 1,,,main
--- stderr
Tried 1 mail in main again.
--- exit 0

"#]]
    );
}

#[test]
fn e1_whoever_may_invite_alone_mails_no_link_for_a_password_again() {
    let server = SmtpServer::with([Fault::always(At::Rcpt, Act::Say("550 5.1.1 no such user"))]);
    let world = World::mailing(&server);
    world.admit(["role", "create", "hr", "--below=admin", "--grant=invite-users"]).assert_code(0);
    for (email, role) in [("hr@example.com", "hr"), ("uma@example.com", "user")] {
        world.admit(["invite", email, "--role", role, "--no-send"]).assert_code(0);
        world.put(email, Status::Active);
    }
    world.admit(["password", "reset", "uma@example.com"]).assert_code(3);
    server.become_with([]);
    let run = world.admit(["--as=hr@example.com", "delivery", "retry", "uma@example.com"]);
    assert!(run.stderr.contains("password reset needs manage-users"), "{run}");
    assert!(run.code == 77 || run.code == 1, "{run}");
    assert_eq!(server.received().len(), 0);
    world.admit(["delivery", "retry", "uma@example.com"]).assert_code(0);
    assert_eq!(server.received().len(), 1);
}
