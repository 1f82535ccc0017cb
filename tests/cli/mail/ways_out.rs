//! Mail into a folder and to a program.

use std::os::unix::fs::PermissionsExt;

use snapbox::{assert_data_eq, str};

use super::{set, test_mail, world};
use crate::support::{World, mode};

fn program(world: &World, name: &str, script: &str) -> String {
    let path = world.file(name, format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path.display().to_string()
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
fn i1_a_program_gets_the_message_and_nothing_else_of_ours() {
    let world = world("");
    let path = program(
        &world,
        "send",
        "env >\"$0.env\"; echo \"$@\" >\"$0.args\"; ls /proc/self/fd >\"$0.fds\"; cat >\"$0.text\"",
    );
    set(&world, &format!("server = \"sendmail:{path}\""));
    let run = world.bash(
        "export SECRET=x ADMIT_AS= ADMIT_MAIL_PASSWORD_FILE=x; ls /proc/self/fd >before.fds; \
         admit mail test ann@example.com",
    );
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
    // What the shell left open for its children goes on; the store and whatever else is ours does not.
    assert_eq!(read("send.fds"), read("before.fds"));
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
        set(&world, &format!("server = \"sendmail:{path}\"\nreply-timeout = \"1s\""));
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
error: the message may have arrived: exit 75: queue is full
--- exit 71
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
--- stderr
error: mail is to go through /nowhere/sendmail: no such file or directory
--- exit 78

"#]]
    );
}
