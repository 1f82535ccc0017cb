//! The crontab and the systemd units: the lines that stand in them are run as cron and systemd run them, with
//! what they set in the environment and nothing else, in `/`, with a closed stdin and no terminal.

use std::fs;
use std::path::Path;
use std::process::Command;

use admit::ops::delivery::Outlet;
use admit::ops::invites::{self, InviteRequest};
use admit::random::SystemEntropy;

use super::example;
use crate::support::{Run, World, skip};

/// Where the examples keep the store, and the account's home.
const STATE: &str = "/var/lib/admit";

/// A store with one invite that ran out years ago, one that runs out tomorrow, one that waits to be mailed,
/// and a folder for a mail server.
fn world_with_something_due() -> World {
    let world = World::with_store();
    world.at("2020-01-02T00:00:00Z", |store, context| {
        let request = InviteRequest {
            people: vec!["late@example.com".parse().unwrap()],
            name: None,
            role: None,
            team: None,
            agents: Vec::new(),
            holdings: Default::default(),
            lifetime: None,
            delivery: None,
            outlet: Outlet::Print,
        };
        invites::invite(store, context, &mut SystemEntropy, &request).unwrap();
    });
    world.admit(["invite", "soon@example.com", "--expires-in=1d"]).assert_code(0);
    let settings = |server: &str| {
        let portal = "portal = \"https://portal.example.com/join\"\n";
        let mail = format!("[mail]\nserver = \"{server}\"\nfrom = \"admit@example.com\"\n");
        fs::create_dir_all(world.home().join(".config/admit")).unwrap();
        world.file(".config/admit/config.toml", format!("{portal}{mail}"));
    };
    // Nobody listens there, so that the mail stays queued; it is due again in minutes.
    settings("smtp://127.0.0.1:1");
    world.admit(["invite", "queued@example.com"]).assert_code(3);
    world.sql().execute("UPDATE deliveries SET due_at = 1 WHERE state = 1", []).unwrap();
    let mails = world.home().join("mails");
    fs::create_dir(&mails).unwrap();
    settings(&format!("folder:{}", mails.display()));
    world
}

/// To whom mails went, one a line, in alphabetical order.
fn mailed(world: &World) -> Vec<String> {
    let mails = fs::read_dir(world.home().join("mails")).unwrap().map(|entry| {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let to = text.lines().find_map(|line| line.strip_prefix("To: ")).unwrap();
        to.to_owned()
    });
    let mut mails: Vec<String> = mails.collect();
    mails.sort();
    mails
}

/// An example's line with the paths of this machine: the account's home and the program.
fn here(world: &World, line: &str) -> String {
    let state = world.store_path().parent().unwrap().display().to_string();
    line.replace(STATE, &state).replace("/usr/local/bin/admit", env!("CARGO_BIN_EXE_admit"))
}

/// Runs a program in `/` with a closed stdin, and with this in the environment alone.
fn unattended(world: &World, environment: &[(String, String)], words: &[&str]) -> Run {
    let mut command = Command::new("/usr/bin/env");
    command.arg("-i").args(environment.iter().map(|(name, value)| format!("{name}={value}")));
    command.args(["/bin/sh", "-c", "cd / && exec \"$0\" \"$@\" <&-"]).args(words);
    world.run(&mut command)
}

/// What an account finds in its environment, whoever starts something for it.
fn account(world: &World) -> Vec<(String, String)> {
    let home = world.home().display().to_string();
    vec![("HOME".to_owned(), home), ("LOGNAME".to_owned(), "admit".to_owned())]
}

/// The settings and the jobs of the crontab, as cron reads it.
fn crontab() -> (Vec<(String, String)>, Vec<String>) {
    let (mut settings, mut jobs) = (Vec::new(), Vec::new());
    let text = example("crontab");
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once('=') {
            Some((name, value)) if !name.contains(char::is_whitespace) => {
                settings.push((name.to_owned(), value.to_owned()));
            }
            _ => jobs.push(line.to_owned()),
        }
    }
    (settings, jobs)
}

/// Runs a job of the crontab: the rest of its line, by `/bin/sh`.
fn as_cron(world: &World, job: &str) -> Run {
    let fields: Vec<&str> = job.splitn(6, ' ').collect();
    let (when, command) = (&fields[..5], fields[5]);
    let is_time = |field: &&str| field.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c));
    assert!(when.iter().all(is_time), "{when:?}");
    assert!(!command.contains('%'), "cron ends a command at a %");
    let mut command = here(world, command);
    if !Path::new("/usr/bin/flock").exists() {
        skip("flock is not installed; the job runs without it");
        command = command[command.find("admit ").unwrap()..].to_owned();
    }
    let mut environment = account(world);
    environment.extend(crontab().0.into_iter().map(|(name, value)| {
        // The crontab's PATH is where the program would be installed.
        let value = if name == "PATH" { world.path() } else { here(world, &value) };
        (name, value)
    }));
    environment.push(("SHELL".to_owned(), "/bin/sh".to_owned()));
    unattended(world, &environment, &["/bin/sh", "-c", &command])
}

