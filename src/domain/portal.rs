//! The address of the portal that invitees are sent to, and the link made from it.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::token::{SAMPLE_TOKEN, Token};

/// Longest address, in bytes.
pub const PORTAL_MAX: usize = 500;

/// Why a text is no portal address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortalError {
    /// Would send the token in the clear.
    #[error("the portal's address must start with https:// (http:// only for localhost)")]
    Scheme,
    /// Has no host, a blank, or its own query.
    #[error("the portal's address is https://HOST/PATH, without blanks, '?' and '#'")]
    Form,
}

/// `https://portal.example.com/invite`; `http://` only on loopback (ASVS 5.0.0 V12.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalAddress(String);

impl PortalAddress {
    /// The link for a token. Holds the token's secret: show it once, store it nowhere.
    #[must_use]
    pub fn link(&self, token: &Token) -> Zeroizing<String> {
        Zeroizing::new(format!("{}?invite={}", self.0, *token.reveal()))
    }
}

impl PortalAddress {
    /// A link that looks like one and never works, to show what a mail says.
    #[must_use]
    pub fn sample_link(&self) -> String {
        format!("{}?invite={SAMPLE_TOKEN}", self.0)
    }
}

impl FromStr for PortalAddress {
    type Err = PortalError;

    fn from_str(text: &str) -> Result<Self, PortalError> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(PortalError::Scheme)?;
        let authority = rest.split('/').next().unwrap_or_default();
        // The colons inside the brackets of an IPv6 address are part of it.
        let port_at = authority.rfind(':').filter(|&colon| !authority[colon..].contains(']'));
        let (host, port) = authority.split_at(port_at.unwrap_or(authority.len()));
        let port_fits = port.is_empty() || port[1..].parse::<u16>().is_ok_and(|port| port > 0);
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host_fits = match bracketed {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => !host.is_empty() && !host.contains(['[', ']']),
        };
        let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        match scheme {
            "https" => {}
            "http" if loopback => {}
            _ => return Err(PortalError::Scheme),
        }
        let plain =
            |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '@' | '"' | '<' | '>');
        if !host_fits || !port_fits || text.len() > PORTAL_MAX || !rest.chars().all(plain) {
            return Err(PortalError::Form);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for PortalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c17_only_https_leaves_the_machine() {
        for good in [
            "https://p.example.com/i",
            "https://p.example.com:8443/i",
            "http://localhost:8080/i",
            "http://127.0.0.1/",
            "http://[::1]/i",
            "http://[::1]:8080/i",
            "https://[2001:db8::1]/",
        ] {
            assert!(good.parse::<PortalAddress>().is_ok(), "{good}");
        }
        for bad in ["http://p.example.com/i", "p.example.com", "ftp://localhost/", ""] {
            assert_eq!(bad.parse::<PortalAddress>(), Err(PortalError::Scheme), "{bad}");
        }
        let of = |length: usize| format!("https://p/{}", "x".repeat(length - 10));
        assert!(of(PORTAL_MAX).parse::<PortalAddress>().is_ok());
        assert_eq!(of(PORTAL_MAX + 1).parse::<PortalAddress>(), Err(PortalError::Form));
        for bad in [
            "https://",
            "https://p/?a=b",
            "https://p/#x",
            "https://u@p/",
            "https://p q/",
            "https://[x/",
            "https://[x]/",
            "https://x]/",
            "https://p:x/",
            "https://p:0/",
            "https://p:65536/",
        ] {
            assert_eq!(bad.parse::<PortalAddress>(), Err(PortalError::Form), "{bad}");
        }
    }
}
