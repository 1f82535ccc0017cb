//! What is kept of secrets stays in the store: no command shows it, in no format (trust C2, D11, I1).

use admit::domain::operation::{Need, Operation};
use admit::domain::template::Template;

use crate::support::smtp::SmtpServer;
use crate::support::stage::Stage;
use crate::support::{PASSWORD, World};

/// Every text and every row of bytes, in hexadecimal, that stands in these columns.
fn kept(world: &World, sql: &str) -> Vec<String> {
    let sqlite = world.sql();
    let mut statement = sqlite.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn d11_no_command_shows_what_is_kept_of_a_password_a_pin_or_a_link() {
    let template = Template::find_builtin("contact-center").unwrap().read().unwrap();
    let stage = Stage::of(&template);
    let world = &stage.world;
    let mut kept_of_secrets = Vec::new();
    for sql in [
        "SELECT password_hash FROM accounts",
        "SELECT pin_hash FROM phones",
        "SELECT lower(hex(secret_hash)) FROM invites",
        "SELECT upper(hex(secret_hash)) FROM invites",
    ] {
        let found = kept(world, sql);
        assert!(!found.is_empty(), "{sql}");
        kept_of_secrets.extend(found);
    }
    let hidden: Vec<&str> = kept_of_secrets
        .iter()
        // Of an Argon2id string the hash itself: salt and cost are looked for by the word.
        .map(|kept| kept.rsplit('$').next().unwrap())
        .chain(["argon2", "384951"])
        .collect();
    let assert_hidden = |said: &str, what: &str| {
        for secret in &hidden {
            assert!(!said.contains(secret), "{what} shows {secret}");
        }
    };
    for operation in Operation::ALL {
        // A manual says what is done with secrets, and holds none.
        if operation.need() == Need::Nothing {
            continue;
        }
        for format in ["json", "table"] {
            let run = stage.run(*operation, &["--format", format]);
            assert_hidden(&format!("{}{}", run.stdout, run.stderr), operation.command());
        }
    }
    for format in ["csv", "jsonl"] {
        for access in [&["--type=portal"][..], &["--type=login-less"]] {
            let words = ["export", "--format", format].into_iter().chain(access.iter().copied());
            assert_hidden(&world.answer(words), "export");
        }
    }
    assert_hidden(&world.answer(["audit", "list", "--everywhere", "--all"]), "audit list");
}

#[test]
fn c2_the_secret_of_a_link_is_in_no_file_but_the_mail_not_even_encoded() {
    let server = SmtpServer::start();
    let world = World::mailing(&server);
    // While somebody reads, the write-ahead log stays beside the store.
    let reader = world.sql();
    reader.query_row("SELECT count(*) FROM audit", [], |row| row.get::<_, i64>(0)).unwrap();
    world.admit(["invite", "ann@example.com", "bob@example.com"]).assert_code(0);
    let tokens: Vec<String> = server.received().iter().map(|mail| mail.token()).collect();
    world.accept(&tokens[0], PASSWORD, &[]).assert_code(0);
    world.admit(["resend", "bob@example.com"]).assert_code(0);
    world.admit(["export", "--format=jsonl", "--output=people.jsonl"]).assert_code(0);
    world.admit(["export", "--format=csv", "--output=people.csv"]).assert_code(0);
    let audit = world.answer(["audit", "list", "--all", "--format=json"]);
    let mails = world.answer(["delivery", "list", "--all", "--format=json"]);
    world.file("said.txt", format!("{audit}{mails}"));
    world.sql().execute("VACUUM INTO ?1", [world.home().join("copy.db").to_str()]).unwrap();

    let mut files = Vec::new();
    let mut folders = vec![world.home().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push((std::fs::read(&path).unwrap(), path)),
            }
        }
    }
    assert!(files.len() >= 8, "store, -wal, -shm, settings, two exports, what was said, a copy");
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|it| it == part);
    for token in &tokens {
        let secret = token.split_once('.').unwrap().1;
        let raw = data_encoding::BASE64URL_NOPAD.decode(secret.as_bytes()).unwrap();
        let forms = [
            secret.to_owned(),
            data_encoding::BASE64_NOPAD.encode(&raw),
            data_encoding::HEXLOWER.encode(&raw),
            data_encoding::HEXUPPER.encode(&raw),
            data_encoding::BASE32_NOPAD.encode(&raw),
        ];
        for (bytes, path) in &files {
            assert!(!holds(bytes, &raw), "{}", path.display());
            for form in &forms {
                assert!(!holds(bytes, form.as_bytes()), "{}: {form}", path.display());
            }
        }
        // The search can find: what stands there is the hash.
        let hash = <sha2::Sha256 as sha2::Digest>::digest(&raw);
        assert!(files.iter().any(|(bytes, _)| holds(bytes, &hash)));
    }
}
