//! `README.md`: its tour runs as it is written, its tables say what the binary says. Where output changed
//! on purpose, `SNAPSHOTS=overwrite cargo test --test cli readme` writes the new one into the README.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use admit::cli::Cli;
use admit::cli::exit::Exit;
use admit::domain::operation::{Need, Operation};
use admit::settings::{
    ACTOR_VARIABLE, CONFIG_VARIABLE, MAIL_PASSWORD_FILE_VARIABLE, MAIL_VARIABLE,
    ORGANIZATION_VARIABLE, PORTAL_VARIABLE, STORE_VARIABLE,
};
use clap::CommandFactory;
use serde_json::Value;

use crate::support::{World, bare, repository};

/// The home directory and the login name that the README shows.
const HOME: &str = "/home/ops";
const LOGIN: &str = "(ops)";

fn readme() -> String {
    fs::read_to_string(repository().join("README.md")).unwrap()
}

/// A command of the tour: its line, and the output that the README shows.
struct Step {
    command: String,
    shown: Vec<String>,
}

/// The README cut at the output of each command: text, step, text, step, …, text.
fn tour(readme: &str) -> (Vec<String>, Vec<Step>) {
    let (mut texts, mut steps) = (vec![String::new()], Vec::<Step>::new());
    let mut in_console = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            in_console = line == "```console";
        }
        let command = line.strip_prefix("$ ").filter(|_| in_console);
        let is_output = in_console && command.is_none() && line != "```console";
        match steps.last_mut() {
            Some(step) if is_output => step.shown.push(line.to_owned()),
            _ => {
                let text = texts.last_mut().unwrap();
                text.push_str(line);
                text.push('\n');
            }
        }
        if let Some(command) = command {
            steps.push(Step { command: command.to_owned(), shown: Vec::new() });
            texts.push(String::new());
        }
    }
    (texts, steps)
}

/// What differs between the README's machine and this one, and from run to run.
fn as_anywhere(line: &str) -> String {
    let drawn_pin = regex_lite::Regex::new(r" \d{6}\b").unwrap();
    let line = line.replace(HOME, "[HOME]").replace(LOGIN, "([LOGIN])");
    drawn_pin.replace_all(&bare(&line), " [PIN]").into_owned()
}

#[test]
fn the_tour_runs_as_it_is_written() {
    let readme = readme();
    let (texts, steps) = tour(&readme);
    assert!(steps.len() > 15, "the tour is found");
    let world = World::fresh();
    world.copy_examples();
    let home = world.home().display().to_string();
    let login = format!("({})", admit::settings::system_login().name);
    let mut new = texts[0].clone();
    for (step, text) in steps.iter().zip(&texts[1..]) {
        // What a person sees: both streams, as they come.
        let run = world.shell(&format!("exec 2>&1; {}", step.command));
        let said: Vec<String> = run
            .stdout
            .lines()
            .map(|line| line.replace(&home, HOME).replace(&login, LOGIN))
            .collect();
        let same = |(said, shown): (&String, &String)| as_anywhere(said) == as_anywhere(shown);
        if said.len() == step.shown.len() && said.iter().zip(&step.shown).all(same) {
            new.extend(step.shown.iter().map(|line| format!("{line}\n")));
        } else {
            new.extend(said.iter().map(|line| format!("{line}\n")));
        }
        new.push_str(text);
    }
    if new != readme && std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
        fs::write(repository().join("README.md"), new).unwrap();
    } else {
        snapbox::assert_data_eq!(new, snapbox::Data::text(readme).raw());
    }
}

/// The rows of the table under a heading, each a list of cells.
fn table(heading: &str) -> Vec<Vec<String>> {
    let readme = readme();
    let (_, section) = readme
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("README.md has no heading {heading:?}"));
    let rows = section.lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.take_while(|line| line.starts_with('|')).skip(2);
    let cells =
        |row: &str| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

#[test]
fn the_table_of_exit_codes_is_the_one_in_the_code() {
    let in_code = Exit::TABLE.map(|(exit, meaning)| vec![exit.code().to_string(), meaning.into()]);
    assert_eq!(table("## Exit codes"), in_code);
}

