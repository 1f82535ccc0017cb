//! A source file as the rules see it: the code without comments, literals and tests, and the literals
//! apart. It knows as much of Rust as that needs; which rule is broken is not its business.

use std::fs;
use std::path::{Path, PathBuf};

/// One file below `src`.
pub(crate) struct Source {
    /// Its path below `src`, with `/`.
    pub(crate) path: String,
    /// The code: comments, the insides of literals and `#[cfg(test)]` items are blanks. Lines stay.
    code: String,
    /// The text literals outside tests, each with the line on which it begins.
    pub(crate) literals: Vec<(usize, String)>,
}

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Code, with tests in it perhaps.
    Code,
    /// Tests throughout: nothing in it is passed over.
    Test,
}

/// Every file of a folder and below, in order.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return files };
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Every file of code below a folder; files that are tests only are left out.
pub(crate) fn read_all(folder: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut tests = Vec::new();
    for path in rust_files(folder) {
        let text = fs::read_to_string(&path).unwrap();
        let below = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
        let home = match below.strip_suffix("/mod.rs") {
            Some(folder) => folder.to_owned(),
            None => below.trim_end_matches(".rs").to_owned(),
        };
        let source = Source::new(&below, &text, Kind::Code);
        tests.extend(test_modules(&text).map(|name| format!("{home}/{name}.rs")));
        sources.push(source);
    }
    assert!(sources.len() > 50, "the sources are not where this test looks for them");
    sources.retain(|source| !tests.contains(&source.path));
    sources
}

/// The modules that a text declares as `#[cfg(test)] mod NAME;`.
fn test_modules(text: &str) -> impl Iterator<Item = &str> {
    text.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let (declared, _) = rest.trim_start().strip_prefix("mod ")?.split_once([';', '{'])?;
        Some(declared.trim())
    })
}

impl Source {
    /// Reads a file's text.
    pub(crate) fn new(path: &str, text: &str, kind: Kind) -> Self {
        let (mut code, mut literals) = stripped(text);
        if kind == Kind::Code {
            blank_tests(&mut code);
            let kept = |line: &usize| code.lines().nth(line - 1).is_some_and(|l| l.contains('"'));
            literals.retain(|(line, _)| kept(line));
        }
        Self { path: path.to_owned(), code, literals }
    }

    /// The first part of its path: `cli`, `domain`, `main`.
    pub(crate) fn layer(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }

    /// The lines that hold a text; `word` asks that no longer word or path ends or begins in it.
    pub(crate) fn lines_with(&self, text: &str, word: bool) -> Vec<usize> {
        let whole = |at: usize| {
            let before = self.code[..at].chars().next_back();
            let after = self.code[at + text.len()..].chars().next();
            let joined = |c: char| c.is_alphanumeric() || c == '_';
            let open = text.ends_with(|c: char| !joined(c));
            !before.is_some_and(joined) && (open || !after.is_some_and(joined))
        };
        let found = self.code.match_indices(text).map(|(at, _)| at);
        let mut lines: Vec<usize> =
            found.filter(|at| !word || whole(*at)).map(|at| self.line_of(at)).collect();
        lines.dedup();
        lines
    }

    /// The lines that name a crate: `name::`, `use name;`, `use name as`.
    pub(crate) fn lines_naming_crate(&self, name: &str) -> Vec<usize> {
        let path = format!("{name}::");
        let mut lines: Vec<usize> = self
            .code
            .match_indices(&path)
            .filter(|(at, _)| {
                let before = &self.code[..*at];
                let inner = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
                // `self::csv::` and `super::csv::` are modules; `::csv::` is the crate.
                let root = before.strip_suffix("::").is_none_or(|rest| {
                    !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '>')
                });
                !inner && root
            })
            .map(|(at, _)| self.line_of(at))
            .collect();
        for (number, line) in self.code.lines().enumerate() {
            let mut words =
                line.split(|c: char| c.is_whitespace() || c == ';').skip_while(|w| *w != "use");
            if words.nth(1) == Some(name) {
                lines.push(number + 1);
            }
        }
        lines
    }

    /// The modules at the root that it names, each with its line: after `crate::`, after as many
    /// `super::` as lead there, and in `main` after `admit::`.
    pub(crate) fn layers_used(&self) -> Vec<(usize, String)> {
        let mut used = Vec::new();
        for start in ["crate::", "admit::"] {
            if start == "admit::" && self.path != "main.rs" {
                continue;
            }
            for (at, _) in self.code.match_indices(start) {
                for (place, path) in self.paths_behind(at + start.len()) {
                    used.push((self.line_of(place), first(&path).to_owned()));
                }
            }
        }
        let depth = self.depth();
        let up = "super::".repeat(depth);
        for (at, _) in self.code.match_indices(&up).filter(|_| depth > 0) {
            for (place, path) in self.paths_behind(at + up.len()) {
                used.push((self.line_of(place), first(&path).to_owned()));
            }
        }
        used
    }

    /// What it names out of one module at the root, each with its line.
    pub(crate) fn names_from(&self, module: &str) -> Vec<(usize, String)> {
        let start = format!("crate::{module}::");
        let mut names = Vec::new();
        for (at, _) in self.code.match_indices(&start) {
            for (place, path) in self.paths_behind(at + start.len()) {
                names.push((self.line_of(place), first(&path).to_owned()));
            }
        }
        names
    }

    /// How many `super::` lead from the file's module to the root.
    fn depth(&self) -> usize {
        let path = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        path.split('/').count()
    }

    /// What stands behind a path: one name, or each in a group of braces.
    fn paths_behind(&self, at: usize) -> Vec<(usize, String)> {
        let rest = &self.code[at..];
        if !rest.starts_with('{') {
            return vec![(at, rest.to_owned().chars().take(80).collect())];
        }
        let mut paths = Vec::new();
        let (mut level, mut start) = (0, at + 1);
        for (offset, c) in rest.char_indices() {
            let here = at + offset;
            let ends = level == 1 && matches!(c, ',' | '}');
            if ends {
                paths.push((start, self.code[start..here].to_owned()));
                start = here + 1;
            }
            match c {
                '{' => level += 1,
                '}' => level -= 1,
                _ => {}
            }
            if level == 0 {
                break;
            }
        }
        paths.retain(|(_, path)| !path.trim().is_empty());
        paths
    }

    fn line_of(&self, at: usize) -> usize {
        // A name in a group may stand behind the line's end.
        let skipped = self.code[at..].len() - self.code[at..].trim_start().len();
        self.code[..at + skipped].matches('\n').count() + 1
    }
}

