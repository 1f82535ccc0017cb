//! Numbers the store gives to things: one newtype each, so that a team's number is never taken for a
//! user's. Nothing here knows how numbers are handed out (that is `store`).

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// Takes a number that the store handed out.
            #[must_use]
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The bare number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "#{}", self.0)
            }
        }
    };
}

id! {
    /// A user's number; never used again once its user is removed.
    UserId
}
id! {
    /// An organization's number.
    OrganizationId
}
id! {
    /// A role's number.
    RoleId
}
id! {
    /// A team's number.
    TeamId
}
id! {
    /// A sub-account's number.
    SubAccountId
}
id! {
    /// The number of an agent's row. The agent's public name is its [`AgentKey`](super::agent::AgentKey).
    AgentNumber
}
id! {
    /// An invite's number; the public half of its token.
    InviteId
}
id! {
    /// A delivery's number.
    DeliveryId
}
id! {
    /// The number of a batch: everything one bulk command did.
    BatchId
}
