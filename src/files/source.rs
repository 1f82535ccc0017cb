//! Bytes in, UTF-8 out: one buffer over any reader, decoding as it goes. It knows no records and no
//! lines; whoever cuts the text counts them and checks that undecoded bytes are UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

use super::error::FileError;
use super::kind;
use super::lines;
use super::options::Encoding;

/// Room for a record of the greatest size several times over.
const BUFFER: usize = 4 * super::RECORD_BYTES_MAX;
/// As much as is looked at to recognise a kind of file.
const HEAD: usize = 512;
/// How far the first text is looked for.
const OPENING: usize = super::RECORD_BYTES_MAX;
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Whether more text came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// There is more in the window.
    More,
    /// The file is at its end.
    Nothing,
}

/// Why no more text came.
#[derive(Debug)]
pub(super) enum SourceError {
    /// The reader failed.
    Read(io::Error),
    /// The bytes are not of this encoding.
    Malformed(&'static str),
}

impl SourceError {
    /// The same, for people, with the line it happened on.
    pub(super) fn on_line(self, line: u64) -> FileError {
        match self {
            Self::Read(source) => FileError::Read { line, source },
            Self::Malformed(encoding) => FileError::Encoding { line, encoding },
        }
    }
}

/// A window on the text of a file, moving forward.
pub(super) struct Source<'a> {
    input: Box<dyn Read + 'a>,
    bytes_read: u64,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    decoding: Option<Decoding>,
}

struct Decoding {
    decoder: Decoder,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    finished: bool,
    malformed: bool,
}

impl<'a> Source<'a> {
    /// Looks at the first bytes, refuses what is no text and sets up the decoding.
    ///
    /// # Errors
    /// When nothing is there, the bytes cannot be read, or they are of a wrong kind.
    pub(super) fn open(input: Box<dyn Read + 'a>, encoding: Encoding) -> Result<Self, FileError> {
        let mut source = Self {
            input,
            bytes_read: 0,
            buffer: vec![0; BUFFER],
            start: 0,
            end: 0,
            ended: false,
            decoding: None,
        };
        source.read_head().map_err(|error| error.on_line(1))?;
        source.choose_decoding(encoding)?;
        if source.decoding.is_some() {
            source.fill().map_err(|error| error.on_line(1))?;
        }
        while source.window().starts_with(BOM) {
            source.consume(BOM.len());
        }
        source.read_blanks()?;
        match kind::by_text(source.opening()) {
            Some(kind) => Err(FileError::WrongKind(kind)),
            None => Ok(source),
        }
    }

    /// The text at its start without leading blanks; the same however the bytes arrive, except for its
    /// length. Empty where nothing but blanks stands in the space of a record.
    pub(super) fn opening(&self) -> &[u8] {
        let window = self.window();
        let blanks = window.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if blanks < OPENING { &window[blanks..] } else { &[] }
    }

