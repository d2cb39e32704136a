//! 签到表 and 讲坛记录 as a workbook. Turns an attendance list into cells; every cell is plain text or
//! a number, never a formula, whatever people wrote. Reads no clock and no database.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use shared::api::{AttendanceList, AttendanceRow};
use shared::reconcile::{Attendance, Outcome, Source};
use shared::records::Standing;
use shared::time::Timestamp;

use super::workbook::{A4, Looks};
use super::written::{attendance, came_at, grade, kind, mark, meeting, outreach, written_time};

const HEADINGS: [&str; 7] = [
    "序号",
    "姓名",
    "所在党支部",
    "情况",
    "签到时间",
    "凭证等级",
    "说明",
];
const WIDTHS: [f64; 7] = [6.0, 12.0, 26.0, 10.0, 17.0, 10.0, 40.0];
const LAST_COLUMN: u16 = 6;

/// Writes the workbook.
pub(super) fn write(list: &AttendanceList) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let looks = Looks::new();
    write_attendance(workbook.add_worksheet(), list, &looks)?;
    write_session(workbook.add_worksheet(), list, &looks)?;
    workbook.save_to_buffer()
}

fn write_attendance(
    sheet: &mut Worksheet,
    list: &AttendanceList,
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet.set_name("签到表")?.set_paper_size(A4).set_landscape();
    sheet
        .set_print_fit_to_pages(1, 0)
        .set_footer("&C第 &P 页，共 &N 页");
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.merge_range(0, 0, 0, LAST_COLUMN, &list.plan.topic, &looks.title)?;
    let plain = Format::new();
    let mut row = 1;
    for (label, text) in summary(list) {
        sheet.merge_range(row, 0, row, 1, label, &plain)?;
        sheet.merge_range(row, 2, row, LAST_COLUMN, &text, &plain)?;
        row += 1;
    }
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write_string_with_format(row, column, heading, &looks.heading)?;
    }
    sheet.set_repeat_rows(row, row)?;
    sheet.set_freeze_panes(row + 1, 0)?;
    let said = list.rows.iter().map(person);
    let unsaid = list
        .expected
        .iter()
        .map(|person| [&person.name, &person.branch, "未签到", "", "", ""].map(str::to_owned));
    let visitors = list.visitors.iter().map(|visitor| {
        let kind = mark(visitor.kind);
        [&visitor.name, &visitor.from, kind, "", "", "来宾"].map(str::to_owned)
    });
    for (number, cells) in (1_u32..).zip(said.chain(unsaid).chain(visitors)) {
        row += 1;
        sheet.write_number_with_format(row, 0, number, &looks.cell)?;
        for (column, text) in (1..).zip(cells) {
            sheet.write_string_with_format(row, column, text, &looks.cell)?;
        }
    }
    Ok(())
}

/// Name, branch, outcome, time, grade and note of one person.
fn person(row: &AttendanceRow) -> [String; 6] {
    let outcome = &row.outcome;
    [
        row.name.clone(),
        row.branch.clone(),
        attendance(outcome.attendance).to_owned(),
        came_at(outcome).unwrap_or_default(),
        outcome.grade.map(grade).unwrap_or_default().to_owned(),
        note(row),
    ]
}

/// Why it is so, in the words of those who said it.
fn note(row: &AttendanceRow) -> String {
    let outcome: &Outcome = &row.outcome;
    let walk_in = (!row.expected).then(|| "名单外".to_owned());
    let words = outcome.evidence.iter().filter_map(|piece| {
        let label = match piece.source {
            Source::Leave => "请假",
            Source::Objection => "申诉",
            Source::LateEntry { .. } => "补录",
            Source::ProxyEntry { .. } => "代录",
            // The ruling in force is told below, with its name.
            Source::Ruling { .. }
            | Source::Claim(_)
            | Source::Left
            | Source::Mark { .. }
            | Source::Witness { .. } => return None,
        };
        Some(format!("{label}：{}", piece.note.as_deref()?))
    });
    let decision = outcome
        .decision
        .iter()
        .map(|decision| format!("裁定（{}）：{}", decision.signed_by, decision.reason));
    walk_in
        .into_iter()
        .chain(words)
        .chain(decision)
        .collect::<Vec<_>>()
        .join("；")
}

fn write_session(
    sheet: &mut Worksheet,
    list: &AttendanceList,
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet.set_name("讲坛记录")?.set_paper_size(A4);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_column_width(0, 14)?.set_column_width(1, 74)?;
    sheet.merge_range(0, 0, 0, 1, "讲坛记录", &looks.title)?;
    let (plan, details) = (&list.plan, &list.plan.details);
    let held = details.held.as_ref();
    let times = held.map(|held| span(held.started_at, held.ended_at));
    let kind = [
        Some(kind(plan.kind)),
        details.meeting.map(meeting),
        details.outreach.map(outreach),
    ];
    let kind: Vec<&str> = kind.into_iter().flatten().collect();
    let named = [
        ("主题", Some(plan.topic.clone())),
        ("类别", Some(kind.join("，"))),
        ("主讲人身份", details.speaker_role.clone()),
        ("主持人", details.chair.clone()),
        ("记录人", details.recorder.clone()),
        ("专题", plan.campaign.clone()),
        (
            "学时（分钟）",
            details.study_minutes.map(|minutes| minutes.to_string()),
        ),
        ("实际时间", times),
    ];
    let written = named
        .into_iter()
        .map(|(label, text)| (label, text.unwrap_or_default()))
        .chain(summary(list))
        .chain([(
            "记录",
            held.map(|held| held.minutes.clone()).unwrap_or_default(),
        )]);
    for (row, (label, text)) in (1..).zip(written) {
        sheet.write_string_with_format(row, 0, label, &looks.heading)?;
        sheet.write_string_with_format(row, 1, text, &looks.cell)?;
    }
    Ok(())
}

/// What stands above the names.
fn summary(list: &AttendanceList) -> Vec<(&'static str, String)> {
    let plan = &list.plan;
    let time = span(plan.starts_at, plan.ends_at);
    let time = match &plan.standing {
        Standing::Planned => time,
        Standing::Cancelled { reason } => format!("{time}（已取消：{reason}）"),
    };
    vec![
        ("组织", list.organisation.name.clone()),
        ("时间", time),
        ("地点", list.venue.clone().unwrap_or_default()),
        ("主讲人", plan.speaker.clone().unwrap_or_default()),
        ("人数", counts(list)),
    ]
}

fn counts(list: &AttendanceList) -> String {
    let rows = || list.rows.iter();
    let expected = rows().filter(|row| row.expected).count() + list.expected.len();
    let of = |wanted: &[Attendance]| {
        rows()
            .filter(|row| wanted.contains(&row.outcome.attendance))
            .count()
    };
    format!(
        "应到 {expected}，实到 {}，请假 {}，缺席 {}，来宾 {}",
        of(&[Attendance::Present, Attendance::Late]),
        of(&[Attendance::Excused]),
        of(&[Attendance::Absent, Attendance::MadeUp]),
        list.visitors.len(),
    )
}

fn span(from: Timestamp, to: Timestamp) -> String {
    format!("{} 至 {}", written_time(from), written_time(to))
}
