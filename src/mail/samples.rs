//! Letters for trying the words of a mail out: one of every sort that there is, with names that would break
//! a careless template.

use super::fault::WordingError;
use super::letter::{Account, Inviter, Letter, LinkText};
use crate::domain::delivery::DeliveryKind;
use crate::domain::email::EmailAddress;
use crate::domain::name::PersonName;
use crate::domain::organization::{OrganizationName, SignOn};
use crate::domain::time::Timestamp;

/// Hands out every combination of what may be there or not, until one is refused.
pub(super) fn each_sample(
    kind: DeliveryKind,
    take: &mut dyn FnMut(&Letter<'_>) -> Result<(), WordingError>,
) -> Result<(), WordingError> {
    let parsed = (
        "Sample & Sons".parse::<OrganizationName>(),
        "ann@example.com".parse::<EmailAddress>(),
        "bob@example.com".parse::<EmailAddress>(),
        "Ann <Lee>".parse::<PersonName>(),
        "Bob O'Neil".parse::<PersonName>(),
    );
    // Each is one (a test fills in all of them), so nothing is left out here.
    let (Ok(organization), Ok(recipient), Ok(email), Ok(name), Ok(inviter)) = parsed else {
        return Ok(());
    };
    let named = Inviter { name: Some(&inviter), email: &email };
    let nameless = Inviter { name: None, email: &email };
    let links = [
        LinkText::Address("https://portal.example.com/join?invite=12.sample"),
        LinkText::Token("12.sample"),
    ];
    for name in [Some(&name), None] {
        for inviter in [Some(named), Some(nameless), None] {
            for link in links {
                for sign_on in [SignOn::Password, SignOn::Single] {
                    for account in [Account::New, Account::Existing] {
                        take(&Letter {
                            kind,
                            organization: &organization,
                            recipient: &recipient,
                            name,
                            role: "Team Leader",
                            inviter,
                            link,
                            expires_at: Timestamp::UNIX_EPOCH,
                            sign_on,
                            account,
                        })?;
                    }
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn there_is_one_of_every_sort() {
        for kind in DeliveryKind::ALL {
            let mut count = 0;
            each_sample(kind, &mut |letter| {
                assert_eq!(letter.kind, kind);
                count += 1;
                Ok(())
            })
            .unwrap();
            assert_eq!(count, 2 * 3 * 2 * 2 * 2);
        }
    }
}
