//! What must stay secret stays so (trust I1 to I6): it is said nowhere and kept nowhere, files that hold it are
//! their owner's alone, and a crash leaves no copy of it.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use snapbox::{assert_data_eq, str};

use crate::support::smtpd::RealServer;
use crate::support::{PASSWORD, Run, World, mode, skip};

const MAIL_PASSWORD: &str = "mail-server-S3cret-9f";
const WRONG_PASSWORD: &str = "quite another phrase 71";
const WEAK_PASSWORD: &str = "aaaaaaaaaaaaaaaaa";
const PIN: &str = "830417";
const WRONG_PIN: &str = "592608";
const NO_SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// A world in which everything is said aloud that can be: what was said is kept, and so are the secrets.
struct Journey {
    world: World,
    said: Vec<String>,
    secrets: Vec<String>,
}

impl Journey {
    fn new(world: World) -> Self {
        let known = [MAIL_PASSWORD, PASSWORD, WRONG_PASSWORD, WEAK_PASSWORD, PIN, WRONG_PIN];
        Self { world, said: Vec::new(), secrets: known.map(str::to_owned).to_vec() }
    }

    /// Runs a command with everything in the environment that makes programs talk.
    fn run(&mut self, stdin: &str, words: &[&str]) -> Run {
        let line = std::iter::once("admit").chain(words.iter().copied()).map(quoted);
        let line: String = line.collect::<Vec<_>>().join(" ");
        let loud = "export RUST_BACKTRACE=full RUST_LOG=trace SSLKEYLOGFILE=$HOME/keys";
        self.world.file("stdin", stdin);
        let run = self.world.bash(&format!("{loud}; {line} <stdin"));
        std::fs::remove_file(self.world.home().join("stdin")).unwrap();
        self.said.push(format!("{line}\n{}\n{}", run.stdout, run.stderr));
        run
    }

    /// Runs a command whose answer is a secret by right: it goes to whoever asked, and counts as said nowhere.
    fn run_for(&mut self, words: &[&str], what: &str) -> String {
        let words: Vec<&str> = words.iter().copied().chain(["--format=jsonl"]).collect();
        let run = self.run("", &words);
        let said = self.said.pop().unwrap();
        let row: serde_json::Value =
            serde_json::from_str(run.assert_code(0).stdout.lines().next().unwrap()).unwrap();
        let secret = row[what].as_str().unwrap().rsplit('=').next().unwrap().to_owned();
        self.said.push(said.replace(&secret, ""));
        self.secrets.push(secret.rsplit('.').next().unwrap().to_owned());
        secret
    }

    /// Everything that was said, and every file that is left, but for those named.
    fn check(&self, but: &[&str]) {
        let mut places: Vec<(String, Vec<u8>)> =
            self.said.iter().map(|said| (said.clone(), said.clone().into_bytes())).collect();
        files_below(self.world.home(), &mut |path| {
            let name = path.strip_prefix(self.world.home()).unwrap().display().to_string();
            if !but.iter().any(|but| name.starts_with(but)) {
                places.push((name, std::fs::read(path).unwrap()));
            }
        });
        let holds_ann = |bytes: &[u8]| bytes.windows(15).any(|window| window == b"ann@example.com");
        assert!(places.iter().any(|(name, bytes)| name.ends_with("admit.db") && holds_ann(bytes)));
        for secret in &self.secrets {
            for form in forms(secret) {
                for (name, bytes) in &places {
                    let found = bytes.windows(form.len()).any(|window| window == form);
                    assert!(!found, "{secret} is in {name}");
                }
            }
        }
    }
}

/// A secret as it might be written.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let bytes = secret.as_bytes();
    let mut forms = vec![bytes.to_vec()];
    // Six digits are in any row of digits that is long enough: of a PIN, the bare form is looked for.
    if bytes.len() > 6 {
        forms.push(HEXLOWER.encode(bytes).into_bytes());
        forms.push(HEXLOWER.encode(bytes).to_uppercase().into_bytes());
        forms.push(BASE64.encode(bytes).trim_end_matches('=').as_bytes().to_vec());
        if let Ok(raw) = BASE64URL_NOPAD.decode(bytes) {
            forms.push(HEXLOWER.encode(&raw).into_bytes());
            forms.push(BASE64.encode(&raw).into_bytes());
            forms.push(raw);
        }
    }
    forms
}

