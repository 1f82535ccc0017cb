//! The line to the server: what is written and what is read, each up to a moment and of bounded size,
//! plain or through TLS. What is said on it is not its business.
//!
//! lettre's own connection is not used: it reads a line that never ends into memory, begins its timeout
//! again with every byte, keeps what came before TLS for what came through it, and takes no reply that has
//! no text or is not UTF-8.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use super::limits::End;
use super::tls::TlsStream;
use crate::domain::text::plain;

/// Longest reply, in bytes: RFC 5321 §4.5.3.1.5 says 512 a line, and no list of extensions has a hundred.
const REPLY_MAX: usize = 64 * 1024;
const CHUNK: usize = 4 * 1024;

/// What came instead of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// Nothing, in time.
    Timeout,
    /// The end of the connection.
    Closed,
    /// Another failure, in the system's words or those of TLS.
    Failed(String),
    /// Something that is no reply.
    Garbage,
    /// More than any reply has.
    Endless,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("no answer came in time"),
            Self::Closed => f.write_str("the server closed the connection without an answer"),
            Self::Failed(reason) => write!(f, "the connection failed: {reason}"),
            Self::Garbage => f.write_str("what came is no answer of a mail server"),
            Self::Endless => f.write_str("the server's answer is too long"),
        }
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Timeout,
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(plain(&error)),
        }
    }
}

/// A reply: its code, and its lines without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// Takes a whole reply; several lines have one code (RFC 5321 §4.2.1). A code without text is one, too.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let mut code = None;
        let mut lines = Vec::new();
        for line in text.lines() {
            let digits = line.get(..3)?;
            let number: u16 = digits.parse().ok().filter(|number| (200..600).contains(number))?;
            if code.replace(number).is_some_and(|before| before != number) {
                return None;
            }
            lines.push(line.get(4..).unwrap_or_default().trim().to_owned());
        }
        Some(Self { code: code?, lines })
    }

    /// Whether it says yes (`2yz`).
    pub(super) const fn is_yes(&self) -> bool {
        self.code / 100 == 2
    }

    /// Whether it says no: not now (`4yz`) or never (`5yz`).
    pub(super) const fn is_no(&self) -> bool {
        matches!(self.code / 100, 4 | 5)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.lines.join(" "))
    }
}

/// A connection on which every read and write ends at a moment.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) tcp: TcpStream,
    pub(super) end: End,
}

