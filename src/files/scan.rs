//! The scanner of CSV: finds where cells and records end, byte by byte, and counts the line breaks inside
//! quotes. It sees one window at a time, keeps its place between two, and copies nothing.

use super::RECORD_LINES_MAX;
use super::error::FileError;

/// Where a cell lies in the text of its record.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) form: Form,
}

/// How the text of a cell becomes its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The text is the value.
    Literal,
    /// Each quote in it stands twice.
    Doubled,
}

/// What a window led to.
pub(super) enum Step {
    /// The record goes on behind it.
    More,
    /// The record ends in it.
    End(End),
}

/// Where the text of a record ends, and where the next record starts.
pub(super) struct End {
    pub(super) text: usize,
    pub(super) next: usize,
}

/// The scanner: keeps its place between two windows on the same record.
pub(super) struct Scan {
    /// The cells of the record so far.
    pub(super) spans: Vec<Span>,
    classes: [Class; 256],
    state: State,
    from: usize,
    to: usize,
    form: Form,
    line: u64,
    /// Line breaks inside the record so far.
    pub(super) breaks: u64,
    quote_line: u64,
}

impl Scan {
    pub(super) fn new(delimiter: u8) -> Self {
        let mut classes = [Class::Text; 256];
        for (byte, class) in [
            (b' ', Class::Blank),
            (b'\t', Class::Blank),
            (b'"', Class::Quote),
            (b'\n', Class::LineFeed),
            (b'\r', Class::CarriageReturn),
            (0, Class::Nul),
            (delimiter, Class::Delimiter),
        ] {
            classes[usize::from(byte)] = class;
        }
        Self {
            classes,
            spans: Vec::new(),
            state: State::CellStart,
            from: 0,
            to: 0,
            form: Form::Literal,
            line: 1,
            breaks: 0,
            quote_line: 1,
        }
    }

    /// Starts on a record.
    pub(super) fn begin(&mut self, line: u64) {
        self.spans.clear();
        self.state = State::CellStart;
        (self.from, self.line, self.breaks) = (0, line, 0);
    }

    /// The physical line the scanner stands on.
    pub(super) fn line_now(&self) -> u64 {
        self.line + self.breaks
    }

    /// The refusal of a record beyond the limit: a quote that swallows the file is the likeliest cause.
    pub(super) fn too_large(&self) -> FileError {
        match self.state {
            State::Quoted | State::QuoteSeen => FileError::UnclosedQuote { line: self.quote_line },
            _ => FileError::RecordTooLarge { line: self.line },
        }
    }

    /// Ends the record at the end of the file.
    pub(super) fn finish(&mut self, at: usize) -> Result<End, FileError> {
        match self.state {
            State::Quoted => return Err(FileError::UnclosedQuote { line: self.quote_line }),
            State::Return => return Ok(End { text: at - 1, next: at }),
            _ => self.end_cell(at),
        }
        Ok(End { text: at, next: at })
    }

    /// Scans the window of a record from a place in it.
    pub(super) fn advance(&mut self, window: &[u8], from: usize) -> Result<Step, FileError> {
        use Class as C;
        use State as S;
        let mut at = from;
        while let Some(&byte) = window.get(at) {
            match (self.state, self.classes[usize::from(byte)]) {
                (S::Return, C::LineFeed) => {
                    return Ok(Step::End(End { text: at - 1, next: at + 1 }));
                }
                (S::Return, _) => return Ok(Step::End(End { text: at - 1, next: at })),
                (_, C::Nul) => return Err(FileError::Nul { line: self.line_now() }),
                (S::CellStart | S::Plain, C::Text) => {
                    self.state = S::Plain;
                    at += self.run_of_text(window, at);
                    continue;
                }
                (S::Plain, C::Blank | C::Quote) | (S::CellStart, C::Blank) => {}
                (S::CellStart, C::Quote) => {
                    (self.from, self.form) = (at + 1, Form::Literal);
                    (self.state, self.quote_line) = (S::Quoted, self.line_now());
                }
                (S::Quoted, C::Quote) => (self.to, self.state) = (at, S::QuoteSeen),
                (S::Quoted, C::LineFeed | C::CarriageReturn) => {
                    let pair = byte == b'\n' && window[at - 1] == b'\r';
                    self.breaks += u64::from(!pair);
                    if self.breaks >= RECORD_LINES_MAX {
                        return Err(FileError::UnclosedQuote { line: self.quote_line });
                    }
                }
                (S::Quoted, C::Text) => {
                    at += self.run_of_text(window, at);
                    continue;
                }
                (S::Quoted, C::Blank | C::Delimiter) => {}
                (S::QuoteSeen, C::Quote) => (self.form, self.state) = (Form::Doubled, S::Quoted),
                (S::QuoteSeen | S::QuotedEnd, C::Blank) => self.state = S::QuotedEnd,
                (S::QuoteSeen | S::QuotedEnd, C::Text | C::Quote) => {
                    let (line, opened) = (self.line_now(), self.quote_line);
                    return Err(FileError::TextAfterQuote { line, opened });
                }
                (_, C::Delimiter) => self.end_cell(at),
                (_, C::LineFeed) => {
                    self.end_cell(at);
                    return Ok(Step::End(End { text: at, next: at + 1 }));
                }
                (_, C::CarriageReturn) => {
                    self.end_cell(at);
                    self.state = S::Return;
                }
            }
            at += 1;
        }
        Ok(Step::More)
    }

    /// How many bytes from here on mean nothing to the scanner: most of a file does not.
    fn run_of_text(&self, window: &[u8], at: usize) -> usize {
        let plain = |byte: &&u8| self.classes[usize::from(**byte)] == Class::Text;
        window[at..].iter().take_while(plain).count()
    }

    fn end_cell(&mut self, at: usize) {
        let span = match self.state {
            State::QuoteSeen | State::QuotedEnd => {
                Span { from: self.from, to: self.to, form: self.form }
            }
            _ => Span { from: self.from, to: at, form: Form::Literal },
        };
        self.spans.push(span);
        (self.from, self.state) = (at + 1, State::CellStart);
    }
}

/// What a byte is to the scanner.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    Blank,
    Delimiter,
    Quote,
    LineFeed,
    CarriageReturn,
    Nul,
}

/// Where in a record the scanner stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a cell's first byte that is no blank.
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote in a quoted cell: its end, or the first of two.
    QuoteSeen,
    /// Behind the blanks that follow a closing quote.
    QuotedEnd,
    /// Behind the CR that ends the record; an LF may belong to it.
    Return,
}
