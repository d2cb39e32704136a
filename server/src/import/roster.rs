//! Rows of the roster: people by their code, their branches by path, and their rights.

use std::collections::BTreeMap;

use shared::codes::Code;
use shared::directory::{City, Organisation};
use shared::ids::{OrganisationId, OrganisationPath};
use shared::words::{OrganisationKind, Role};

use super::fields::Fields;
use super::table::Table;
use super::unique::{Read, by_key, lines};
use super::{Report, RowError, Standing, cells};
use crate::directory::{Appointment, DirectorySnapshot, Person, member_id};

/// What a row says of a person.
#[derive(Clone, PartialEq)]
struct PersonRow {
    person: Person,
    right: Option<(Role, OrganisationId)>,
}

/// Reads the people of a file.
pub(super) fn read(table: &Table, known: &DirectorySnapshot, city: &City, report: &mut Report) {
    let mut rows = by_key(table, "code", &mut report.errors, |fields| {
        row(fields, known, city)
    });
    refuse_one_person_under_two_codes(table, known, &mut rows, &mut report.errors);
    let mut ordered: Vec<Read<PersonRow>> = rows.into_values().collect();
    ordered.sort_by_key(|row| row.line);
    for Read {
        value: PersonRow { person, right },
        ..
    } in ordered
    {
        if let Some((role, organisation)) = right {
            report.changes.appointments.push(Appointment {
                member: person.id,
                role,
                organisation,
            });
        }
        let standing = Standing::of(&person, known.people.get(&person.code));
        report.count(standing);
        if standing != Standing::Unchanged {
            report.changes.people.push(person);
        }
    }
}

fn row(
    mut fields: Fields<'_>,
    known: &DirectorySnapshot,
    city: &City,
) -> Result<(String, PersonRow), Vec<RowError>> {
    let code = fields.required("code", cells::member_code);
    let name = fields.required("name", cells::person_name);
    let phone = fields.optional("phone", cells::phone);
    let branch = fields.required("branch_path", cells::path);
    let branch = branch.and_then(|path| branch_at(&mut fields, &path, known));
    let role = fields.optional("role", cells::role);
    let scope = fields.optional("scope_path", cells::path);
    let scope = scope.and_then(|path| {
        let found = known
            .organisations
            .get(&path)
            .map(|organisation| organisation.id);
        if found.is_none() {
            let reason = format!("no organisation has the path {path}");
            fields.refuse("scope_path", Code::BranchUnknown, reason);
        }
        found
    });
    if scope.is_some() && role.is_none() {
        let reason = "the row names what the person is responsible for and no role";
        fields.refuse("role", Code::CellEmpty, reason.into());
    }
    let (Some(code), Some(name), Some(branch)) = (code, name, branch) else {
        return fields.finish(None);
    };
    let before = known.people.get(&code);
    let person = Person {
        id: before.map_or_else(|| member_id(&city.code, &code), |known| known.id),
        code: code.clone(),
        name,
        branch,
        // An import deletes nothing: an empty cell keeps the number that is known.
        phone: phone.or_else(|| before.and_then(|known| known.phone.clone())),
    };
    let right = role.map(|role| (role, scope.unwrap_or(branch)));
    fields.finish(Some((code, PersonRow { person, right })))
}

fn branch_at(
    fields: &mut Fields<'_>,
    path: &OrganisationPath,
    known: &DirectorySnapshot,
) -> Option<OrganisationId> {
    match known.organisations.get(path) {
        None => {
            let reason = format!("no organisation has the path {path}");
            fields.refuse("branch_path", Code::BranchUnknown, reason);
            None
        }
        Some(organisation) if !has_members(organisation) => {
            let kind = organisation.kind.as_str();
            let reason = format!("{path} is a {kind}; a person's home is a branch");
            fields.refuse("branch_path", Code::CellInvalid, reason);
            None
        }
        Some(organisation) => Some(organisation.id),
    }
}

const fn has_members(organisation: &Organisation) -> bool {
    match organisation.kind {
        OrganisationKind::GeneralBranch
        | OrganisationKind::Branch
        | OrganisationKind::ProvisionalBranch => true,
        OrganisationKind::Committee
        | OrganisationKind::WorkCommittee
        | OrganisationKind::VanguardTeam
        | OrganisationKind::TaskForce
        | OrganisationKind::Unit => false,
    }
}

/// Takes out the rows of people who stand under two codes: the same name with the same telephone
/// number, in the file or in the roster.
fn refuse_one_person_under_two_codes(
    table: &Table,
    known: &DirectorySnapshot,
    rows: &mut BTreeMap<String, Read<PersonRow>>,
    errors: &mut Vec<RowError>,
) {
    let mut groups: BTreeMap<(&str, &str), Vec<(u32, &str)>> = BTreeMap::new();
    for (code, row) in &*rows {
        if let Some(person) = name_and_phone(&row.value.person) {
            groups.entry(person).or_default().push((row.line, code));
        }
    }
    let known: BTreeMap<(&str, &str), &str> = known
        .people
        .values()
        .filter(|known| !rows.contains_key(&known.code))
        .filter_map(|known| Some((name_and_phone(known)?, known.code.as_str())))
        .collect();
    let mut refused = Vec::new();
    for (person, mut group) in groups {
        group.sort_unstable();
        let held = known.get(&person);
        if group.len() < 2 && held.is_none() {
            continue;
        }
        let lines = lines(group.iter().map(|(line, _)| *line));
        for (line, code) in &group {
            let reason = match held {
                Some(held) => {
                    format!("the roster has this name and telephone number under the code {held}")
                }
                None => format!(
                    "lines {lines} give this name and telephone number different codes; none is taken"
                ),
            };
            refused.push(((*code).to_owned(), *line, reason));
        }
    }
    for (code, line, reason) in refused {
        rows.remove(&code);
        let column = table.header("code").to_owned();
        errors.push(RowError {
            line,
            column,
            value: code,
            code: Code::RowConflict,
            reason,
        });
    }
}

fn name_and_phone(person: &Person) -> Option<(&str, &str)> {
    person
        .phone
        .as_deref()
        .map(|phone| (person.name.as_str(), phone))
}