/// The commands at the ends of the branches: `agent import`, not `agent`.
fn leaves(command: &clap::Command, before: &str) -> Vec<String> {
    let nested = command.get_subcommands().flat_map(|command| {
        let name = format!("{before}{}", command.get_name());
        match command.has_subcommands() {
            true => leaves(command, &format!("{name} ")),
            false => vec![name],
        }
    });
    nested.collect()
}

/// The command that a table's cell is about: `` `agent import FILE…` `` is about `agent import`.
fn command_in(cell: &str) -> String {
    let words = cell.trim_matches('`').split(' ');
    let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    words.take_while(is_word).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_table_of_commands_names_every_command() {
    let named: BTreeSet<String> =
        table("## Commands").iter().map(|row| command_in(&row[0])).collect();
    let all: BTreeSet<String> = leaves(&Cli::command(), "").into_iter().collect();
    assert_eq!(named, all);
}

/// What the table calls a need.
fn need(operation: Operation) -> String {
    match operation.need() {
        Need::Nothing => "nothing".to_owned(),
        Need::Secret => "the secret".to_owned(),
        Need::Membership => "any user".to_owned(),
        Need::OwnOr(permission) => format!("own; `{permission}:all`"),
        Need::Everywhere(permission) => format!("`{permission}:all`"),
        Need::InScope(permission) => format!("`{permission}`"),
        Need::Operator => "operator".to_owned(),
    }
}

#[test]
fn the_table_of_commands_says_what_each_needs() {
    let told: BTreeMap<String, String> =
        table("## Commands").into_iter().map(|row| (command_in(&row[0]), row[2].clone())).collect();
    let asked = Operation::ALL.iter().map(|it| (it.command().to_owned(), need(*it))).collect();
    assert_eq!(told, asked);
}

#[test]
fn the_table_of_values_for_mails_is_the_one_in_the_code() {
    let told: BTreeSet<String> = table("### What the mails say")
        .iter()
        .map(|row| row[0].trim_matches('`').to_owned())
        .collect();
    let known = admit::mail::wording::VALUES.map(str::to_owned);
    assert_eq!(told, BTreeSet::from(known));
}

#[test]
fn every_setting_is_explained() {
    let readme = readme();
    let (_, settings) = readme.split_once("\n## Settings\n").unwrap();
    let words = [
        STORE_VARIABLE,
        CONFIG_VARIABLE,
        PORTAL_VARIABLE,
        ACTOR_VARIABLE,
        ORGANIZATION_VARIABLE,
        MAIL_VARIABLE,
        MAIL_PASSWORD_FILE_VARIABLE,
        "NO_COLOR",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
    ];
    for word in words {
        assert!(settings.contains(word), "{word}");
    }
    let world = World::with_store();
    let example = settings.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let file = world.file("config.toml", example);
    let run = world.run(
        std::process::Command::new(env!("CARGO_BIN_EXE_admit"))
            .args(["--store", ".local/share/admit/admit.db", "list"])
            .env(CONFIG_VARIABLE, file),
    );
    run.assert_code(0);
}

/// The paths of everything in a JSON value: `invite.state`, `agents[].name`, `subjects[]`.
fn paths(value: &Value, before: &str, found: &mut Vec<String>) {
    let mut add = |path: String| {
        if !found.contains(&path) {
            found.push(path);
        }
    };
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let dot = if before.is_empty() { "" } else { "." };
                paths(value, &format!("{before}{dot}{key}"), found);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for item in items {
                paths(item, &format!("{before}[]"), found);
            }
        }
        Value::Array(_) => add(format!("{before}[]")),
        _ => add(before.to_owned()),
    }
}

