//! Counts what a change chunk would expand to, reading only its run lengths. A chunk of 111 bytes
//! can hold two million operations; this is what stands before the parser.
//!
//! Source: the Automerge binary format, <https://automerge.org/automerge-binary-format-spec/>.

/// What a chunk holds, before anything is expanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Census {
    /// The longest column, in values.
    pub(crate) values: u64,
}

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHECKSUM_BYTES: usize = 4;
const CHANGE_CHUNK: u8 = 1;
const DEFLATE_BIT: u64 = 0b1000;

/// Counts a chunk that is one uncompressed change and nothing else, `None` for anything else.
pub(crate) fn count(bytes: &[u8]) -> Option<Census> {
    let mut reader = Reader { rest: bytes };
    if reader.take(MAGIC.len())? != MAGIC {
        return None;
    }
    reader.take(CHECKSUM_BYTES)?;
    if reader.take(1)? != [CHANGE_CHUNK] || reader.length()? != reader.rest.len() {
        return None;
    }
    skip_header(&mut reader)?;
    let columns = read_columns(&mut reader)?;
    let mut values = 0;
    for (specification, length) in columns {
        let data = reader.take(length)?;
        values = values.max(count_column(specification, data)?);
    }
    Some(Census { values })
}

/// Dependencies, actor, sequence number, first operation, time, message, other actors.
fn skip_header(reader: &mut Reader<'_>) -> Option<()> {
    let dependencies = reader.length()?;
    reader.take(dependencies.checked_mul(32)?)?;
    reader.prefixed()?;
    reader.unsigned()?;
    reader.unsigned()?;
    reader.signed()?;
    reader.prefixed()?;
    for _ in 0..reader.length()? {
        reader.prefixed()?;
    }
    Some(())
}

fn read_columns(reader: &mut Reader<'_>) -> Option<Vec<(u64, usize)>> {
    let number = reader.length()?;
    let mut columns = Vec::new();
    for _ in 0..number {
        let specification = reader.unsigned()?;
        columns.push((specification, reader.length()?));
    }
    Some(columns)
}

/// The low three bits of a specification are the type of the column.
fn count_column(specification: u64, data: &[u8]) -> Option<u64> {
    if specification & DEFLATE_BIT != 0 {
        return None;
    }
    match specification & 0b111 {
        0 => count_groups(data),
        1..=3 | 6 => count_runs(data, |reader| reader.skip_number()),
        4 => count_booleans(data),
        5 => count_runs(data, |reader| reader.prefixed().map(drop)),
        _ => Some(0),
    }
}

fn count_runs(data: &[u8], skip: impl Fn(&mut Reader<'_>) -> Option<()>) -> Option<u64> {
    let mut reader = Reader { rest: data };
    let mut values = 0_u64;
    while !reader.rest.is_empty() {
        match reader.signed()? {
            0 => values = values.checked_add(reader.unsigned()?)?,
            run @ 1.. => {
                values = values.checked_add(run.unsigned_abs())?;
                skip(&mut reader)?;
            }
            literals => {
                for _ in 0..literals.unsigned_abs() {
                    skip(&mut reader)?;
                    values += 1;
                }
            }
        }
    }
    Some(values)
}

/// A group's value says how many values of the columns behind it belong to one operation.
fn count_groups(data: &[u8]) -> Option<u64> {
    let mut reader = Reader { rest: data };
    let mut values = 0_u64;
    while !reader.rest.is_empty() {
        let (times, groups) = match reader.signed()? {
            0 => (reader.unsigned()?, 0),
            run @ 1.. => (run.unsigned_abs(), reader.unsigned()?),
            literals => {
                let mut groups = 0_u64;
                for _ in 0..literals.unsigned_abs() {
                    groups = groups.checked_add(reader.unsigned()?.max(1))?;
                }
                (1, groups)
            }
        };
        values = values.checked_add(times.checked_mul(groups.max(1))?)?;
    }
    Some(values)
}

fn count_booleans(data: &[u8]) -> Option<u64> {
    let mut reader = Reader { rest: data };
    let mut values = 0_u64;
    while !reader.rest.is_empty() {
        values = values.checked_add(reader.unsigned()?)?;
    }
    Some(values)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(head)
    }

    fn prefixed(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.unsigned()?).ok()
    }

    fn skip_number(&mut self) -> Option<()> {
        while self.take(1)?[0] & 0x80 != 0 {}
        Some(())
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let mut value = 0_i64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= i64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                let sign_shift = 64_u32.saturating_sub(shift + 7);
                return Some((value << sign_shift) >> sign_shift);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::DocumentKind;
    use crate::documents::genesis;

    #[test]
    fn the_genesis_changes_hold_three_operations() {
        for kind in DocumentKind::ALL {
            assert_eq!(count(genesis::bytes(kind)), Some(Census { values: 3 }));
        }
    }

    #[test]
    fn a_run_of_two_million_is_counted_without_being_expanded() {
        let run = [0x80, 0x89, 0xfa, 0x00, 0x01]; // signed LEB128 2,000,000 times the value 1
        assert_eq!(count_column(0x42, &run), Some(2_000_000));
        assert_eq!(count_column(0x42 | DEFLATE_BIT, &run), None);
    }

    #[test]
    fn a_chunk_that_is_cut_or_followed_by_more_is_not_counted() {
        let whole = genesis::bytes(DocumentKind::Journal);
        for end in 0..whole.len() {
            assert_eq!(count(&whole[..end]), None);
        }
        assert_eq!(count(&[whole, whole].concat()), None);
    }
}
