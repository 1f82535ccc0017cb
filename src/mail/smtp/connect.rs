//! Finding the server and connecting to it, within one limit over all its addresses.

use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;

use super::limits::End;
use crate::domain::mail_server::SmtpServer;
use crate::domain::text::plain;

/// Connects; says why not, in words, where no address can be reached.
pub(super) fn connect(server: &SmtpServer, end: End) -> Result<(TcpStream, SocketAddr), String> {
    let place = format!("{}:{}", server.host, server.port);
    let addresses = addresses(server, end)?;
    let mut reason = "it has no address".to_owned();
    for (at, address) in addresses.iter().enumerate() {
        // A dead address leaves the others their part of the time.
        let waiting = u32::try_from(addresses.len() - at).unwrap_or(u32::MAX);
        let Some(left) = end.left() else { break };
        match TcpStream::connect_timeout(address, left / waiting) {
            Ok(tcp) => {
                // Nagle's algorithm would hold the end of a long message back.
                let _ = tcp.set_nodelay(true);
                return Ok((tcp, *address));
            }
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                reason = "no answer came in time".to_owned();
            }
            Err(error) => reason = plain(&error),
        }
    }
    Err(format!("{place} cannot be reached: {reason}"))
}

/// The addresses of the host. The system's resolver knows no timeout, so it works aside; one that hangs
/// is left behind.
fn addresses(server: &SmtpServer, end: End) -> Result<Vec<SocketAddr>, String> {
    let (host, port) = (server.host.as_str().to_owned(), server.port);
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let cannot = |reason: &str| format!("the host {host} cannot be found: {reason}");
    let (found, wait) = mpsc::channel();
    let name = host.clone();
    let lookup = thread::Builder::new().spawn(move || {
        // Nobody may be there any more to take it.
        let _ = found.send((name.as_str(), port).to_socket_addrs().map(Vec::from_iter));
    });
    lookup.map_err(|error| cannot(&plain(&error)))?;
    match end.left().map(|left| wait.recv_timeout(left)) {
        Some(Ok(Ok(addresses))) => Ok(addresses),
        Some(Ok(Err(error))) => {
            let text = plain(&error);
            Err(cannot(text.rsplit(": ").next().unwrap_or(&text)))
        }
        _ => Err(cannot("no answer came in time")),
    }
}
