//! A person's name, kept as the person writes it. Nothing here splits it into first and last, changes
//! its case or guesses a language (W3C, "Personal names around the world").

use super::text::{self, TextError};
use std::fmt;
use std::str::FromStr;

/// Longest name, in characters.
pub const PERSON_NAME_MAX: usize = 200;

/// A person's name, kept as given (NFC): 1 to [`PERSON_NAME_MAX`] characters, at least one of them
/// visible, none that controls a terminal or turns the writing direction, and no encoded word: it stands in
/// the header of a mail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Takes a name that the store kept; also one that would be refused today for what a mail program
    /// would make of it, as nobody could read the store otherwise.
    ///
    /// # Errors
    /// Says what is wrong with a name that never was one.
    pub fn from_stored(text: &str) -> Result<Self, TextError> {
        text::clean(text, PERSON_NAME_MAX).map(Self)
    }

    /// Takes a name back that this process gave out; nothing is checked.
    pub(crate) fn rejoined(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as a search compares it.
    #[must_use]
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

impl FromStr for PersonName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        text::clean_for_header(text, PERSON_NAME_MAX).map(Self)
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const WORLD: &[&str] = &[
        "Suharto",
        "U",
        "Õ",
        "Siobhán O’Connor",
        "Conan O'Brien",
        "María José de la Cruz y Fernández-Llamas",
        "Ludwig van Beethoven",
        "Sammy Davis, Jr.",
        "Nguyễn Thị Minh Khai",
        "Jón Þór Birgisson",
        "Björk Guðmundsdóttir",
        "Łukasz Żółć",
        "Dvořák Antonín",
        "Øystein Ångström",
        "İbrahim Işık",
        "Владимир Семёнович Высоцкий",
        "Ἀριστοτέλης Σωκράτους",
        "მარიამ ჯავახიშვილი",
        "Արամ Խաչատրյան",
        "יצחק רבין",
        "رضا کتاب\u{200c}چی",
        "أم كلثوم",
        "ललिता क्\u{200d}षेत्री",
        "রহমান উত্\u{200d}",
        "ஜெயகாந்தன்",
        "สมชาย ใจดี",
        "မောင်မောင်",
        "ཚེ་རིང",
        "王小明",
        "山田 太郎",
        "김\u{3000}철수",
        "𠮷野家",
        "ꦱꦸꦏꦂꦤ",
        "ʻAkahi Kealiʻi",
        "!Xóõ ǂHoan",
        "X Æ A-12",
        "Ann \"Annie\" Lee (Sales)",
        "=1+1",
        "null",
        "00123",
        "Null\\Name; DROP TABLE users;--",
        "100% <b>real</b>",
        "Ann 👩\u{200d}💻",
        "❤\u{fe0f}",
        "משה (Moshe)\u{200f}",
        "Z\u{324}a\u{331}\u{30e}lgo",
        "\u{e000}小龍",
    ];

    #[test]
    fn f4_names_of_the_world_are_kept_unchanged() {
        for &text in WORLD {
            let name: PersonName = text.parse().unwrap_or_else(|e| panic!("{text:?} {e}"));
            assert_eq!(name.as_str(), text);
            assert_eq!(name.to_string().parse(), Ok(name));
        }
    }

    #[test]
    fn f4_names_come_back_from_json_byte_for_byte() {
        for &text in WORLD {
            let name: PersonName = text.parse().unwrap();
            let json = serde_json::to_string(name.as_str()).unwrap();
            let back: String = serde_json::from_str(&json).unwrap();
            assert_eq!(back.parse(), Ok(name));
        }
    }

    #[test]
    fn f4_two_hundred_characters_of_any_size_fit_and_one_more_does_not() {
        for letter in ["a", "ß", "字", "𠮷", "e\u{301}"] {
            assert!(letter.repeat(PERSON_NAME_MAX).parse::<PersonName>().is_ok(), "{letter}");
            let longer = letter.repeat(PERSON_NAME_MAX + 1).parse::<PersonName>();
            assert_eq!(longer, Err(TextError::TooLong { max: 200 }), "{letter}");
        }
    }

    #[test]
    fn f4_names_that_hide_or_steer_are_refused_with_the_reason() {
        use TextError::{
            Control, Damaged, Direction, Empty, EncodedWord, Invisible, LineSeparator,
        };
        for (text, reason) in [
            ("", Empty),
            (" \u{a0}\u{3000}\n", Empty),
            ("Ann\u{0}Lee", Control('\0')),
            ("Ann\tLee", Control('\t')),
            ("Ann\r\nBcc: all@example.com", Control('\r')),
            ("\u{1b}[2JAnn", Control('\u{1b}')),
            ("Ann\u{7f}", Control('\u{7f}')),
            ("\u{9b}31mAnn", Control('\u{9b}')),
            ("Ann\u{2029}Lee", LineSeparator('\u{2029}')),
            ("Ann \u{202e}eeL", Direction('\u{202e}')),
            ("\u{2067}Ann", Direction('\u{2067}')),
            ("Jos\u{fffd}", Damaged),
            ("\u{200b}", Invisible),
            ("\u{200d}\u{200c}\u{feff}", Invisible),
            ("\u{fe0f}", Invisible),
            ("\u{3164}", Invisible),
            ("\u{115f}\u{1160}", Invisible),
            ("\u{2800} \u{2800}", Invisible),
            ("\u{e0041}\u{e007f}", Invisible),
            ("\u{200f}", Invisible),
            ("=?utf-8?q?Your=20bank?=", EncodedWord),
        ] {
            assert_eq!(text.parse::<PersonName>(), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn a_name_kept_before_it_was_refused_is_still_read() {
        let kept = "=?utf-8?q?Ann?=";
        assert!(kept.parse::<PersonName>().is_err());
        assert_eq!(PersonName::from_stored(kept).unwrap().as_str(), kept);
        assert!(PersonName::from_stored("Ann\r\nBcc: all@example.com").is_err());
    }

    #[test]
    fn spellings_of_one_name_fold_alike() {
        let composed: PersonName = "RENÉE".parse().unwrap();
        let apart: PersonName = "Rene\u{301}e".parse().unwrap();
        assert_eq!(composed.folded(), apart.folded());
    }
}
