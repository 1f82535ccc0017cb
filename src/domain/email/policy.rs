//! The long way through the address policy: every rule in turn, each refusal with its own reason.
//! International domains are brought into A-labels by `idn` before their labels are checked here.

use super::{ADDRESS_MAX, DOMAIN_MAX, LABEL_MAX, LOCAL_PART_MAX, idn};
use crate::domain::text;

/// Why a text is no address that admit takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing there.
    #[error("the address is empty")]
    Empty,
    /// C0, C1 or DEL.
    #[error("the address holds a control character (U+{:04X})", u32::from(*.0))]
    Control(char),
    /// A line end inside: folding (RFC 5322 §2.2.3), or an attempt at a second header.
    #[error("the address goes over a line end; give it on one line")]
    Folding,
    /// A character that cannot be seen or that turns the writing direction.
    #[error("the address holds an invisible character (U+{:04X})", u32::from(*.0))]
    Hidden(char),
    /// Several addresses, or a list's separator.
    #[error("there is more than one address, or a ',' or ';'; give one address alone")]
    List,
    /// `Ann Lee <ann@example.com>`.
    #[error("there is a name or a '<' or '>' around the address; give the address alone")]
    DisplayName,
    /// `mailto:ann@example.com`.
    #[error("there is a 'mailto:' before the address; give the address alone")]
    Mailto,
    /// `"ann lee"@example.com`.
    #[error("the address holds quotes, which admit does not take")]
    Quoted,
    /// `ann(sales)@example.com`.
    #[error("the address holds a comment in '(' and ')', which admit does not take")]
    Comment,
    /// No `@`.
    #[error("the address has no '@'")]
    MissingAt,
    /// More than one `@`.
    #[error("the address has more than one '@'")]
    SeveralAts,
    /// A blank inside.
    #[error("the address holds a blank")]
    Blank,
    /// Nothing before the `@`.
    #[error("there is nothing before the '@'")]
    EmptyLocalPart,
    /// A letter beyond ASCII before the `@` (RFC 6531 mailboxes).
    #[error("the part before the '@' takes ASCII letters only, not U+{:04X}", u32::from(*.0))]
    NonAsciiLocalPart(char),
    /// A printable ASCII character that needs quoting.
    #[error("the part before the '@' takes no '{0}'")]
    LocalPartCharacter(char),
    /// `.ann@example.com`.
    #[error("the part before the '@' begins with a dot")]
    LeadingDot,
    /// `ann.@example.com`.
    #[error("the part before the '@' ends with a dot")]
    TrailingDot,
    /// `ann..lee@example.com`.
    #[error("the part before the '@' has two dots in a row")]
    DoubleDot,
    /// Over [`LOCAL_PART_MAX`].
    #[error("the part before the '@' is longer than {LOCAL_PART_MAX} characters")]
    LocalPartTooLong,
    /// Nothing after the `@`.
    #[error("there is nothing after the '@'")]
    EmptyDomain,
    /// `ann@[192.0.2.1]`.
    #[error("the domain is an address in '[' and ']'; give a domain name")]
    AddressLiteral,
    /// `ann@exa_mple.com`.
    #[error("the domain holds a '_', which host names do not have")]
    Underscore,
    /// Another printable ASCII character that host names do not have.
    #[error("the domain takes no '{0}'")]
    DomainCharacter(char),
    /// `ann@example..com`, `ann@.com`, `ann@example.com.`.
    #[error("the domain has a dot at an edge or two in a row")]
    EmptyLabel,
    /// `ann@-example.com`.
    #[error("a part of the domain begins or ends with a hyphen")]
    HyphenAtEdge,
    /// Over [`LABEL_MAX`], as A-label.
    #[error("a part of the domain is longer than {LABEL_MAX} characters")]
    LabelTooLong,
    /// `ann@localhost`.
    #[error("the domain has no dot; give it in full, such as example.com")]
    DotlessDomain,
    /// `ann@192.0.2.1`.
    #[error("the domain ends in a number, as an IP address does; give a domain name")]
    NumericTopLevel,
    /// Over [`DOMAIN_MAX`], as A-labels.
    #[error("the domain is longer than {DOMAIN_MAX} characters")]
    DomainTooLong,
    /// Over [`ADDRESS_MAX`], as A-labels.
    #[error("the address is longer than {ADDRESS_MAX} characters")]
    TooLong,
    /// Characters that IDNA does not allow, or not together.
    #[error("the domain is not a valid international domain name")]
    InvalidIdn,
    /// An `xn--` label that stands for nothing.
    #[error("the domain has an 'xn--' part that stands for no valid name")]
    InvalidALabel,
}

/// Brings a trimmed text into the normal form of an address.
pub(super) fn normalize(address: &str) -> Result<String, EmailError> {
    check_form(address)?;
    let (local, domain) = split(address)?;
    check_local_part(local)?;
    let domain = normalize_domain(domain)?;
    let normal = format!("{}@{domain}", local.to_ascii_lowercase());
    if normal.len() > ADDRESS_MAX {
        return Err(EmailError::TooLong);
    }
    Ok(normal)
}

