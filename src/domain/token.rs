//! The secret in an invite's link. The store keeps only its SHA-256; the text leaves admit once, and comes
//! back as people paste it.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::id::InviteId;

/// Length of a secret: 256 bits (ASVS 5.0.0 V6.5.3 asks for 112 at least).
pub const SECRET_BYTES: usize = 32;

/// A token that never works: no invite has the number 0, and no secret is so short.
pub const SAMPLE_TOKEN: &str = "0.SAMPLE-this-link-never-works";
/// Longest text that a token is looked for in, in bytes: eight of the longest links there can be.
pub const TYPED_TOKEN_MAX: usize = 4096;

/// The operating system gave no random bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers: {0}")]
pub struct EntropyError(pub String);

/// Where random bytes come from: an argument, so that nothing below `cli` reaches for the system.
pub trait Entropy {
    /// Fills the buffer.
    ///
    /// # Errors
    /// When the source fails; there is no second, weaker source.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), EntropyError>;
}

/// The secret half of a link. Wiped when dropped; never printed by `Debug`.
pub struct Secret([u8; SECRET_BYTES]);

impl Secret {
    /// Draws a new one.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn draw(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; SECRET_BYTES];
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// What the store keeps.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }

    /// Reads one as it stands in a token; there is one way to write each.
    fn decode(text: &str) -> Option<Self> {
        let mut secret = Self([0; SECRET_BYTES]);
        // The length is asked first: the decoder wants to know how much comes out.
        let fits = BASE64URL_NOPAD.decode_len(text.len()) == Ok(SECRET_BYTES);
        let decoded =
            fits.then(|| BASE64URL_NOPAD.decode_mut(text.as_bytes(), &mut secret.0).ok()).flatten();
        decoded.map(|_| secret)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// SHA-256 of a secret. Plain SHA-256 is enough from 112 bits of entropy (ASVS 5.0.0 V6.5.2).
#[derive(Clone, Copy, Debug)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Takes what the store kept.
    #[must_use]
    pub const fn from_stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl SecretHash {
    /// What no secret has: for a comparison that is to take its time where there is nothing to compare with.
    pub const NONE: Self = Self([0; 32]);
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

/// A whole token: `<invite number>.<secret>`. The number finds the invite, the secret proves it.
#[derive(Debug)]
pub struct Token {
    /// The public half.
    pub invite: InviteId,
    /// The secret half.
    pub secret: Secret,
}

impl Token {
    /// The text for the link. Whoever has it can accept the invite: show it once, store it nowhere.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(BASE64URL_NOPAD.encode(&self.secret.0));
        Zeroizing::new(format!("{}.{}", self.invite.get(), *secret))
    }

    /// Reads what somebody gave, and wipes it.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_bytes(typed: Vec<u8>) -> Result<Self, TokenError> {
        let typed = Zeroizing::new(typed);
        std::str::from_utf8(&typed).map_err(|_| TokenError)?.parse()
    }
}

/// Why a text is no token. Nothing more is said: whoever guesses is to learn nothing (trust C10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no token")]
pub struct TokenError;

impl FromStr for Token {
    type Err = TokenError;

