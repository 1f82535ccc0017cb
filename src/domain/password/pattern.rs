//! Passwords that are patterns, which no list can hold all of: one rule for those that repeat themselves,
//! one for those that run along a row.

use super::PasswordMinimum;

/// Rows along which fingers run, one way or the other. Digits go on with 0 behind 9, in either order.
const ROWS: [&str; 5] =
    ["abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
/// Shortest run that is one.
const RUN: usize = 3;

/// Whether a password is one piece over and over, and that piece would be too short alone: `abcabcabcabcabc`.
/// The last piece may be a beginning of it.
pub(super) fn repeats(folded: &str, minimum: PasswordMinimum) -> bool {
    let characters = folded.chars().count();
    let longest = (characters / 2).min(minimum.characters().saturating_sub(1));
    folded
        .char_indices()
        .map(|(at, _)| at)
        .skip(1)
        .take(longest)
        .any(|piece| folded.as_bytes()[piece..] == folded.as_bytes()[..folded.len() - piece])
}

/// Whether a password is nothing but runs of three or more along rows: `123456789012345`,
/// `qwertyuiopasdfgh`, `abcdefgh87654321`.
pub(super) fn is_sequence(folded: &str) -> bool {
    let mut rest = folded;
    while !rest.is_empty() {
        match run(rest) {
            run if run < RUN => return false,
            // Rows are ASCII, so a run's length is a boundary.
            run => rest = &rest[run..],
        }
    }
    !folded.is_empty()
}

/// How many bytes at the beginning run along one row.
fn run(text: &str) -> usize {
    let follows = |row: &str, pair: &[u8]| row.as_bytes().windows(2).any(|two| two == pair);
    let back = |pair: &[u8]| [pair[1], pair[0]];
    let along = |steps: &dyn Fn(&[u8]) -> bool| {
        1 + text.as_bytes().windows(2).take_while(|pair| steps(pair)).count()
    };
    ROWS.iter()
        .map(|row| along(&|pair| follows(row, pair)).max(along(&|pair| follows(row, &back(pair)))))
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_short_piece_over_and_over_repeats_itself() {
        for (text, expected) in [
            ("aaaaaaaaaaaaaaa", true),
            ("abcabcabcabcabc", true),
            ("äöäöäöäöäöäöäöä", true),
            ("🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀", true),
            ("tomatotomatotom", true),
            ("quiet tram quiet tram ", true),
            // The piece is long enough alone.
            ("quiet yellow tram quiet yellow tram ", false),
            ("aaaaaaaaaaaaaab", false),
            ("quiet yellow tram", false),
            ("tomato tomatoes", false),
        ] {
            assert_eq!(repeats(text, PasswordMinimum::default()), expected, "{text}");
        }
    }

    #[test]
    fn runs_along_rows_are_a_sequence() {
        for (text, expected) in [
            ("123456789012345", true),
            ("987654321098765", true),
            ("abcdefghijklmno", true),
            ("zyxwvutsrqponml", true),
            ("qwertyuiopasdfghjkl", true),
            ("poiuytrewqlkjhgfdsa", true),
            ("abcdefgh87654321", true),
            ("qwe123asd456zxc789", true),
            ("qwertyuiop asdfghjkl", false),
            ("1234567890123450", false),
            ("135791357913579", false),
            ("quiet yellow tram", false),
            ("éabcdefghijklmno", false),
            ("", false),
        ] {
            assert_eq!(is_sequence(text), expected, "{text}");
        }
    }
}
