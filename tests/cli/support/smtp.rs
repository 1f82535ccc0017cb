//! A mail server inside the test: SMTP without TLS on loopback, in threads, that answers as it is told and
//! keeps what it was handed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How long a server that hangs does so: longer than any test's timeout.
const FOR_EVER: Duration = Duration::from_secs(60);

/// What the server does at one step instead of what it should.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Answers with this line, or these, without their last line end.
    Say(&'static str),
    /// Answers nothing, and stays.
    Hang,
    /// Closes the connection.
    Close,
    /// Answers with this, and closes the connection.
    SayAndClose(&'static str),
    /// Says a byte now and then, and never comes to an end.
    Drip,
    /// Sends without a pause, and never ends the line.
    Flood,
}

impl Act {
    fn is_yes(&self) -> bool {
        matches!(self, Self::Say(text) if text.starts_with('2'))
    }
}

/// A step of the dialogue, at which a [`Fault`] shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Connect,
    Ehlo,
    StartTls,
    Mail,
    Rcpt,
    Data,
    /// The final dot.
    Message,
    Rset,
}

/// What goes wrong, where, for whom and how often.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) at: At,
    /// Only where the command holds this text: a recipient. Empty is always.
    pub(crate) about: &'static str,
    /// On how many occasions; after them all is well.
    pub(crate) times: usize,
    pub(crate) act: Act,
}

impl Fault {
    /// Every time.
    pub(crate) const fn always(at: At, act: Act) -> Self {
        Self { at, about: "", times: usize::MAX, act }
    }

    /// Every time for one recipient.
    pub(crate) const fn about(at: At, about: &'static str, act: Act) -> Self {
        Self { at, about, times: usize::MAX, act }
    }

    /// The first time.
    pub(crate) const fn once(at: At, act: Act) -> Self {
        Self { at, about: "", times: 1, act }
    }
}

/// A message that was handed over: the envelope, and the bytes with the doubled dots single again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) bytes: Vec<u8>,
}

impl Received {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }
}

#[derive(Default)]
struct Seen {
    received: Vec<Received>,
    /// Every line that came, and of messages their bytes as they came.
    said: Vec<String>,
    faults: Vec<Fault>,
}

/// A running server; it ends with the test.
pub(crate) struct SmtpServer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    connections: Arc<AtomicUsize>,
}

impl SmtpServer {
    /// One that takes everything.
    pub(crate) fn start() -> Self {
        Self::with([])
    }

    /// One with faults.
    pub(crate) fn with(faults: impl IntoIterator<Item = Fault>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let faults = faults.into_iter().collect();
        let server = Self {
            address: listener.local_addr().unwrap(),
            seen: Arc::new(Mutex::new(Seen { faults, ..Seen::default() })),
            connections: Arc::default(),
        };
        let (seen, connections) = (server.seen.clone(), server.connections.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let seen = seen.clone();
                // A client that goes away is no failure of the server's.
                thread::spawn(move || Dialogue::new(stream?, seen).run());
            }
        });
        server
    }

    /// What the setting for it is.
    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What was handed over, in order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.seen.lock().unwrap().received.clone()
    }

    /// All that was said to it.
    pub(crate) fn said(&self) -> Vec<String> {
        self.seen.lock().unwrap().said.clone()
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// From now on other faults, or none.
    pub(crate) fn become_with(&self, faults: impl IntoIterator<Item = Fault>) {
        self.seen.lock().unwrap().faults = faults.into_iter().collect();
    }
}

/// Whether the dialogue goes on.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    /// The step did not happen; the server waits for the next command.
    Refused,
    End,
}

struct Dialogue {
    lines: BufReader<TcpStream>,
    seen: Arc<Mutex<Seen>>,
    from: String,
    to: Vec<String>,
}

impl Dialogue {
    fn new(stream: TcpStream, seen: Arc<Mutex<Seen>>) -> Self {
        Self { lines: BufReader::new(stream), seen, from: String::new(), to: Vec::new() }
    }

