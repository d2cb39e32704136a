//! What one cell says: levelling of full-width characters, and the forms of codes, names and
//! telephone numbers. A reader answers a cell it cannot read with the reason in words.

use shared::ids::{AreaCode, OrganisationPath};
use shared::words::{AreaLevel, OrganisationKind, Role};

use super::words::WORDS;

/// Characters of a person's code at most.
const MEMBER_CODE_CHARACTERS: usize = 64;

/// Returns the text without the white space and invisible marks around it.
pub(super) fn trim(text: &str) -> &str {
    let blank = |character: char| {
        character.is_whitespace() || matches!(character, '\u{200b}'..='\u{200f}' | '\u{feff}')
    };
    text.trim_matches(blank)
}

/// Returns the text with full-width letters and digits as plain ones; other full-width signs are
/// part of Chinese names and stay.
pub(super) fn plain(text: &str) -> String {
    let level = |character: char| match full_width(character) {
        Some(plain) if plain.is_ascii_alphanumeric() => plain,
        Some(_) | None => character,
    };
    trim(text).chars().map(level).collect()
}

/// Returns a code or number with every full-width sign plain, no white space, and without the
/// `.0` that spreadsheets add to whole numbers.
pub(super) fn compact(text: &str) -> String {
    let level = |character: char| full_width(character).unwrap_or(character);
    let text: String = trim(text)
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(level)
        .collect();
    match text.split_once('.') {
        Some((whole, rest)) if is_number(whole) && !rest.is_empty() && is_zeros(rest) => {
            whole.to_owned()
        }
        Some(_) | None => text,
    }
}

fn full_width(character: char) -> Option<char> {
    let offset = u32::from('\u{ff01}') - u32::from('!');
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - offset),
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_zeros(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'0')
}

