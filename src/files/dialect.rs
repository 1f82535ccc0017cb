//! Which delimiter a CSV file uses, by its header line alone. Nothing is guessed from the data.

use super::options::Delimiter;

/// The delimiter that stands most often outside of quotes; the earlier in `Delimiter::REAL` on a tie.
pub(super) fn commonest_delimiter(header: &[u8]) -> Delimiter {
    let mut counts = [0usize; Delimiter::REAL.len()];
    let mut quoted = false;
    for &byte in header {
        quoted ^= byte == b'"';
        if !quoted {
            for (count, delimiter) in counts.iter_mut().zip(Delimiter::REAL) {
                *count += usize::from(byte == delimiter.byte());
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let place = counts.iter().position(|&count| count == most).unwrap_or_default();
    Delimiter::REAL[place]
}

/// The delimiter of Excel's own first line: `sep=;`.
pub(super) fn announced_delimiter(line: &[u8]) -> Option<Delimiter> {
    let line = line.strip_prefix(b"\"").and_then(|l| l.strip_suffix(b"\"")).unwrap_or(line);
    let (word, &[byte]) = line.split_at_checked(4)? else { return None };
    let named = Delimiter::REAL.into_iter().find(|delimiter| delimiter.byte() == byte);
    named.filter(|_| word.eq_ignore_ascii_case(b"sep="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_outside_of_quotes() {
        for (header, delimiter) in [
            ("email", Delimiter::Comma),
            ("email;name", Delimiter::Semicolon),
            ("email\tname|x\trole", Delimiter::Tab),
            ("\"a,b,c\"|email", Delimiter::Pipe),
            ("email,name;role", Delimiter::Comma),
        ] {
            assert_eq!(commonest_delimiter(header.as_bytes()), delimiter, "{header}");
        }
    }

    #[test]
    fn reads_the_first_line_of_excel() {
        assert_eq!(announced_delimiter(b"sep=;"), Some(Delimiter::Semicolon));
        assert_eq!(announced_delimiter(b"\"SEP=|\""), Some(Delimiter::Pipe));
        for none in [&b"sep="[..], b"sep=x", b"email", b"sep=;;", b""] {
            assert_eq!(announced_delimiter(none), None);
        }
    }
}
