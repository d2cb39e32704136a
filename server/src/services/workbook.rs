//! What the workbooks have in common.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

/// Source: ECMA-376, part 1, section 18.3.1.63, paper size A4.
pub(super) const A4: u8 = 9;

/// How cells look.
pub(super) struct Looks {
    pub(super) title: Format,
    pub(super) heading: Format,
    pub(super) cell: Format,
}

impl Looks {
    pub(super) fn new() -> Self {
        let cell = Format::new()
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap();
        Self {
            title: Format::new()
                .set_bold()
                .set_font_size(16)
                .set_align(FormatAlign::Center),
            heading: cell.clone().set_bold(),
            cell,
        }
    }
}

/// Returns a number as a cell takes it; the largest is out of reach of any city.
pub(super) fn counted(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Returns minutes as hours, to one decimal.
pub(super) fn hours(minutes: i64) -> f64 {
    f64::from(counted((minutes * 10 + 30) / 60)) / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_one_decimal() {
        for (minutes, shown) in [
            (0, 0.0),
            (3, 0.1),
            (110, 1.8),
            (120, 2.0),
            (600_000, 10_000.0),
        ] {
            assert!((hours(minutes) - shown).abs() < 1e-9, "{minutes}");
        }
    }
}
