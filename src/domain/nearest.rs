//! Which known names a person may have meant by a wrong one, for "did you mean …". It only ranks: no
//! command ever acts on a guess.

use super::text;

/// Most names that are offered.
pub const NEAREST_MAX: usize = 3;
/// A longer word is no slip of the finger, and comparing it would cost time for nothing.
const WORD_MAX: usize = 200;
/// The shortest beginning that says something.
const PREFIX_MIN: usize = 2;
/// The shortest piece that says something.
const PIECE_MIN: usize = 3;

/// Up to [`NEAREST_MAX`] known names that `word` may stand for, best first; among equals in the given
/// order. Case and composition do not count. Empty when nothing is near.
///
/// Near is: the same but for case, a few typing slips away (one for 3 to 5 characters, two up to 8,
/// three beyond), the beginning or a piece of a known name, or a known name with something around it.
#[must_use]
fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = Folded::new(word.trim());
    if word.length == 0 || word.length > WORD_MAX {
        return Vec::new();
    }
    let mut near: Vec<(Rank, &str)> =
        known.into_iter().filter_map(|name| Some((rank(&word, name)?, name))).collect();
    near.sort_by_key(|(rank, _)| *rank);
    near.into_iter().take(NEAREST_MAX).map(|(_, name)| name).collect()
}

/// The same, to be kept in an error.
#[must_use]
pub fn near_names<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    nearest(word, known).into_iter().map(str::to_owned).collect()
}

/// How far a name is from the word (smaller is nearer), then how much their lengths differ.
type Rank = (usize, usize);

struct Folded {
    text: String,
    length: usize,
}

impl Folded {
    fn new(text: &str) -> Self {
        let text = text::fold(text);
        let length = text.chars().count();
        Self { text, length }
    }
}

fn rank(word: &Folded, name: &str) -> Option<Rank> {
    let name = Folded::new(name);
    let gap = word.length.abs_diff(name.length);
    // A slip weighs 2, so that one slip beats a beginning and two slips do not.
    let slips = slips(word, &name, gap).map(|slips| slips * 2);
    [slips, overlap(word, &name)].into_iter().flatten().min().map(|distance| (distance, gap))
}

fn slips(word: &Folded, name: &Folded, gap: usize) -> Option<usize> {
    let most = match word.length {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    if gap > most {
        return None;
    }
    let slips = strsim::osa_distance(&word.text, &name.text);
    (slips <= most).then_some(slips)
}

fn overlap(word: &Folded, name: &Folded) -> Option<usize> {
    let (short, long) = if word.length <= name.length { (word, name) } else { (name, word) };
    if short.length >= PREFIX_MIN && long.text.starts_with(&short.text) {
        Some(3)
    } else if short.length >= PIECE_MIN && long.text.contains(&short.text) {
        Some(5)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const ROLES: [&str; 6] = ["owner", "admin", "team-leader", "user", "agent", "auditor"];

    #[test]
    fn how_many_slips_are_forgiven_depends_on_the_length() {
        let near = |word: &str, known: &str| !nearest(word, [known]).is_empty();
        for (word, known, is_near) in [
            ("ab", "xb", false),
            ("ab", "ab", true),
            ("abc", "abx", true),
            ("abcde", "abxye", false),
            ("abcdef", "axcdyf", true),
            ("abcdef", "axcyzf", false),
            ("abcdefgh", "axcdyfgh", true),
            ("abcdefgh", "axcdyfzh", false),
            ("abcdefghi", "axcdyfzhi", true),
            ("abcdefghi", "axcxyfzhi", false),
            // A beginning of two, a piece of three.
            ("ab", "abxyz", true),
            ("a", "axyz", false),
            ("xyz", "abxyzcd", true),
            ("xy", "abxycd", false),
        ] {
            assert_eq!(near(word, known), is_near, "{word} {known}");
        }
        let longest = "a".repeat(WORD_MAX);
        assert!(near(&longest, &longest));
        assert!(!near(&format!("{longest}a"), &longest));
        assert_eq!(near_names("admn", ROLES), ["admin"]);
    }

    #[test]
    fn one_slip_of_any_kind_is_near() {
        for word in ["amdin", "admn", "adminn", "adnin", "ADMIN", "admin "] {
            assert_eq!(nearest(word, ROLES), ["admin"], "{word}");
        }
    }

    #[test]
    fn beginnings_and_pieces_are_near() {
        assert_eq!(nearest("team", ROLES), ["team-leader"]);
        assert_eq!(nearest("leader", ROLES), ["team-leader"]);
        assert_eq!(nearest("administrator", ROLES), ["admin"]);
        assert_eq!(nearest("superuser", ROLES), ["user"]);
    }

    #[test]
    fn the_best_comes_first_and_three_are_enough() {
        let known = ["xx4711", "47111", "4712", "4711", "4710", "9999"];
        assert_eq!(nearest("4711", known), ["4711", "4712", "4710"]);
        assert_eq!(
            nearest("lead", ["team-lead", "leader", "load"]),
            ["load", "leader", "team-lead"]
        );
    }

    #[test]
    fn nothing_near_gives_nothing() {
        for word in ["", "  ", "zebra", "a", "xy", "%", &"admin".repeat(1_000)] {
            assert_eq!(nearest(word, ROLES), [""; 0], "{word:?}");
        }
        assert_eq!(nearest("admin", []), [""; 0]);
    }

    #[test]
    fn case_and_composition_do_not_count_in_any_script() {
        assert_eq!(nearest("GRU\u{308}N", ["Grün", "Rot"]), ["Grün"]);
        assert_eq!(nearest("отделл", ["Отдел", "Склад"]), ["Отдел"]);
    }
}
