//! Enrolment codes: ten letters of Crockford's base32, shown in groups, kept as a hash.

use std::fmt;

use super::{NoRandomness, hash, random};

/// Source: Douglas Crockford, <https://www.crockford.com/base32.html>. No I, L, O, U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 10;
const GROUP: usize = 4;

/// A one-use code, normalised: 50 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode(String);

impl EnrolmentCode {
    /// Makes a new one.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system has none.
    pub fn new() -> Result<Self, NoRandomness> {
        let bytes = random::<LENGTH>()?;
        // 256 is a multiple of 32, so every letter is as likely as any other.
        let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
        Ok(Self(bytes.into_iter().map(letter).collect()))
    }

    /// Reads a code as typed or scanned, `None` when it cannot be one.
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > 64 {
            return None;
        }
        let letters: Option<String> = typed
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .map(|letter| match letter.to_ascii_uppercase() {
                'I' | 'L' => Some('1'),
                'O' => Some('0'),
                letter => u8::try_from(letter)
                    .is_ok_and(|byte| LETTERS.contains(&byte))
                    .then_some(letter),
            })
            .collect();
        letters.filter(|letters| letters.len() == LENGTH).map(Self)
    }

    /// Returns what is kept of the code.
    pub fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl fmt::Display for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, letter) in self.0.chars().enumerate() {
            if position > 0 && position % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = EnrolmentCode::parse("K7QM-2XTR-90").unwrap();
        assert_eq!(code.to_string(), "K7QM-2XTR-90");
        for typed in ["k7qm2xtr9o", " K7QM 2XTR 9O ", "k7qm-2xtr-9o"] {
            assert_eq!(EnrolmentCode::parse(typed), Some(code.clone()), "{typed}");
        }
        assert_eq!(
            EnrolmentCode::parse("ILO0000000").unwrap().to_string(),
            "1100-0000-00"
        );
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for typed in [
            "",
            "K7QM-2XTR",
            "K7QM-2XTR-9B0",
            "K7QM-2XTR-9U",
            "报到报到报到报到报到",
        ] {
            assert_eq!(EnrolmentCode::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_new_code_reads_back_and_says_nothing_in_a_log() {
        let code = EnrolmentCode::new().unwrap();
        assert_eq!(EnrolmentCode::parse(&code.to_string()), Some(code.clone()));
        assert_eq!(format!("{code:?}"), "EnrolmentCode(…)");
    }
}
