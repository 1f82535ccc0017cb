//! Cuts CSV text into records and cells and counts physical lines (RFC 4180, and what people write
//! besides: other delimiters, bare CR, blank lines, blanks around quotes). Own work because the csv
//! crate miscounts lines after CRLF and blank lines and reads a stray quote to the end of the file.
//! What a cell means is not known here.

use std::borrow::Cow;

use super::cells::trim;
use super::dialect::{announced_delimiter, commonest_delimiter};
use super::error::FileError;
use super::lines::{self, LineEnd};
use super::options::Delimiter;
use super::scan::{Form, Scan, Span, Step};
use super::source::{Filled, Source};
use super::{RECORD_BYTES_MAX, RECORD_LINES_MAX};

/// A record of the greatest size and the CR LF behind it.
const SCANNED_MAX: usize = RECORD_BYTES_MAX + 2;

/// One record: its text and where the cells are in it.
pub(super) struct RawRecord<'r> {
    /// The physical line on which it starts.
    pub(super) line: u64,
    text: &'r str,
    spans: &'r [Span],
}

impl<'r> RawRecord<'r> {
    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// A cell without its quotes and surrounding blanks; empty beyond the last.
    pub(super) fn cell(&self, index: usize) -> Cow<'r, str> {
        let Some(span) = self.spans.get(index) else { return Cow::Borrowed("") };
        let text = self.text.get(span.from..span.to).unwrap_or_default();
        match span.form {
            Form::Literal => Cow::Borrowed(trim(text)),
            Form::Doubled => Cow::Owned(text.replace("\"\"", "\"").trim().to_owned()),
        }
    }

    /// Whether no cell holds anything.
    pub(super) fn is_blank(&self) -> bool {
        (0..self.len()).all(|index| self.cell(index).is_empty())
    }
}

/// The records of a text, one after the other.
pub(super) struct Records<'a> {
    source: Source<'a>,
    scan: Scan,
    /// The line on which the next record starts.
    line: u64,
    /// Bytes of the record handed out last, still in the window.
    used: usize,
}

impl<'a> Records<'a> {
    /// Skips blank lines and settles the delimiter by the first line that is none.
    pub(super) fn open(mut source: Source<'a>, delimiter: Delimiter) -> Result<Self, FileError> {
        let mut line = 1;
        let mut delimiter = delimiter;
        loop {
            let first = lines::peek(&mut source, line)?;
            let text = source.window().get(..first.length).unwrap_or_default().trim_ascii();
            let announced = announced_delimiter(text);
            if !text.is_empty() && announced.is_none() {
                if delimiter == Delimiter::Detect {
                    delimiter = commonest_delimiter(text);
                }
                return Ok(Self { source, scan: Scan::new(delimiter.byte()), line, used: 0 });
            }
            if first.end == LineEnd::OfFile {
                return Err(FileError::Empty);
            }
            if line == RECORD_LINES_MAX {
                return Err(FileError::NoHeader);
            }
            delimiter = announced.unwrap_or(delimiter);
            source.consume(first.length + first.end.width());
            line += 1;
        }
    }

