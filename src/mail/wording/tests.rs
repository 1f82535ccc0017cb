//! Templates are filled in, and refused where they could not be.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::mail::letter::{Account, Inviter};

fn kept<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> &'static T {
    Box::leak(Box::new(text.parse().unwrap()))
}

fn of(kind: DeliveryKind, change: impl FnOnce(&mut Letter<'static>)) -> Rendered {
    with(&Wording::builtin(kind), kind, change).unwrap()
}

/// What a letter lends lives as long as the tests.
fn with(
    wording: &Wording,
    kind: DeliveryKind,
    change: impl FnOnce(&mut Letter<'static>),
) -> Result<Rendered, WordingError> {
    let mut letter = Letter {
        kind,
        organization: kept("Main"),
        recipient: kept("ann@example.com"),
        name: Some(kept("Ann Lee")),
        role: "Team Leader",
        inviter: Some(Inviter { name: Some(kept("Bob Ray")), email: kept("bob@example.com") }),
        link: LinkText::Address("https://p.example.com/?invite=12.abc"),
        expires_at: "2026-12-06T08:00:00Z".parse().unwrap(),
        sign_on: SignOn::Password,
        account: Account::New,
    };
    change(&mut letter);
    wording.render(&letter)
}

fn refused(part: Part, source: &str) -> String {
    check(DeliveryKind::Invitation, part, source).unwrap_err().to_string()
}

#[test]
fn an_invitation_says_who_what_how_and_until_when() {
    let invitation = of(DeliveryKind::Invitation, |_| {});
    assert_eq!(invitation.subject.as_str(), "Your invitation to Main");
    assert_eq!(
        *invitation.text,
        "\
Hello Ann Lee,

Bob Ray (bob@example.com) invites you to join Main with the role Team Leader.

To join, accept the invitation and create a password. From then on you log in with ann@example.com and that password.

Accept the invitation here:

https://p.example.com/?invite=12.abc

The link works once, until Sunday, 6 December 2026, 08:00 UTC. After that, ask Bob Ray for a new invitation.

Please keep the link to yourself: whoever has it can use it in your place.

You did not expect this? Then you need not do anything. Nobody joins unless the invitation is accepted, and it ends by itself.
"
    );
}

#[test]
fn an_invitation_of_the_operators_without_a_portal_to_somebody_with_an_account() {
    let invitation = of(DeliveryKind::Invitation, |letter| {
        letter.name = None;
        letter.inviter = None;
        letter.link = LinkText::Token("12.abc");
        letter.account = Account::Existing;
    });
    assert_eq!(
        *invitation.text,
        "\
Hello,

You are invited to join Main with the role Team Leader.

You have an account for ann@example.com already. To join, confirm the invitation with the password that you have, and log in as before. No new password is needed.

To accept, type this command where admit is installed, and paste the token when it asks for it:

admit accept

The token:

12.abc

The token works once, until Sunday, 6 December 2026, 08:00 UTC. After that, ask whoever invited you for a new invitation.

Please keep the token to yourself: whoever has it can use it in your place.

You did not expect this? Then you need not do anything. Nobody joins unless the invitation is accepted, and it ends by itself.
"
    );
    assert!(!invitation.html.contains("<a "));
}

#[test]
fn single_sign_on_asks_for_no_password() {
    for kind in [DeliveryKind::Invitation, DeliveryKind::Reminder] {
        let mail = of(kind, |letter| letter.sign_on = SignOn::Single);
        let sentence = "Accept the invitation, then log in through single sign-on";
        assert!(mail.text.contains(sentence) && mail.html.contains(sentence));
        assert!(!mail.text.contains("create a password"));
    }
}

#[test]
fn who_invites_is_named_once_where_only_the_address_is_known() {
    let mail = of(DeliveryKind::Reminder, |letter| {
        letter.inviter = letter.inviter.map(|inviter| Inviter { name: None, ..inviter });
    });
    assert!(
        mail.text.contains("\nYour invitation from bob@example.com to join Main with the role")
    );
    assert_eq!(mail.subject.as_str(), "Reminder: your invitation to Main ends soon");
}

#[test]
fn a_password_is_set_for_the_first_time_or_anew() {
    let first = of(DeliveryKind::SetPassword, |letter| letter.inviter = None);
    assert!(first.text.contains("At Main, an account with the role Team Leader is ready for you."));
    assert!(first.text.contains("ask whoever looks after Main for a new one."));
    let again = of(DeliveryKind::SetPassword, |letter| letter.account = Account::Existing);
    assert!(
        again.text.contains("Bob Ray (bob@example.com) sends you a link to set a new password")
    );
    assert!(again.text.contains("your password stays as it is"));
}

/// The text part and the HTML part must not drift apart.
#[test]
fn both_parts_say_the_same() {
    for kind in DeliveryKind::ALL {
        each_sample(kind, &mut |letter| {
            let mail = Wording::builtin(kind).render(letter)?;
            let (_, body) = mail.html.split_once("<body").unwrap();
            let mut shown = String::new();
            for piece in body.split('<').skip(1) {
                let (tag, text) = piece.split_once('>').unwrap();
                shown.push_str(if tag.starts_with("p ") || tag == "br" { " " } else { "" });
                shown.push_str(text);
            }
            for (escaped, c) in
                [("&lt;", "<"), ("&gt;", ">"), ("&#x2f;", "/"), ("&#x27;", "'"), ("&amp;", "&")]
            {
                shown = shown.replace(escaped, c);
            }
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let (text, html) = (words(&mail.text), words(&shown));
            for sentence in ["Hello", "joins", "expect", "1970,", letter.link.as_str(), "yourself:"]
            {
                let in_text = text.iter().any(|word| word.contains(sentence));
                assert_eq!(in_text, html.iter().any(|word| word.contains(sentence)), "{sentence}");
            }
            let only_there: Vec<_> = text.iter().filter(|word| !html.contains(word)).collect();
            let expected: &[&str] = match letter.link {
                LinkText::Address(_) => &["here:"],
                LinkText::Token(_) => &["command", "The", "token:", "it:"],
            };
            assert!(
                only_there.iter().all(|word| expected.contains(&word.as_str())),
                "{only_there:?}\n{shown}"
            );
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn admits_own_words_pass_their_own_check() {
    for kind in DeliveryKind::ALL {
        for part in Part::ALL {
            assert_eq!(check(kind, part, builtin_source(kind, part)), Ok(()), "{kind} {part}");
        }
    }
}

#[test]
fn a_subject_that_is_kept_is_said_as_it_stands() {
    let kept = "50 % off {{ name }} {% for";
    let wording = Wording::builtin(DeliveryKind::Invitation).with_literal_subject(kept.to_owned());
    let mail = with(&wording, DeliveryKind::Invitation, |_| {}).unwrap();
    assert_eq!(mail.subject.as_str(), kept);
}

#[test]
fn a_part_of_ones_own_replaces_admits() {
    let own = OwnWording {
        subject: Some("{{ organization | upper }}: {{ name | default(\"you\") }}".to_owned()),
        text: Some("Come in, {{ link }}".to_owned()),
        html: None,
    };
    let wording = Wording::builtin(DeliveryKind::Invitation)
        .with_literal_subject("Never seen".to_owned())
        .with_own(own);
    let mail = with(&wording, DeliveryKind::Invitation, |letter| letter.name = None).unwrap();
    assert_eq!(mail.subject.as_str(), "MAIN: you");
    assert_eq!(*mail.text, "Come in, https://p.example.com/?invite=12.abc\n");
    assert!(mail.html.contains("Accept the invitation"));
}

#[test]
fn what_is_wrong_with_a_template_is_said_with_its_line() {
    for (part, source, said) in [
        (
            Part::Text,
            "a\n{{ link }}\n{{ nmae }}",
            "the text, line 3: there is no value \"nmae\"; there are account, expires_at,",
        ),
        (Part::Text, "a\n{% if name %}\n{{ link }}", "the text, line 3: unexpected end of input"),
        (Part::Text, "a\n{{ link ", "the text, line 2: unexpected end of input"),
        (
            Part::Text,
            "{{ link }}\n\n{{ link | shout }}",
            "the text, line 3: filter shout is unknown",
        ),
        (
            Part::Text,
            "{{ link }} for {{ name }}",
            "the text, line 1: nothing is there to fill in where a mail has no name; ask before: {% if name %} … {% endif %}",
        ),
        (Part::Text, "{{ link }} {{ name.first }}", "the text, line 1: undefined value"),
        (Part::Text, "Hello", "the text: it does not hold the link: {{ link }}"),
        (Part::Html, "<p>{{ link | upper }}", "the html: it does not hold the link: {{ link }}"),
        (
            Part::Text,
            "{% if name %}{{ link }}{% endif %}",
            "the text: it does not hold the link: {{ link }}",
        ),
        (Part::Text, "a\nb\u{7}", "the text, line 2: it holds a control character (U+0007)"),
        (Part::Html, "{% include 'x' %}{{ link }}", "the html, line 1: unknown statement include"),
        (Part::Html, "{{ link }}\n{% raw %}", "the html, line 2: there is no raw block here"),
        (Part::Html, "{{ link | safe }}", "the html, line 1: filter safe is unknown"),
        (Part::Subject, " ", "the subject: it is empty"),
        (Part::Subject, "a\nb", "the subject: it is not one line"),
        (
            Part::Subject,
            "{{ \"=\" }}?utf-8?q?a?=",
            "the subject: it holds a ready-made encoded word (=?…?=), which a mail program shows as other text",
        ),
        (
            Part::Subject,
            "{{ \"x\" * 151 }}",
            "the subject: it is longer than 150 characters, in a mail with names of ordinary length",
        ),
    ] {
        let error = refused(part, source);
        assert!(error.starts_with(said), "{source}\n{error}");
    }
}

#[test]
fn a_template_cannot_run_away() {
    for source in [
        "{{ link }}{% for a in [1,2,3,4,5,6,7,8,9] * 1000 %}{% for b in [1,2,3,4,5,6,7,8,9] * 1000 %}x{% endfor %}{% endfor %}".to_owned(),
        format!("{{{{ link }}}}{{% set x = 'xxxxxxxx' %}}{}{{{{ x }}}}", "{% set x = x ~ x %}".repeat(40)),
        "{{ link }}{{ 'x' * 1000000000 }}".to_owned(),
        "{{ link }}{{ 'x' * 10000000 }}".to_owned(),
        format!("{{{{ link }}}}{}", "{{ 'x' * 5000 }}".repeat(100)),
        format!("{{{{ link }}}}{{{{ {}1{} }}}}", "(".repeat(9_000), ")".repeat(9_000)),
        format!("{{{{ link }}}}{}", "{% if name %}".repeat(4_000)),
        "x".repeat(SOURCE_MAX + 1),
    ] {
        for part in Part::ALL {
            assert!(check(DeliveryKind::Invitation, part, &source).is_err());
        }
    }
}

#[test]
fn escaping_cannot_be_switched_off() {
    for source in [
        "{{ link }}{{ name | default(\"\") }}",
        "{{ link }}{% autoescape false %}{{ name | default(\"\") }}{% endautoescape %}",
        "{{ link }}{% set x %}<i>{% endset %}{{ x ~ name | default(\"\") }}",
        "{{ link }}{% autoescape false %}{% set x %}{{ name | default(\"\") }}{% endset %}{{ x }}{% endautoescape %}",
        "{{ link }}{% set x %}<i>{{ name | default(\"\") }}{% endset %}{{ x | upper }}{{ [x, name] }}",
        "{{ link }}{% filter lower %}{{ name | default(\"\") }}{% endfilter %}",
        "{{ link }}{{ '%s' * 2 }}{{ [[name]] }}",
    ] {
        assert_eq!(check(DeliveryKind::Invitation, Part::Html, source), Ok(()), "{source}");
        let own = OwnWording { html: Some(source.to_owned()), ..OwnWording::default() };
        let wording = Wording::builtin(DeliveryKind::Invitation).with_own(own);
        let name = kept("<b onclick=\"x\">'Ann'");
        let mail =
            with(&wording, DeliveryKind::Invitation, |letter| letter.name = Some(name)).unwrap();
        assert!(!mail.html.to_lowercase().contains("<b"), "{source}\n{}", *mail.html);
    }
}

/// As deep as the tags allow, in a test's stack of 2 MB and without optimization.
#[test]
fn a_template_cannot_be_nested_so_deeply_that_it_breaks_the_stack() {
    for (before, step, after) in [
        ("{{ link", " ~ kind", " }}"),
        ("{{ link", "+kind", " }}"),
        ("{{ link", "|trim", " }}"),
        ("{{ link", ".a", " }}"),
        ("{{ link", "[0]", " }}"),
        ("{{ link", "()", " }}"),
        ("{{ link", " or 1", " }}"),
        ("{{ ", "not ", "link }}"),
        ("{{ ", "-", "1 }}"),
        ("{{ ", "[", "1 }}"),
        ("{{ 1", "**1", " }}"),
        ("{{ 1", " if 1 else 1", " }}"),
        ("{{ 1", "<1", " }}"),
        ("{{ 1", " in[1]", " }}"),
    ] {
        let room = tags::TAG_MAX - before.len() - after.len();
        for count in [room / step.len(), (SOURCE_MAX - 40) / step.len()] {
            let tag = format!("{before}{}{after}", step.repeat(count));
            let fits = tag.len() <= tags::TAG_MAX;
            // Whatever the engine says: it says something.
            let said = check(DeliveryKind::Invitation, Part::Text, &format!("{{{{ link }}}}{tag}"));
            let too_long = WordingFault::TagTooLong { max: tags::TAG_MAX };
            assert_eq!(said.is_err_and(|error| error.fault == too_long), !fits, "{step}");
        }
    }
    let elifs = "{% elif not name %}".repeat(tags::TAGS_MAX - 10);
    let ifs = "{% if 1 %}".repeat(tags::TAGS_MAX / 2 - 10);
    let ends = "{% endif %}".repeat(tags::TAGS_MAX / 2 - 10);
    for source in [
        format!("{{{{ link }}}}{{% if name %}}{elifs}{{% endif %}}"),
        format!("{ifs}{{{{ link{} }}}}{ends}", " ~ kind".repeat(120)),
    ] {
        let _ = check(DeliveryKind::Invitation, Part::Text, &source);
    }
}