/// Runs every command once, in an order in which each has something to show.
fn answers() -> Vec<(&'static str, String)> {
    let world = World::fresh();
    world.file("phones.csv", "name,extension,pin\nDoor,1002,481516\n");
    world.file("pin.txt", "481516\n");
    world.file("subject.txt", "Come in\n");
    world.file("password.txt", "quiet yellow tram\n");
    world.file(
        "users.csv",
        "email,name,role,team,agents\nann@example.com,Ann,agent,Support,voice:1\nbob@example.com,,,,\n",
    );
    world.file("agents.csv", "agent_id,source\n1,voice\n2,voice\n");
    let lines = [
        ("init", "init --owner eve@example.com"),
        ("team create", "team create Support"),
        ("team list", "team list"),
        ("agent import", "agent import agents.csv"),
        ("agent add", "agent add voice:3"),
        ("import", "import users.csv --send"),
        ("invite", "invite cid@example.com --role agent --no-send"),
        ("send", "send cid@example.com"),
        ("resend", "resend cid@example.com"),
        ("assign-agent", "assign-agent cid@example.com voice:2"),
        ("list", "list"),
        ("show", "show ann@example.com"),
        ("agent list", "agent list"),
        ("agent show", "agent show voice:1"),
        ("unassign-agent", "unassign-agent cid@example.com voice:2"),
        ("set-role", "set-role cid@example.com --role user"),
        ("export", "export --format jsonl"),
        ("cancel", "cancel bob@example.com"),
        ("deactivate", "deactivate eve@example.com"),
        ("reactivate", "reactivate eve@example.com"),
        ("remove", "remove bob@example.com --yes"),
        ("role list", "role list"),
        ("role show", "role show agent"),
        ("role create", "role create coach --grant view-insights"),
        ("role edit", "role edit coach --grant export-charts"),
        ("role delete", "role delete coach --yes"),
        ("can", "can eve@example.com manage-users"),
        ("who-can", "who-can manage-users"),
        ("set-team", "set-team cid@example.com --team Support"),
        ("team leaders", "team leaders Support --add eve@example.com"),
        ("team show", "team show Support"),
        ("org set", "org set main --login-less allowed"),
        ("add", "add Lobby --extension 1001"),
        ("password reset", "password reset eve@example.com"),
        ("pin reset", "pin reset ext:1001"),
        ("import --type login-less", "import --type login-less phones.csv"),
        ("pin verify", "pin verify ext:1002 <pin.txt"),
        ("export --type login-less", "export --type login-less --format jsonl"),
        ("login", "login eve@example.com --password-stdin <password.txt"),
        ("", "invite lea@example.com --format csv --fields link | tail -n 1 >link.txt;:"),
        ("decline", "decline --token-file link.txt --dry-run"),
        ("accept", "accept --token-file link.txt --password-stdin <password.txt"),
        ("search-index build", "search-index build"),
        ("search-index status", "search-index status"),
        ("search-index drop", "search-index drop"),
        ("stats", "stats"),
        ("team rename", "team rename Support Help"),
        ("team delete", "team delete Help --yes"),
        ("domain block", "domain block rival.example"),
        ("domain allow", "domain allow mailinator.com"),
        ("domain list", "domain list"),
        ("domain list --info", "domain list --info"),
        ("domain check", "domain check mailinator.com"),
        ("domain forget", "domain forget rival.example mailinator.com"),
        ("mail preview", "mail preview cid@example.com"),
        ("mail template show", "mail template show"),
        ("mail template set", "mail template set --kind reminder --part subject subject.txt"),
        ("mail template reset", "mail template reset --kind reminder"),
        ("org create", "org create acme --template customer-portal --owner eve@example.com"),
        ("org list", "org list"),
        ("org use", "org use acme"),
        ("module list", "module list"),
        ("module add", "module add extra"),
        ("module remove", "module remove extra --yes"),
        ("sub-account add", "sub-account add north"),
        ("sub-account list", "sub-account list"),
        ("sub-account remove", "sub-account remove north --yes"),
        ("", "invite dan@example.com"),
        ("grant", "grant dan@example.com --module reports"),
        ("revoke", "revoke dan@example.com --module reports"),
        ("org show", "org show"),
        ("org rename", "org rename acme apex"),
        ("", "org use main"),
        ("org delete", "org delete apex --yes"),
        ("audit list", "audit list"),
        ("audit verify", "audit verify"),
        ("doctor", "doctor"),
        ("backup", "backup copy.db"),
        ("restore", "restore copy.db --yes"),
        ("template list", "template list"),
        ("template show", "template show customer-portal"),
    ];
    let mut answers = Vec::new();
    for (command, line) in lines {
        match command {
            "deactivate" => world.another_manager(),
            "login" => world.waits_elsewhere("eve@example.com", "quiet yellow tram"),
            _ => {}
        }
        let format = if command.starts_with("export") { "" } else { " --format json" };
        let run = world.shell(&format!("admit {line}{format}"));
        run.assert_code(0);
        if !command.is_empty() {
            answers.push((command, run.stdout));
        }
    }
    let wait = "admit invite fay@example.com gil@example.com --no-send; \
                ADMIT_MAIL=smtp://127.0.0.1:1 admit send fay@example.com gil@example.com";
    world
        .shell(&format!("mkdir mails; admit org set --sender ops@example.com; {wait}"))
        .assert_code(3);
    let mailed = "ADMIT_MAIL=folder:mails admit";
    for (command, line) in [
        ("send --queued", "send --queued"),
        ("delivery retry", "delivery retry fay@example.com"),
        ("delivery list", "delivery list"),
    ] {
        let run = world.shell(&format!("{mailed} {line} --format json"));
        answers.push((command, run.assert_code(0).stdout.clone()));
    }
    let check =
        "admit template show customer-portal >t.toml && admit template check t.toml --format json";
    answers.push(("template check", world.shell(check).stdout));
    let mail = "admit org set --sender main@example.com >/dev/null && \
        ADMIT_MAIL=folder:mails admit mail test ann@example.com --format json";
    answers.push(("mail test", world.shell(mail).stdout));
    world.at("2020-01-02T00:00:00Z", |store, context| {
        let late = ["cid@example.com".parse().unwrap()];
        let random = &mut admit::random::SystemEntropy;
        admit::ops::invites::send(
            store,
            context,
            random,
            &admit::ops::invites::Recipients::Named(late.to_vec()),
            &Default::default(),
        )
        .unwrap();
    });
    answers.push(("expire", world.shell("admit expire --format json").stdout));
    answers
}