fn files_below(directory: &Path, see: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files_below(&path, see),
            false => see(&path),
        }
    }
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// The secret that a mail in the folder carries; the mail itself is whoever's it is for.
fn mailed(world: &World) -> String {
    let mut token = None;
    let link = regex_lite::Regex::new(r"invite=(\d+\.[A-Za-z0-9_-]{43})").unwrap();
    files_below(&world.home().join("mails"), &mut |path| {
        assert_eq!(mode(path), 0o600);
        let text = std::fs::read_to_string(path).unwrap().replace("=\r\n", "").replace("=3D", "=");
        token = link.captures(&text).map(|found| found[1].to_owned());
    });
    token.unwrap()
}

#[test]
fn i1_a_whole_journey_says_and_keeps_no_secret() {
    let mut journey = Journey::new(World::fresh());
    let home = journey.world.home().to_owned();
    std::fs::create_dir_all(home.join(".config/admit")).unwrap();
    std::fs::create_dir(home.join("mails")).unwrap();
    journey.world.file(
        ".config/admit/config.toml",
        format!(
            "portal = \"https://p.example.com/i\"\n[mail]\nfrom = \"a@example.com\"\n\
             server = \"folder:{}/mails\"\n",
            home.display()
        ),
    );
    let printed = ["init", "--template=phone-system", "--owner=olga@example.com"];
    std::fs::rename(home.join(".config"), home.join("config")).unwrap();
    let owner = journey.run_for(&printed, "link");
    std::fs::rename(home.join("config"), home.join(".config")).unwrap();
    let accept = ["accept", "--token-stdin", "--password-stdin"];
    journey.run(&format!("{owner}\n{WEAK_PASSWORD}\n"), &accept).assert_code(65);
    journey.run(&format!("{owner}\n"), &accept).assert_code(65);
    journey.run(&format!("{owner}\n{PASSWORD}\n"), &accept).assert_code(0);
    journey.run(&format!("{owner}\n{PASSWORD}\n"), &accept).assert_code(1);
    journey.run(&format!("1.{NO_SECRET}\n{PASSWORD}\n"), &accept).assert_code(1);

    // A link that goes by mail, and the one after it.
    journey.run("", &["invite", "ann@example.com", "--role=member"]).assert_code(0);
    journey.run("", &["send", "ann@example.com"]).assert_code(0);
    let first = mailed(&journey.world);
    journey.secrets.push(first.rsplit('.').next().unwrap().to_owned());
    std::fs::remove_dir_all(home.join("mails")).unwrap();
    journey.run("", &["resend", "ann@example.com"]).assert_code(78);
    std::fs::create_dir(home.join("mails")).unwrap();
    journey.run("", &["resend", "ann@example.com"]).assert_code(0);
    let second = mailed(&journey.world);
    journey.secrets.push(second.rsplit('.').next().unwrap().to_owned());
    journey.run(&first, &["decline", "--token-stdin", "--yes"]).assert_code(1);
    journey.world.file("token", &second);
    let by_file = ["accept", "--token-file=token", "--password-stdin", "--format=json"];
    journey.run(&format!("{PASSWORD}\n"), &by_file).assert_code(0);
    std::fs::remove_file(home.join("token")).unwrap();

    let login = ["login", "ann@example.com", "--password-stdin"];
    journey.run(&format!("{WRONG_PASSWORD}\n"), &login).assert_code(1);
    journey.run(&format!("{PASSWORD}\n"), &login).assert_code(0);
    let reset = journey.run("", &["password", "reset", "ann@example.com"]);
    reset.assert_code(0);
    journey.secrets.push(mailed(&journey.world).rsplit('.').next().unwrap().to_owned());

    // PINs: drawn, given, tried, and in a file with bad rows.
    let lobby = ["add", "Lobby", "--extension=1001"];
    let drawn = journey.run_for(&lobby, "pin");
    journey.run(&drawn, &["pin", "verify", "ext:1001"]).assert_code(0);
    journey.run(PIN, &["pin", "reset", "ext:1001", "--pin-stdin", "--yes"]).assert_code(0);
    journey.run(WRONG_PIN, &["pin", "verify", "ext:1001"]).assert_code(1);
    journey.run(PIN, &["pin", "verify", "ext:1001"]).assert_code(0);
    journey.world.file(
        "phones.csv",
        format!("name,extension,pin\nDesk,1002,{PIN}\nDesk,12345678901234567890,{WRONG_PIN}\n"),
    );
    let import = ["import", "--type=login-less", "phones.csv"];
    journey.run("", &import).assert_code(65);
    journey
        .run("", &[&import[..], &["--keep-going", "--rejects=rejects.csv"]].concat())
        .assert_code(3);
    assert_eq!(mode(home.join("rejects.csv")), 0o600);
    std::fs::remove_file(home.join("rejects.csv")).unwrap();
    std::fs::remove_file(home.join("phones.csv")).unwrap();

    // All that can be had of the store.
    for words in [
        &["list", "--format=json", "--status=invited,active"][..],
        &["export", "--output=people.csv"],
        &["export", "--type=login-less", "--output=phones.jsonl", "--format=jsonl"],
        &["audit", "list", "--everywhere", "--all", "--format=json"],
        &["audit", "list", "--everywhere", "--all", "--fields=number,login,sudo_user,detail"],
        &["delivery", "list", "--all", "--format=json"],
        &["show", "ann@example.com", "--history", "--format=json"],
        &["show", "ext:1001", "--format=json"],
        &["doctor"],
        &["login", "ann@example.com", "--password", PASSWORD],
    ] {
        let _ = journey.run("", words);
    }
    // What was typed where it does not belong, clap does not say again.
    let typed = journey.said.pop().unwrap();
    assert!(typed.lines().skip(1).all(|line| !line.contains(PASSWORD)), "{typed}");
    journey.check(&["mails/"]);
}

