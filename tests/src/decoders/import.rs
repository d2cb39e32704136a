//! The owner's lists. The first byte chooses the kind, the rest is the file: CSV, or XLSX.

use server::directory::{DirectorySnapshot, Person};
use server::import::{ImportKind, read};

use super::world;

pub(super) fn run(bytes: &[u8]) {
    let Some((first, file)) = bytes.split_first() else {
        return;
    };
    let kind = ImportKind::ALL[usize::from(*first) % ImportKind::ALL.len()];
    let report = read(kind, file, &known(), &world::city());
    let rows = report.new + report.changed + report.unchanged;
    assert!(rows <= report.rows_read);
    assert!(report.errors.is_sorted_by_key(|error| error.line));
    assert!(report.rows_read > 0 || report.changes.is_empty());
}

/// A city that knows of one person and one team.
fn known() -> DirectorySnapshot {
    let slice = world::slice();
    let teams = slice.organisations.into_iter();
    let person = Person {
        id: slice.owner.id,
        code: "P1".to_owned(),
        name: slice.owner.name,
        branch: slice.owner.branch,
        phone: None,
    };
    DirectorySnapshot {
        organisations: teams.map(|team| (team.path.clone(), team)).collect(),
        people: [(person.code.clone(), person)].into(),
        ..DirectorySnapshot::default()
    }
}

const AREAS: &str = "代码,名称,上级代码\n441204,高要区,441200\n441204103,回龙镇,441204\n";
const ORGANISATIONS: &str =
    "组织代码,名称,类别,所在区划代码\n001,市委,committee,441200\n001001,支部,branch,441200\n";
const ROSTER: &str = "党员编号,姓名,党支部代码,手机,角色,管辖组织代码\nP1,张三,001001,13800008000,coordinator,001001\n";
const MEMBERSHIPS: &str = "党员编号,队伍代码\nP1,001001\n";

pub(super) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let file = |first: u8, bytes: &[u8]| [&[first][..], bytes].concat();
    let (gb18030, _, _) = encoding_rs::GB18030.encode(ROSTER);
    vec![
        ("areas-csv", file(0, AREAS.as_bytes())),
        ("organisations-csv", file(1, ORGANISATIONS.as_bytes())),
        ("roster-csv", file(2, ROSTER.as_bytes())),
        ("roster-gb18030", file(2, &gb18030)),
        ("memberships-csv", file(3, MEMBERSHIPS.as_bytes())),
        ("areas-xlsx", file(0, &workbook(AREAS))),
    ]
}

fn workbook(table: &str) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    // The time of writing stands in the file; a corpus is the same whenever it is written.
    let created = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 11, 22);
    let properties = rust_xlsxwriter::DocProperties::new()
        .set_creation_datetime(&created.expect("a day of the calendar"));
    workbook.set_properties(&properties);
    let sheet = workbook.add_worksheet();
    for (row, line) in (0..).zip(table.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet
                .write_string(row, column, cell)
                .expect("a small sheet takes everything");
        }
    }
    workbook.save_to_buffer().expect("a small sheet is written")
}
