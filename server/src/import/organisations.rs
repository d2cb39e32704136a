//! Rows of the organisation tree. The tree is read from the paths alone, never from the areas. A row may
//! name the organisation that its own went into.

use std::collections::{BTreeMap, BTreeSet};

use shared::codes::Code;
use shared::directory::{City, Organisation};
use shared::ids::{AreaCode, OrganisationId, OrganisationPath};
use shared::words::OrganisationKind;

use super::fields::Fields;
use super::table::Table;
use super::unique::{Read, by_key};
use super::{Report, RowError, Standing, cells, city_area};
use crate::directory::{DirectorySnapshot, Merger, organisation_id};

/// What a row says of an organisation.
#[derive(PartialEq)]
struct OrganisationRow {
    name: String,
    kind: OrganisationKind,
    area: AreaCode,
    merged_into: Option<OrganisationPath>,
}

/// A row that was taken.
struct Taken {
    line: u32,
    organisation: Organisation,
    standing: Standing,
    merged_into: Option<OrganisationPath>,
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
    let mut taken = Vec::new();
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
        taken.push(Taken {
            line,
            standing: Standing::of(&organisation, before),
            organisation,
            merged_into: row.merged_into,
        });
    }
    merge(table, known, &mut taken, report);
    for row in taken {
        report.count(row.standing);
        if before(known, &row.organisation) != Some(&row.organisation) {
            report.changes.organisations.push(row.organisation);
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
    let merged_into = fields.optional("merged_into", cells::path);
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
    let row = OrganisationRow {
        name,
        kind,
        area,
        merged_into,
    };
    fields.finish(Some((path, row)))
}

/// Adds what became of the organisations whose rows say it. An import deletes nothing, so an empty cell
/// keeps what is known; an organisation that is named as its own successor stands by itself.
fn merge(table: &Table, known: &DirectorySnapshot, taken: &mut [Taken], report: &mut Report) {
    let there = known.organisations.values();
    let there = there.chain(taken.iter().map(|row| &row.organisation));
    let ids: BTreeMap<OrganisationPath, OrganisationId> = there
        .map(|organisation| (organisation.path.clone(), organisation.id))
        .collect();
    let mut successors = known.successors.clone();
    for row in &*taken {
        if let Some(id) = row.merged_into.as_ref().and_then(|path| ids.get(path)) {
            successors.insert(row.organisation.id, *id);
        }
    }
    for row in taken {
        let Some(path) = &row.merged_into else {
            continue;
        };
        let organisation = row.organisation.id;
        let wrong = match ids.get(path) {
            None => Some((
                Code::BranchUnknown,
                format!("no organisation has the path {path}"),
            )),
            Some(id) if *id != organisation && returns(organisation, &successors) => Some((
                Code::RowConflict,
                "the organisations went into one another in a circle".to_owned(),
            )),
            Some(_) => None,
        };
        if let Some((code, reason)) = wrong {
            report.errors.push(RowError {
                line: row.line,
                column: table.header("merged_into").to_owned(),
                value: path.to_string(),
                code,
                reason,
            });
            continue;
        }
        let successor = ids.get(path).copied().filter(|id| *id != organisation);
        if successor != known.successors.get(&organisation).copied() {
            if row.standing == Standing::Unchanged {
                row.standing = Standing::Changed;
            }
            report.changes.mergers.push(Merger {
                organisation,
                successor,
            });
        }
    }
}

/// Tells whether whoever goes from an organisation to its successor, and on, comes back to it.
fn returns(
    organisation: OrganisationId,
    successors: &BTreeMap<OrganisationId, OrganisationId>,
) -> bool {
    let mut passed = BTreeSet::new();
    let mut next = successors.get(&organisation);
    while let Some(id) = next.filter(|id| passed.insert(**id)) {
        if *id == organisation {
            return true;
        }
        next = successors.get(id);
    }
    false
}

fn before<'k>(
    known: &'k DirectorySnapshot,
    organisation: &Organisation,
) -> Option<&'k Organisation> {
    known.organisations.get(&organisation.path)
}
