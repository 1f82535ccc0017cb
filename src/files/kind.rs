//! Recognises files that are no CSV and no JSON lines by their first bytes, so that the message can
//! name what they are (F10). Whether a file that starts with `{` is JSON lines is `rows`' question.

use std::fmt;

/// A kind of file that people hand over by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Compressed by gzip.
    Gzip,
    /// Compressed by something else: bzip2, xz, zstd, 7-Zip.
    Compressed,
    /// A ZIP archive that is no workbook.
    Zip,
    /// `.xlsx` or `.xls`.
    Excel,
    /// `.ods`.
    OpenDocument,
    /// A PDF.
    Pdf,
    /// A web page; often the login page in place of the download.
    Html,
    /// Some other XML.
    Xml,
    /// A JSON array, or an object over several lines.
    Json,
    /// An SQLite database.
    Sqlite,
    /// UTF-16, low byte first, without a byte order mark.
    Utf16Le,
    /// UTF-16, high byte first, without a byte order mark.
    Utf16Be,
    /// UTF-32 with or without a byte order mark.
    Utf32,
    /// No text at all.
    Binary,
}

impl FileKind {
    /// What to do about it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Gzip => {
                "unpack it first: pipe gzip -dc FILE into this command, with - for the file"
            }
            Self::Compressed | Self::Zip => "unpack it first",
            Self::Excel | Self::OpenDocument => {
                "open it and save it as CSV UTF-8 (comma delimited)"
            }
            Self::Pdf | Self::Binary => "hand over CSV or JSON lines",
            Self::Html | Self::Xml => "was it downloaded without logging in? it must be CSV",
            Self::Json => "make it one object a line: jq -c '.[]' FILE, or export --format jsonl",
            Self::Sqlite => "export CSV or JSON lines from it first",
            Self::Utf16Le => "give --encoding utf-16le, or save it as UTF-8",
            Self::Utf16Be => "give --encoding utf-16be, or save it as UTF-8",
            Self::Utf32 => "save it as UTF-8",
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "compressed by gzip",
            Self::Compressed => "compressed",
            Self::Zip => "a ZIP archive",
            Self::Excel => "an Excel workbook",
            Self::OpenDocument => "an OpenDocument workbook",
            Self::Pdf => "a PDF",
            Self::Html => "an HTML page",
            Self::Xml => "an XML document",
            Self::Json => "a JSON document, not JSON lines",
            Self::Sqlite => "an SQLite database",
            Self::Utf16Le | Self::Utf16Be => "UTF-16 without a byte order mark",
            Self::Utf32 => "UTF-32",
            Self::Binary => "binary data, not text",
        })
    }
}

/// Recognises a kind by the bytes that every file of it starts with.
pub(super) fn by_magic(head: &[u8]) -> Option<FileKind> {
    const MAGIC: [(&[u8], FileKind); 11] = [
        (b"\x1f\x8b", FileKind::Gzip),
        (b"BZh", FileKind::Compressed),
        (b"\xfd7zXZ\0", FileKind::Compressed),
        (b"\x28\xb5\x2f\xfd", FileKind::Compressed),
        (b"7z\xbc\xaf\x27\x1c", FileKind::Compressed),
        (b"\xd0\xcf\x11\xe0", FileKind::Excel),
        (b"%PDF-", FileKind::Pdf),
        (b"SQLite format 3\0", FileKind::Sqlite),
        (b"\xff\xfe\0\0", FileKind::Utf32),
        (b"\0\0\xfe\xff", FileKind::Utf32),
        (b"PK\x05\x06", FileKind::Zip),
    ];
    if head.starts_with(b"PK\x03\x04") {
        return Some(zip_kind(head));
    }
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|&(_, kind)| kind)
}

/// Recognises Unicode in wide units and plain binary by where the NULs are. Asked only when nobody
/// said which encoding it is.
pub(super) fn by_nuls(head: &[u8]) -> Option<FileKind> {
    let mut nuls = [0usize; 4];
    let mut controls = 0usize;
    for (at, &byte) in head.iter().enumerate() {
        match byte {
            0 => nuls[at % 4] += 1,
            1..=8 | 14..=26 | 28..=31 => controls += 1,
            _ => {}
        }
    }
    if head.len() < 4 {
        return None;
    }
    let total: usize = nuls.iter().sum();
    // A header in Latin letters has a NUL in nearly every wide unit; half is plenty.
    let often = |count: usize, units: usize| count > 0 && count * 2 > units;
    let quarter = head.len().div_ceil(4);
    let wide = |a: usize, b: usize, c: usize, low: usize| {
        often(nuls[a], quarter)
            && often(nuls[b], quarter)
            && often(nuls[c], quarter)
            && !often(nuls[low], quarter)
    };
    if wide(1, 2, 3, 0) || wide(0, 1, 2, 3) {
        return Some(FileKind::Utf32);
    }
    let (even, odd) = (nuls[0] + nuls[2], nuls[1] + nuls[3]);
    let half = head.len().div_ceil(2);
    match (often(even, half), often(odd, half)) {
        (false, true) => Some(FileKind::Utf16Le),
        (true, false) => Some(FileKind::Utf16Be),
        // A single NUL in a text is better reported with its line.
        _ if (total + controls) * 16 > head.len() + 16 => Some(FileKind::Binary),
        _ => None,
    }
}

/// How much of a marked-up text is enough to tell which it is.
pub(super) const MARKUP: usize = b"<!doctype html".len();

/// Recognises marked-up text, once decoded.
pub(super) fn by_text(head: &[u8]) -> Option<FileKind> {
    let head = head.trim_ascii_start();
    if head.first() != Some(&b'<') {
        return None;
    }
    let begins =
        |word: &[u8]| head.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let html = begins(b"<!doctype html") || begins(b"<html") || begins(b"<head");
    Some(if html { FileKind::Html } else { FileKind::Xml })
}

fn zip_kind(head: &[u8]) -> FileKind {
    // The name of the first entry starts at byte 30 (APPNOTE.TXT 4.3.7).
    let entry = head.get(30..).unwrap_or_default();
    let begins = |name: &[u8]| entry.starts_with(name);
    if begins(b"mimetypeapplication/vnd.oasis.opendocument") {
        FileKind::OpenDocument
    } else if [&b"[Content_Types].xml"[..], b"_rels/", b"docProps/", b"xl/"].into_iter().any(begins)
    {
        FileKind::Excel
    } else {
        FileKind::Zip
    }
}
