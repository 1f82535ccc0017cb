//! The words that people of the input are put together from. How often each comes is the iterator's.

/// First names as written and as they stand in an address.
pub(super) const FIRST: [(&str, &str); 24] = [
    ("Ann", "ann"),
    ("Benjamin", "benjamin"),
    ("Chloé", "chloe"),
    ("Dmitri", "dmitri"),
    ("Esperanza", "esperanza"),
    ("Farid", "farid"),
    ("Grace", "grace"),
    ("Hanna", "hanna"),
    ("Ivan", "ivan"),
    ("José", "jose"),
    ("Kenji", "kenji"),
    ("Lucía", "lucia"),
    ("Mehmet", "mehmet"),
    ("Nadia", "nadia"),
    ("Oliver", "oliver"),
    ("Priya", "priya"),
    ("Quentin", "quentin"),
    ("Renée", "renee"),
    ("Søren", "soeren"),
    ("Tamar", "tamar"),
    ("Ulrike", "ulrike"),
    ("Valentina", "valentina"),
    ("Wei", "wei"),
    ("Yusuf", "yusuf"),
];

/// Last names, likewise.
pub(super) const LAST: [(&str, &str); 24] = [
    ("Andersson", "andersson"),
    ("Brown", "brown"),
    ("Castellanos", "castellanos"),
    ("Dubois", "dubois"),
    ("Eriksen", "eriksen"),
    ("Fernández", "fernandez"),
    ("García", "garcia"),
    ("Haddad", "haddad"),
    ("Ito", "ito"),
    ("Johnson", "johnson"),
    ("Kowalski", "kowalski"),
    ("Lee", "lee"),
    ("Müller", "mueller"),
    ("Nowak", "nowak"),
    ("O'Brien", "obrien"),
    ("Petrov", "petrov"),
    ("Quist", "quist"),
    ("Rossi", "rossi"),
    ("Schmidt", "schmidt"),
    ("Tanaka", "tanaka"),
    ("Ueda", "ueda"),
    ("van der Berg", "vanderberg"),
    ("Yılmaz", "yilmaz"),
    ("Żak", "zak"),
];

pub(super) const DOMAINS: [&str; 5] = [
    "contact.example.com",
    "mail.example.org",
    "support.example.net",
    "callcentre.example.com",
    "Partner.Example.COM",
];

pub(super) const ROLES: [&str; 6] = ["user", "agent", "agent", "agent", "Team-Leader", ""];

pub(super) const TEAMS: [&str; 6] =
    ["Support", "Sales North", "Sales South", "Back Office", "Zürich", "Night Shift"];
