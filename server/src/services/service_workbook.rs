//! 服务汇总 and 服务台账 as a workbook. Every cell is plain text or a number, never a formula, whatever
//! people wrote. Reads no clock and no database.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use shared::api::{ServiceReport, ServiceTotals};
use shared::records::{Service, Subject};
use shared::wire::MatterRow;

use super::workbook::{A4, Looks, counted, hours};
use super::written::{category, satisfaction, written_time};

const TOTALS: [&str; 4] = ["服务人次", "时长（分钟）", "时长（小时）", "服务群众人次"];
const LEDGER: [(&str, f64); 14] = [
    ("序号", 6.0),
    ("开始时间", 17.0),
    ("结束时间", 17.0),
    ("姓名", 12.0),
    ("队伍或党支部", 26.0),
    ("服务社区", 26.0),
    ("类别", 18.0),
    ("时长（分钟）", 12.0),
    ("时长（小时）", 12.0),
    ("服务群众人次", 12.0),
    ("地点", 20.0),
    ("内容", 40.0),
    ("审核人", 12.0),
    ("评价", 10.0),
];
const LAST_COLUMN: u16 = 13;

/// Writes the workbook; the ledger holds what counts, the newest first.
pub(super) fn write(report: &ServiceReport, ledger: &[MatterRow]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let looks = Looks::new();
    write_summary(workbook.add_worksheet(), report, &looks)?;
    write_ledger(workbook.add_worksheet(), report, ledger, &looks)?;
    workbook.save_to_buffer()
}

fn write_summary(
    sheet: &mut Worksheet,
    report: &ServiceReport,
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet
        .set_name("服务汇总")?
        .set_paper_size(A4)
        .set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    for (column, width) in (0..).zip([26.0, 26.0, 8.0, 12.0, 14.0, 14.0, 14.0]) {
        sheet.set_column_width(column, width)?;
    }
    let name = &report.organisation.name;
    sheet.merge_range(0, 0, 0, 6, &format!("{name}服务汇总"), &looks.title)?;
    let period = format!("{} 至 {}", report.from, report.to);
    sheet.merge_range(1, 0, 1, 6, &period, &Format::new())?;
    let whole = ["合计".to_owned(), String::new()];
    let mut row = headings(sheet, 3, ["合计", ""], looks)?;
    row = totals(sheet, row, whole, Some(report.people), report.totals, looks)?;
    row = headings(sheet, row + 1, ["类别", ""], looks)?;
    for (served, of_category) in &report.categories {
        let named = [category(*served).to_owned(), String::new()];
        row = totals(sheet, row, named, None, *of_category, looks)?;
    }
    row = headings(sheet, row + 1, ["队伍或党支部", "所在地"], looks)?;
    for group in &report.groups {
        let organisation = &group.organisation;
        let named = [organisation.name.clone(), organisation.place.join(" ")];
        row = totals(sheet, row, named, Some(group.people), group.totals, looks)?;
    }
    Ok(())
}

/// Writes the headings of one part and returns the next row.
fn headings(
    sheet: &mut Worksheet,
    row: u32,
    named: [&str; 2],
    looks: &Looks,
) -> Result<u32, XlsxError> {
    let all = named.into_iter().chain(["人数"]).chain(TOTALS);
    for (column, heading) in (0..).zip(all) {
        sheet.write_string_with_format(row, column, heading, &looks.heading)?;
    }
    Ok(row + 1)
}

/// Writes one line of totals and returns the next row.
fn totals(
    sheet: &mut Worksheet,
    row: u32,
    named: [String; 2],
    people: Option<i64>,
    totals: ServiceTotals,
    looks: &Looks,
) -> Result<u32, XlsxError> {
    for (column, text) in (0..).zip(named) {
        sheet.write_string_with_format(row, column, text, &looks.cell)?;
    }
    match people {
        Some(people) => sheet.write_number_with_format(row, 2, counted(people), &looks.cell)?,
        None => sheet.write_string_with_format(row, 2, "", &looks.cell)?,
    };
    sheet.write_number_with_format(row, 3, counted(totals.services), &looks.cell)?;
    sheet.write_number_with_format(row, 4, counted(totals.minutes), &looks.cell)?;
    sheet.write_number_with_format(row, 5, hours(totals.minutes), &one_decimal(looks))?;
    sheet.write_number_with_format(row, 6, counted(totals.beneficiaries), &looks.cell)?;
    Ok(row + 1)
}

fn write_ledger(
    sheet: &mut Worksheet,
    report: &ServiceReport,
    ledger: &[MatterRow],
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet
        .set_name("服务台账")?
        .set_paper_size(A4)
        .set_landscape();
    sheet
        .set_print_fit_to_pages(1, 0)
        .set_footer("&C第 &P 页，共 &N 页");
    let name = &report.organisation.name;
    let title = format!("{name}服务台账");
    sheet.merge_range(0, 0, 0, LAST_COLUMN, &title, &looks.title)?;
    let listed = i64::try_from(ledger.len()).unwrap_or(i64::MAX);
    let mut period = format!("{} 至 {}", report.from, report.to);
    if listed < report.totals.services {
        period = format!("{period}（仅列最近 {listed} 条，请缩短时段后再导出）");
    }
    sheet.merge_range(1, 0, 1, LAST_COLUMN, &period, &Format::new())?;
    for (column, (heading, width)) in (0..).zip(LEDGER) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(2, column, heading, &looks.heading)?;
    }
    sheet.set_repeat_rows(2, 2)?;
    sheet.set_freeze_panes(3, 0)?;
    let decimal = one_decimal(looks);
    let mut row = 2;
    for matter in ledger {
        if let Subject::Service(service) = &matter.matter.subject {
            row += 1;
            write_service(sheet, row, matter, service, (looks, &decimal))?;
        }
    }
    Ok(())
}

/// Writes one service of one person, with the numbers that count.
fn write_service(
    sheet: &mut Worksheet,
    row: u32,
    line: &MatterRow,
    service: &Service,
    (looks, decimal): (&Looks, &Format),
) -> Result<(), XlsxError> {
    let matter = &line.matter;
    let (beneficiaries, served) = matter
        .served()
        .unwrap_or((service.beneficiaries, service.category));
    let reply = matter.reply.as_ref();
    let rating = matter.rating.as_ref();
    let texts = [
        (1, written_time(service.starts_at)),
        (2, written_time(service.ends_at)),
        (3, line.name.clone()),
        (4, line.from.clone()),
        (5, format!("{} {}", line.place.join(" "), line.to)),
        (6, category(served).to_owned()),
        (10, service.place.clone().unwrap_or_default()),
        (11, service.note.clone().unwrap_or_default()),
        (
            12,
            reply
                .map(|reply| reply.signed_by.clone())
                .unwrap_or_default(),
        ),
        (
            13,
            rating
                .map(|rated| satisfaction(rated.rating.satisfaction))
                .unwrap_or_default()
                .to_owned(),
        ),
    ];
    sheet.write_number_with_format(row, 0, row - 2, &looks.cell)?;
    for (column, text) in texts {
        sheet.write_string_with_format(row, column, text, &looks.cell)?;
    }
    sheet.write_number_with_format(row, 7, matter.minutes(), &looks.cell)?;
    sheet.write_number_with_format(row, 8, hours(matter.minutes().into()), decimal)?;
    sheet.write_number_with_format(row, 9, beneficiaries, &looks.cell)?;
    Ok(())
}

fn one_decimal(looks: &Looks) -> Format {
    looks.cell.clone().set_num_format("0.0")
}
