//! Makes the files that imports are measured with: the same bytes for the same number of rows, on every
//! machine. Rows are of the kind that people export: mixed case, quoted names, letters beyond ASCII,
//! about 71 bytes each, no address twice, in no order. Faulty rows are not made here.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Where every sequence of random numbers starts.
const SEED: u64 = 0x61_64_6d_69_74;

/// First names as written and as they stand in an address.
const FIRST: [(&str, &str); 24] = [
    ("Ann", "ann"),
    ("Benjamin", "benjamin"),
    ("Chloé", "chloe"),
    ("Dmitri", "dmitri"),
    ("Esperanza", "esperanza"),
    ("Farid", "farid"),
    ("Grace", "grace"),
    ("Hanna", "hanna"),
    ("Ivan", "ivan"),
    ("José", "jose"),
    ("Kenji", "kenji"),
    ("Lucía", "lucia"),
    ("Mehmet", "mehmet"),
    ("Nadia", "nadia"),
    ("Oliver", "oliver"),
    ("Priya", "priya"),
    ("Quentin", "quentin"),
    ("Renée", "renee"),
    ("Søren", "soeren"),
    ("Tamar", "tamar"),
    ("Ulrike", "ulrike"),
    ("Valentina", "valentina"),
    ("Wei", "wei"),
    ("Yusuf", "yusuf"),
];

/// Last names, likewise.
const LAST: [(&str, &str); 24] = [
    ("Andersson", "andersson"),
    ("Brown", "brown"),
    ("Castellanos", "castellanos"),
    ("Dubois", "dubois"),
    ("Eriksen", "eriksen"),
    ("Fernández", "fernandez"),
    ("García", "garcia"),
    ("Haddad", "haddad"),
    ("Ito", "ito"),
    ("Johnson", "johnson"),
    ("Kowalski", "kowalski"),
    ("Lee", "lee"),
    ("Müller", "mueller"),
    ("Nowak", "nowak"),
    ("O'Brien", "obrien"),
    ("Petrov", "petrov"),
    ("Quist", "quist"),
    ("Rossi", "rossi"),
    ("Schmidt", "schmidt"),
    ("Tanaka", "tanaka"),
    ("Ueda", "ueda"),
    ("van der Berg", "vanderberg"),
    ("Yılmaz", "yilmaz"),
    ("Żak", "zak"),
];

const DOMAINS: [&str; 5] = [
    "example.com",
    "mail.example.org",
    "support.example.net",
    "callcentre.example.com",
    "Example.COM",
];

const ROLES: [&str; 6] = ["user", "agent", "agent", "agent", "Team-Leader", ""];

const TEAMS: [&str; 8] =
    ["", "", "Support", "Sales North", "Sales South", "Back Office", "Zürich", "Night Shift"];

/// Writes a file of this many users, with a header; returns the address of the last one, in normal form.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_users(path: &Path, rows: u64) -> io::Result<String> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut random = SplitMix64(SEED);
    let mut email = String::new();
    out.write_all(b"email,name,role,team,agents\n")?;
    for row in 0..rows {
        let (first, first_plain) = random.pick(&FIRST);
        let (last, last_plain) = random.pick(&LAST);
        let number = shuffled(row, rows);
        email = format!("{first_plain}.{last_plain}{number}@{}", random.pick(&DOMAINS));
        if random.below(8) == 0 {
            email[..1].make_ascii_uppercase();
        }
        let name = match random.below(16) {
            0 | 1 => format!("\"{last}, {first}\""),
            2 => format!("\"{first} \"\"{}\"\" {last}\"", &first_plain[..2]),
            3 => String::new(),
            _ => format!("{first} {last}"),
        };
        let (role, team) = (random.pick(&ROLES), random.pick(&TEAMS));
        writeln!(out, "{email},{name},{role},{team},")?;
    }
    out.flush()?;
    Ok(email.to_ascii_lowercase())
}

/// The place of a row in a fixed shuffle of the numbers below `rows`: no number comes twice, and
/// nothing is kept in memory. Mixing within a power of two is one to one; what falls outside is mixed
/// again until it falls inside.
fn shuffled(row: u64, rows: u64) -> u64 {
    let bits = (64 - rows.leading_zeros()).max(2);
    let mask = u64::MAX >> (64 - bits);
    let mut number = row;
    loop {
        for odd in [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9] {
            number = number.wrapping_mul(odd) & mask;
            number ^= number >> (bits / 2);
        }
        if number < rows {
            return number;
        }
    }
}

/// A small random number generator (Steele, Lea, Flood: "Fast splittable pseudorandom number
/// generators", 2014). Good enough for names, and the same everywhere.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}
