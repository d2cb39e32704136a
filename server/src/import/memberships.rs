//! Rows of who is in which team, beside the home branch: people by their code, teams by path.

use shared::codes::Code;

use super::fields::Fields;
use super::table::Table;
use super::unique::{Read, by_key};
use super::{Report, RowError, Standing, cells};
use crate::directory::{DirectorySnapshot, Membership};

/// Reads the places in teams of a file.
pub(super) fn read(table: &Table, known: &DirectorySnapshot, report: &mut Report) {
    let rows = by_key(table, "code", &mut report.errors, |fields| {
        row(fields, known)
    });
    let mut ordered: Vec<Read<Membership>> = rows.into_values().collect();
    ordered.sort_by_key(|row| row.line);
    for Read { value, .. } in ordered {
        let standing = Standing::of(&value, known.memberships.get(&value));
        report.count(standing);
        if standing != Standing::Unchanged {
            report.changes.memberships.push(value);
        }
    }
}

/// A person may stand in several teams, so a row's key is both.
fn row(
    mut fields: Fields<'_>,
    known: &DirectorySnapshot,
) -> Result<(String, Membership), Vec<RowError>> {
    let code = fields.required("code", cells::member_code);
    let path = fields.required("team_path", cells::path);
    let person = code.as_ref().and_then(|code| known.people.get(code));
    if let (Some(code), None) = (&code, person) {
        let reason = format!("the roster has nobody with the code {code}");
        fields.refuse("code", Code::CellInvalid, reason);
    }
    let team = path.as_ref().and_then(|path| known.organisations.get(path));
    match (&path, team) {
        (Some(path), None) => {
            let reason = format!("no organisation has the path {path}");
            fields.refuse("team_path", Code::BranchUnknown, reason);
        }
        (Some(path), Some(team)) if !team.kind.is_team() => {
            let kind = team.kind.as_str();
            let reason = format!("{path} is a {kind}; the roster says who is in a branch");
            fields.refuse("team_path", Code::CellInvalid, reason);
        }
        (Some(_), Some(_)) | (None, _) => {}
    }
    let (Some(person), Some(team)) = (person, team) else {
        return fields.finish(None);
    };
    let membership = Membership {
        member: person.id,
        organisation: team.id,
    };
    fields.finish(Some((format!("{} {}", person.code, team.path), membership)))
}