/// The first word of a path.
fn first(path: &str) -> &str {
    let path = path.trim_start();
    path.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default()
}

/// The text with comments and the insides of literals as blanks, and the literals apart.
fn stripped(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut literals = Vec::new();
    let mut at = 0;
    let blank = |code: &mut String, c: char| code.push(if c == '\n' { '\n' } else { ' ' });
    while at < chars.len() {
        let rest = &chars[at..];
        let length = if rest.starts_with(&['/', '/']) {
            rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
        } else if rest.starts_with(&['/', '*']) {
            block_comment(rest)
        } else if let Some((open, whole)) = literal(rest) {
            let line = code.matches('\n').count() + 1;
            literals.push((line, rest[open..whole].iter().collect()));
            code.push('"');
            rest[1..whole].iter().for_each(|c| blank(&mut code, *c));
            at += whole;
            continue;
        } else {
            code.push(rest[0]);
            at += 1;
            continue;
        };
        rest[..length].iter().for_each(|c| blank(&mut code, *c));
        at += length;
    }
    (code, literals)
}

fn block_comment(rest: &[char]) -> usize {
    let (mut level, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(&['/', '*']) {
            (level, at) = (level + 1, at + 2);
        } else if rest[at..].starts_with(&['*', '/']) {
            (level, at) = (level - 1, at + 2);
            if level == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Where a literal's inside begins, and how long the whole literal is; `None` where none begins.
fn literal(rest: &[char]) -> Option<(usize, usize)> {
    if rest[0] == '\'' {
        // A character, not a lifetime: `'a'`, `'\n'`, `'\u{1b}'`.
        return match rest {
            ['\'', '\\', _, ..] => Some((1, 3 + rest[3..].iter().position(|c| *c == '\'')? + 1)),
            ['\'', _, '\'', ..] => Some((1, 3)),
            _ => None,
        };
    }
    if rest[0] == '"' {
        let mut at = 1;
        while at < rest.len() && rest[at] != '"' {
            at += if rest[at] == '\\' { 2 } else { 1 };
        }
        return Some((1, (at + 1).min(rest.len())));
    }
    if rest[0] != 'r' {
        return None;
    }
    let marks = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + marks) != Some(&'"') {
        return None;
    }
    let mut end = vec!['"'];
    end.resize(1 + marks, '#');
    let inside = &rest[2 + marks..];
    let length = inside.windows(end.len()).position(|window| window == end)?;
    Some((2 + marks, 2 + marks + length + end.len()))
}

/// Blanks every item behind `#[cfg(test)]`.
fn blank_tests(code: &mut String) {
    const MARK: &str = "#[cfg(test)]";
    let mut from = 0;
    while let Some(found) = code[from..].find(MARK) {
        let start = from + found;
        let mut level = 0;
        let mut end = code.len();
        for (offset, c) in code[start + MARK.len()..].char_indices() {
            match c {
                '{' => level += 1,
                '}' => level -= 1,
                _ => {}
            }
            if level == 0 && matches!(c, '}' | ';') {
                end = start + MARK.len() + offset + 1;
                break;
            }
        }
        let blanks: String =
            code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        code.replace_range(start..end, &blanks);
        from = start + 1;
    }
}

#[test]
fn comments_literals_and_tests_are_told_from_code() {
    let text = r##"//! crate::a
use crate::b; /* crate::c /* crate::d */ crate::e */
const A: (&str, char, &str) = ("crate::f \" crate::g", '"', r#"crate::h " crate::i"#);
fn f<'a>(x: &'a str) -> &'a str { crate::j::g('\'', '\u{1b}', x) }
#[cfg(test)]
mod tests {
    use crate::k; // }
}
use crate::{l::{m, n}, o};
"##;
    let source = Source::new("domain/x.rs", text, Kind::Code);
    let used = source.layers_used();
    let names: Vec<(usize, &str)> = used.iter().map(|(line, name)| (*line, &**name)).collect();
    assert_eq!(names, [(2, "b"), (4, "j"), (9, "l"), (9, "o")]);
    let literals: Vec<&str> = source.literals.iter().map(|(_, text)| &**text).collect();
    assert!(literals[0].starts_with("crate::f"), "{literals:?}");
    assert!(literals.iter().any(|text| text.starts_with("crate::h \" crate::i")));
}