#[test]
fn i1_the_mail_servers_password_is_said_and_kept_nowhere() {
    let options = ["--starttls", "--require-tls", "--login", &format!("ann:{MAIL_PASSWORD}")];
    let Some(server) = RealServer::start(&options) else { return };
    let mut journey = Journey::new(World::with_store());
    let home = journey.world.home().to_owned();
    std::fs::create_dir_all(home.join(".config/admit")).unwrap();
    journey.world.file(
        ".config/admit/config.toml",
        format!(
            "[mail]\nserver = \"smtp://ann@localhost:{}\"\nfrom = \"a@example.com\"\nca-file = \"{}\"\n",
            server.port(),
            server.ca_file().display()
        ),
    );
    let by_stdin = "--mail-password-stdin";
    let line = format!("{MAIL_PASSWORD}\n");
    journey.run(&line, &["mail", "test", "x@example.com", by_stdin]).assert_code(0);
    journey.run(&line, &["invite", "ann@example.com", by_stdin]).assert_code(0);
    // What follows the password on stdin is still there.
    let more = format!("{line}bob@example.com\ncid@example.com\n");
    journey.run(&more, &["invite", "-", by_stdin]).assert_code(0);
    assert_eq!(server.messages().len(), 4);
    journey
        .run(&format!("{MAIL_PASSWORD} not\n"), &["mail", "test", "x@example.com", by_stdin])
        .assert_code(69);
    journey.run("", &["resend", "ann@example.com"]).assert_code(78);
    // By a file, which is there while it is asked for.
    let path = journey.world.file("secret", &line);
    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let with_file = "ADMIT_MAIL_PASSWORD_FILE=secret admit resend ann@example.com --format=json";
    let run = journey.world.bash(with_file);
    run.assert_code(0);
    journey.said.push(run.stdout + &run.stderr);
    std::fs::remove_file(path).unwrap();
    journey.run("", &["audit", "list", "--everywhere", "--all", "--format=json"]).assert_code(0);
    journey.run("", &["delivery", "list", "--all", "--format=json"]).assert_code(0);
    let link = regex_lite::Regex::new(r"\b\d+\.([A-Za-z0-9_-]{43})\b").unwrap();
    for message in server.messages() {
        let text = message["text"].as_str().unwrap().replace("=\r\n", "").replace("=\n", "");
        journey.secrets.extend(link.captures(&text).map(|found| found[1].to_owned()));
    }
    assert!(journey.secrets.len() > 8, "each invitation has a link");
    journey.check(&[]);
}

