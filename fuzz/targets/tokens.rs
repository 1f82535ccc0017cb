//! Tokens as they are pasted: what is one reads back, blanks and brackets count nowhere, and no other text
//! is the same secret.
#![no_main]

use admit::domain::token::{TYPED_TOKEN_MAX, Token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(token) = Token::from_bytes(input.to_vec()) else { return };
    assert!(input.len() <= TYPED_TOKEN_MAX);
    let bare = token.reveal();
    let (number, secret) = bare.split_once('.').unwrap();
    assert!(token.invite.get() > 0 && number == token.invite.get().to_string());
    assert_eq!(secret.len(), 43);
    let text = std::str::from_utf8(input).unwrap();
    let squeezed: String =
        text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect();
    assert!(squeezed.contains(bare.as_str()), "{text:?}");
    let spaced: String = bare.chars().flat_map(|c| [c, '\n']).collect();
    for same in [format!("({})", *bare), format!("x?invite={}&y#z", *bare), spaced] {
        let again: Token = same.parse().unwrap();
        assert_eq!(again.invite, token.invite);
        assert_eq!(again.secret.hash(), token.secret.hash());
    }
});
