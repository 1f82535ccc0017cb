//! What every piece of human text shares: its normal form, its limits, what may not be in it, how it
//! is compared and how it is shown. What a text means (a name, an agent ID) is its own type's business.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Bytes that one NFC character can come from: four code points (U+1F82 is the longest kind), each of
/// at most four bytes.
const BYTES_BEHIND_ONE_CHARACTER: usize = 16;

/// Why a text is refused. Each sentence follows a subject: "a name is empty".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing there but white space.
    #[error("is empty")]
    Empty,
    /// Too long.
    #[error("is longer than {max} characters")]
    TooLong {
        /// The limit.
        max: usize,
    },
    /// C0, C1 or DEL, tabs and line ends inside the text included (CWE-150).
    #[error("holds a control character (U+{:04X})", u32::from(*.0))]
    Control(char),
    /// U+2028 or U+2029, which break a line where nobody expects it.
    #[error("holds a line separator (U+{:04X})", u32::from(*.0))]
    LineSeparator(char),
    /// An embedding, override or isolate: it reorders whatever stands beside the text.
    #[error("holds a character that changes the writing direction (U+{:04X})", u32::from(*.0))]
    Direction(char),
    /// A format control that Unicode deprecates or keeps for annotations.
    #[error("holds a formatting character (U+{:04X})", u32::from(*.0))]
    Format(char),
    /// U+FFFD: somebody read the text in the wrong encoding before.
    #[error("holds a replacement character (U+FFFD), so it was damaged before it came here")]
    Damaged,
    /// A code point that never stands for a character.
    #[error("holds a code point that is no character (U+{:04X})", u32::from(*.0))]
    Noncharacter(char),
    /// Nothing in it can be seen.
    #[error("consists of invisible characters only")]
    Invisible,
    /// An encoded word (RFC 2047) in a text that stands in the header of a mail, where it would be read as
    /// whatever is encoded in it.
    #[error("holds a ready-made encoded word (=?…?=), which a mail program shows as other text")]
    EncodedWord,
}

/// Trims surrounding white space, brings the text into NFC and checks it. `max` counts characters of
/// the NFC form.
///
/// Three decisions beyond the obvious (UTS 39, CWE-150): the marks U+200E, U+200F and U+061C stay,
/// since Hebrew and Arabic names beside Latin letters need them and they reorder nothing behind the
/// text; joiners and variation selectors stay, since Persian, Indic scripts and emoji need them;
/// private use stays, since East Asian systems still write rare name characters there and no terminal
/// acts on it.
///
/// # Errors
/// Says what is wrong with the text.
pub fn clean(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    // Before the costly part: a text this long cannot shrink under the limit.
    if text.len() > max.saturating_mul(BYTES_BEHIND_ONE_CHARACTER) {
        return Err(TextError::TooLong { max });
    }
    // Nearly every text is plain, and imports read millions of them.
    if is_printable_ascii(text) {
        return if text.len() > max {
            Err(TextError::TooLong { max })
        } else {
            Ok(text.to_owned())
        };
    }
    let text = nfc(text);
    if let Some(reason) = text.chars().find_map(refusal) {
        return Err(reason);
    }
    if text.len() > max && text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    if text.chars().all(|c| is_hidden(c) || c.is_whitespace()) {
        return Err(TextError::Invisible);
    }
    Ok(text.into_owned())
}

/// The same for a text that will stand in the header of a mail: no encoded word may be in it either
/// (trust H2). Names come back from the store through [`clean`], so that one kept before this was refused
/// can still be read; a header neutralises it.
///
/// # Errors
/// Says what is wrong with the text.
pub fn clean_for_header(text: &str, max: usize) -> Result<String, TextError> {
    let text = clean(text, max)?;
    if holds_encoded_word(&text) { Err(TextError::EncodedWord) } else { Ok(text) }
}

/// Whether a mail program may read a part of the text as an encoded word (RFC 2047 §2):
/// `=?charset?B?text?=`. Many take blanks in it, against the RFC, so they are taken here.
#[must_use]
pub fn holds_encoded_word(text: &str) -> bool {
    // Looking for one byte is quicker than looking for two, and hardly any text has it.
    let mut rest = if text.as_bytes().contains(&b'?') { text } else { "" };
    while let Some((_, after)) = rest.split_once("=?") {
        let mut parts = after.splitn(3, '?');
        let charset = parts.next().unwrap_or_default();
        let encoding = parts.next().unwrap_or_default().trim();
        let encoded = parts.next().unwrap_or_default();
        let known = encoding.eq_ignore_ascii_case("b") || encoding.eq_ignore_ascii_case("q");
        if !charset.is_empty() && known && encoded.contains("?=") {
            return true;
        }
        rest = after;
    }
    false
}

/// Folds a text for comparing and searching: NFC and lower case, over all of Unicode. Folding twice
/// changes nothing.
///
/// Each character folds by itself, whatever stands beside it, so that a folded part is found in the
/// folded whole: the Greek final sigma becomes the common one.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lower = String::with_capacity(text.len());
    for c in nfc(text).chars() {
        match c {
            'ς' => lower.push('σ'),
            _ if c.is_ascii() => lower.push(c.to_ascii_lowercase()),
            _ => lower.extend(c.to_lowercase()),
        }
    }
    // Lower case can compose what upper case could not: J with caron has no single capital.
    match nfc(&lower) {
        Cow::Owned(composed) => composed,
        Cow::Borrowed(_) => lower,
    }
}