#[test]
fn i2_a_secrets_file_is_its_owners_or_is_not_used() {
    let world = World::with_store();
    std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
    let settings = world.file(
        ".config/admit/config.toml",
        "[mail]\nserver = \"smtp://ann@localhost:9\"\nfrom = \"a@example.com\"\n",
    );
    let secret = world.file("secret", "pass\n");
    let test = || world.bash("ADMIT_MAIL_PASSWORD_FILE=secret admit mail test ann@example.com");
    let give = |path: &Path, owner| std::os::unix::fs::chown(path, Some(owner), None).unwrap();
    std::fs::set_permissions(&secret, Permissions::from_mode(0o640)).unwrap();
    test().assert_code(78);
    std::fs::set_permissions(&secret, Permissions::from_mode(0o600)).unwrap();
    test().assert_code(69);
    if !nix::unistd::geteuid().is_root() {
        skip("files of somebody else; this takes root");
        return;
    }
    give(&secret, 54_321);
    let mut text = test().to_string();
    give(&secret, 0);
    give(&settings, 54_321);
    text += &test().to_string();
    assert_data_eq!(
        text,
        str![[r#"
--- stderr
error: the mail server's password file secret: it belongs to 54321, who is neither you nor root
hint: chown root secret
--- exit 78
--- stderr
error: the settings file [HOME]/.config/admit/config.toml is not used: it belongs to 54321, who is neither you nor root
hint: chown root [HOME]/.config/admit/config.toml
--- exit 78

"#]]
    );
}

#[test]
fn i2_settings_that_others_may_write_are_not_used() {
    let world = World::with_store();
    std::fs::create_dir_all(world.home().join(".config/admit")).unwrap();
    let path = world.file(".config/admit/config.toml", "portal = \"https://p.example.com\"\n");
    let with = |mode| {
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        world.admit(["list", "--quiet"])
    };
    for fine in [0o600, 0o644, 0o640, 0o444] {
        with(fine).assert_code(0);
    }
    assert_data_eq!(
        with(0o646).to_string(),
        str![[r#"
--- stderr
error: the settings file [HOME]/.config/admit/config.toml is not used: others may write it, it has mode 0646
hint: chmod go-w [HOME]/.config/admit/config.toml
--- exit 78

"#]]
    );
    // No file at all, such as a pipe, is whoever's who runs the command.
    world.bash("ADMIT_CONFIG=/dev/null admit list").assert_code(0);
    world
        .bash("ADMIT_CONFIG=<(echo 'portal = \"https://p.example.com\"') admit list")
        .assert_code(0);
}

#[test]
fn i2_a_group_may_write_settings_where_nobody_else_is_in_it() {
    use admit::settings::trusted_file::{Untrusted, check};
    use nix::unistd::{Group, User, geteuid};
    let file = tempfile::tempfile().unwrap();
    file.set_permissions(Permissions::from_mode(0o664)).unwrap();
    let own = User::from_uid(geteuid()).unwrap().unwrap();
    let group = Group::from_gid(own.gid).unwrap().unwrap();
    let is_private = group.name == own.name && group.mem.iter().all(|name| *name == own.name);
    let expected = if is_private { Ok(()) } else { Err(Untrusted::Writable(0o664)) };
    assert_eq!(check(&file), expected);
    if geteuid().is_root() {
        std::os::unix::fs::fchown(&file, None, Some(54_321)).unwrap();
        assert_eq!(check(&file), Err(Untrusted::Writable(0o664)));
    }
}

#[test]
fn i3_nothing_is_written_through_a_symbolic_link() {
    let world = World::with_people();
    let precious = world.file("precious", "precious");
    let plant = |name: &str| {
        let path = world.home().join(name);
        let _ = std::fs::remove_file(&path);
        symlink(&precious, &path).unwrap();
        path
    };
    let export = plant("out.csv");
    world.admit(["export", "--output=out.csv"]).assert_code(0);
    let rejects = plant("rejects.csv");
    world.file("new.csv", "email\nno address\ndan@example.com\n");
    world.admit(["import", "new.csv", "--keep-going", "--rejects=rejects.csv"]).assert_code(3);
    for path in [export, rejects] {
        assert!(path.symlink_metadata().unwrap().is_file(), "{}", path.display());
        assert_eq!(mode(&path), 0o600);
    }
    std::fs::create_dir(world.home().join("man1")).unwrap();
    let page = plant("man1/admit-list.1");
    world.admit(["man", "--directory=man1"]).assert_code(0);
    assert!(page.symlink_metadata().unwrap().is_file());
    // A store is not made through one, whatever is at its other end.
    plant("new.db");
    world.admit(["--store=new.db", "init"]).assert_code(1);
    std::fs::remove_file(world.home().join("new.db")).unwrap();
    symlink(world.home().join("nowhere"), world.home().join("new.db")).unwrap();
    world.admit(["--store=new.db", "init"]).assert_code(1);
    assert!(!world.home().join("nowhere").exists());
    assert_eq!(std::fs::read_to_string(precious).unwrap(), "precious");
}

/// What other programs take for a switch, or somebody might hope for.
const HOPEFUL: &str = "ADMIT_NOW=2020-01-01T00:00:00Z ADMIT_TIME=2020-01-01 ADMIT_CLOCK=0 ADMIT_TEST=1 \
    ADMIT_DEBUG=1 ADMIT_INSECURE=1 ADMIT_NO_CHECKS=1 ADMIT_FORCE=1 ADMIT_YES=1 ADMIT_OPERATOR=1 \
    ADMIT_PASSWORD=x ADMIT_TOKEN=x ADMIT_PIN=1 ADMIT_MAIL_PASSWORD=x SOURCE_DATE_EPOCH=0 FAKETIME=-30d \
    SQLITE_TMPDIR=/nowhere RUST_LOG=trace DEBUG=1 CI=1 SUDO_UID=0 USER=root LOGNAME=root";

#[test]
fn i5_no_variable_moves_the_clock_or_opens_a_door() {
    let world = World::with_people();
    world.admit(["invite", "late@example.com", "--no-send"]).assert_code(0);
    let late = world.token_made_at("2020-01-01T00:00:00Z", "late@example.com");
    world.file("late", format!("{late}\n{PASSWORD}\n"));
    let mut said = [String::new(), String::new()];
    for (variables, said) in ["", HOPEFUL].into_iter().zip(&mut said) {
        for line in [
            "admit accept --token-stdin --password-stdin <late",
            "admit --as bob@example.com invite new@example.com",
            "admit remove bob@example.com </dev/null",
            "admit login ann@example.com </dev/null",
            "admit --org other list",
            "ADMIT_PORTAL=http://p.example.com admit list",
            "admit list --format json --fields email,status,expires_at",
        ] {
            let run = world.bash(&format!("export {variables} HOME; {line}"));
            said.push_str(&format!("$ {line}\n{run}"));
        }
    }
    let [without, with] = said;
    assert_eq!(without, with);
    assert!(without.contains("--- exit 77") && without.contains("--- exit 78"), "{without}");
    assert_eq!(world.status("late@example.com"), "invited");
}

/// Follows a password prompt until it stands, then ends it by force.
#[test]
fn i6_a_crash_at_a_password_prompt_leaves_no_core() {
    let world = World::with_store();
    let line = "ulimit -c unlimited; sh -c 'echo $$ >pid; exec admit login ann@example.com'";
    let mut terminal = world.terminal(line);
    terminal.see("Password");
    let pid = std::fs::read_to_string(world.home().join("pid")).unwrap().trim().to_owned();
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let limit = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let limit: Vec<&str> = limit.split_whitespace().skip(4).collect();
    assert_eq!(limit, ["0", "0", "bytes"]);
    // Who is no dumpable process belongs to root in /proc, whoever runs it.
    let facts = std::fs::metadata(format!("/proc/{pid}/environ")).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::uid(&facts), 0);
    let killed = Command::new("kill").args(["-ABRT", &pid]).status().unwrap();
    assert!(killed.success());
    let begun = Instant::now();
    while Path::new(&format!("/proc/{pid}/cmdline")).exists()
        && std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
    {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    terminal.see("[exit 134]");
    let ended = terminal.shown();
    assert!(!ended.contains("core dumped"), "{ended}");
    let names: Vec<_> = std::fs::read_dir(world.home())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("core"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
}
