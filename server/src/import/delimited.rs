//! CSV in the encodings and with the delimiters that spreadsheets write.

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::sheet::{ROWS_ABOVE, Row, SheetError, push};

const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Reads the rows of a CSV file.
///
/// # Errors
/// [`SheetError::NotText`] when the bytes are no text.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Row>, SheetError> {
    let text = decode(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut lines = Lines {
        text: text.as_bytes(),
        at: 0,
        line: 1,
    };
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let start = record.position().map_or(0, csv::Position::byte);
        let line = lines.of(usize::try_from(start).unwrap_or(usize::MAX));
        push(&mut rows, line, record.iter())?;
    }
    Ok(rows)
}

fn decode(bytes: &[u8]) -> Result<String, SheetError> {
    let guess = || match std::str::from_utf8(bytes) {
        Ok(_) => (UTF_8, 0),
        Err(_) => (GB18030, 0),
    };
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or_else(guess);
    let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
    if damaged || text.contains('\0') {
        Err(SheetError::NotText)
    } else {
        Ok(text.into_owned())
    }
}

/// Returns the delimiter that stands most often in the first lines, outside of quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [0_u32; DELIMITERS.len()];
    for line in text
        .lines()
        .filter(|line| !line.is_empty())
        .take(ROWS_ABOVE)
    {
        let mut quoted = false;
        for byte in line.bytes() {
            quoted ^= byte == b'"';
            if let (false, Some(index)) = (quoted, DELIMITERS.iter().position(|d| *d == byte)) {
                counts[index] += 1;
            }
        }
    }
    let mut best = 0;
    for index in 1..DELIMITERS.len() {
        if counts[index] > counts[best] {
            best = index;
        }
    }
    DELIMITERS[best]
}

/// Counts lines up to where a record begins: the reader's own position lies before the empty lines
/// that it skips.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn of(&mut self, record: usize) -> u32 {
        while let Some(byte) = self.text.get(self.at) {
            if self.at >= record && *byte != b'\n' {
                break;
            }
            self.line = self.line.saturating_add(u32::from(*byte == b'\n'));
            self.at += 1;
        }
        self.line
    }
}
