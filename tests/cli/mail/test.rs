//! `admit mail test`: every step and its answer, every way out, and what is wrong in the settings.

use std::os::unix::fs::PermissionsExt;

use snapbox::{assert_data_eq, str};

use crate::support::smtp::{Act, At, Fault, SmtpServer};
use crate::support::{Run, World, mode};

/// A store, and this in the table `[mail]` of the settings.
fn world(mail: &str) -> World {
    let world = World::with_store();
    std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
    set(&world, mail);
    world
}

fn set(world: &World, mail: &str) {
    let settings = format!("[mail]\nfrom = \"admit@example.com\"\n{mail}\n");
    world.file(".config/admit/config.toml", settings);
}

fn to(server: &SmtpServer) -> World {
    world(&format!("server = \"{}\"\nreply-timeout = \"300ms\"", server.url()))
}

fn program(world: &World, name: &str, script: &str) -> String {
    let path = world.file(name, format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path.display().to_string()
}

/// Sends a test message; ports are cut out.
fn test_mail(world: &World) -> String {
    without_port(&world.admit(["mail", "test", "ann@example.com"]))
}

fn without_port(run: &Run) -> String {
    let port = regex_lite::Regex::new(r"127\.0\.0\.1:\d+").unwrap();
    let name = regex_lite::Regex::new(r"\d{8}T\d{6}Z-[0-9a-f]{16}").unwrap();
    let text = port.replace_all(&run.to_string(), "127.0.0.1:PORT").into_owned();
    name.replace_all(&text, "[NAME]").into_owned()
}

#[test]
fn every_step_is_shown_with_its_answer() {
    let server = SmtpServer::start();
    let world = to(&server);
    assert_data_eq!(
        test_mail(&world),
        str![[r#"
--- stdout
Step       Result  Answer
connect    done    127.0.0.1:PORT
greeting   done    220 test.invalid ESMTP
EHLO       done    250 test.invalid 8BITMIME
MAIL FROM  done    250 2.1.0 sender ok
RCPT TO    done    250 2.1.5 recipient ok
DATA       done    354 go ahead
message    done    250 2.0.0 queued as 1
--- stderr
Sending a test message from admit@example.com to ann@example.com: smtp://127.0.0.1:PORT.
It was handed over.
--- exit 0

"#]]
    );
    let received = &server.received()[0];
    assert_eq!((&*received.from, &*received.to[0]), ("admit@example.com", "ann@example.com"));
    let text = received.text();
    let random = regex_lite::Regex::new(r"<[0-9a-f]{32}@").unwrap();
    let date = regex_lite::Regex::new(r"Date: \w{3}, \d{1,2} \w{3} \d{4} [\d:]{8} \+0000").unwrap();
    let day = regex_lite::Regex::new(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC").unwrap();
    let text = random.replace(&text, "<[RANDOM]@").into_owned();
    let text = date.replace(&text, "Date: [DATE]").into_owned();
    assert_data_eq!(
        day.replace(&text, "[TIME]").replace("\r\n", "\n"),
        str![[r#"
From: admit@example.com
To: ann@example.com
Subject: Test message of admit
Date: [DATE]
Message-ID: <[RANDOM]@example.com>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

This is a test: mail can be sent.

An administrator of main sent it with "admit mail test",
[TIME]. There is nothing to do.

"#]]
    );
}

#[test]
fn steps_come_in_every_format() {
    let server = SmtpServer::start();
    let world = to(&server);
    let mut text = String::new();
    for format in ["json", "jsonl", "csv", "ids"] {
        let words = ["mail", "test", "ann@example.com", "--quiet", "--format", format];
        text.push_str(&without_port(&world.admit(words)));
    }
    assert_data_eq!(
        text,
        str![[r#"
--- stdout
[
{"step":"connect","result":"done","answer":"127.0.0.1:PORT"},
{"step":"greeting","result":"done","answer":"220 test.invalid ESMTP"},
{"step":"EHLO","result":"done","answer":"250 test.invalid 8BITMIME"},
{"step":"MAIL FROM","result":"done","answer":"250 2.1.0 sender ok"},
{"step":"RCPT TO","result":"done","answer":"250 2.1.5 recipient ok"},
{"step":"DATA","result":"done","answer":"354 go ahead"},
{"step":"message","result":"done","answer":"250 2.0.0 queued as 1"}
]
--- exit 0
--- stdout
{"step":"connect","result":"done","answer":"127.0.0.1:PORT"}
{"step":"greeting","result":"done","answer":"220 test.invalid ESMTP"}
{"step":"EHLO","result":"done","answer":"250 test.invalid 8BITMIME"}
{"step":"MAIL FROM","result":"done","answer":"250 2.1.0 sender ok"}
{"step":"RCPT TO","result":"done","answer":"250 2.1.5 recipient ok"}
{"step":"DATA","result":"done","answer":"354 go ahead"}
{"step":"message","result":"done","answer":"250 2.0.0 queued as 1"}
--- exit 0
--- stdout
step,result,answer
connect,done,127.0.0.1:PORT
greeting,done,220 test.invalid ESMTP
EHLO,done,250 test.invalid 8BITMIME
MAIL FROM,done,250 2.1.0 sender ok
RCPT TO,done,250 2.1.5 recipient ok
DATA,done,354 go ahead
message,done,250 2.0.0 queued as 1
--- exit 0
--- stdout
connect
greeting
EHLO
MAIL FROM
RCPT TO
DATA
message
--- exit 0

"#]]
    );
    let run = world.admit(["mail", "test", "ann@example.com", "--fields", "password"]);
    run.assert_code(2);
    assert_eq!(server.received().len(), 4, "what cannot be shown is not sent");
}

#[test]
fn how_it_ends_says_what_became_of_the_message() {
    let mut text = String::new();
    for (at, act) in [
        (At::Connect, Act::Say("554 5.3.2 not here")),
        (At::Rcpt, Act::Say("550 5.1.1 no such user \u{1b}]0;x")),
        (At::Rcpt, Act::Say("450 4.2.1 greylisted")),
        (At::Message, Act::Close),
    ] {
        let server = SmtpServer::with([Fault::always(at, act)]);
        let run = to(&server).admit(["mail", "test", "ann@example.com", "--quiet"]);
        text.push_str(&without_port(&run));
    }
    assert_data_eq!(
        text,
        str![[r#"
--- stdout
Step      Result  Answer
connect   done    127.0.0.1:PORT
greeting  failed  554 5.3.2 not here
--- stderr
error: the mail server cannot be used, nothing was sent: 554 5.3.2 not here
--- exit 69
--- stdout
Step       Result  Answer
connect    done    127.0.0.1:PORT
greeting   done    220 test.invalid ESMTP
EHLO       done    250 test.invalid 8BITMIME
MAIL FROM  done    250 2.1.0 sender ok
RCPT TO    failed  550 5.1.1 no such user /u{1b}]0;x
--- stderr
error: the message was refused: 550 5.1.1 no such user /u{1b}]0;x
--- exit 1
--- stdout
Step       Result  Answer
connect    done    127.0.0.1:PORT
greeting   done    220 test.invalid ESMTP
EHLO       done    250 test.invalid 8BITMIME
MAIL FROM  done    250 2.1.0 sender ok
RCPT TO    failed  450 4.2.1 greylisted
--- stderr
error: the message was not taken now: 450 4.2.1 greylisted
hint: try again later; a mail that waits to go out is tried again by itself
--- exit 1
--- stdout
Step       Result  Answer
connect    done    127.0.0.1:PORT
greeting   done    220 test.invalid ESMTP
EHLO       done    250 test.invalid 8BITMIME
MAIL FROM  done    250 2.1.0 sender ok
RCPT TO    done    250 2.1.5 recipient ok
DATA       done    354 go ahead
message    failed  all of the message was sent, and the server closed the connection without an answer
--- stderr
error: the message may have arrived: all of the message was sent, and the server closed the connection without an answer
--- exit 71

"#]]
    );
}

#[test]
fn a_server_that_says_nothing_is_given_up_in_time() {
    for act in [Act::Hang, Act::Drip, Act::Flood] {
        let server = SmtpServer::with([Fault::always(At::Connect, act)]);
        let start = std::time::Instant::now();
        to(&server).admit(["mail", "test", "ann@example.com"]).assert_code(69);
        assert!(start.elapsed() < std::time::Duration::from_secs(10));
    }
}

#[test]
fn without_a_server_there_is_nothing_to_test() {
    let world = World::with_store();
    world.admit(["org", "set", "--sender", "main@example.com"]).assert_code(0);
    assert_data_eq!(
        test_mail(&world),
        str![[r#"
--- stderr
error: no mail server is set up
hint: ADMIT_MAIL, or server in [mail] of the settings file: smtp://[USER@]HOST[:PORT]
--- exit 78

"#]]
    );
    let run = world.bash("ADMIT_MAIL=print admit mail test ann@example.com");
    run.assert_code(78);
}

#[test]
fn mails_come_from_the_organization_or_from_the_settings() {
    let server = SmtpServer::start();
    let world = World::with_store();
    let line = format!("ADMIT_MAIL={} admit mail test ann@example.com", server.url());
    assert_data_eq!(
        without_port(&world.bash(&line)),
        str![[r#"
--- stderr
error: nobody is set whom the mails of main come from
hint: admit org set --sender EMAIL, or from in [mail] of the settings file
--- exit 78

"#]]
    );
    assert_eq!(server.connections(), 0);
    world.admit(["org", "set", "--sender", "Main@example.com"]).assert_code(0);
    world.bash(&line).assert_code(0);
    assert_eq!(server.received()[0].from, "main@example.com");
}

#[test]
fn the_variable_comes_before_the_file() {
    let (one, other) = (SmtpServer::start(), SmtpServer::start());
    let world = to(&one);
    world.bash(&format!("ADMIT_MAIL={} admit mail test ann@example.com", other.url()));
    assert_eq!((one.received().len(), other.received().len()), (0, 1));
}

#[test]
fn a_folder_gets_one_private_file_a_message() {
    let world = world("server = \"folder:mails\"");
    assert_data_eq!(
        test_mail(&world),
        str![[r#"
--- stderr
error: mail is to go into mails, and there is no such folder
hint: make it: mkdir -m 700 mails
--- exit 78

"#]]
    );
    std::fs::create_dir(world.home().join("mails")).unwrap();
    assert_data_eq!(
        test_mail(&world),
        str![[r#"
--- stdout
Step  Result  Answer
file  done    [NAME]-000001.eml
--- stderr
Sending a test message from admit@example.com to ann@example.com: folder:mails.
It was handed over.
--- exit 0

"#]]
    );
    world.admit(["mail", "test", "bob@example.com"]).assert_code(0);
    let mut files: Vec<_> = std::fs::read_dir(world.home().join("mails"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files.len(), 2);
    for path in &files {
        assert_eq!(mode(path), 0o600);
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.starts_with("From: admit@example.com\r\nTo: "), "{text}");
        assert!(text.ends_with("nothing to do.\r\n"), "{text}");
    }
}

#[test]
fn a_program_gets_the_message_and_no_address_as_an_argument() {
    let world = world("");
    let path =
        program(&world, "send", "env >\"$0.env\"; echo \"$@\" >\"$0.args\"; cat >\"$0.text\"");
    set(&world, &format!("server = \"sendmail:{path}\""));
    let run = world.bash("SECRET=x admit mail test ann@example.com");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Step     Result  Answer
program  done    [HOME]/send -i -t
message  done    exit 0
--- stderr
Sending a test message from admit@example.com to ann@example.com: sendmail:[HOME]/send.
It was handed over.
--- exit 0

"#]]
    );
    let read = |name: &str| std::fs::read_to_string(world.home().join(name)).unwrap();
    assert_eq!(read("send.args"), "-i -t\n");
    let names: Vec<String> = read("send.env")
        .lines()
        .map(|line| line.split('=').next().unwrap().to_owned())
        .filter(|name| !["PWD", "_", "SHLVL", "OLDPWD"].contains(&name.as_str()))
        .collect();
    assert_eq!(names, ["PATH"]);
    let text = read("send.text");
    assert!(text.contains("\nTo: ann@example.com\n") && !text.contains('\r'), "{text}");
}

#[test]
fn a_program_says_by_its_exit_code_what_became_of_the_message() {
    let world = world("");
    let mut text = String::new();
    for (name, script) in [
        ("later", "cat >/dev/null; echo queue is full >&2; exit 75"),
        ("nobody", "cat >/dev/null; echo no such user >&2; exit 67"),
        ("broken", "exit 78"),
        ("slow", "exec sleep 30"),
        ("left", "sleep 30 & cat >/dev/null; exit 0"),
    ] {
        let path = program(&world, name, script);
        set(&world, &format!("server = \"sendmail:{path}\"\nreply-timeout = \"500ms\""));
        text.push_str(&world.admit(["mail", "test", "ann@example.com", "-q"]).to_string());
    }
    set(&world, "server = \"sendmail:/nowhere/sendmail\"");
    text.push_str(&test_mail(&world));
    assert_data_eq!(
        text,
        str![[r#"
--- stdout
Step     Result  Answer
program  done    [HOME]/later -i -t
message  failed  exit 75: queue is full
--- stderr
error: the message was not taken now: exit 75: queue is full
hint: try again later; a mail that waits to go out is tried again by itself
--- exit 1
--- stdout
Step     Result  Answer
program  done    [HOME]/nobody -i -t
message  failed  exit 67: no such user
--- stderr
error: the message was refused: exit 67: no such user
--- exit 1
--- stdout
Step     Result  Answer
program  done    [HOME]/broken -i -t
message  failed  exit 78
--- stderr
error: the mail server cannot be used, nothing was sent: exit 78
--- exit 69
--- stdout
Step     Result  Answer
program  done    [HOME]/slow -i -t
message  failed  the program did not end in time
--- stderr
error: the message may have arrived: the program did not end in time
--- exit 71
--- stdout
Step     Result  Answer
program  done    [HOME]/left -i -t
message  done    exit 0
--- exit 0
--- stdout
Step     Result  Answer
program  failed  /nowhere/sendmail: it is not there
--- stderr
Sending a test message from admit@example.com to ann@example.com: sendmail:/nowhere/sendmail.
error: the mail server cannot be used, nothing was sent: /nowhere/sendmail: it is not there
--- exit 69

"#]]
    );
}

#[test]
fn a_wrong_setting_is_found_before_anything_is_opened() {
    let world = world("");
    let mut text = String::new();
    for mail in [
        "server = \"smtp://ann:hunter2@mail.example.com\"",
        "server = \"mail.example.com\"",
        "server = \"smtp://mail.example.com/x\"",
        "password = \"hunter2\"",
        "reply-timeout = \"60\"",
        "run-timeout = \"2days\"",
        "server = \"smtp://ann@mail.example.com\"",
        "server = \"smtp://ann@mail.example.com\"\npassword-file = \"none\"",
        "server = \"smtp://mail.example.com\"\nca-file = \"none.pem\"",
    ] {
        set(&world, mail);
        let run = world.admit(["mail", "test", "ann@example.com"]);
        run.assert_code(78);
        text.push_str(&run.stderr);
    }
    world.file(".config/admit/config.toml", "[mail]\nfrom = \"nobody\"\n");
    text.push_str(&test_mail(&world));
    text.push_str(&world.bash("ADMIT_MAIL=smtp://a:hunter2@h admit list").to_string());
    let text = text.replace(&*world.home().to_string_lossy(), "[HOME]");
    assert!(!text.contains("hunter2"));
    assert_data_eq!(
        text,
        str![[r#"
error: the settings file [HOME]/.config/admit/config.toml is wrong: mail.server: a password does not belong into the mail server's address, where others can see it: put it into a file that only you can read, and name that (password-file, ADMIT_MAIL_PASSWORD_FILE)
error: the settings file [HOME]/.config/admit/config.toml is wrong: mail.server: a mail server is smtp://[USER@]HOST[:PORT], smtps://[USER@]HOST[:PORT], sendmail[:/PROGRAM], folder:/PATH or print
error: the settings file [HOME]/.config/admit/config.toml is wrong: mail.server: the mail server's address ends with the host or the port
error: the settings file [HOME]/.config/admit/config.toml is wrong: line 3: unknown field `password`, expected one of `server`, `password-file`, `ca-file`, `from`, `connect-timeout`, `reply-timeout`, `run-timeout`
error: the settings file [HOME]/.config/admit/config.toml is wrong: mail.reply-timeout: a timeout is a number and a unit, such as 500ms, 10s or 15m; at least 1ms, at most 1 day
error: the settings file [HOME]/.config/admit/config.toml is wrong: mail.run-timeout: a timeout is a number and a unit, such as 500ms, 10s or 15m; at least 1ms, at most 1 day
error: smtp://ann@mail.example.com:587 needs a password
hint: put it into a file that only you can read, and name that: password-file in [mail] of the settings file, or ADMIT_MAIL_PASSWORD_FILE
hint: or give it on stdin: --mail-password-stdin
error: the mail server's password file none: no such file or directory
error: mail.ca-file none.pem: no such file or directory
--- stderr
error: the settings file [HOME]/.config/admit/config.toml is wrong: mail.from: the address has no '@'
--- exit 78
--- stderr
error: the settings file [HOME]/.config/admit/config.toml is wrong: mail.from: the address has no '@'
--- exit 78

"#]]
    );
}

#[test]
fn a_password_file_is_private_or_refused() {
    let world = world("server = \"smtp://ann@localhost:9\"");
    let line = "ADMIT_MAIL_PASSWORD_FILE=secret admit mail test ann@example.com";
    let mut text = String::new();
    let path = world.file("secret", "pass\n");
    for bits in [0o644, 0o640, 0o602] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(bits)).unwrap();
        text.push_str(&world.bash(line).to_string());
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    world.bash(line).assert_code(69);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    for content in ["", "\npass\n", "p\u{1}\n", &"x".repeat(2000)] {
        world.file("secret", content);
        text.push_str(&world.bash(line).to_string());
    }
    world.bash("rm secret; mkfifo -m 600 secret").assert_code(0);
    text.push_str(&world.bash(line).to_string());
    assert_data_eq!(
        text,
        str![[r#"
--- stderr
error: the mail server's password file secret: others may open it, it has mode 0644
hint: chmod 600 secret
--- exit 78
--- stderr
error: the mail server's password file secret: others may open it, it has mode 0640
hint: chmod 600 secret
--- exit 78
--- stderr
error: the mail server's password file secret: others may open it, it has mode 0602
hint: chmod 600 secret
--- exit 78
--- stderr
error: the mail server's password file secret: the first line, which must be the mail server's password, is empty
--- exit 78
--- stderr
error: the mail server's password file secret: the first line, which must be the mail server's password, is empty
--- exit 78
--- stderr
error: the mail server's password file secret: the mail server's password is not UTF-8, or holds a control character
--- exit 78
--- stderr
error: the mail server's password file secret: the mail server's password is longer than 1024 bytes
--- exit 78
--- stderr
error: the mail server's password file secret: it is no regular file
--- exit 78

"#]]
    );
}

#[test]
fn a_password_comes_by_stdin_where_one_is_needed() {
    let world = world("server = \"smtp://ann@localhost:9\"");
    let words = ["mail", "test", "ann@example.com", "--mail-password-stdin"];
    let mut text = world.admit_with("", words).to_string();
    world.admit_with("pass\n", words).assert_code(69);
    set(&world, "server = \"smtp://localhost:9\"");
    text.push_str(&world.admit_with("pass\n", words).to_string());
    set(&world, "server = \"folder:.\"");
    text.push_str(&world.admit_with("pass\n", words).to_string());
    assert_data_eq!(
        text,
        str![[r#"
--- stderr
error: stdin: the first line, which must be the mail server's password, is empty
--- exit 65
--- stderr
error: smtp://localhost:9, which names no user, takes no password
hint: leave --mail-password-stdin out, or name a user: smtp://USER@HOST
--- exit 2
--- stderr
error: a folder takes no password
hint: leave --mail-password-stdin out, or name a user: smtp://USER@HOST
--- exit 2

"#]]
    );
}

#[test]
fn an_address_is_needed_and_only_the_operator_may() {
    let server = SmtpServer::start();
    let world = to(&server);
    assert_data_eq!(
        world.admit(["mail", "test"]).to_string(),
        str![[r#"
--- stderr
error: no address is named
hint: admit mail test EMAIL
--- exit 2

"#]]
    );
    world.admit(["mail", "test", "nobody"]).assert_code(2);
    world.admit(["invite", "eve@example.com", "--role", "admin"]).assert_code(0);
    world.put("eve@example.com", admit::domain::status::Status::Active);
    let run = world.admit(["--as", "eve@example.com", "mail", "test", "ann@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: mail test is for the operator at the shell alone
hint: act as the operator: without --as and ADMIT_AS
--- exit 77

"#]]
    );
    assert_eq!(server.connections(), 0);
}
