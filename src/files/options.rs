//! How a file is to be read: encoding and delimiter, each detected unless told. The flags that carry
//! these words are `cli`'s.

use std::fmt;
use std::str::FromStr;

/// Why a word names no encoding or delimiter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// No such encoding.
    #[error("an encoding is detect, utf-8, utf-16, windows-1252 or another WHATWG label")]
    Encoding,
    /// No such delimiter.
    #[error("a delimiter is detect, comma, semicolon, tab or pipe")]
    Delimiter,
}

/// How the bytes of a file are to be understood. A byte order mark beats it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encoding(Option<&'static encoding_rs::Encoding>);

impl Encoding {
    /// By the byte order mark; UTF-8 without one. Nothing else is guessed.
    pub const DETECT: Self = Self(None);
    /// UTF-8.
    pub const UTF_8: Self = Self(Some(encoding_rs::UTF_8));
    /// What Excel writes on Windows where it does not write UTF-8.
    pub const WINDOWS_1252: Self = Self(Some(encoding_rs::WINDOWS_1252));

    /// The encoding that was asked for.
    pub(super) fn named(self) -> Option<&'static encoding_rs::Encoding> {
        self.0
    }
}

impl FromStr for Encoding {
    type Err = OptionError;

    /// Takes `detect` or a label of the WHATWG Encoding Standard, in any case.
    fn from_str(text: &str) -> Result<Self, OptionError> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("detect") {
            return Ok(Self::DETECT);
        }
        match encoding_rs::Encoding::for_label_no_replacement(text.as_bytes()) {
            Some(encoding) => Ok(Self(Some(encoding))),
            None => Err(OptionError::Encoding),
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.map_or("detect".to_owned(), |e| e.name().to_ascii_lowercase()))
    }
}

/// What stands between two cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delimiter {
    /// The one the header holds most often; comma where it holds none.
    #[default]
    Detect,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Pipe,
}

impl Delimiter {
    /// The delimiters that can stand in a file, the likelier first.
    pub(super) const REAL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The byte in the file; comma for `Detect`.
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Detect | Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Detect => "detect",
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Pipe => "pipe",
        }
    }
}

impl FromStr for Delimiter {
    type Err = OptionError;

    /// Takes the name or the character itself; `\t` for the tab as well.
    fn from_str(text: &str) -> Result<Self, OptionError> {
        match text.to_ascii_lowercase().as_str() {
            "detect" => Ok(Self::Detect),
            "comma" | "," => Ok(Self::Comma),
            "semicolon" | ";" => Ok(Self::Semicolon),
            "tab" | "\t" | "\\t" => Ok(Self::Tab),
            "pipe" | "|" => Ok(Self::Pipe),
            _ => Err(OptionError::Delimiter),
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a file is to be read; the default detects everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The encoding.
    pub encoding: Encoding,
    /// The delimiter; JSON lines have none.
    pub delimiter: Delimiter,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn words_read_back_as_they_are_shown() {
        for word in ["detect", "comma", "semicolon", "tab", "pipe"] {
            assert_eq!(word.parse::<Delimiter>().unwrap().to_string(), word);
        }
        for word in ["detect", "utf-8", "utf-16be", "windows-1252", "shift_jis"] {
            assert_eq!(word.parse::<Encoding>().unwrap().to_string(), word);
        }
    }

    #[test]
    fn refuses_labels_that_decode_nothing() {
        for word in ["", "utf-32", "iso-2022-kr", "klingon"] {
            assert_eq!(word.parse::<Encoding>(), Err(OptionError::Encoding), "{word:?}");
        }
        assert_eq!(":".parse::<Delimiter>(), Err(OptionError::Delimiter));
    }
}