fn sorted(mut fields: Vec<String>) -> String {
    fields.sort();
    fields.join(" ")
}

#[test]
fn the_table_of_json_shapes_is_what_the_commands_print() {
    let mut told = Vec::new();
    for row in table("### JSON") {
        let fields: Vec<String> =
            row[2].split(' ').map(|field| field.trim_matches('`').to_owned()).collect();
        let fields = sorted(fields);
        for command in row[0].split(", ") {
            told.push((command.trim_matches('`').to_owned(), row[1].clone(), fields.clone()));
        }
    }
    told.sort();
    let mut printed = Vec::new();
    for (command, answer) in answers() {
        let lines = || answer.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
        let value: Value =
            serde_json::from_str(&answer).or_else(|_| lines().map(Value::Array)).unwrap();
        let shape = match (&value, command) {
            (_, "export" | "export --type login-less") => "objects",
            (Value::Array(_), _) => "array",
            _ => "object",
        };
        let mut found = Vec::new();
        paths(&value, "", &mut found);
        let found = found.iter().map(|path| path.trim_start_matches("[].").to_owned()).collect();
        printed.push((command.to_owned(), shape.to_owned(), sorted(found)));
    }
    printed.sort();
    assert_eq!(told, printed);
    let silent = ["completions", "man"].map(str::to_owned);
    let plain = |command: String| match command.split_once(" --") {
        Some((command, _)) => command.to_owned(),
        None => command,
    };
    let commands = printed.into_iter().map(|(command, ..)| plain(command)).chain(silent);
    assert_eq!(
        commands.collect::<BTreeSet<_>>(),
        leaves(&Cli::command(), "").into_iter().collect()
    );
}

#[test]
fn the_test_command_stands_in_the_readme_once() {
    // `.ci/run` takes it from there.
    let commands: Vec<String> =
        readme().lines().filter(|line| line.starts_with("cargo test")).map(str::to_owned).collect();
    assert_eq!(commands, ["cargo test"]);
    assert!(readme().contains("\ncargo run --release -- import examples/users.csv\n"));
}
