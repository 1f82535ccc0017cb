//! Nobody learns from how much is done what is not told: the work for every refusal of one kind is the same
//! (trust C8, D9). What counts is the time that this thread had the processor, not what the clock says: a
//! password's hash is most of it by far.

use admit::domain::password::TypedPassword;
use admit::domain::status::Status;
use admit::domain::token::{Entropy, EntropyError, Token};
use admit::ops::acceptance::{self, Acceptance};
use admit::ops::accounts;
use admit::random::SystemEntropy;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::support::{PASSWORD, World};

/// How often each is tried: what it takes at least is what it takes undisturbed.
const TIMES: usize = 5;

/// Microseconds of the processor that this thread has had.
fn worked() -> i64 {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).unwrap();
    usage.user_time().num_microseconds() + usage.system_time().num_microseconds()
}

/// The least that something takes.
fn least(mut work: impl FnMut()) -> i64 {
    let mut once = || {
        let before = worked();
        work();
        worked() - before
    };
    (0..TIMES).map(|_| once()).min().unwrap()
}

/// What to compare one password takes.
fn one_hash() -> i64 {
    let hash = admit::domain::password::PasswordHash::nobodys();
    let typed = TypedPassword::new(PASSWORD.to_owned());
    least(|| assert!(!hash.is_of(&typed)))
}

/// Gives random numbers, and counts how often it is asked.
#[derive(Default)]
struct Counted(usize);

impl Entropy for Counted {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        self.0 += 1;
        SystemEntropy.fill(buffer)
    }
}

#[test]
fn d9_a_login_costs_a_hash_whoever_it_is_for() {
    let world = World::with_people();
    for email in ["ann@example.com", "bob@example.com"] {
        world.put(email, Status::Active);
        world.account(email, PASSWORD);
    }
    world.admit(["deactivate", "bob@example.com"]).assert_code(0);
    let hash = one_hash();
    for email in ["ann@example.com", "bob@example.com", "cid@example.com", "eve@example.com"] {
        let email = email.parse().unwrap();
        // From the sixth on ann has to wait, which must not be told by less work either.
        let login = least(|| {
            world.at("2026-03-01T00:00:00Z", |store, context| {
                let typed = TypedPassword::new("quiet yellow tram".to_owned());
                let tried =
                    accounts::login(store, context, &email, &typed, &mut SystemEntropy).unwrap();
                assert!(tried.person.is_none());
            });
        });
        // Without a hash it is a tenth; the half leaves room for a machine that does other things.
        assert!(login > hash / 2, "{email}: {login} µs, and a hash alone takes {hash} µs");
    }
}

#[test]
fn c8_a_dead_link_costs_no_password_whatever_is_wrong_with_it() {
    let world = World::with_store();
    let invited = |name: &str| world.token(["invite", &format!("{name}@example.com")]);
    let (used, cancelled, swept) = (invited("used"), invited("cancelled"), invited("swept"));
    world.accept(&used, PASSWORD, &[]).assert_code(0);
    world.admit(["cancel", "cancelled@example.com"]).assert_code(0);
    world.put("swept@example.com", Status::Expired);
    let unknown = used.split_once('.').map(|(_, secret)| format!("4711.{secret}")).unwrap();
    let good = invited("good");
    let follow = |token: Option<&Token>, now: &str| {
        let mut entropy = Counted::default();
        let told = world.at(now, |store, context| {
            let password = Some(TypedPassword::new(PASSWORD.to_owned()));
            let acceptance = Acceptance { name: None, password };
            acceptance::accept(store, context, &mut entropy, token, &acceptance)
                .map(|_| "in".to_owned())
                .unwrap_or_else(|error| error.to_string())
        });
        (told, entropy.0)
    };
    let dead = "the link is not valid, or not any more".to_owned();
    let (soon, late) = ("2026-03-01T00:00:00Z", "2030-01-01T00:00:00Z");
    let hash = one_hash();
    for (what, token, now) in [
        ("no token", None, soon),
        ("unknown", Some(&unknown), soon),
        ("used", Some(&used), soon),
        ("cancelled", Some(&cancelled), soon),
        ("expired", Some(&swept), soon),
        ("run out", Some(&good), late),
    ] {
        let token: Option<Token> = token.map(|token| token.parse().unwrap());
        let work = least(|| {
            assert_eq!(follow(token.as_ref(), now), (dead.clone(), 0), "{what}");
        });
        assert!(work < hash, "{what}: {work} µs, and a hash takes {hash} µs");
    }
    // The one that is good has its password hashed, with a salt of its own.
    assert_eq!(follow(Some(&good.parse().unwrap()), soon), ("in".to_owned(), 1));
}
