//! The people that everything is measured with: the same bytes for the same number of rows, on every
//! machine. They are of the kind that people export: mixed case, quoted names, letters beyond ASCII,
//! about 71 bytes each, 9 % without a team, no address twice, in no order.
//!
//! `files` writes them down, `dirty` with faults, `ldif` for a directory; `words` are their names.

mod dirty;
mod files;
mod ldif;
mod words;

pub(crate) use dirty::write_dirty;
pub(crate) use files::write_users;
pub(crate) use ldif::{SUFFIX, write_ldif};

use words::{DOMAINS, FIRST, LAST, ROLES, TEAMS};

/// Where every sequence of random numbers starts.
const SEED: u64 = 0x61_64_6d_69_74;
/// How many of a hundred are in no team.
const WITHOUT_TEAM: u64 = 9;

/// Which people: two series have no address in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Series(pub(crate) u64);

impl Series {
    /// Those that stores are filled with.
    pub(crate) const FIRST: Self = Self(0);
    /// Those that come to a store that is full of the first.
    pub(crate) const SECOND: Self = Self(1);
}

/// One person, as typed.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) surname: &'static str,
    pub(crate) role: &'static str,
    pub(crate) team: &'static str,
}

/// So many people, one after the other.
pub(crate) struct People {
    random: SplitMix64,
    series: Series,
    next: u64,
    rows: u64,
}

impl People {
    /// The people of a series, where it is to have so many.
    pub(crate) fn new(rows: u64, series: Series) -> Self {
        Self { random: SplitMix64(SEED.wrapping_add(series.0)), series, next: 0, rows }
    }
}

impl Iterator for People {
    type Item = Person;

    fn next(&mut self) -> Option<Person> {
        if self.next == self.rows {
            return None;
        }
        let number = shuffled(self.next, self.rows);
        self.next += 1;
        let random = &mut self.random;
        let (first, first_plain) = random.pick(&FIRST);
        let (last, last_plain) = random.pick(&LAST);
        let domain = random.pick(&DOMAINS);
        let mut email = match self.series {
            Series::FIRST => format!("{first_plain}.{last_plain}{number}@{domain}"),
            Series(other) => format!("{first_plain}.{last_plain}{number}.{other}@{domain}"),
        };
        if random.below(8) == 0 {
            email[..1].make_ascii_uppercase();
        }
        let name = match random.below(16) {
            0 | 1 => format!("{last}, {first}"),
            2 => format!("{first} \"{}\" {last}", &first_plain[..2]),
            3 => String::new(),
            _ => format!("{first} {last}"),
        };
        let role = random.pick(&ROLES);
        let team = if random.below(100) < WITHOUT_TEAM { "" } else { random.pick(&TEAMS) };
        Some(Person { email, name, surname: last, role, team })
    }
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
