//! What the workbooks have in common.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};
use shared::time::{CITY_OFFSET_MS, DAY_MS, Timestamp};

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

/// Writes an instant by the city's clock: `2026-11-22 19:30`.
pub(super) fn written_time(at: Timestamp) -> String {
    let minute = at.0.saturating_add(CITY_OFFSET_MS).rem_euclid(DAY_MS) / 60_000;
    format!("{} {:02}:{:02}", at.day(), minute / 60, minute % 60)
}
