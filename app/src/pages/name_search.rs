//! Finding a name: by its characters, or by the letters with which its characters are read.

use pinyin::ToPinyinMulti;

/// Tells whether a name is looked for; an empty search looks for all. Letters are held against the
/// initials, 王小明 being `wxm` and 小明 `xm`; a character with several readings is found by each,
/// so that 区 is found by `o` and by `q`.
pub(super) fn finds(name: &str, wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    let name = name.to_lowercase();
    if name.contains(&wanted) {
        return true;
    }
    let letters: Vec<char> = wanted
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    if !letters.iter().all(char::is_ascii_lowercase) {
        return false;
    }
    let characters: Vec<char> = name.chars().collect();
    characters.windows(letters.len()).any(|part| {
        let mut pairs = part.iter().zip(&letters);
        pairs.all(|(character, letter)| begins_with(*character, *letter))
    })
}

/// Tells whether one reading of a character begins with a letter.
fn begins_with(character: char, letter: char) -> bool {
    character == letter
        || character.to_pinyin_multi().is_some_and(|readings| {
            let mut readings = readings.into_iter();
            readings.any(|reading| reading.plain().starts_with(letter))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_its_characters_and_by_its_initials() {
        for wanted in ["", " ", "小", "王小明", "w", "wxm", "xm", "WX", "w x"] {
            assert!(finds("王小明", wanted), "{wanted}");
        }
        for wanted in ["李", "mx", "wxmm", "wm", "x1"] {
            assert!(!finds("王小明", wanted), "{wanted}");
        }
    }

    #[test]
    fn a_surname_that_is_read_otherwise_than_its_character_is_found_all_the_same() {
        assert!(finds("区志强", "ozq"));
        assert!(finds("单文", "sw"));
        assert!(finds("曾丽", "zl"));
        assert!(finds("覃 Anna", "anna"));
    }
}