impl Socket {
    /// Tries until it is over; a signal in between is none of the server's doing.
    fn within(
        &mut self,
        mut work: impl FnMut(&mut TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            let left = self.end.left().ok_or(io::ErrorKind::TimedOut)?;
            self.tcp.set_read_timeout(Some(left))?;
            self.tcp.set_write_timeout(Some(left))?;
            match work(&mut self.tcp) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                done => return done,
            }
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.within(|tcp| tcp.read(buffer))
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.within(|tcp| tcp.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What carries the bytes.
pub(super) enum Wire {
    Plain(Socket),
    Tls(Box<TlsStream>),
}

/// Why something was not written to its end.
#[derive(Debug)]
pub(super) enum Unwritten {
    /// The last byte never left this machine, so the server cannot have all of it.
    Cut(Broken),
    /// All of it may have left.
    Perhaps(Broken),
}

/// A line to the server.
pub(super) struct Line {
    wire: Wire,
    /// What was read and belongs to no reply yet.
    ahead: Vec<u8>,
}

impl Line {
    pub(super) const fn new(wire: Wire) -> Self {
        Self { wire, ahead: Vec::new() }
    }

    /// The bare connection, to begin TLS on it. Nothing may have come that was not asked for: what a
    /// stranger slips in before TLS would count as said under it.
    pub(super) fn into_socket(self) -> Result<Socket, Broken> {
        match self.wire {
            Wire::Plain(socket) if self.ahead.is_empty() => Ok(socket),
            _ => Err(Broken::Garbage),
        }
    }

    pub(super) const fn is_encrypted(&self) -> bool {
        matches!(self.wire, Wire::Tls(_))
    }

    /// Says something and takes the reply.
    pub(super) fn ask(&mut self, command: &[u8], end: End) -> Result<Reply, Broken> {
        self.write(command, end).map_err(|unwritten| match unwritten {
            Unwritten::Cut(broken) | Unwritten::Perhaps(broken) => broken,
        })?;
        self.reply(end)
    }

    /// Writes all of it in one piece, so that its end never waits for the server to confirm its beginning
    /// (RFC 896 meets RFC 1122 §4.2.3.2).
    pub(super) fn write(&mut self, bytes: &[u8], end: End) -> Result<(), Unwritten> {
        // An answer before its question would be taken for the answer to this one.
        if !self.ahead.is_empty() {
            return Err(Unwritten::Cut(Broken::Garbage));
        }
        match &mut self.wire {
            Wire::Plain(socket) => {
                socket.end = end;
                socket.write_all(bytes).map_err(|error| Unwritten::Cut(error.into()))
            }
            Wire::Tls(stream) => {
                stream.sock.end = end;
                match stream.write_all(bytes).and_then(|()| stream.flush()) {
                    Ok(()) => Ok(()),
                    Err(error) if stream.conn.wants_write() => Err(Unwritten::Cut(error.into())),
                    Err(error) => Err(Unwritten::Perhaps(error.into())),
                }
            }
        }
    }

    /// Takes leave, and waits a moment for the answer so that the server does not complain in its log.
    pub(super) fn hang_up(&mut self, end: End) {
        let _ = self.ask(b"QUIT\r\n", end);
    }

    /// What the server said before it took no more. Not through TLS: reading there would first send what is
    /// left of the message.
    pub(super) fn last_words(&mut self, end: End) -> Option<Reply> {
        match self.wire {
            Wire::Plain(_) => self.reply(end).ok(),
            Wire::Tls(_) => None,
        }
    }

    /// Takes one reply, to its last line.
    pub(super) fn reply(&mut self, end: End) -> Result<Reply, Broken> {
        let mut seen = 0;
        loop {
            while let Some(length) = self.ahead[seen..].iter().position(|byte| *byte == b'\n') {
                let line = &self.ahead[seen..seen + length];
                seen += length + 1;
                // A hyphen behind the code says that more lines follow.
                if line.get(3) != Some(&b'-') {
                    let reply: Vec<u8> = self.ahead.drain(..seen).collect();
                    return Reply::parse(&reply).ok_or(Broken::Garbage);
                }
            }
            if self.ahead.len() > REPLY_MAX {
                return Err(Broken::Endless);
            }
            self.read_some(end)?;
        }
    }

    fn read_some(&mut self, end: End) -> Result<(), Broken> {
        let mut chunk = [0; CHUNK];
        let read = match &mut self.wire {
            Wire::Plain(socket) => {
                socket.end = end;
                socket.read(&mut chunk)?
            }
            Wire::Tls(stream) => {
                stream.sock.end = end;
                stream.read(&mut chunk)?
            }
        };
        match chunk.get(..read) {
            Some([]) | None => Err(Broken::Closed),
            Some(bytes) => {
                self.ahead.extend_from_slice(bytes);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_a_code_and_its_lines() {
        for (bytes, code, text) in [
            (&b"250 ok\r\n"[..], 250, "250 ok"),
            (b"250-one\r\n250-two\r\n250 three\r\n", 250, "250 one two three"),
            (b"250\r\n", 250, "250 "),
            (b"354 go\n", 354, "354 go"),
            (b"550 5.1.1 f\xfcr niemand\r\n", 550, "550 5.1.1 f\u{fffd}r niemand"),
            (b"579 \r\n", 579, "579 "),
        ] {
            let reply = Reply::parse(bytes);
            assert_eq!(reply.as_ref().map(|reply| reply.code), Some(code), "{text}");
            assert_eq!(reply.map(|reply| reply.to_string()).as_deref(), Some(text));
        }
        for garbage in [
            &b"\r\n"[..],
            b"ok\r\n",
            b"HTTP/1.1 400 Bad Request\r\n",
            b"25\r\n",
            b"199 no\r\n",
            b"600 no\r\n",
            b"+50 no\r\n",
            b"250-one\r\n550 two\r\n",
            "2\u{fffd}0 no\r\n".as_bytes(),
        ] {
            assert_eq!(Reply::parse(garbage), None, "{garbage:?}");
        }
    }
}
