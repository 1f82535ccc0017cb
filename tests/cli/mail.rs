//! `admit mail`: each of its commands in a file of its own, and the ways out.

mod preview;
mod settings;
mod template;
mod test;
mod ways_out;

use crate::support::smtp::SmtpServer;
use crate::support::{Run, World};

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
    world(&format!("server = \"{}\"\nreply-timeout = \"1s\"", server.url()))
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
