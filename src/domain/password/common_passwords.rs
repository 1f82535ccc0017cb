//! Passwords that many people have: the list inside the binary, made by `.ci/common-passwords` (trust D6).

use super::super::sorted_lines;

/// The list with its header, as one text: nothing of it is read before somebody asks.
const LIST: &str = include_str!("../../data/common-passwords.txt");

/// Header and passwords; found when admit is compiled.
const PARTS: (&str, &str) = sorted_lines::split_header(LIST);

/// Whether a password is on the list, as a whole. Takes its folded form.
pub(super) fn is_common(folded: &str) -> bool {
    sorted_lines::holds_line(PARTS.1, folded)
}

#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    PARTS.1.lines()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::password::PASSWORD_MINIMUM_MIN;
    use crate::domain::text;

    #[test]
    fn the_list_is_sorted_and_in_the_form_in_which_passwords_are_compared() {
        let lines: Vec<&str> = all().collect();
        assert!(lines.len() > 16_000, "{}", lines.len());
        assert!(lines.is_sorted_by(|one, next| one < next));
        for line in lines {
            assert!(line.chars().count() >= usize::from(PASSWORD_MINIMUM_MIN), "{line}");
            assert_eq!(text::fold(line), line);
            assert!(is_common(line), "{line}");
        }
    }

    #[test]
    fn whole_passwords_alone_are_common() {
        for (text, common) in [
            ("password1", true),
            ("qwertyuiop123", true),
            ("password1x", false),
            ("xpassword1", false),
            ("", false),
            ("licence: MIT", false),
        ] {
            assert_eq!(is_common(text), common, "{text}");
        }
    }

    #[test]
    fn the_list_says_where_it_is_from_and_on_which_terms() {
        let licences = include_str!("../../data/common-passwords-licences.txt");
        for line in ["# source: Django (PyPI)", "# licence: BSD 3-Clause", "# licence: MIT"] {
            assert!(PARTS.0.contains(line), "{line}");
        }
        for line in ["Django Software Foundation", "THE SOFTWARE IS PROVIDED", "zxcvbn"] {
            assert!(licences.contains(line), "{line}");
        }
    }
}