/// Which tables of Unicode [`fold`] goes by: a text that was folded by others may read otherwise.
#[must_use]
pub fn folding() -> String {
    let (case, composing) = (char::UNICODE_VERSION, unicode_normalization::UNICODE_VERSION);
    format!("{}_{}_{}_{}", case.0, case.1, composing.0, composing.1)
}

/// Makes untrusted text safe to show: what a terminal or a reader could be misled by becomes an escape
/// such as `\u{1b}` or `\n`, all else stays. Escaping twice changes nothing.
///
/// Escaped are control characters, line separators, characters that change the direction, and
/// invisible characters with nothing visible before them. After a visible character an invisible one
/// belongs to it, as a joiner in an emoji or a Persian name.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if is_printable_ascii(text) {
        return Cow::Borrowed(text);
    }
    let mut escaped: Option<String> = None;
    let mut after_visible = false;
    for (at, c) in text.char_indices() {
        let hidden = is_hidden(c);
        let misleads = is_misleading(c) || (hidden && !after_visible);
        if !hidden {
            after_visible = !misleads && !c.is_whitespace();
        }
        if misleads {
            let escaped = escaped.get_or_insert_with(|| text[..at].to_owned());
            escaped.extend(c.escape_default());
        } else if let Some(escaped) = &mut escaped {
            escaped.push(c);
        }
    }
    escaped.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Looks at the whole text before it answers: that is quicker than stopping at every byte.
fn is_printable_ascii(text: &str) -> bool {
    text.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'))
}

/// Whether a terminal or a reader can be misled by the character wherever it stands.
pub(super) fn is_misleading(c: char) -> bool {
    use TextError::{Control, Direction, Format, LineSeparator};
    matches!(refusal(c), Some(Control(_) | LineSeparator(_) | Direction(_) | Format(_)))
}

/// Whether a character leaves no mark of its own: `Default_Ignorable_Code_Point` of the Unicode
/// Character Database, the annotation marks, and the blank Braille pattern.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

fn refusal(c: char) -> Option<TextError> {
    match c {
        ' '..='~' => None,
        _ if c.is_control() => Some(TextError::Control(c)),
        '\u{2028}' | '\u{2029}' => Some(TextError::LineSeparator(c)),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some(TextError::Direction(c)),
        '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => Some(TextError::Format(c)),
        '\u{fffd}' => Some(TextError::Damaged),
        '\u{fdd0}'..='\u{fdef}' => Some(TextError::Noncharacter(c)),
        // The last two code points of every plane.
        _ if u32::from(c) & 0xfffe == 0xfffe => Some(TextError::Noncharacter(c)),
        _ => None,
    }
}

/// Whether a text is 1 to `max` lower-case letters, digits and '-'. A first '-' would make it look like a
/// flag on the command line.
#[must_use]
pub fn is_slug(text: &str, max: usize) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=max).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(plain)
}

/// A name typed in any spelling as a slug: lower case, words joined by `-`. Nothing where that is no
/// slug of 1 to `max` bytes.
#[must_use]
pub fn to_slug(text: &str, max: usize) -> Option<String> {
    if is_slug(text, max) {
        return Some(text.to_owned());
    }
    let words: Vec<&str> = text
        .split(|c: char| (c.is_whitespace() && !c.is_control()) || c == '_' || c == '-')
        .filter(|word| !word.is_empty())
        .collect();
    let slug = words.join("-").to_ascii_lowercase();
    is_slug(&slug, max).then_some(slug)
}

