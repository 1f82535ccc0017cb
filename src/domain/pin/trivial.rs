//! Which PINs are guessed first. The patterns are those that people choose most (Markert and others, "This
//! PIN Can Be Easily Guessed", IEEE S&P 2020, on PINs of six digits): 123456, 654321, 111111, 121212,
//! 123123, 112233, 123321, 789456, 147258. Dates are left in: there are so many that refusing them would
//! refuse a tenth of all PINs, and guesses are few here (`phone`).

/// Whether digits fit a pattern.
type Pattern = fn(&[u8]) -> bool;

/// Why this is a PIN that is guessed first, if it is one. Takes ASCII digits, six or more.
pub(super) fn why(digits: &[u8]) -> Option<&'static str> {
    let patterns: [(Pattern, &str); 6] = [
        (even_steps, "its digits follow each other in even steps"),
        (few_digits, "it has one or two different digits"),
        (repeats, "it repeats a part of itself"),
        (mirrored, "it is the same backwards"),
        (counted_in_groups, "it counts in pairs or triples"),
        (two_lines, "it is two lines of keys"),
    ];
    patterns.into_iter().find(|(fits, _)| fits(digits)).map(|(_, why)| why)
}

/// How far it is from one digit to the next; 0 follows 9.
fn step(from: u8, to: u8) -> u8 {
    (10 + to - from) % 10
}

/// 111111, 123456, 890123, 987654, 246802.
fn even_steps(digits: &[u8]) -> bool {
    let mut steps = digits.windows(2).map(|pair| step(pair[0], pair[1]));
    let first = steps.next();
    steps.all(|step| Some(step) == first)
}

/// 112211, 100000.
fn few_digits(digits: &[u8]) -> bool {
    (b'0'..=b'9').filter(|digit| digits.contains(digit)).count() <= 2
}

/// 121212, 123123, 1212121.
fn repeats(digits: &[u8]) -> bool {
    (1..=digits.len() / 2).any(|part| digits[part..] == digits[..digits.len() - part])
}

/// 123321.
fn mirrored(digits: &[u8]) -> bool {
    digits.iter().eq(digits.iter().rev())
}

/// 112233, 332211, 111222333.
fn counted_in_groups(digits: &[u8]) -> bool {
    (2..=digits.len() / 2).any(|size| {
        let mut groups = digits.chunks(size);
        let even = groups.all(|group| group.len() == size && group.iter().all(|d| *d == group[0]));
        let firsts: Vec<u8> = digits.iter().copied().step_by(size).collect();
        even && even_steps(&firsts)
    })
}

/// 123789, 456123, 147258, 159357: two halves, each along a line of the keys or counting.
fn two_lines(digits: &[u8]) -> bool {
    const COLUMNS: [&[u8]; 10] =
        [b"147", b"741", b"258", b"852", b"369", b"963", b"159", b"951", b"357", b"753"];
    let counts = |half: &[u8]| even_steps(half) && [1, 9].contains(&step(half[0], half[1]));
    let (one, other) = digits.split_at(digits.len() / 2);
    digits.len().is_multiple_of(2)
        && [one, other].into_iter().all(|half| counts(half) || COLUMNS.contains(&half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d12_what_people_choose_first_is_trivial() {
        for (pins, reason) in [
            (
                "000000 111111 999999999 123456 012345 890123 987654 210987 246802 135791",
                "even steps",
            ),
            ("112211 100000 1222222 909090", "one or two"),
            ("123123 12341234 1231231 590590 123412341234", "repeats"),
            ("123321 590095 1234321", "backwards"),
            ("112233 332211 111222333 990011 11223344", "pairs or triples"),
            ("123789 456123 147258 258741 159357 321789 12349876", "lines of keys"),
        ] {
            for pin in pins.split(' ') {
                let why = why(pin.as_bytes());
                assert!(why.is_some_and(|why| why.contains(reason)), "{pin}: {why:?}");
            }
        }
    }

    #[test]
    fn what_looks_like_chance_is_not() {
        for pin in ["048213", "590274", "112234", "110233", "123457", "123478", "311299", "159358"]
        {
            assert_eq!(why(pin.as_bytes()), None, "{pin}");
        }
    }

    #[test]
    fn few_enough_are_trivial_that_guessing_gets_no_easier() {
        let trivial = (0..1_000_000).filter(|pin| why(format!("{pin:06}").as_bytes()).is_some());
        let trivial = trivial.count();
        assert!((4_000..10_000).contains(&trivial), "{trivial}");
    }
}