#[test]
fn k4_the_crontab_does_each_thing_once() {
    let world = world_with_something_due();
    let (_, jobs) = crontab();
    let [expire, send] = &jobs[..] else { panic!("two jobs: {jobs:?}") };
    let first = as_cron(&world, expire);
    first.assert_code(0);
    let rows = "User              Result\nlate@example.com  expired\n\
                soon@example.com  reminder handed over\n";
    assert_eq!(first.stdout, rows, "{first}");
    assert_eq!(mailed(&world), ["soon@example.com"]);
    // Silence, so that cron mails nothing.
    assert_eq!(as_cron(&world, send).to_string(), "--- exit 0\n");
    assert_eq!(mailed(&world), ["queued@example.com", "soon@example.com"]);
    for job in [expire, send] {
        assert_eq!(as_cron(&world, job).to_string(), "--- exit 0\n");
    }
    assert_eq!(world.status("late@example.com"), "expired");
    assert_eq!(mailed(&world).len(), 2);
}

#[test]
fn k5_a_job_that_still_runs_is_left_alone() {
    if !Path::new("/usr/bin/flock").exists() {
        skip("flock is not installed");
        return;
    }
    let world = world_with_something_due();
    for job in crontab().1 {
        let lock = job.split(' ').find(|word| word.ends_with(".lock")).unwrap();
        let lock = here(&world, lock);
        let holder = Command::new("/usr/bin/flock").args([&lock, "sleep", "60"]).spawn();
        let mut holder = holder.unwrap();
        while Command::new("/usr/bin/flock").args(["-n", &lock, "true"]).status().unwrap().success()
        {
            std::thread::yield_now();
        }
        let run = as_cron(&world, &job);
        holder.kill().unwrap();
        holder.wait().unwrap();
        assert_eq!(run.to_string(), "--- exit 1\n", "{job}");
    }
    assert_eq!(mailed(&world), Vec::<String>::new());
    assert_eq!(world.status("late@example.com"), "invited");
}

/// The settings of a systemd unit, in their order.
fn unit(name: &str) -> Vec<(String, String)> {
    let text = example(name);
    let is_code = |line: &&str| !line.starts_with(['#', '[']) && !line.is_empty();
    let pairs = text.lines().filter(is_code).map(|line| line.split_once('=').unwrap());
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// What a unit sets under a name.
fn all<'u>(unit: &'u [(String, String)], name: &str) -> Vec<&'u str> {
    unit.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
}

/// Runs a service: one line after the other, without a shell of its own.
fn as_systemd(world: &World, service: &[(String, String)]) -> Vec<Run> {
    assert_eq!(all(service, "Type"), ["oneshot"]);
    let mut environment = account(world);
    for setting in all(service, "Environment") {
        let (name, value) = setting.split_once('=').unwrap();
        environment.push((name.to_owned(), here(world, value)));
    }
    let lines = all(service, "ExecStart").into_iter().map(|line| {
        // Then there is nothing that systemd would put in the place of something.
        assert!(!line.contains(['%', '$', '"', '\'', '\\', ';']), "{line}");
        let line = here(world, line);
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(words[0], env!("CARGO_BIN_EXE_admit"));
        unattended(world, &environment, &words)
    });
    lines.collect()
}

#[test]
fn the_service_that_expires_does_it_once() {
    let world = world_with_something_due();
    let service = unit("admit-expire.service");
    let runs = as_systemd(&world, &service);
    let [first] = &runs[..] else { panic!("one line") };
    let rows = "User              Result\nlate@example.com  expired\n";
    assert_eq!((first.code, &*first.stdout), (0, rows), "{first}");
    assert_eq!(as_systemd(&world, &service)[0].to_string(), "--- exit 0\n");
    // It has no network, and asks for none.
    assert_eq!(mailed(&world), Vec::<String>::new());
}

#[test]
fn the_service_that_mails_does_it_once() {
    let world = world_with_something_due();
    let service = unit("admit-mail.service");
    let runs = as_systemd(&world, &service);
    assert_eq!(runs.iter().map(|run| run.code).collect::<Vec<_>>(), [0, 0]);
    assert!(runs[0].stdout.contains("queued@example.com"), "{}", runs[0]);
    assert!(runs[1].stdout.contains("soon@example.com"), "{}", runs[1]);
    assert_eq!(mailed(&world), ["queued@example.com", "soon@example.com"]);
    for run in as_systemd(&world, &service) {
        assert_eq!(run.to_string(), "--- exit 0\n");
    }
    assert_eq!(mailed(&world).len(), 2);
}

#[test]
fn the_timers_start_them() {
    for (timer, when) in [("admit-expire.timer", "hourly"), ("admit-mail.timer", "*:0/5")] {
        let timer = unit(timer);
        assert_eq!(all(&timer, "OnCalendar"), [when]);
        assert_eq!(all(&timer, "WantedBy"), ["timers.target"]);
    }
}

#[test]
fn systemd_finds_nothing_wrong_with_the_units() {
    if !Path::new("/usr/bin/systemd-analyze").exists() {
        skip("systemd-analyze is not installed");
        return;
    }
    let world = World::fresh();
    let units = ["admit-expire", "admit-mail"].map(|name| {
        let service = world
            .file(&format!("{name}.service"), here(&world, &example(&format!("{name}.service"))));
        let timer = world.file(&format!("{name}.timer"), example(&format!("{name}.timer")));
        [service, timer]
    });
    let run = world.run(
        Command::new("/usr/bin/systemd-analyze").args(["verify", "--man=no"]).args(units.concat()),
    );
    assert_eq!(run.to_string(), "--- exit 0\n");
}
