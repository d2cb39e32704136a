//! Rows of the area tree.

use std::collections::BTreeMap;

use shared::codes::Code;
use shared::directory::{Area, City};
use shared::ids::AreaCode;
use shared::words::AreaLevel;

use super::fields::Fields;
use super::table::Table;
use super::unique::{Read, by_key};
use super::{Report, RowError, Standing, cells, city_area};
use crate::directory::DirectorySnapshot;

/// Reads the areas of a file.
pub(super) fn read(table: &Table, known: &DirectorySnapshot, city: &City, report: &mut Report) {
    let rows = by_key(table, "code", &mut report.errors, |fields| {
        row(fields, known, city)
    });
    let mut ordered: Vec<Read<Area>> = rows.into_values().collect();
    ordered.sort_by(|a, b| (a.value.level, &a.value.code).cmp(&(b.value.level, &b.value.code)));
    let mut levels: BTreeMap<AreaCode, AreaLevel> = known
        .areas
        .values()
        .map(|area| (area.code.clone(), area.level))
        .collect();
    levels.insert(city.code.clone(), AreaLevel::City);
    for Read { line, value: area } in ordered {
        if let Err(reason) = check_parent(&area, &levels) {
            report.errors.push(RowError {
                line,
                column: table.header("parent_code").to_owned(),
                value: area.parent.map_or_else(String::new, String::from),
                code: Code::ParentUnknown,
                reason,
            });
            continue;
        }
        levels.insert(area.code.clone(), area.level);
        let standing = Standing::of(&area, known.areas.get(&area.code));
        report.count(standing);
        if standing != Standing::Unchanged {
            report.changes.areas.push(area);
        }
    }
    let begins_with_city = report
        .changes
        .areas
        .first()
        .is_some_and(|area| area.code == city.code);
    let missing = !known.areas.contains_key(&city.code) && !begins_with_city;
    if missing && !report.changes.areas.is_empty() {
        report.changes.areas.insert(0, city_area(city));
    }
}

fn row(
    mut fields: Fields<'_>,
    known: &DirectorySnapshot,
    city: &City,
) -> Result<(AreaCode, Area), Vec<RowError>> {
    let code = fields.required("code", cells::area_code);
    let name = fields.required("name", cells::name);
    let parent = fields.optional("parent_code", cells::area_code);
    let level = fields.optional("level", cells::level);
    let (Some(code), Some(name)) = (code, name) else {
        return fields.finish(None);
    };
    let before = known.areas.get(&code);
    let level = level
        .or(before.map(|area| area.level))
        .unwrap_or_else(|| level_of(&code, city));
    if (level == AreaLevel::City) != (code == city.code) {
        let reason = format!("the city of this deployment is {}", city.code);
        fields.refuse("code", Code::CellInvalid, reason);
    }
    let parent = match level {
        AreaLevel::City => None,
        AreaLevel::County | AreaLevel::Town | AreaLevel::Village => parent
            .or_else(|| before.and_then(|area| area.parent.clone()))
            .or_else(|| parent_of(&code, city)),
    };
    let area = Area {
        code: code.clone(),
        name,
        level,
        parent,
    };
    fields.finish(Some((code, area)))
}

/// Returns the level that a code of this length has. Source: GB/T 2260 and GB/T 10114.
fn level_of(code: &AreaCode, city: &City) -> AreaLevel {
    match code.as_str().len() {
        6 if *code == city.code => AreaLevel::City,
        6 => AreaLevel::County,
        9 => AreaLevel::Town,
        _ => AreaLevel::Village,
    }
}

/// Returns the code that the digits name as the one above, if it lies in this city.
fn parent_of(code: &AreaCode, city: &City) -> Option<AreaCode> {
    let digits = code.as_str();
    let above = match digits.len() {
        12 => &digits[..9],
        9 => &digits[..6],
        _ if digits[..4] == city.code.as_str()[..4] => city.code.as_str(),
        _ => return None,
    };
    AreaCode::parse(above).ok()
}

fn check_parent(area: &Area, levels: &BTreeMap<AreaCode, AreaLevel>) -> Result<(), String> {
    let Some(parent) = &area.parent else {
        let outside = "the code lies outside of the city, so its parent must be named";
        return if area.level == AreaLevel::City {
            Ok(())
        } else {
            Err(outside.into())
        };
    };
    match levels.get(parent) {
        Some(level) if *level < area.level => Ok(()),
        Some(level) => Err(format!(
            "{parent} is a {} and cannot stand above a {}",
            level.as_str(),
            area.level.as_str()
        )),
        None => Err(format!(
            "{parent} is neither known nor among the good rows of this file"
        )),
    }
}