    fn run(mut self) -> std::io::Result<()> {
        if self.step(At::Connect, "", "220 test.invalid ESMTP")? == Then::End {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            self.seen.lock().unwrap().said.push(line.trim_end().to_owned());
            let upper = line.to_ascii_uppercase();
            let argument = || line[line.find('<').unwrap() + 1..line.find('>').unwrap()].to_owned();
            let then = match upper.split([' ', '\r']).next().unwrap() {
                "EHLO" => self.step(At::Ehlo, &line, "250-test.invalid\r\n250 8BITMIME")?,
                "STARTTLS" => self.step(At::StartTls, &line, "502 no")?,
                "MAIL" => {
                    let then = self.step(At::Mail, &line, "250 2.1.0 sender ok")?;
                    self.from = argument();
                    self.to.clear();
                    then
                }
                "RCPT" => {
                    let then = self.step(At::Rcpt, &line, "250 2.1.5 recipient ok")?;
                    if then == Then::GoOn {
                        self.to.push(argument());
                    }
                    then
                }
                "DATA" if self.to.is_empty() => self.say("503 no recipient")?,
                "DATA" => match self.step(At::Data, &line, "354 go ahead")? {
                    Then::GoOn => self.message()?,
                    then => then,
                },
                "RSET" => {
                    self.to.clear();
                    self.step(At::Rset, &line, "250 2.0.0 forgotten")?
                }
                "QUIT" => {
                    self.say("221 2.0.0 bye")?;
                    Then::End
                }
                _ => self.say("500 what?")?,
            };
            if then == Then::End {
                return Ok(());
            }
        }
    }

    /// Takes a message to its final dot.
    fn message(&mut self) -> std::io::Result<Then> {
        let (mut raw, mut bytes) = (Vec::new(), Vec::new());
        loop {
            let mut line = Vec::new();
            if self.lines.read_until(b'\n', &mut line)? == 0 {
                return Ok(Then::End);
            }
            raw.extend_from_slice(&line);
            if line == b".\r\n" {
                break;
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let recipients = self.to.join(" ");
        let act = self.fault(At::Message, &recipients);
        // What becomes of it is settled before a test can see that it came.
        self.seen.lock().unwrap().said.push(String::from_utf8_lossy(&raw).into_owned());
        // Before the answer, after which the test may look.
        if act.as_ref().is_none_or(Act::is_yes) {
            let received = Received { from: self.from.clone(), to: self.to.clone(), bytes };
            self.seen.lock().unwrap().received.push(received);
        }
        self.to.clear();
        self.act(act, "250 2.0.0 queued as 1")
    }

    fn say(&mut self, text: &str) -> std::io::Result<Then> {
        self.lines.get_mut().write_all(format!("{text}\r\n").as_bytes())?;
        Ok(Then::GoOn)
    }

    /// Answers a step as it should be, or with the first fault that fits.
    fn step(&mut self, at: At, command: &str, good: &str) -> std::io::Result<Then> {
        let act = self.fault(at, command);
        self.act(act, good)
    }

    fn fault(&self, at: At, command: &str) -> Option<Act> {
        let faults = &mut self.seen.lock().unwrap().faults;
        let fits =
            |fault: &&mut Fault| fault.at == at && fault.times > 0 && command.contains(fault.about);
        let fault = faults.iter_mut().find(fits)?;
        fault.times -= 1;
        Some(fault.act.clone())
    }

    fn act(&mut self, act: Option<Act>, good: &str) -> std::io::Result<Then> {
        let Some(act) = act else { return self.say(good) };
        match act {
            Act::Say(text) => {
                self.say(text)?;
                return Ok(if text.starts_with('2') { Then::GoOn } else { Then::Refused });
            }
            Act::SayAndClose(text) => {
                self.say(text)?;
            }
            Act::Close => {}
            Act::Hang => thread::sleep(FOR_EVER),
            Act::Drip => loop {
                self.lines.get_mut().write_all(b"2")?;
                thread::sleep(Duration::from_millis(50));
            },
            Act::Flood => loop {
                self.lines.get_mut().write_all(&[b'2'; 4096])?;
            },
        }
        // What the client still says is read, so that the end is an end and no reset.
        let stream = self.lines.get_mut();
        stream.shutdown(std::net::Shutdown::Write)?;
        stream.set_read_timeout(Some(Duration::from_millis(500)))?;
        let _ = stream.read_to_end(&mut Vec::new());
        Ok(Then::End)
    }
}
