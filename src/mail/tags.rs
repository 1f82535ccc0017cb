//! The tags of a template, looked over before the engine reads it. The engine goes as deep as a tag is long
//! and as blocks are nested, and a few thousand steps down there is no stack left: so tags are short and few.
//! What a tag means is the engine's.

use super::fault::WordingFault;

/// Longest tag, in bytes.
pub(super) const TAG_MAX: usize = 1_000;
/// Most tags of one part. Twice as many `elif` still fit into 2 MB of stack without optimization; admit's
/// own parts have fewer than 50.
pub(super) const TAGS_MAX: usize = 400;

/// Makes sure that the engine can read a source. Tags end here exactly where they end for the engine, since
/// what could make a difference is refused: braces in strings, escapes, blocks that are taken as they are.
///
/// # Errors
/// Says what is wrong, and in which line.
pub(super) fn check(source: &str) -> Result<(), (usize, WordingFault)> {
    let bytes = source.as_bytes();
    let fault = |at: usize, fault| Err((source[..at].matches('\n').count() + 1, fault));
    let (mut at, mut tags) = (0, 0);
    while let Some(begin) = source[at..].find('{').map(|found| at + found) {
        let close: &[u8] = match bytes.get(begin + 1) {
            Some(b'{') => b"}}",
            Some(b'%') => b"%}",
            Some(b'#') => {
                let end = source[begin + 2..].find("#}");
                at = end.map_or(source.len(), |end| begin + 2 + end + 2);
                continue;
            }
            _ => {
                at = begin + 1;
                continue;
            }
        };
        tags += 1;
        if tags > TAGS_MAX {
            return fault(begin, WordingFault::TooManyTags { max: TAGS_MAX });
        }
        let mut quote = None;
        let mut end = begin + 2;
        loop {
            if end - begin > TAG_MAX {
                return fault(begin, WordingFault::TagTooLong { max: TAG_MAX });
            }
            // Without an end it is the engine's to say so: there is little of it to read.
            let Some(&byte) = bytes.get(end) else { return Ok(()) };
            if quote.is_none() && bytes[end..].starts_with(close) {
                break;
            }
            match byte {
                b'{' | b'}' | b'\\' => return fault(end, WordingFault::InTag(char::from(byte))),
                b'"' | b'\'' if quote.is_none() => quote = Some(byte),
                _ if quote == Some(byte) => quote = None,
                _ => {}
            }
            end += 1;
        }
        let inside = source[begin + 2..end].trim_start_matches(['-', '+']).trim_start();
        if inside.starts_with("raw") && close == b"%}" {
            return fault(begin, WordingFault::Raw);
        }
        at = end + 2;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_short_few_and_end_where_they_seem_to() {
        let long = format!("a\n{{{{ {} }}}}", "x".repeat(TAG_MAX));
        let many = "{{ x }}\n".repeat(TAGS_MAX + 1);
        for (source, line, fault) in [
            (long.as_str(), 2, WordingFault::TagTooLong { max: TAG_MAX }),
            (many.as_str(), TAGS_MAX + 1, WordingFault::TooManyTags { max: TAGS_MAX }),
            ("{{ '}}' ~ x }}", 1, WordingFault::InTag('}')),
            ("\n{% if '%}' %}", 2, WordingFault::InTag('}')),
            ("{{ {'a': 1} }}", 1, WordingFault::InTag('{')),
            ("{{ \"\\\"}}\" }}", 1, WordingFault::InTag('\\')),
            ("{{ x %}", 1, WordingFault::InTag('}')),
            ("{%-  raw %}{{ ' {% endraw %}", 1, WordingFault::Raw),
        ] {
            assert_eq!(check(source), Err((line, fault)), "{source}");
        }
        for fine in [
            "",
            "no tag { } }} %} #}",
            "p { color: red } @media { a {} }}",
            "{{ name | default(\"it's\") }}{% if a %}{# {{ ' #}{% endif %}",
            "{{ x",
            "{# open",
            "ä{{ 'ö' }}",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
    }
}