    /// The text at hand.
    pub(super) fn window(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Moves the window over the first `count` bytes.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Bytes taken from the reader so far, before decoding.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Lengthens the window at its end by one read.
    pub(super) fn fill(&mut self) -> Result<Filled, SourceError> {
        if self.ended {
            return Ok(Filled::Nothing);
        }
        if self.start == self.end || BUFFER - self.end < BUFFER / 2 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let count = match &mut self.decoding {
            None => {
                let room = &mut self.buffer[self.end..];
                read_some(&mut self.input, room, &mut self.bytes_read)?
            }
            Some(decoding) => {
                let room = &mut self.buffer[self.end..];
                decoding.decode_some(&mut self.input, room, &mut self.bytes_read)?
            }
        };
        self.end += count;
        self.ended = count == 0;
        Ok(if self.ended { Filled::Nothing } else { Filled::More })
    }

    fn read_head(&mut self) -> Result<(), SourceError> {
        // A pipe may hand over one line and wait: a plain one is enough to start with.
        while self.window().len() < HEAD && self.plain_line().is_none() {
            if self.fill()? == Filled::Nothing {
                break;
            }
        }
        Ok(())
    }

    /// What a kind of file is recognised by: a first line of plain text alone, even where more has come, so
    /// that it is the same however the bytes arrive.
    fn head(&self) -> &[u8] {
        let window = self.window();
        self.plain_line().unwrap_or(&window[..window.len().min(HEAD)])
    }

    /// The first line, where it is whole and of printable ASCII alone.
    fn plain_line(&self) -> Option<&[u8]> {
        let plain = |byte: &&u8| matches!(**byte, b' '..=b'~' | b'\t' | b'\r');
        let window = self.window();
        let line = window.iter().take(HEAD).take_while(plain).count();
        (line < HEAD && window.get(line) == Some(&b'\n')).then(|| &window[..line])
    }

    /// Fills the window until something stands in it, and enough of a web page: a pipe may hand over a blank
    /// line first.
    fn read_blanks(&mut self) -> Result<(), FileError> {
        let enough = |text: &[u8]| match text.first() {
            Some(b'<') => text.len() >= kind::MARKUP,
            first => first.is_some(),
        };
        while !enough(self.opening()) && self.window().len() < OPENING {
            let filled = self.fill();
            let line = || 1 + lines::count_breaks(self.window());
            if filled.map_err(|error| error.on_line(line()))? == Filled::Nothing {
                break;
            }
        }
        Ok(())
    }

    fn choose_decoding(&mut self, wanted: Encoding) -> Result<(), FileError> {
        let head = self.head();
        if self.window().is_empty() {
            return Err(FileError::Empty);
        }
        if let Some(kind) = kind::by_magic(head) {
            return Err(FileError::WrongKind(kind));
        }
        let (encoding, bom) = match encoding_rs::Encoding::for_bom(head) {
            Some((encoding, length)) => (encoding, length),
            None => match (wanted.named(), kind::by_nuls(head)) {
                (Some(encoding), _) => (encoding, 0),
                (None, Some(kind)) => return Err(FileError::WrongKind(kind)),
                (None, None) => (encoding_rs::UTF_8, 0),
            },
        };
        self.consume(bom);
        if encoding != encoding_rs::UTF_8 {
            self.decoding = Some(Decoding::new(encoding, self.window().to_vec()));
            (self.start, self.end, self.ended) = (0, 0, false);
        }
        Ok(())
    }
}

impl Decoding {
    fn new(encoding: &'static encoding_rs::Encoding, head: Vec<u8>) -> Self {
        let (decoder, end) = (encoding.new_decoder_without_bom_handling(), head.len());
        let mut bytes = head;
        bytes.resize(end.max(super::RECORD_BYTES_MAX), 0);
        Self { decoder, bytes, start: 0, end, ended: false, finished: false, malformed: false }
    }

    /// Decodes at least one character, unless the file is at its end.
    fn decode_some(
        &mut self,
        input: &mut dyn Read,
        room: &mut [u8],
        bytes_read: &mut u64,
    ) -> Result<usize, SourceError> {
        loop {
            if self.finished {
                return Ok(0);
            }
            if self.malformed {
                return Err(SourceError::Malformed(self.decoder.encoding().name()));
            }
            if self.start == self.end && !self.ended {
                self.start = 0;
                self.end = read_some(input, &mut self.bytes, bytes_read)?;
                self.ended = self.end == 0;
            }
            let bytes = &self.bytes[self.start..self.end];
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(bytes, room, self.ended);
            self.start += read;
            self.malformed = matches!(result, DecoderResult::Malformed(..));
            self.finished = self.ended && result == DecoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

fn read_some(
    input: &mut dyn Read,
    room: &mut [u8],
    bytes_read: &mut u64,
) -> Result<usize, SourceError> {
    loop {
        match input.read(room) {
            Ok(count) => {
                *bytes_read += count as u64;
                return Ok(count);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(SourceError::Read(error)),
        }
    }
}
