//! Rows of the organisation tree. The tree is read from the paths alone, never from the areas.

use std::collections::{BTreeMap, BTreeSet};

use shared::codes::Code;
use shared::directory::{City, Organisation};
use shared::ids::{AreaCode, OrganisationId, OrganisationPath};
use shared::words::OrganisationKind;

use super::fields::Fields;
use super::table::Table;
use super::unique::{Read, by_key};
use super::{Report, RowError, Standing, cells, city_area};
use crate::directory::{DirectorySnapshot, organisation_id};

/// What a row says of an organisation.
#[derive(PartialEq)]
struct OrganisationRow {
    name: String,
    kind: OrganisationKind,
    area: AreaCode,
}

/// Reads the organisations of a file.
pub(super) fn read(table: &Table, known: &DirectorySnapshot, city: &City, report: &mut Report) {
    let rows = by_key(table, "path", &mut report.errors, |fields| {
        row(fields, known, city)
    });
    let known_ids: BTreeMap<OrganisationId, &OrganisationPath> = known
        .organisations
        .values()
        .map(|known| (known.id, &known.path))
        .collect();
    let mut there: BTreeSet<OrganisationPath> = known.organisations.keys().cloned().collect();
    // The order of paths has each after the one above it.
    for (path, Read { line, value: row }) in rows {
        let before = known.organisations.get(&path);
        let id = before.map_or_else(|| organisation_id(&city.code, &path), |known| known.id);
        let wrong = match (path.parent(), known_ids.get(&id)) {
            (Some(parent), _) if !there.contains(&parent) => Some((
                Code::ParentUnknown,
                format!("{parent} is neither known nor among the good rows of this file"),
            )),
            (_, Some(other)) if **other != path => Some((
                Code::RowConflict,
                format!("the organisation first imported under this path is now {other}"),
            )),
            (_, _) => None,
        };
        if let Some((code, reason)) = wrong {
            let column = table.header("path").to_owned();
            report.errors.push(RowError {
                line,
                column,
                value: path.into(),
                code,
                reason,
            });
            continue;
        }
        there.insert(path.clone());
        let organisation = Organisation {
            id,
            path,
            name: row.name,
            kind: row.kind,
            area: row.area,
        };
        let standing = Standing::of(&organisation, before);
        report.count(standing);
        if standing != Standing::Unchanged {
            report.changes.organisations.push(organisation);
        }
    }
    let in_city = |organisation: &Organisation| organisation.area == city.code;
    if !known.areas.contains_key(&city.code) && report.changes.organisations.iter().any(in_city) {
        report.changes.areas.push(city_area(city));
    }
}

fn row(
    mut fields: Fields<'_>,
    known: &DirectorySnapshot,
    city: &City,
) -> Result<(OrganisationPath, OrganisationRow), Vec<RowError>> {
    let path = fields.required("path", cells::path);
    let name = fields.required("name", cells::name);
    let kind = fields.required("kind", cells::organisation_kind);
    let area = fields.required("area_code", cells::area_code);
    if let Some(area) = &area
        && !known.areas.contains_key(area)
        && *area != city.code
    {
        fields.refuse(
            "area_code",
            Code::AreaUnknown,
            format!("no area has the code {area}"),
        );
    }
    let (Some(path), Some(name), Some(kind), Some(area)) = (path, name, kind, area) else {
        return fields.finish(None);
    };
    fields.finish(Some((path, OrganisationRow { name, kind, area })))
}
