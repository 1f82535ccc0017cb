//! What a person sees: a sheet of 80 columns on which control sequences have been obeyed. It scrolls
//! for ever, has no colours, and refuses sequences that it does not know.

use unicode_width::UnicodeWidthChar;

const COLUMNS: usize = 80;

/// A terminal's screen at some moment.
pub(crate) struct Screen {
    /// The rows, without blanks at their ends.
    pub(crate) text: String,
    /// Whether the cursor can be seen.
    pub(crate) cursor_shown: bool,
}

#[derive(Default)]
struct Sheet {
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
    cursor_hidden: bool,
}

impl Screen {
    /// The screen after this was written to it.
    pub(crate) fn after(written: &str) -> Self {
        let mut sheet = Sheet::default();
        let mut rest = written.chars();
        while let Some(sign) = rest.next() {
            match sign {
                '\r' => sheet.column = 0,
                '\n' => sheet.row += 1,
                '\x08' => sheet.column = sheet.column.saturating_sub(1),
                '\x07' => {}
                '\x1b' if !sheet.sequence(&mut rest) => break,
                '\x1b' => {}
                _ => sheet.put(sign),
            }
        }
        let text: String = sheet.rows.iter().map(|row| line(row)).collect();
        let text = format!("{}\n", text.trim_end_matches('\n'));
        Self { text, cursor_shown: !sheet.cursor_hidden }
    }
}

/// A row's text; what is behind a wide sign stands as NUL.
fn line(row: &[char]) -> String {
    let text: String = row.iter().filter(|sign| **sign != '\0').collect();
    format!("{}\n", text.trim_end())
}

impl Sheet {
    fn put(&mut self, sign: char) {
        let width = sign.width().unwrap_or(0);
        if self.column + width > COLUMNS {
            self.row += 1;
            self.column = 0;
        }
        for part in 0..width {
            let sign = if part == 0 { sign } else { '\0' };
            *self.cell(self.column + part) = sign;
        }
        self.column += width;
    }

    fn cell(&mut self, column: usize) -> &mut char {
        let row = self.current();
        if row.len() <= column {
            row.resize(column + 1, ' ');
        }
        &mut row[column]
    }

    fn current(&mut self) -> &mut Vec<char> {
        if self.rows.len() <= self.row {
            self.rows.resize(self.row + 1, Vec::new());
        }
        &mut self.rows[self.row]
    }

    /// Obeys one sequence; says whether it was there to the end.
    fn sequence(&mut self, rest: &mut std::str::Chars<'_>) -> bool {
        match rest.next() {
            None => return false,
            Some('[') => {}
            other => panic!("unknown sequence: ESC {other:?}"),
        }
        let mut parameters = String::new();
        let end = loop {
            match rest.next() {
                None => return false,
                Some(sign @ ('0'..='9' | ';' | '?')) => parameters.push(sign),
                Some(sign) => break sign,
            }
        };
        let number = parameters.parse().unwrap_or(0_usize);
        let steps = number.max(1);
        match (end, parameters.as_str()) {
            ('A', _) => self.row = self.row.saturating_sub(steps),
            ('B', _) => self.row += steps,
            ('C', _) => self.column = (self.column + steps).min(COLUMNS - 1),
            ('D', _) => self.column = self.column.saturating_sub(steps),
            ('G', _) => self.column = steps - 1,
            ('J', "" | "0") => {
                let (row, column) = (self.row, self.column);
                self.current().truncate(column);
                self.rows.truncate(row + 1);
            }
            ('K', "" | "0") => {
                let column = self.column;
                self.current().truncate(column);
            }
            ('K', "2") => self.current().clear(),
            ('m', _) => {}
            ('l', "?25") => self.cursor_hidden = true,
            ('h', "?25") => self.cursor_hidden = false,
            ('l' | 'h', "?2026") => {}
            _ => panic!("unknown sequence: ESC [ {parameters} {end}"),
        }
        true
    }
}
