//! Files as owners send them: their encodings and spreadsheets, what is taken from them and what
//! every row that is not taken is told.

#[path = "fixtures/damage.rs"]
mod damage;
#[macro_use]
#[path = "fixtures/files.rs"]
mod files;
#[path = "fixtures/limits.rs"]
mod limits;
#[path = "fixtures/mergers.rs"]
mod mergers;
#[path = "fixtures/whole_city.rs"]
mod whole_city;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use files::{AREAS, MEMBERSHIPS, ORGANISATIONS, ROSTER, check, city, known, path, show, xlsx};
use server::directory::{DirectorySnapshot, organisation_id};
use server::import::{ImportKind, read};
use shared::codes::Code;
use shared::words::Role;

#[test]
fn areas_are_ordered_parents_first_and_their_levels_and_parents_derived() {
    let report = read(
        ImportKind::Areas,
        AREAS.as_bytes(),
        &DirectorySnapshot::default(),
        &city(),
    );
    snapshot!(show(&report));
}

#[test]
fn the_same_table_reads_the_same_in_every_encoding_and_format() {
    let known = DirectorySnapshot::default();
    let expected = read(ImportKind::Areas, AREAS.as_bytes(), &known, &city());
    assert_eq!(expected.new, 6);
    let gb18030 = encoding_rs::GB18030.encode(AREAS).0.into_owned();
    assert!(std::str::from_utf8(&gb18030).is_err());
    let utf16: Vec<u8> = "\u{feff}"
        .chars()
        .chain(AREAS.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (what, bytes) in [
        ("a byte order mark", format!("\u{feff}{AREAS}").into_bytes()),
        ("GB18030", gb18030),
        ("UTF-16", utf16),
        ("CRLF", AREAS.replace('\n', "\r\n").into_bytes()),
        ("semicolons", AREAS.replace(',', ";").into_bytes()),
        ("tabs", AREAS.replace(',', "\t").into_bytes()),
        (
            "quotes",
            AREAS
                .lines()
                .map(|line| format!("\"{}\"\n", line.replace(',', "\",\"")))
                .collect::<String>()
                .into_bytes(),
        ),
        (
            "full-width digits",
            AREAS.replace("441204,高", "４４１２０４,高").into_bytes(),
        ),
        (
            "English names",
            AREAS
                .replace("代码,名称,上级代码,级别", "code,Name, parent_code ,level")
                .into_bytes(),
        ),
        ("XLSX", xlsx(AREAS)),
    ] {
        assert_eq!(
            read(ImportKind::Areas, &bytes, &known, &city()),
            expected,
            "{what}"
        );
    }
}

#[test]
fn a_file_that_the_directory_holds_changes_nothing() {
    let known = known();
    for (kind, text) in [
        (ImportKind::Areas, AREAS),
        (ImportKind::Organisations, ORGANISATIONS),
        (ImportKind::Roster, ROSTER),
        (ImportKind::Memberships, MEMBERSHIPS),
    ] {
        let mut report = read(kind, text.as_bytes(), &known, &city());
        assert_eq!((report.new, report.changed), (0, 0), "{}", kind.as_str());
        assert_eq!(report.unchanged, report.rows_read);
        let held: BTreeSet<_> = report.changes.appointments.iter().cloned().collect();
        report.drop_held_rights(&held);
        assert!(report.changes.is_empty(), "{:?}", report.changes);
    }
}

#[test]
fn rights_come_with_their_scope_or_the_home_branch() {
    let mut before = known();
    before.people.clear();
    let report = read(ImportKind::Roster, ROSTER.as_bytes(), &before, &city());
    let id = |text: &str| organisation_id(&city().code, &path(text));
    let rights: Vec<_> = report
        .changes
        .appointments
        .iter()
        .map(|right| (right.role, right.organisation))
        .collect();
    assert_eq!(
        rights,
        [
            (Role::Coordinator, id("001001001")),
            (Role::Host, id("001001001001"))
        ]
    );
    let [_, second, third] = &report.changes.people[..] else {
        panic!("three people")
    };
    assert_eq!(
        (second.name.as_str(), second.phone.as_deref()),
        ("李梅", Some("07582812345"))
    );
    assert_eq!(
        (third.name.as_str(), third.phone.as_deref()),
        ("黄建国", None)
    );
}

#[test]
fn changes_keep_the_known_ids_and_the_known_numbers() {
    let mut known = known();
    let moved = known.organisations.remove(&path("001001001002")).unwrap();
    let elsewhere = path("001001001009");
    known.organisations.insert(
        elsewhere.clone(),
        shared::directory::Organisation {
            path: elsewhere,
            ..moved.clone()
        },
    );
    let renamed =
        "path,name,kind,area_code\n001001001009,长岗村党总支,general_branch,441204112201\n";
    let report = read(
        ImportKind::Organisations,
        renamed.as_bytes(),
        &known,
        &city(),
    );
    assert_eq!(
        (report.changed, report.changes.organisations[0].id),
        (1, moved.id)
    );

    let reused = "path,name,kind,area_code\n001001001002,另一个党支部,branch,441204112201\n";
    let report = read(
        ImportKind::Organisations,
        reused.as_bytes(),
        &known,
        &city(),
    );
    assert_eq!(
        report.errors[0].code,
        Code::RowConflict,
        "the id belongs to the one that moved"
    );

    let roster = "党员编号,姓名,手机,党支部代码\nA001,陈志强,,001001001009\n";
    let report = read(ImportKind::Roster, roster.as_bytes(), &known, &city());
    assert_eq!(
        report.changes.people[0].phone.as_deref(),
        Some("13800008001")
    );
    assert_eq!(report.changes.people[0].branch, moved.id);
}

#[test]
fn rows_of_areas_that_are_not_taken() {
    snapshot!(check(
        ImportKind::Areas,
        "代码,名称,上级代码,级别\n\
         441204112202,长岗村,,\n\
         441204112202,长岗村,,\n\
         441204112203,石塘村,,\n\
         441204112203,石坑村,,\n\
         \n\
         441204999001,无镇村,,\n\
         441299,无名区,441300,\n\
         4412041,短码,,\n\
         4.41204E+11,四舍五入,,\n\
         441204112204,,,\n\
         441204112205,级别不对,,大队\n\
         441204112206,上级不对,441204112201,村\n\
         441300,惠州市,,市\n\
         440100,广州的区,,\n",
    ));
}

#[test]
fn rows_of_organisations_that_are_not_taken() {
    snapshot!(check(
        ImportKind::Organisations,
        "path,name,kind,area_code\n\
         001001001003,石塘村党支部,党支部,441204112201\n\
         00100100100a,Lower case,党支部,441204112201\n\
         001002001,上级不在,党委,441204112\n\
         1001001,丢了零,党委,441204112\n\
         001001001004,类别不对,小组,441204112201\n\
         001001001005,区划不在,党支部,441204112299\n\
         001001001006,,党支部,\n\
         001001001007,多一格,党支部,441204112201,多\n",
    ));
}

#[test]
fn rows_of_the_roster_that_are_not_taken() {
    snapshot!(check(
        ImportKind::Roster,
        "编号,姓名,联系电话,支部代码,角色,管辖组织代码\n\
         A001,陈志强,13800008001,001001001001,,\n\
         B001,何伟,138-0000-8011,001001001001,,\n\
         B002,何伟,13800008011,001001001002,,\n\
         B003,陈志强,13800008001,001001001001,,\n\
         B004,林芳,1380000,001001001001,,\n\
         B005,林芳,,001001001099,,\n\
         B006,林芳,,001001001,,\n\
         B007,林芳,,001001001001,书记,\n\
         B008,林芳,,001001001001,,001001\n\
         B009,林芳,,001001001001,联络员,009\n\
         441204199001011234,林芳,,001001001001,,\n\
         #N/A,林芳,,001001001001,,\n\
         B010,林芳,,001001001001,,\n\
         B010,林海,,001001001001,,\n\
         B011,林芳,,001001001001,,\n",
    ));
}

#[test]
fn rows_of_memberships_that_are_not_taken() {
    snapshot!(check(
        ImportKind::Memberships,
        "编号,组织代码\n\
         A001,001001001001001\n\
         A002,001001001001001\n\
         A002,001001001001001\n\
         B404,001001001001001\n\
         A002,001001001001\n\
         A002,001001001001009\n\
         ,001001001001001\n\
         A002,\n",
    ));
}

#[test]
fn numbers_of_identity_cards_are_refused_with_their_column_and_never_shown() {
    for header in ["身份证号", "备注"] {
        let text = format!(
            "党员编号,姓名,党支部代码,{header}\nC001,黄海,001001001001,44120419900101123X\n"
        );
        let report = read(ImportKind::Roster, text.as_bytes(), &known(), &city());
        assert_eq!((report.new, report.errors.len()), (1, 1));
        let error = &report.errors[0];
        assert_eq!((error.line, error.column.as_str()), (1, header));
        assert_eq!(error.code, Code::CellInvalid);
        assert!(error.reason.contains("ID numbers are not stored"));
        assert!(!show(&report).contains("19900101"));
    }
    let report = read(
        ImportKind::Roster,
        "党员编号,姓名,党支部代码\n441204199001011234,黄海,001001001001\n".as_bytes(),
        &known(),
        &city(),
    );
    assert!(!show(&report).contains("19900101"));
}

#[test]
fn a_spreadsheets_numbers_are_read_whole() {
    let mut before = known();
    before.people.clear();
    let text = "党员编号,姓名,手机,党支部代码\n20260001,陈志强,13800008001,001001001001\n";
    let report = read(ImportKind::Roster, &xlsx(text), &before, &city());
    assert_eq!(report.errors, []);
    assert_eq!(report.changes.people[0].code, "20260001");
    assert_eq!(
        report.changes.people[0].phone.as_deref(),
        Some("13800008001")
    );

    let text = "党员编号,姓名,手机,党支部代码\n20260001.0,陈志强,13800008001.0,001001001001\n";
    assert_eq!(
        read(ImportKind::Roster, text.as_bytes(), &before, &city()),
        report
    );
}

#[test]
fn a_title_above_the_header_and_notes_in_it_do_no_harm() {
    let text = "肇庆市党员名册,,\n,,\n 党员编号*,姓名（必填）,党支部代码\nC001,黄海,001001001001\n,,\nC002,,001001001001\n";
    let report = read(ImportKind::Roster, text.as_bytes(), &known(), &city());
    assert_eq!((report.rows_read, report.new), (2, 1));
    assert_eq!(
        (report.errors[0].line, report.errors[0].code),
        (6, Code::CellEmpty)
    );
    assert_eq!(report.errors[0].column, "姓名（必填）");
}

#[test]
fn a_row_after_a_cell_of_several_lines_is_named_by_its_own_line() {
    for end in ["\n", "\r\n"] {
        let text =
            "党员编号,姓名,党支部代码\nC001,\"黄\n海\",001001001001\n\n\nC002,,001001001001\n"
                .replace('\n', end);
        let report = read(ImportKind::Roster, text.as_bytes(), &known(), &city());
        let lines: Vec<_> = report
            .errors
            .iter()
            .map(|error| (error.line, error.code))
            .collect();
        assert_eq!(lines, [(2, Code::CellInvalid), (6, Code::CellEmpty)]);
    }
}

#[test]
fn files_that_cannot_be_read() {
    let mut shown = String::new();
    let mut docx = zip::ZipWriter::new(Cursor::new(Vec::new()));
    docx.start_file(
        "word/document.xml",
        zip::write::SimpleFileOptions::default(),
    )
    .unwrap();
    docx.write_all(b"<document/>").unwrap();
    let docx = docx.finish().unwrap().into_inner();
    for (what, bytes) in [
        ("nothing", vec![]),
        ("blank lines", b"\n\n  \n,,\n".to_vec()),
        ("a header only", "代码,名称\n".into()),
        ("a missing column", "代码,上级代码\n441204,\n".into()),
        ("no header", "441204,高要区\n441226,德庆县\n".into()),
        (
            "a column twice",
            "代码,名称,code\n441204,高要区,441204\n".into(),
        ),
        ("PK and no more", b"PK".to_vec()),
        ("a text document", docx),
        (
            "an old workbook",
            vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
        ),
        (
            "a picture",
            vec![0x89, b'P', b'N', b'G', 0, 0, 0, 13, 0xff, 0xff],
        ),
        ("an empty workbook", xlsx("")),
    ] {
        let report = read(
            ImportKind::Areas,
            &bytes,
            &DirectorySnapshot::default(),
            &city(),
        );
        writeln!(shown, "# {what}\n{}", show(&report)).unwrap();
    }
    snapshot!(shown);
}

#[test]
fn the_csv_of_errors_opens_in_a_spreadsheet_and_runs_nothing() {
    let text = "党员编号,姓名,手机,党支部代码\nC001,黄海,\"=HYPERLINK(\"\"x\"\")\",001001001001\n";
    let report = read(ImportKind::Roster, text.as_bytes(), &known(), &city());
    let csv = String::from_utf8(report.error_report().to_csv()).unwrap();
    assert!(csv.starts_with("\u{feff}line,column,value,code,reason,next\r\n"));
    assert!(
        csv.contains("\"2\",\"手机\",\"'=HYPERLINK(\"\"x\"\")\",\"cell_invalid\""),
        "{csv}"
    );
}
