//! A list inside the binary: a header, a blank line, and lines sorted by byte. A line is looked up in the
//! text as it is, so that no command pays for a list that it does not ask.

use std::cmp::Ordering;

/// The header of a list, and its lines. Done when admit is compiled; a list without a blank line would
/// not compile.
pub(super) const fn split_header(list: &'static str) -> (&'static str, &'static str) {
    let bytes = list.as_bytes();
    let mut end = 0;
    while !(bytes[end] == b'\n' && bytes[end + 1] == b'\n') {
        end += 1;
    }
    let (header, rest) = list.split_at(end);
    (header, rest.split_at(2).1)
}

/// Whether a text of sorted lines has this one. Looks at the middle of what is left, as one does in a
/// telephone book.
pub(super) fn holds_line(mut lines: &str, wanted: &str) -> bool {
    while !lines.is_empty() {
        let start = lines.as_bytes()[..lines.len() / 2].iter().rposition(|byte| *byte == b'\n');
        let start = start.map_or(0, |end| end + 1);
        let (before, rest) = lines.split_at(start);
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        lines = match wanted.cmp(line) {
            Ordering::Equal => return true,
            Ordering::Less => before,
            Ordering::Greater => after,
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_is_found_wherever_it_stands(
            lines in proptest::collection::btree_set("[a-c.é]{1,4}", 0..30),
            wanted in "[a-c.é]{1,4}",
        ) {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            prop_assert_eq!(holds_line(&text, &wanted), lines.contains(&wanted));
            for line in &lines {
                prop_assert!(holds_line(&text, line), "{}", line);
            }
        }
    }
}