    /// Bytes taken from the reader so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.source.bytes_read()
    }

    /// The next record, blank ones included; `None` at the end of the file.
    pub(super) fn next_record(&mut self) -> Result<Option<RawRecord<'_>>, FileError> {
        self.source.consume(self.used);
        self.used = 0;
        self.scan.begin(self.line);
        let mut at = 0;
        let end = loop {
            let window = self.source.window();
            let window = &window[..window.len().min(SCANNED_MAX)];
            match self.scan.advance(window, at)? {
                Step::End(end) => break end,
                Step::More => at = window.len(),
            }
            if at == SCANNED_MAX {
                return Err(self.scan.too_large());
            }
            let filled = self.source.fill().map_err(|e| e.on_line(self.scan.line_now()))?;
            if filled == Filled::Nothing {
                if at == 0 {
                    return Ok(None);
                }
                break self.scan.finish(at)?;
            }
        };
        if end.text > RECORD_BYTES_MAX {
            return Err(self.scan.too_large());
        }
        let (line, bytes) = (self.line, self.source.window().get(..end.text).unwrap_or_default());
        let text = std::str::from_utf8(bytes).map_err(|error| FileError::Encoding {
            line: line + lines::count_breaks(&bytes[..error.valid_up_to()]),
            encoding: "UTF-8",
        })?;
        self.line += self.scan.breaks + 1;
        self.used = end.next;
        Ok(Some(RawRecord { line, text, spans: &self.scan.spans }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::files::options::Encoding;
    use proptest::prelude::*;
    use std::io::Read;

    /// Hands over a few bytes at a time, so that every state is met at the end of a window.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(room.len());
            let (now, later) = self.0.split_at(count);
            room[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    type Cells = Vec<(u64, Vec<String>)>;

    fn read(text: &str, step: usize, delimiter: Delimiter) -> Result<Cells, FileError> {
        let source = Source::open(Box::new(Drip(text.as_bytes(), step)), Encoding::UTF_8)?;
        let mut records = Records::open(source, delimiter)?;
        let mut all = Vec::new();
        while let Some(record) = records.next_record()? {
            if !record.is_blank() {
                let cells = (0..record.len()).map(|i| record.cell(i).into_owned()).collect();
                all.push((record.line, cells));
            }
        }
        Ok(all)
    }

    #[test]
    fn lines_are_those_of_the_editor() {
        for end in ["\n", "\r\n", "\r"] {
            let text = "a,b||c,\"x|y\"||  |d,e|,|\"f\" , g".replace('|', end);
            for step in 1..9 {
                let lines: Vec<u64> = read(&text, step, Delimiter::Comma)
                    .unwrap()
                    .into_iter()
                    .map(|(line, _)| line)
                    .collect();
                assert_eq!(lines, [1, 3, 7, 9], "{end:?} by {step}");
            }
        }
    }

    #[test]
    fn quotes_count_only_around_a_cell() {
        let all =
            read("5\" pipe, \"a, b\" ,\"say \"\"hi\"\"\",\"\"", 64, Delimiter::Comma).unwrap();
        let cells = ["5\" pipe", "a, b", "say \"hi\"", ""].map(str::to_owned).to_vec();
        assert_eq!(all, [(1, cells)]);
    }

    #[test]
    fn records_keep_to_their_limit_whatever_the_pieces() {
        for end in ["\n", "\r\n", "\r", ""] {
            let fits = format!("a\nb,{}{end}", "x".repeat(RECORD_BYTES_MAX - 2));
            let over = format!("a\nb,{}{end}", "x".repeat(RECORD_BYTES_MAX - 1));
            for step in [1, 3, 1 << 10, 1 << 16, 1 << 20] {
                assert_eq!(read(&fits, step, Delimiter::Comma).unwrap().len(), 2);
                assert!(matches!(
                    read(&over, step, Delimiter::Comma),
                    Err(FileError::RecordTooLarge { line: 2 })
                ));
            }
        }
    }

    #[test]
    fn a_stray_quote_is_named_whatever_the_pieces() {
        let text = format!("a\nb,\"c\n{}\"", "d,e\n".repeat(20_000));
        for step in [100, 1 << 16, 1 << 20] {
            assert!(matches!(
                read(&text, step, Delimiter::Comma),
                Err(FileError::UnclosedQuote { line: 2 })
            ));
        }
        let text = format!("a\n\"b\",{}\"", "\"c\nd\",".repeat(20_000));
        assert!(matches!(
            read(&text, 1 << 20, Delimiter::Comma),
            Err(FileError::UnclosedQuote { line: 1001 })
        ));
    }

    fn real_delimiter() -> impl Strategy<Value = Delimiter> {
        proptest::sample::select(Delimiter::REAL.to_vec())
    }

    proptest! {
        #[test]
        fn reads_what_the_csv_crate_writes(
            rows in proptest::collection::vec(
                proptest::collection::vec("[a-z\",;|\n\r\t é-]{0,8}", 1..5), 1..20),
            delimiter in real_delimiter(),
            end in proptest::sample::select(vec!["\n", "\r\n"]),
            step in 1usize..40,
        ) {
            let mut writer = csv::WriterBuilder::new()
                .delimiter(delimiter.byte())
                .flexible(true)
                .terminator(if end == "\n" {
                    csv::Terminator::Any(b'\n')
                } else {
                    csv::Terminator::CRLF
                })
                .from_writer(Vec::new());
            writer.write_record(["head"]).unwrap();
            let mut wanted: Cells = vec![(1, vec!["head".to_owned()])];
            let mut line = 2;
            for row in &rows {
                // The writer leaves outer blanks unquoted, and a blank before a quote opens a cell here.
                let row: Vec<&str> = row.iter().map(|cell| cell.trim()).collect();
                writer.write_record(&row).unwrap();
                if row.iter().any(|cell| !cell.is_empty()) {
                    wanted.push((line, row.iter().map(|&cell| cell.to_owned()).collect()));
                }
                let inner = |cell: &&str| cell.replace("\r\n", "\n").matches(['\r', '\n']).count();
                line += 1 + row.iter().map(inner).sum::<usize>() as u64;
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(read(&text, step, delimiter).unwrap(), wanted);
        }

        #[test]
        fn agrees_with_the_csv_crate_on_any_text_it_takes(text in "[ab,\"\n\r]{0,24}", step in 1usize..9) {
            let text = format!("head\n{text}");
            if let Ok(all) = read(&text, step, Delimiter::Comma) {
                let mut reader = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .from_reader(text.as_bytes());
                let wanted: Vec<Vec<String>> = reader
                    .records()
                    .map(|record| record.unwrap().iter().map(|c| c.trim().to_owned()).collect())
                    .filter(|cells: &Vec<String>| cells.iter().any(|cell| !cell.is_empty()))
                    .collect();
                let cells: Vec<Vec<String>> = all.into_iter().map(|(_, cells)| cells).collect();
                prop_assert_eq!(cells, wanted);
            }
        }
    }
}