/// Tells whether a spreadsheet rounded a long number to the form 4.41204E+11.
fn is_rounded(text: &str) -> bool {
    let exponent = text.to_ascii_uppercase();
    exponent.split_once("E+").is_some_and(|(head, tail)| {
        is_number(tail)
            && head
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

fn expected(text: &str, form: &str) -> String {
    if is_rounded(text) {
        "the spreadsheet rounded the number; format the column as text and enter it again".into()
    } else {
        form.to_owned()
    }
}

/// Tells whether a text has the form of a number of an identity card: 17 digits, of which the
/// seventh to the fourteenth are a date, and a digit or X. Source: GB 11643.
pub(super) fn is_identity_number(text: &str) -> bool {
    let text = compact(text);
    let bytes = text.as_bytes();
    // Six Chinese characters have eighteen bytes too.
    if !text.is_ascii() || bytes.len() != 18 || !is_number(&text[..17]) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().unwrap_or(0);
    matches!(bytes[17], b'0'..=b'9' | b'x' | b'X')
        && (1850..2150).contains(&number(6..10))
        && (1..=12).contains(&number(10..12))
        && (1..=31).contains(&number(12..14))
}

/// Reads an area code.
pub(super) fn area_code(text: &str) -> Result<AreaCode, String> {
    let text = compact(text);
    AreaCode::parse(&text).map_err(|_| {
        expected(
            &text,
            "an area code has 6 digits (city, county), 9 (town) or 12 (village)",
        )
    })
}

/// Reads a path of the organisation tree.
pub(super) fn path(text: &str) -> Result<OrganisationPath, String> {
    let text = compact(text).to_ascii_uppercase();
    OrganisationPath::parse(&text).map_err(|_| {
        let form = if is_number(&text) {
            "a path has 3 characters a level; if the spreadsheet dropped zeros at the front, \
             format the column as text"
        } else {
            "a path has 3 capital letters or digits a level"
        };
        expected(&text, form)
    })
}

/// Reads a name of an area or organisation.
pub(super) fn name(text: &str) -> Result<String, String> {
    Ok(plain(text))
}

/// Reads a person's name. The white space that lists put between the characters of short Chinese
/// names is not part of them.
pub(super) fn person_name(text: &str) -> Result<String, String> {
    let text = plain(text);
    if text.is_ascii()
        || text
            .chars()
            .any(|character| character.is_ascii_alphabetic())
    {
        Ok(text)
    } else {
        Ok(text
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect())
    }
}

/// Reads the code by which the roster knows a person.
pub(super) fn member_code(text: &str) -> Result<String, String> {
    let text = compact(text);
    if is_rounded(&text) || text.chars().count() > MEMBER_CODE_CHARACTERS {
        Err(expected(&text, "a code has at most 64 characters"))
    } else {
        Ok(text)
    }
}

/// Reads a telephone number into its digits: a mainland mobile number or a fixed line.
pub(super) fn phone(text: &str) -> Result<String, String> {
    let text = compact(text);
    let bare: String = text
        .chars()
        .filter(|character| !matches!(character, '-' | '(' | ')' | '\u{2010}'..='\u{2014}'))
        .collect();
    let bare = ["+86", "0086"]
        .iter()
        .find_map(|prefix| bare.strip_prefix(prefix))
        .unwrap_or(&bare);
    let bare = match bare.strip_prefix("86") {
        Some(rest) if rest.len() == 11 => rest,
        Some(_) | None => bare,
    };
    let fixed = |digits: &[u8]| match digits {
        [b'0', ..] => (10..=12).contains(&digits.len()),
        [b'2'..=b'9', ..] => (7..=8).contains(&digits.len()),
        _ => false,
    };
    let mobile = bare.len() == 11 && bare.starts_with('1');
    if is_number(bare) && (mobile || fixed(bare.as_bytes())) {
        Ok(bare.to_owned())
    } else {
        Err(expected(
            &text,
            "a mobile number has 11 digits and begins with 1; a fixed line has 7 or 8 digits, \
             with its area code such as 0758 before them or not",
        ))
    }
}

/// Reads a level of the area tree.
pub(super) fn level(text: &str) -> Result<AreaLevel, String> {
    let choices = || format!("expected one of: {}", WORDS.level_choices());
    WORDS.level(&plain(text)).ok_or_else(choices)
}

/// Reads a kind of organisation.
pub(super) fn organisation_kind(text: &str) -> Result<OrganisationKind, String> {
    let choices = || format!("expected one of: {}", WORDS.organisation_kind_choices());
    WORDS.organisation_kind(&plain(text)).ok_or_else(choices)
}

/// Reads a role.
pub(super) fn role(text: &str) -> Result<Role, String> {
    let choices = || format!("expected one of: {}", WORDS.role_choices());
    WORDS.role(&plain(text)).ok_or_else(choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_of_every_usual_form_are_read() {
        for (text, digits) in [
            ("13800008000", "13800008000"),
            ("138 0000 8000", "13800008000"),
            ("138-0000-8000", "13800008000"),
            ("+86 13800008000", "13800008000"),
            ("8613800008000", "13800008000"),
            ("13800008000.0", "13800008000"),
            ("\u{ff11}3800008000", "13800008000"),
            ("0758-2812345", "07582812345"),
            ("(020)83331234", "02083331234"),
            ("2812345", "2812345"),
        ] {
            assert_eq!(phone(text).as_deref(), Ok(digits), "{text}");
        }
        for text in [
            "1380000800",
            "138000080000",
            "23800008000",
            "110",
            "1.38E+10",
            "x",
        ] {
            assert!(phone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_of_identity_cards_are_known_by_their_date() {
        assert!(is_identity_number("441204199002301234"));
        assert!(is_identity_number("44120419900230123X"));
        assert!(!is_identity_number("441204112001000001"));
        assert!(!is_identity_number("91441200MA4UABCD1X"));
        assert!(!is_identity_number("13800008000"));
        assert!(!is_identity_number(&"\u{6751}".repeat(6)));
    }
}
