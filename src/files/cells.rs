//! Text cells that are safe to open in a spreadsheet: `guard` on the way out, `unguard` on the way in
//! (OWASP "CSV Injection", CWE-1236). Quoting for CSV is the csv writer's; JSON needs none of this.

use std::borrow::Cow;

/// Puts `'` before a text that a spreadsheet would run as a formula, and before a text that
/// [`unguard`] would otherwise shorten. `unguard(&guard(text)) == text` for every text.
#[must_use]
pub fn guard(text: &str) -> Cow<'_, str> {
    let runs = text.starts_with(runs_as_formula);
    if runs || looks_guarded(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Takes away the `'` that [`guard`] put before a text; any other text stays as it is.
#[must_use]
pub fn unguard(text: &str) -> &str {
    if looks_guarded(text) { &text[1..] } else { text }
}

/// Takes away surrounding blanks, all that Unicode has; quick where there are none.
pub(super) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

fn looks_guarded(text: &str) -> bool {
    text.strip_prefix('\'')
        .is_some_and(|rest| rest.starts_with(|c: char| c == '\'' || runs_as_formula(c)))
}

fn runs_as_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn guards_what_a_spreadsheet_would_run() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"] {
            let text = format!("{start}cmd|'/c calc'!A1");
            assert_eq!(guard(&text), format!("'{text}"));
        }
        assert_eq!(guard("+1@example.com"), "'+1@example.com");
    }

    #[test]
    fn leaves_other_texts_alone() {
        for text in ["", "'", "'t Hooft", "Ann-Marie", "1-2", "a=b", "O'Neil"] {
            assert_eq!(guard(text), text);
            assert_eq!(unguard(text), text);
        }
    }

    proptest! {
        #[test]
        fn unguard_undoes_guard(text in "['=+@\t＝ax-]{0,6}|\\PC*") {
            let guarded = guard(&text).into_owned();
            prop_assert_eq!(unguard(&guarded), &text);
            prop_assert!(!guarded.starts_with(runs_as_formula));
        }
    }
}
