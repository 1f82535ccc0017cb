//! Mail over TLS, and logins: to a real server process, with certificates of several kinds. Where there is
//! no Python for it, each of these says so and passes.

use snapbox::{assert_data_eq, str};

use crate::support::smtpd::RealServer;
use crate::support::{Run, World};

/// A store whose mail goes to a server, with what else is in the table `[mail]`.
fn world(server: &RealServer, url: &str, more: &str) -> World {
    let world = World::with_store();
    std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
    let url = url.replace("PORT", &server.port().to_string());
    world.file(
        ".config/admit/config.toml",
        format!(
            "[mail]\nserver = \"{url}\"\nfrom = \"admit@example.com\"\nca-file = \"{}\"\n\
             reply-timeout = \"5s\"\n{more}",
            server.ca_file().display()
        ),
    );
    world
}

fn secret(world: &World, password: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = world.file("secret", password);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// Sends a test message, and shows the answer without what differs.
fn test_mail(world: &World, server: &RealServer) -> String {
    said(&world.admit(["mail", "test", "ann@example.com"]), server)
}

fn said(run: &Run, server: &RealServer) -> String {
    let text = run.to_string().replace(&server.port().to_string(), "PORT");
    text.replace("PORT ", "PORT")
}

const WITH_PASSWORD: &str = "password-file = \"secret\"\n";

#[test]
fn starttls_and_a_login() {
    let options = ["--starttls", "--require-tls", "--login", "ann@example.com:correct horse"];
    let Some(server) = RealServer::start(&options) else { return };
    let world = world(&server, "smtp://ann%40example.com@localhost:PORT", WITH_PASSWORD);
    secret(&world, "correct horse\n");
    assert_data_eq!(
        test_mail(&world, &server),
        str![[r#"
--- stdout
Step         Result  Answer
connect      done    127.0.0.1:PORT
greeting     done    220 test.invalid Python SMTP 1.4.6
EHLO         done    250 test.invalid SIZE 33554432 8BITMIME STARTTLS HELP
STARTTLS     done    220 Ready to start TLS
certificate  done    TLS 1.3, the certificate is valid for localhost
EHLO         done    250 test.invalid SIZE 33554432 8BITMIME AUTH LOGIN PLAIN HELP
AUTH         done    235 2.7.0
MAIL FROM    done    250 OK
RCPT TO      done    250 OK
DATA         done    354 End data with <CR><LF>.<CR><LF>
message      done    250 2.0.0 queued
--- stderr
Sending a test message from admit@example.com to ann@example.com: smtp://ann%40example.com@localhost:PORT.
It was handed over.
--- exit 0

"#]]
    );
    let messages = server.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["tls"], true);
    assert_eq!(messages[0]["login"], "ann@example.com by PLAIN");
    assert_eq!(messages[0]["to"], serde_json::json!(["ann@example.com"]));
}

#[test]
fn tls_from_the_first_byte() {
    let Some(server) = RealServer::start(&["--smtps"]) else { return };
    let world = world(&server, "smtps://127.0.0.1:PORT", "");
    assert_data_eq!(
        test_mail(&world, &server),
        str![[r#"
--- stdout
Step         Result  Answer
connect      done    127.0.0.1:PORT
certificate  done    TLS 1.3, the certificate is valid for 127.0.0.1
greeting     done    220 test.invalid Python SMTP 1.4.6
EHLO         done    250 test.invalid SIZE 33554432 8BITMIME HELP
MAIL FROM    done    250 OK
RCPT TO      done    250 OK
DATA         done    354 End data with <CR><LF>.<CR><LF>
message      done    250 2.0.0 queued
--- stderr
Sending a test message from admit@example.com to ann@example.com: smtps://127.0.0.1:PORT.
It was handed over.
--- exit 0

"#]]
    );
    assert_eq!(server.messages()[0]["tls"], true);
}

#[test]
fn a_server_that_knows_only_login() {
    let options = ["--starttls", "--login", "ann:pass", "--mechanisms", "LOGIN"];
    let Some(server) = RealServer::start(&options) else { return };
    let world = world(&server, "smtp://ann@localhost:PORT", "");
    let run = world
        .admit_with("pass\nmore\n", ["mail", "test", "x@example.com", "--mail-password-stdin"]);
    run.assert_code(0);
    assert_eq!(server.messages()[0]["login"], "ann by LOGIN");
}

#[test]
fn h7_a_wrong_password_is_the_servers_word_and_not_shown() {
    for mechanisms in ["PLAIN", "LOGIN"] {
        let options = ["--starttls", "--login", "ann:right", "--mechanisms", mechanisms];
        let Some(server) = RealServer::start(&options) else { return };
        let world = world(&server, "smtp://ann@localhost:PORT", WITH_PASSWORD);
        secret(&world, "wr0ng-secret");
        let run = world.admit(["mail", "test", "ann@example.com"]);
        run.assert_code(69);
        assert!(run.stdout.contains("AUTH         failed  535 5.7.8"), "{run}");
        assert!(!run.to_string().contains("wr0ng"), "{run}");
        assert!(server.messages().is_empty());
    }
}

#[test]
fn h6_a_certificate_that_is_not_good_is_named_and_nothing_is_sent() {
    let mut answers = String::new();
    for kind in ["wrong-host", "expired", "future", "self-signed"] {
        for tls in ["--starttls", "--smtps"] {
            let Some(server) = RealServer::start(&[tls, "--certificate", kind]) else { return };
            let scheme = if tls == "--smtps" { "smtps" } else { "smtp" };
            let world = world(&server, &format!("{scheme}://localhost:PORT"), "");
            let run = world.admit(["mail", "test", "ann@example.com"]);
            run.assert_code(69);
            let text = run.to_string();
            let error = text.lines().find(|line| line.starts_with("error: ")).unwrap();
            answers.push_str(&format!("{kind} {scheme} {error}\n"));
            assert!(server.messages().is_empty());
        }
    }
    assert_data_eq!(
        answers,
        str![[r#"
wrong-host smtp error: the mail server cannot be used, nothing was sent: the server's certificate is not for localhost but for other.example
wrong-host smtps error: the mail server cannot be used, nothing was sent: the server's certificate is not for localhost but for other.example
expired smtp error: the mail server cannot be used, nothing was sent: the server's certificate expired at [DAY, HOUR AND ZONE]
expired smtps error: the mail server cannot be used, nothing was sent: the server's certificate expired at [DAY, HOUR AND ZONE]
future smtp error: the mail server cannot be used, nothing was sent: the server's certificate is not valid before [DAY, HOUR AND ZONE]
future smtps error: the mail server cannot be used, nothing was sent: the server's certificate is not valid before [DAY, HOUR AND ZONE]
self-signed smtp error: the mail server cannot be used, nothing was sent: the server's certificate is self-signed, or signed by an authority that this machine does not know
self-signed smtps error: the mail server cannot be used, nothing was sent: the server's certificate is self-signed, or signed by an authority that this machine does not know

"#]]
    );
}

#[test]
fn an_authority_that_nobody_named_is_unknown() {
    let Some(server) = RealServer::start(&["--smtps"]) else { return };
    let Some(other) = RealServer::start(&["--smtps"]) else { return };
    let world = World::with_store();
    std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
    world.file(
        ".config/admit/config.toml",
        format!(
            "[mail]\nserver = \"smtps://localhost:{}\"\nfrom = \"a@example.com\"\nca-file = \"{}\"\n",
            server.port(),
            other.ca_file().display()
        ),
    );
    let run = world.admit(["mail", "test", "ann@example.com"]);
    run.assert_code(69);
    assert!(run.stderr.contains("signed by an authority that this machine does not know"), "{run}");
}

#[test]
fn tls_where_none_is_spoken_and_none_where_it_is() {
    let Some(server) = RealServer::start(&[]) else { return };
    let run = |url: &str| {
        let world = world_without_ca(&url.replace("PORT", &server.port().to_string()));
        said(&world.admit(["mail", "test", "ann@example.com"]), &server)
    };
    assert_data_eq!(
        run("smtps://localhost:PORT"),
        str![[r#"
--- stdout
Step         Result  Answer
connect      done    127.0.0.1:PORT
certificate  failed  the server does not speak TLS here
--- stderr
Sending a test message from admit@example.com to ann@example.com: smtps://localhost:PORT.
error: the mail server cannot be used, nothing was sent: the server does not speak TLS here
--- exit 69

"#]]
    );
    assert!(server.messages().is_empty());
    // On loopback nothing crosses a network.
    assert!(run("smtp://localhost:PORT").ends_with("--- exit 0\n"));
    assert_eq!(server.messages()[0]["tls"], false);
}

fn world_without_ca(url: &str) -> World {
    let world = World::with_store();
    std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
    let text = format!(
        "[mail]\nserver = \"{url}\"\nfrom = \"admit@example.com\"\nreply-timeout = \"1s\"\n"
    );
    world.file(".config/admit/config.toml", text);
    world
}

#[test]
fn a_server_that_wants_a_login_is_not_used_without() {
    let options = ["--starttls", "--login", "ann:pass"];
    let Some(server) = RealServer::start(&options) else { return };
    let world = world(&server, "smtp://localhost:PORT", "");
    let run = world.admit(["mail", "test", "ann@example.com"]);
    run.assert_code(69);
    assert!(run.stdout.contains("MAIL FROM    failed  530 5.7.0"), "{run}");
}
