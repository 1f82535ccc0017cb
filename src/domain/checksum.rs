//! What tells whether a row still is what admit wrote: a CRC-32 over each of its parts, summed up. It finds
//! a flipped bit and an edit by hand, not somebody who works the sum out anew: whoever can write the file
//! can do that. Which columns make which part is the store's.
//!
//! A change takes the old value of a part off and puts the new one on, and leaves the rest as it is; so what
//! was wrong before a change is wrong after it.

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A number.
    Number(i64),
    /// A text.
    Text(&'a [u8]),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl<'a> Cell<'a> {
    /// A number, or nothing.
    #[must_use]
    pub fn of_number(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }

    /// A text, or nothing.
    #[must_use]
    pub fn of_text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.as_bytes()))
    }
}

/// The checksum of values that change together, under the name of what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part(u32);

impl Part {
    /// From the name and the values, in their order.
    #[must_use]
    pub fn of<'a>(name: &str, cells: impl IntoIterator<Item = Cell<'a>>) -> Self {
        let mut sum = Summing::default();
        sum.add_long(b't', name.as_bytes());
        for cell in cells {
            match cell {
                Cell::Null => sum.add(b"0"),
                Cell::Number(number) => {
                    let [a, b, c, d, e, f, g, h] = number.to_le_bytes();
                    sum.add(&[b'n', a, b, c, d, e, f, g, h]);
                }
                Cell::Text(text) => sum.add_long(b't', text),
                Cell::Bytes(bytes) => sum.add_long(b'b', bytes),
            }
        }
        Self(sum.finish())
    }

    /// As SQL has it.
    #[must_use]
    pub const fn to_number(self) -> i64 {
        self.0 as i64
    }
}

/// How many bytes are gathered before they are summed: enough for most rows. Byte by byte costs an import of
/// a million people a tenth of its time.
const GATHERED: usize = 128;

/// A CRC-32 in the making.
struct Summing {
    crc: crc32fast::Hasher,
    gathered: [u8; GATHERED],
    many: usize,
}

impl Default for Summing {
    fn default() -> Self {
        Self { crc: crc32fast::Hasher::new(), gathered: [0; GATHERED], many: 0 }
    }
}

impl Summing {
    /// Adds a value with its kind and its length in front, so that it does not run into the next.
    fn add_long(&mut self, kind: u8, bytes: &[u8]) {
        let [a, b, c, d] = (bytes.len() as u32).to_le_bytes();
        self.add(&[kind, a, b, c, d]);
        self.add(bytes);
    }

    #[inline]
    fn add(&mut self, bytes: &[u8]) {
        if let Some(room) = self.gathered.get_mut(self.many..self.many + bytes.len()) {
            room.copy_from_slice(bytes);
            self.many += bytes.len();
        } else {
            self.pass_on();
            self.crc.update(bytes);
        }
    }

    fn pass_on(&mut self) {
        self.crc.update(self.gathered.get(..self.many).unwrap_or_default());
        self.many = 0;
    }

    fn finish(mut self) -> u32 {
        self.pass_on();
        self.crc.finalize()
    }
}

/// The checksum of a row: the sum of its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksum(u32);

impl Checksum {
    /// The checksum with one more part.
    #[must_use]
    pub const fn with(self, part: Part) -> Self {
        Self(self.0.wrapping_add(part.0))
    }

    /// The sum of numbers as [`Part::to_number`] makes them.
    #[must_use]
    pub const fn plus(self, parts: i64) -> Self {
        // Sums are counted round 2^32, so its lowest bits are all that counts of a larger one.
        Self(self.0.wrapping_add(parts as u32))
    }

    /// The checksum without one of its parts.
    #[must_use]
    pub const fn minus(self, part: i64) -> Self {
        Self(self.0.wrapping_sub(part as u32))
    }

    /// As it is kept: with a sign, so that it takes four bytes of a row and not six.
    #[must_use]
    pub const fn to_stored(self) -> i64 {
        self.0.cast_signed() as i64
    }

    /// From what was kept.
    #[must_use]
    pub const fn from_stored(number: i64) -> Self {
        Self(number as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_for_ever() {
        let part = Part::of("role", [Cell::Number(2), Cell::Null, Cell::Text(b"ann")]);
        assert_eq!(part, Part(1_469_534_762));
        let bytes = Part::of("role", [Cell::Number(2), Cell::Null, Cell::Bytes(b"ann")]);
        assert_ne!(part, bytes);
    }

    #[test]
    fn values_do_not_run_into_each_other() {
        let text =
            |cells: &[&'static [u8]]| Part::of("x", cells.iter().map(|cell| Cell::Text(cell)));
        assert_ne!(text(&[b"ab", b"c"]), text(&[b"a", b"bc"]));
        assert_ne!(text(&[b"ab"]), text(&[b"ab", b""]));
        assert_ne!(Part::of("x", [Cell::Null]), Part::of("x", []));
        assert_ne!(Part::of("x", [Cell::Number(1)]), Part::of("y", [Cell::Number(1)]));
    }

    #[test]
    fn every_flipped_bit_shows() {
        let cells =
            |bytes: &[u8; 8], number: i64| Part::of("x", [Cell::Text(bytes), Cell::Number(number)]);
        let whole = cells(b"ann@x.io", 7);
        for bit in 0..64 {
            let mut bytes = *b"ann@x.io";
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(cells(&bytes, 7), whole, "text, bit {bit}");
            assert_ne!(cells(b"ann@x.io", 7 ^ (1 << bit)), whole, "number, bit {bit}");
        }
    }

    #[test]
    fn what_was_wrong_before_a_change_is_wrong_after_it() {
        let [role, status, other] = [3, 1, 4].map(|number| Part::of("x", [Cell::Number(number)]));
        let sound = Checksum::default().with(role).with(status);
        let wrong = sound.plus(1);
        let changed = |sum: Checksum| sum.minus(status.to_number()).plus(other.to_number());
        assert_eq!(changed(sound), Checksum::default().with(role).with(other));
        assert_ne!(changed(wrong), changed(sound));
    }

    #[test]
    fn it_is_kept_with_a_sign_and_comes_back() {
        for sum in [0, 1, i32::MAX.cast_unsigned(), u32::MAX, 1 << 31] {
            let stored = Checksum(sum).to_stored();
            assert!(i32::try_from(stored).is_ok());
            assert_eq!(Checksum::from_stored(stored), Checksum(sum));
        }
    }
}
