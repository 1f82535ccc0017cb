//! Rows in the order of their addresses: what makes looking everybody up, and adding them, a walk
//! through every index from one end to the other.

use crate::domain::email::EmailAddress;
use crate::domain::import::ImportRow;

/// Sorts the rows by address, then by line. What is compared and moved is small and lies together: the
/// first bytes of an address nearly always decide.
pub(super) fn by_address(rows: &mut [ImportRow]) {
    let mut order: Vec<(u128, usize)> =
        rows.iter().enumerate().map(|(index, row)| (first_bytes(&row.email), index)).collect();
    order.sort_unstable_by(|(first, one), (second, other)| {
        first.cmp(second).then_with(|| {
            let (one, other) = (&rows[*one], &rows[*other]);
            one.email.cmp(&other.email).then_with(|| one.line.cmp(&other.line))
        })
    });
    // Every row goes straight to its place, along the circles that the moves form.
    for start in 0..rows.len() {
        let mut place = start;
        loop {
            let from = std::mem::replace(&mut order[place].1, place);
            if from == start {
                break;
            }
            rows.swap(place, from);
            place = from;
        }
    }
}

/// The first bytes of an address as a number that sorts as they do.
fn first_bytes(email: &EmailAddress) -> u128 {
    let mut first = [0; 16];
    for (place, byte) in first.iter_mut().zip(email.as_normal().bytes()) {
        *place = byte;
    }
    u128::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_sorted_by_address_and_then_by_line(
            locals in proptest::collection::vec("[ab]{1,2}|abcdefghijklmno[a-c]{0,4}", 0..40),
        ) {
            let mut rows: Vec<ImportRow> = locals
                .iter()
                .zip(1..)
                .map(|(local, line)| ImportRow {
                    line,
                    email: format!("{local}@example.com").parse().unwrap(),
                    name: None,
                    role: None,
                    team: None,
                    agents: Vec::new(),
                    holdings: None,
                })
                .collect();
            let mut wanted = rows.clone();
            wanted.sort_by(|a, b| a.email.cmp(&b.email));
            by_address(&mut rows);
            prop_assert_eq!(rows, wanted);
        }
    }
}