/// What the system says of a failure, as a part of a sentence of ours: without "(os error 2)".
#[must_use]
pub fn plain(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_lowercase()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn trims_and_composes() {
        assert_eq!(clean(" \t Jose\u{301}\r\n", 4).unwrap(), "Jos\u{e9}");
        assert_eq!(clean("\u{a0}\u{3000}Ann\u{2003}", 3).unwrap(), "Ann");
    }

    #[test]
    fn each_reason_has_its_sentence() {
        let said = |text: &str| clean(text, 5).unwrap_err().to_string();
        assert_eq!(said(" \t\n"), "is empty");
        assert_eq!(said("abcdef"), "is longer than 5 characters");
        assert_eq!(said("a\u{1b}b"), "holds a control character (U+001B)");
        assert_eq!(said("a\u{2028}b"), "holds a line separator (U+2028)");
        assert_eq!(
            said("a\u{202e}b"),
            "holds a character that changes the writing direction (U+202E)"
        );
        assert_eq!(said("a\u{206e}b"), "holds a formatting character (U+206E)");
        assert!(said("a\u{fffd}b").starts_with("holds a replacement character (U+FFFD)"));
        assert_eq!(said("a\u{1ffff}b"), "holds a code point that is no character (U+1FFFF)");
        assert_eq!(said("\u{200b}\u{2060} \u{3164}"), "consists of invisible characters only");
    }

    #[test]
    fn encoded_words_are_refused_where_a_header_is_meant() {
        for word in [
            "=?utf-8?q?Your=20bank?=",
            "Ann =?UTF-8?B?QW5u?=",
            "=?x?=?iso-8859-1*en?Q?a?=",
            "=?utf-8? q ?two words?=",
        ] {
            assert_eq!(clean_for_header(word, 99), Err(TextError::EncodedWord), "{word}");
            assert_eq!(clean(word, 99).unwrap(), word);
        }
        for plain in
            ["Ann =? Lee", "=?utf-8?x?a?=", "=??q?a?=", "really?=?no", "1=?2?=3", "=?a?b?c"]
        {
            assert_eq!(clean_for_header(plain, 99).unwrap(), plain);
        }
    }

    #[test]
    fn the_limit_counts_characters_after_composing() {
        assert_eq!(clean(&"e\u{301}".repeat(10), 10).unwrap().chars().count(), 10);
        assert_eq!(clean(&"ä".repeat(11), 10), Err(TextError::TooLong { max: 10 }));
        let four_in_one = "\u{3b1}\u{313}\u{300}\u{345}".repeat(10);
        assert_eq!(clean(&four_in_one, 10).unwrap(), "\u{1f82}".repeat(10));
        assert_eq!(clean(&"x".repeat(20_000_000), 10), Err(TextError::TooLong { max: 10 }));
    }

    #[test]
    fn every_control_and_direction_character_is_refused_and_escaped() {
        let controls = (0..=0x1f).chain(0x7f..=0x9f);
        let others = (0x2028..=0x202e).chain(0x2066..=0x206f);
        for c in (0xfdd0..=0xfdef).chain([0xfffe, 0xffff, 0x1_fffe, 0x10_ffff]) {
            let c = char::from_u32(c).unwrap();
            assert_eq!(clean(&format!("a{c}b"), 9), Err(TextError::Noncharacter(c)), "{c:?}");
        }
        for c in controls.chain(others).filter_map(char::from_u32) {
            let text = format!("a{c}b");
            assert!(clean(&text, 9).is_err(), "{c:?}");
            assert_eq!(escape(&text), format!("a{}b", c.escape_default()), "{c:?}");
        }
    }

    #[test]
    fn folding_knows_no_case_and_no_composition() {
        for (one, other) in [
            ("JOSÉ", "jose\u{301}"),
            ("ΟΔΟΣ", "οδος"),
            ("ЖУКОВ", "жуков"),
            ("J\u{30c}", "\u{1f0}"),
            ("\u{212b}", "å"),
            ("STRAẞE", "straße"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("Jose"), fold("José"));
        assert!(fold("ΟΔΟΣΑΛΦΑ").contains(&fold("ΟΔΟΣ")));
    }

    #[test]
    fn folding_is_settled_for_every_character() {
        for c in '\0'..='\u{1ffff}' {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "{c:?}");
            assert_eq!(fold(&c.to_string().nfd().collect::<String>()), once, "{c:?}");
        }
    }

    #[test]
    fn escaping_leaves_ordinary_text_borrowed() {
        for text in
            ["", "Ann Lee", r"back\slash", "سارا\u{200c}ها", "👩\u{200d}💻", "❤\u{fe0f}\u{200d}🔥"]
        {
            assert!(matches!(escape(text), Cow::Borrowed(_)), "{text:?}");
        }
    }

    #[test]
    fn escaping_shows_what_hides() {
        assert_eq!(escape("a\u{1b}[31mb\n\t\r"), "a\\u{1b}[31mb\\n\\t\\r");
        assert_eq!(escape("\u{200b}Ann \u{200d}\u{feff}"), "\\u{200b}Ann \\u{200d}\\u{feff}");
        assert_eq!(escape("x\u{9b}\u{200b}"), "x\\u{9b}\\u{200b}");
    }

    proptest! {
        #[test]
        fn cleaning_is_settled_and_leaves_nothing_to_escape_in_the_middle(text in any::<String>()) {
            if let Ok(once) = clean(&text, 200) {
                prop_assert_eq!(clean(&once, 200), Ok(once.clone()));
                let shown = format!("x{once}");
                prop_assert!(!escape(&shown).chars().any(is_misleading));
            }
        }

        #[test]
        fn escaping_is_settled(text in any::<String>()) {
            let once = escape(&text).into_owned();
            prop_assert!(!once.chars().any(is_misleading));
            prop_assert_eq!(escape(&once), once.as_str());
        }

        #[test]
        fn a_folded_part_is_in_the_folded_whole(
            before in "[A-Za-zΑ-Ωα-ωА-я ]*", part in "[A-Za-zΑ-Ωα-ωА-я]+", after in "[A-Za-zΑ-Ωα-ωА-я ]*",
        ) {
            let whole = fold(&format!("{before}{part}{after}"));
            prop_assert!(whole.contains(&fold(&part.to_uppercase())));
            prop_assert_eq!(fold(&whole), whole);
        }
    }
}
