//! The programs that admit is measured against: the `sqlite3` shell of the system, OpenLDAP's `slapadd`,
//! and Django and `sqlite-utils` in a Python of their own. They are looked for, never installed: that is
//! `peers/install.sh`'s.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::harness::{Invocation, Result};

/// The environment variable that names a Python with Django and sqlite-utils.
const PYTHON_VARIABLE: &str = "ADMIT_BENCH_PYTHON";

/// The shell, and which one it is.
pub(crate) struct Sqlite3 {
    program: PathBuf,
    /// What it says of its version, such as `3.40.1`.
    pub(crate) version: String,
}

impl Sqlite3 {
    /// The shell on the path, if there is one that runs.
    pub(crate) fn find() -> Option<Self> {
        let program = find_program("sqlite3")?;
        let text = Invocation::new(&program, ["--version"]).succeed().ok()?;
        let version = text.split_whitespace().next()?.to_owned();
        Some(Self { program, version })
    }

    /// A run of the shell on a file: options, SQL and dot commands, one argument each.
    pub(crate) fn run<S: AsRef<str>>(
        &self,
        options: &[&str],
        file: &Path,
        commands: &[S],
    ) -> Invocation {
        let mut arguments: Vec<OsString> = options.iter().map(Into::into).collect();
        arguments.push(file.into());
        arguments.extend(commands.iter().map(|command| command.as_ref().into()));
        Invocation::new(&self.program, arguments)
    }
}

/// The directory server's loader.
pub(crate) struct Slapadd {
    pub(crate) program: PathBuf,
    /// Where the schemas are that an inetOrgPerson needs.
    pub(crate) schemas: PathBuf,
    /// Where the server's modules are, if it has its database in one.
    pub(crate) modules: Option<PathBuf>,
}

impl Slapadd {
    /// Looks where distributions put it.
    pub(crate) fn find() -> Option<Self> {
        let program = find_program("slapadd")?;
        let there = |places: &[&str], file: &str| {
            places.iter().map(PathBuf::from).find(|place| place.join(file).is_file())
        };
        let schemas = there(
            &["/etc/ldap/schema", "/etc/openldap/schema", "/usr/local/etc/openldap/schema"],
            "inetorgperson.schema",
        )?;
        let modules = there(
            &["/usr/lib/ldap", "/usr/lib64/openldap", "/usr/lib/openldap", "/usr/libexec/openldap"],
            "back_mdb.la",
        );
        Some(Self { program, schemas, modules })
    }
}

/// A Python that has a package.
pub(crate) fn find_python(package: &str) -> Option<PathBuf> {
    let named = std::env::var_os(PYTHON_VARIABLE).map(PathBuf::from);
    let python = named.unwrap_or_else(|| target().join("bench-peers/bin/python"));
    let import = Invocation::new(&python, ["-c", &format!("import {package}")]);
    import.succeed().is_ok().then_some(python)
}

/// Where a program is: on the path, or where programs for the system's keeper are.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into(), "/usr/libexec".into()])
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}

/// The directory of everything that is built.
pub(crate) fn target() -> &'static Path {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR"));
    own.parent().unwrap_or(own)
}

/// A path as text.
///
/// # Errors
/// When it is not UTF-8.
pub(crate) fn text(path: &Path) -> Result<&str> {
    path.to_str().ok_or_else(|| format!("{} is not UTF-8", path.display()).into())
}
