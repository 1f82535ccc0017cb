//! International domains: from any spelling to A-labels by UTS 46 (non-transitional, so that a sharp s
//! stays one), with the checks of IDNA 2008. Lengths and the number of labels are `policy`'s.

use std::borrow::Cow;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::char::is_combining_mark;

use super::EmailError;

/// Longest domain that is converted, in bytes of UTF-8. No domain of 253 octets comes from a longer
/// one that a person would write, and the conversion's cost grows faster than the length.
const TYPED_DOMAIN_MAX: usize = 1_024;

/// Brings a domain into lower case and A-labels.
///
/// # Errors
/// An A-label that stands for no valid name, or characters that IDNA does not allow.
pub(super) fn to_a_labels(domain: &str) -> Result<String, EmailError> {
    let has_a_label = domain.split('.').any(|label| is_a_label(label.as_bytes()));
    if domain.is_ascii() && !has_a_label {
        return Ok(domain.to_ascii_lowercase());
    }
    if domain.len() > TYPED_DOMAIN_MAX {
        return Err(EmailError::DomainTooLong);
    }
    let reason = if domain.is_ascii() { EmailError::InvalidALabel } else { EmailError::InvalidIdn };
    // UTS 46 counts these dots, too; without this a wrong hyphen would only be "invalid".
    let mut labels = domain.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']);
    if labels.any(|label| label.starts_with('-') || label.ends_with('-')) {
        return Err(EmailError::HyphenAtEdge);
    }
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Ignore,
        )
        .map(Cow::into_owned)
        .map_err(|_| reason)?;
    let mut a_labels = ascii.split('.').filter_map(|label| label.strip_prefix("xn--"));
    if !a_labels.all(is_of_idna_2008) {
        return Err(reason);
    }
    Ok(ascii)
}

/// Whether a label is an A-label by its prefix, in any case.
pub(super) fn is_a_label(label: &[u8]) -> bool {
    label.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"xn--"))
}

/// Whether a label that UTS 46 let through passes IDNA 2008, too, which allows neither hyphens in the
/// third and fourth place (RFC 5891 §4.2.3.1) nor symbols, emoji among them (RFC 5892 §2).
fn is_of_idna_2008(punycode: &str) -> bool {
    idna::punycode::decode(punycode).is_some_and(|label| {
        !matches!(label[..], [_, _, '-', '-', ..])
            && label.iter().all(|c| c.is_ascii() || is_permitted(*c))
    })
}

/// Whether IDNA 2008 permits a character, given that UTS 46 already let it through: letters, digits
/// and marks, and the exceptions of RFC 5892 §2.6. The rules about the neighbours of some characters
/// (its `CONTEXTO`) bind registries, not those who look a name up (RFC 5891 §5.4). Number signs that are
/// no digits pass here, although the RFC leaves some out: std cannot tell them apart.
fn is_permitted(c: char) -> bool {
    match c {
        '\u{b7}' | '\u{375}' | '\u{5f3}' | '\u{5f4}' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}'
        | '\u{200c}' | '\u{200d}' | '\u{30fb}' => true,
        // Marks for symbols and for music, old Hangul letters, letters in circles and squares.
        '\u{20d0}'..='\u{20ff}'
        | '\u{1d100}'..='\u{1d24f}'
        | '\u{1100}'..='\u{11ff}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{d7b0}'..='\u{d7ff}'
        | '\u{1f100}'..='\u{1f1ff}' => false,
        _ => c.is_alphanumeric() || is_combining_mark(c),
    }
}
