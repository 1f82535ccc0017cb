//! A message as it goes over the line: dots at the start of lines doubled, a dot alone at the end (RFC 5321
//! §4.5.2).

use zeroize::Zeroizing;

const END: &[u8] = b".\r\n";

/// The message with its end, in one piece. None where a CR or LF stands alone: servers disagree whether
/// that ends a line, so that a line of the text could pass for the end of the message.
pub(super) fn stuffed(message: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut more = END.len() + 2;
    let mut before = (b'\r', b'\n');
    for (at, &byte) in message.iter().enumerate() {
        let next = message.get(at + 1);
        match byte {
            b'\n' if before.1 != b'\r' => return None,
            b'\r' if next != Some(&b'\n') => return None,
            b'.' if before == (b'\r', b'\n') => more += 1,
            _ => {}
        }
        before = (before.1, byte);
    }
    // As large as it gets: growing would leave copies of the link behind.
    let mut data = Zeroizing::new(Vec::with_capacity(message.len() + more));
    let mut before = b'\n';
    for &byte in message {
        if byte == b'.' && before == b'\n' {
            data.push(b'.');
        }
        data.push(byte);
        before = byte;
    }
    if before != b'\n' {
        data.extend_from_slice(b"\r\n");
    }
    data.extend_from_slice(END);
    Some(data)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_dot_that_starts_a_line_is_doubled() {
        for (message, data) in [
            ("", ".\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            (".\r\n", "..\r\n.\r\n"),
            (".a\r\n..b\r\nc.\r\n.", "..a\r\n...b\r\nc.\r\n..\r\n.\r\n"),
            ("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"),
        ] {
            assert_eq!(stuffed(message.as_bytes()).unwrap().as_slice(), data.as_bytes());
        }
    }

    #[test]
    fn a_lone_cr_or_lf_is_never_sent() {
        for message in ["a\nb\r\n", "\n", "a\r", "a\rb", "\r\r\n", "a\r\n\n", "a\n.\nb\r\n"] {
            assert!(stuffed(message.as_bytes()).is_none(), "{message:?}");
        }
    }

    proptest! {
        #[test]
        fn h2_nothing_in_a_message_ends_it(lines in prop::collection::vec("[.a]{0,3}", 0..6)) {
            let message: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let data = stuffed(message.as_bytes()).unwrap();
            let text = String::from_utf8(data.to_vec()).unwrap();
            let received: Vec<&str> = text.split_terminator("\r\n").collect();
            prop_assert_eq!(received.iter().position(|line| *line == "."), Some(lines.len()));
            let read: String = received[..lines.len()]
                .iter()
                .map(|line| format!("{}\r\n", line.strip_prefix('.').unwrap_or(line)))
                .collect();
            prop_assert_eq!(read, message);
            prop_assert_eq!(data.capacity() >= data.len(), true);
        }
    }
}
