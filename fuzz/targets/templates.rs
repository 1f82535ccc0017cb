//! Templates of organizations: TOML by anybody's hand. What is taken makes sense; what is refused is told in
//! sentences.
#![no_main]

use std::collections::HashSet;

use admit::domain::template::{ROLES_MAX, Template};
use admit_fuzz::assert_clean;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match Template::parse(text) {
        Ok(template) => {
            assert!((1..=ROLES_MAX).contains(&template.roles.len()));
            assert!(template.find_role(&template.default_role).is_some());
            let names: HashSet<_> = template.roles.iter().map(|role| &role.name).collect();
            assert_eq!(names.len(), template.roles.len());
            assert_clean(&template.title);
            assert_clean(&template.summary);
            for role in &template.roles {
                assert_clean(role.name.as_str());
                for permission in &template.permissions {
                    let _ = role.find_scope(permission.name.as_str());
                }
            }
            for permission in &template.permissions {
                assert_clean(permission.name.as_str());
            }
            assert_eq!(Template::parse(text).as_ref(), Ok(&template));
        }
        Err(error) => {
            let said = error.to_string();
            assert!(!said.is_empty() && said.len() < 64_000, "{} bytes", said.len());
        }
    }
});
