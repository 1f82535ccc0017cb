//! Writes people as LDIF (RFC 2849), for a directory that is to hold them: each an inetOrgPerson.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use data_encoding::BASE64;

use super::{People, Series};

/// Where they stand in the directory.
pub(crate) const SUFFIX: &str = "dc=example,dc=com";

/// Writes the people of the file of so many users, below an entry for the whole.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_ldif(path: &Path, rows: u64) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(out, "dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization")?;
    writeln!(out, "dc: example\no: Example\n")?;
    for person in People::new(rows, Series::FIRST) {
        let email = person.email.to_ascii_lowercase();
        let name = if person.name.is_empty() { &email } else { &person.name };
        writeln!(out, "dn: uid={email},{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {email}")?;
        attribute(&mut out, "mail", &person.email)?;
        attribute(&mut out, "cn", name)?;
        attribute(&mut out, "sn", person.surname)?;
        attribute(&mut out, "employeeType", person.role)?;
        attribute(&mut out, "ou", person.team)?;
        writeln!(out)?;
    }
    out.flush()
}

/// One attribute, in base64 where the format wants it; an empty one is none.
fn attribute(out: &mut impl Write, name: &str, value: &str) -> io::Result<()> {
    match value {
        "" => Ok(()),
        plain if plain.is_ascii() => writeln!(out, "{name}: {plain}"),
        other => writeln!(out, "{name}:: {}", BASE64.encode(other.as_bytes())),
    }
}