/// Brings what stands behind the `@` into lower case and A-labels.
pub(super) fn normalize_domain(domain: &str) -> Result<String, EmailError> {
    if domain.is_empty() {
        return Err(EmailError::EmptyDomain);
    }
    if domain.starts_with('[') {
        return Err(EmailError::AddressLiteral);
    }
    check_domain_characters(domain)?;
    let domain = idn::to_a_labels(domain)?;
    check_labels(&domain)?;
    Ok(domain)
}

/// What `atext` (RFC 5322 §3.2.3) has beside letters, digits and the hyphen.
pub(super) const fn is_atext_symbol(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#'..=b'\'' | b'*' | b'+' | b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~'
    )
}

/// Refuses what is another form of writing an address, before its characters are looked at one by
/// one: "leave the name out" helps more than "no blanks".
fn check_form(address: &str) -> Result<(), EmailError> {
    if address.is_empty() {
        return Err(EmailError::Empty);
    }
    let is_line_end = |c: char| matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    for c in address.chars().filter(|c| *c != '\t' && !is_line_end(*c)) {
        if c.is_control() {
            return Err(EmailError::Control(c));
        }
        if text::is_misleading(c) {
            return Err(EmailError::Hidden(c));
        }
    }
    if address.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:")) {
        return Err(EmailError::Mailto);
    }
    let bare = without_quotes_and_comments(address);
    let several = bare.matches('@').count() > 1;
    if bare.contains([',', ';']) || (several && bare.contains(is_line_end)) {
        return Err(EmailError::List);
    }
    if bare.contains(['<', '>']) {
        return Err(EmailError::DisplayName);
    }
    if several && bare.contains(char::is_whitespace) {
        return Err(EmailError::List);
    }
    if address.contains(is_line_end) {
        return Err(EmailError::Folding);
    }
    match address.find(['"', '(', ')']).map(|at| address.as_bytes()[at]) {
        Some(b'"') => Err(EmailError::Quoted),
        Some(_) => Err(EmailError::Comment),
        None => Ok(()),
    }
}

/// What stands inside quotes and comments must not be taken for structure.
fn without_quotes_and_comments(address: &str) -> String {
    let mut bare = String::new();
    let mut quoted = false;
    let mut depth = 0_usize;
    let mut characters = address.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' if quoted || depth > 0 => _ = characters.next(),
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ if quoted || depth > 0 => {}
            _ => bare.push(c),
        }
    }
    bare
}

fn split(address: &str) -> Result<(&str, &str), EmailError> {
    let (local, domain) = address.split_once('@').ok_or(EmailError::MissingAt)?;
    if domain.contains('@') {
        return Err(EmailError::SeveralAts);
    }
    if address.contains(char::is_whitespace) {
        return Err(EmailError::Blank);
    }
    Ok((local, domain))
}

fn check_local_part(local: &str) -> Result<(), EmailError> {
    for c in local.chars() {
        match u8::try_from(c) {
            _ if text::is_hidden(c) => return Err(EmailError::Hidden(c)),
            Ok(b'.' | b'-') => {}
            Ok(byte) if byte.is_ascii_alphanumeric() || is_atext_symbol(byte) => {}
            Ok(byte) if byte.is_ascii() => return Err(EmailError::LocalPartCharacter(c)),
            _ => return Err(EmailError::NonAsciiLocalPart(c)),
        }
    }
    if local.is_empty() {
        Err(EmailError::EmptyLocalPart)
    } else if local.starts_with('.') {
        Err(EmailError::LeadingDot)
    } else if local.ends_with('.') {
        Err(EmailError::TrailingDot)
    } else if local.contains("..") {
        Err(EmailError::DoubleDot)
    } else if local.len() > LOCAL_PART_MAX {
        Err(EmailError::LocalPartTooLong)
    } else {
        Ok(())
    }
}

fn check_domain_characters(domain: &str) -> Result<(), EmailError> {
    let odd = |c: &char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.');
    match domain.chars().find(odd) {
        None => Ok(()),
        Some('_') => Err(EmailError::Underscore),
        Some(c) => Err(EmailError::DomainCharacter(c)),
    }
}

/// Checks a domain that is all ASCII by now.
fn check_labels(domain: &str) -> Result<(), EmailError> {
    for label in domain.split('.') {
        if label.is_empty() {
            return Err(EmailError::EmptyLabel);
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(EmailError::HyphenAtEdge);
        }
        if label.len() > LABEL_MAX {
            return Err(EmailError::LabelTooLong);
        }
    }
    let (_, top_level) = domain.rsplit_once('.').ok_or(EmailError::DotlessDomain)?;
    if top_level.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EmailError::NumericTopLevel);
    }
    if domain.len() > DOMAIN_MAX {
        return Err(EmailError::DomainTooLong);
    }
    Ok(())
}