    /// Takes a token as people get it out of a mail (trust C11):
    ///
    /// 1. White space counts nowhere, nor does a byte order mark: mail programs wrap lines.
    /// 2. The whole link does as well: the token is what stands behind the last `invite=`, up to a `&` or
    ///    `#` that somebody's mail gateway put behind it.
    /// 3. `<`, `(` and quotation marks before it, and `>`, `)`, quotation marks, a full stop or a comma
    ///    behind it are the text's that it stood in.
    ///
    /// Everything else is part of it, and so makes it none.
    fn from_str(text: &str) -> Result<Self, TokenError> {
        if text.len() > TYPED_TOKEN_MAX {
            return Err(TokenError);
        }
        // As large as it can get, because a text that grows leaves copies behind.
        let mut bare = Zeroizing::new(String::with_capacity(text.len()));
        bare.extend(text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}'));
        let token = bare.rsplit("invite=").next().unwrap_or_default();
        let token = token.split(['&', '#']).next().unwrap_or_default();
        let token = token.trim_start_matches(['<', '(', '"', '\'']);
        let token = token.trim_end_matches(['>', ')', '"', '\'', '.', ',']);
        let (number, secret) = token.split_once('.').ok_or(TokenError)?;
        let plain = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        let number = number.parse().ok().filter(|_| plain).ok_or(TokenError)?;
        let secret = Secret::decode(secret).ok_or(TokenError)?;
        Ok(Self { invite: InviteId::new(number), secret })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Counting(u8);

    impl Entropy for Counting {
        fn fill(&mut self, buffer: &mut [u8]) -> Result<(), EntropyError> {
            for byte in buffer {
                *byte = self.0;
                self.0 = self.0.wrapping_add(1);
            }
            Ok(())
        }
    }

    #[test]
    fn a_token_is_the_invites_number_and_43_characters() {
        let token =
            Token { invite: InviteId::new(12), secret: Secret::draw(&mut Counting(0)).unwrap() };
        assert_eq!(token.reveal().as_str(), "12.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    }

    const GOOD: &str = "12.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    #[test]
    fn c11_a_token_is_read_as_people_paste_it() {
        let link = format!("https://p.example.com/i?invite={GOOD}");
        let (front, back) = GOOD.split_at(20);
        for typed in [
            GOOD.to_owned(),
            format!(" \t{GOOD}\r\n"),
            format!("\u{feff}{GOOD}"),
            format!("\u{a0}{GOOD}\u{2003}"),
            format!("{front}\r\n{back}"),
            format!("{front}\n  {back}\n\n"),
            link.clone(),
            format!("<{link}>"),
            format!("({link})."),
            format!("\"{link}\","),
            format!("'{GOOD}'"),
            format!("{link}&utm_source=mail#top"),
            format!("Accept it here: {link}"),
            format!("https://p.example.com/i?invite={front}\n{back}"),
            format!("https://gateway.example/?u=https://p.example.com/i?invite={GOOD}&c=1"),
        ] {
            let token: Token = typed.parse().unwrap_or_else(|_| panic!("{typed:?}"));
            assert_eq!(token.reveal().as_str(), GOOD, "{typed:?}");
        }
    }

    #[test]
    fn everything_else_is_no_token() {
        let (number, secret) = GOOD.split_once('.').unwrap();
        let digits = "9".repeat(19);
        for typed in [
            String::new(),
            " \r\n".to_owned(),
            ".".to_owned(),
            number.to_owned(),
            secret.to_owned(),
            format!("{number}."),
            format!(".{secret}"),
            format!("0{number}.{secret}"),
            format!("0.{secret}"),
            format!("-{number}.{secret}"),
            format!("+{number}.{secret}"),
            format!("{digits}.{secret}"),
            format!("१२.{secret}"),
            format!("{number}．{secret}"),
            format!("{GOOD}="),
            format!("{GOOD}A"),
            format!("{GOOD}\0"),
            format!("{number}\0.{secret}"),
            format!("{number}.{}", &secret[1..]),
            // The last character has bits that no byte needs; only one way to write it counts.
            format!("{number}.{}9", &secret[..42]),
            format!("{number}.{}/", &secret[..42]),
            format!("{number}.{}А", &secret[..42]),
            format!("{number}.{}", secret.replace('A', "Α")),
            format!("{number},{secret}"),
            format!("{number}.{secret}' OR 1=1"),
            format!("{GOOD}{GOOD}"),
            format!("{GOOD} {}", " ".repeat(TYPED_TOKEN_MAX)),
            "12.".repeat(400_000),
        ] {
            let start: String = typed.chars().take(80).collect();
            assert_eq!(typed.parse::<Token>().unwrap_err(), TokenError, "{start:?}");
        }
        assert_eq!(Token::from_bytes(b"12.\xff".to_vec()).unwrap_err(), TokenError);
    }

    #[test]
    fn a_letter_in_the_other_case_is_another_secret() {
        let token: Token = GOOD.parse().unwrap();
        let other: Token = GOOD.replace("wQFBg", "WQFBg").parse().unwrap();
        assert!(token.secret.hash() != other.secret.hash());
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let secret = Secret::draw(&mut Counting(65)).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        let token: Token = GOOD.parse().unwrap();
        assert_eq!(format!("{token:?}"), "Token { invite: InviteId(12), secret: Secret(…) }");
    }

    #[test]
    fn the_hash_tells_secrets_apart() {
        let one = Secret::draw(&mut Counting(0)).unwrap();
        let same = Secret::draw(&mut Counting(0)).unwrap();
        let other = Secret::draw(&mut Counting(1)).unwrap();
        assert!(one.hash() == same.hash());
        assert!(one.hash() != other.hash());
    }
}
