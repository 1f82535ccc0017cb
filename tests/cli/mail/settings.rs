//! What is wrong in the settings of mail, and where the password comes from.

use std::os::unix::fs::PermissionsExt;

use snapbox::{assert_data_eq, str};

use super::{set, test_mail, world};
use crate::support::terminal::ENTER;

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
fn h7_a_password_file_is_private_or_refused() {
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
fn h7_a_password_comes_by_stdin_where_one_is_needed() {
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
fn at_a_terminal_the_password_is_asked_for_and_not_shown() {
    let world = world("server = \"smtp://ann@localhost:9\"");
    let mut terminal = world.terminal("admit mail test ann@example.com --mail-password-stdin");
    terminal.see("Password for smtp://ann@localhost:9").press(["hunter2", ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
Sending a test message from admit@example.com to ann@example.com: smtp://ann@loc
alhost:9.
Step     Result  Answer
connect  failed  localhost:9 cannot be reached: connection refused
error: the mail server cannot be used, nothing was sent: localhost:9 cannot be r
eached: connection refused
[exit 69]

"#]]
    );
}
