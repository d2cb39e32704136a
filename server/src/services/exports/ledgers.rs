//! What ledgers write of each line. Telephone numbers come masked, and what people wrote about
//! themselves, such as why they asked for leave, stays where it was written.

use shared::reconcile::Matter;
use shared::records::{
    MemberRegistration, OrganisationRegistration, Plan, ReplyWord, Service, Standing, Subject,
};
use shared::wire::MatterRow;
use shared::words::Grade;

use super::table::{Cell, Column, Row, Table, divisions};
use crate::services::workbook::hours;
use crate::services::written;
use crate::store::ledgers::{ActivityHeld, ActivityLine, AttendanceLine, Ledger};

const HELD: [Column; 10] = [
    Column("日期", 11.0),
    Column("开始时间", 16.0),
    Column("结束时间", 16.0),
    Column("县区", 12.0),
    Column("镇街", 12.0),
    Column("组织", 26.0),
    Column("主题", 30.0),
    Column("类别", 16.0),
    Column("地点", 20.0),
    Column("专题", 14.0),
];
const ATTENDANCE: [Column; 9] = [
    Column("姓名", 10.0),
    Column("所在党支部", 26.0),
    Column("情况", 10.0),
    Column("签到时间", 16.0),
    Column("凭证等级", 9.0),
    Column("确认", 9.0),
    Column("提示", 20.0),
    Column("录入方式", 14.0),
    Column("学时（分钟）", 12.0),
];
const ACTIVITIES: [Column; 9] = [
    Column("主讲人", 12.0),
    Column("状态", 9.0),
    Column("到场人次", 9.0),
    Column("凭证 A 级", 9.0),
    Column("凭证 B 级", 9.0),
    Column("凭证 C 级", 9.0),
    Column("凭证 D 级", 9.0),
    Column("待确认", 9.0),
    Column("待核实", 9.0),
];
const REGISTRATIONS: [Column; 25] = [
    Column("报到日期", 11.0),
    Column("类型", 14.0),
    Column("姓名或单位", 20.0),
    Column("所在党支部或所属组织", 26.0),
    Column("党组织类别", 12.0),
    Column("联系人", 10.0),
    Column("联系电话", 14.0),
    Column("工作单位或地址", 26.0),
    Column("党内职务", 12.0),
    Column("网格", 12.0),
    Column("专业特长", 18.0),
    Column("感兴趣的岗位", 22.0),
    Column("可服务时间", 18.0),
    Column("认领服务项目", 26.0),
    Column("党员人数", 9.0),
    Column("双报到至", 11.0),
    Column("县区", 12.0),
    Column("镇街", 12.0),
    Column("报到社区", 26.0),
    Column("状态", 12.0),
    Column("接收意见或退回原因", 26.0),
    Column("答复人", 10.0),
    Column("回执时间", 16.0),
    Column("注销时间", 16.0),
    Column("注销原因", 22.0),
];
const SERVICE: [Column; 16] = [
    Column("日期", 11.0),
    Column("开始时间", 16.0),
    Column("结束时间", 16.0),
    Column("姓名", 10.0),
    Column("队伍或党支部", 26.0),
    Column("县区", 12.0),
    Column("镇街", 12.0),
    Column("服务社区", 26.0),
    Column("类别", 18.0),
    Column("时长（分钟）", 12.0),
    Column("时长（小时）", 12.0),
    Column("服务群众人次", 12.0),
    Column("地点", 20.0),
    Column("内容", 40.0),
    Column("审核人", 10.0),
    Column("评价", 10.0),
];

/// Returns the table of a ledger.
pub(super) fn table(ledger: Ledger) -> Table {
    let (title, columns) = match ledger {
        Ledger::Attendance => ("签到台账", [&HELD[..], &ATTENDANCE[..]].concat()),
        Ledger::Activities => ("活动台账", [&HELD[..], &ACTIVITIES[..]].concat()),
        Ledger::Registrations => ("双报到台账", REGISTRATIONS.to_vec()),
        Ledger::Service => ("服务台账", SERVICE.to_vec()),
    };
    Table { title, columns }
}

pub(super) fn attendance(line: &AttendanceLine) -> Row {
    let outcome = &line.outcome;
    let entries = outcome.evidence.iter();
    let entries = entries.filter_map(|piece| written::entry(piece.source));
    let mut row = held(&line.held);
    row.extend([
        Cell::from(line.name.as_str()),
        Cell::from(line.branch.as_str()),
        Cell::from(written::attendance(outcome.attendance)),
        Cell::from(written::came_at(outcome)),
        Cell::from(outcome.grade.map_or("", written::grade)),
        Cell::from(written::confirmation(outcome.confirmation)),
        listed(outcome.flags.iter().map(|flag| written::flag(*flag))),
        listed(entries),
        match outcome.study_minutes {
            0 => Cell::Empty,
            minutes => Cell::from(minutes),
        },
    ]);
    row
}

pub(super) fn activity(line: &ActivityLine) -> Row {
    let plan = &line.held.plan.plan;
    let standing = match plan.standing {
        Standing::Planned if plan.details.held.is_some() => "已记录",
        Standing::Planned => "",
        Standing::Cancelled { .. } => "已取消",
    };
    let grades = [Grade::A, Grade::B, Grade::C, Grade::D];
    let mut row = held(&line.held);
    row.extend([
        Cell::from(plan.speaker.clone()),
        Cell::from(standing),
        Cell::from(line.tally.attendances),
    ]);
    row.extend(grades.map(|grade| Cell::from(line.tally.grades[grade as usize])));
    row.extend([
        Cell::from(line.tally.waiting),
        Cell::from(line.tally.disputed),
    ]);
    row
}

fn held(held: &ActivityHeld) -> Row {
    let plan = &held.plan.plan;
    let [county, town] = divisions(&held.place);
    vec![
        Cell::from(plan.starts_at.day().to_string()),
        Cell::from(written::written_time(plan.starts_at)),
        Cell::from(written::written_time(plan.ends_at)),
        county,
        town,
        Cell::from(held.organisation.as_str()),
        Cell::from(plan.topic.as_str()),
        kind(plan),
        Cell::from(held.venue.clone()),
        Cell::from(plan.campaign.clone()),
    ]
}

fn kind(plan: &Plan) -> Cell {
    let parts = [
        Some(written::kind(plan.kind)),
        plan.details.meeting.map(written::meeting),
        plan.details.outreach.map(written::outreach),
    ];
    listed(parts.into_iter().flatten())
}

/// Each once, in order.
fn listed<'a>(words: impl Iterator<Item = &'a str>) -> Cell {
    let mut listed: Vec<&str> = Vec::new();
    for word in words {
        if !listed.contains(&word) {
            listed.push(word);
        }
    }
    Cell::from(listed.join("、"))
}

/// A line of the ledger of registrations; `None` for what is none.
pub(super) fn registration(line: MatterRow) -> Option<Row> {
    let matter = line.matter.masked();
    let form = match &matter.subject {
        Subject::MemberRegistration(form) => of_member(form, &line.from),
        Subject::OrganisationRegistration(form) => of_unit(form, &line.name),
        Subject::Service(_) | Subject::Pledge(_) => return None,
    };
    let [county, town] = divisions(&line.place);
    let mut row = vec![
        Cell::from(matter.day.to_string()),
        Cell::from(written::registration(matter.kind())),
    ];
    row.extend(form);
    row.extend([
        county,
        town,
        Cell::from(line.to),
        Cell::from(written::state(matter.state)),
    ]);
    row.extend(answer(&matter));
    Some(row)
}

/// From the name to 双报到至.
fn of_member(form: &MemberRegistration, branch: &str) -> [Cell; 14] {
    let branch = if branch.is_empty() {
        &form.branch
    } else {
        branch
    };
    [
        Cell::from(form.name.as_str()),
        Cell::from(branch),
        Cell::Empty,
        Cell::Empty,
        Cell::from(form.phone.as_str()),
        Cell::from(form.workplace.as_str()),
        Cell::from(form.party_post.clone()),
        Cell::from(form.grid.clone()),
        listed(form.skills.iter().map(String::as_str)),
        listed(
            form.interests
                .iter()
                .map(|interest| written::category(*interest)),
        ),
        listed(form.times.iter().map(|time| written::free_time(*time))),
        Cell::Empty,
        Cell::Empty,
        Cell::from(form.until.map(|until| until.to_string())),
    ]
}

/// From the name to 双报到至; `asker` is the organisation in whose name it is asked.
fn of_unit(form: &OrganisationRegistration, asker: &str) -> [Cell; 14] {
    [
        Cell::from(form.name.as_str()),
        Cell::from(asker),
        Cell::from(written::organisation(form.kind)),
        Cell::from(form.contact.as_str()),
        Cell::from(form.phone.as_str()),
        Cell::from(form.address.as_str()),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::from(form.services.as_str()),
        form.members.map_or(Cell::Empty, Cell::from),
        Cell::Empty,
    ]
}

/// What was answered, by whom and when, and how it was taken back.
fn answer(matter: &Matter) -> [Cell; 5] {
    let reply = matter.reply.as_ref();
    let words = reply.map(|reply| match &reply.word {
        ReplyWord::Accepted { opinion } => opinion.clone(),
        ReplyWord::Returned { reason } => reason.clone(),
        ReplyWord::Corrected(correction) => correction.reason.clone(),
    });
    let withdrawal = matter.withdrawal.as_ref();
    [
        Cell::from(words),
        Cell::from(reply.map(|reply| reply.signed_by.clone())),
        Cell::from(reply.map(|reply| written::written_time(reply.at))),
        Cell::from(withdrawal.map(|withdrawal| written::written_time(withdrawal.at))),
        Cell::from(withdrawal.map(|withdrawal| withdrawal.reason.clone())),
    ]
}

/// A line of the ledger of service, with the numbers that count; `None` for what is none.
pub(super) fn service(line: &MatterRow) -> Option<Row> {
    match &line.matter.subject {
        Subject::Service(service) => Some(served(line, service)),
        Subject::MemberRegistration(_)
        | Subject::OrganisationRegistration(_)
        | Subject::Pledge(_) => None,
    }
}

fn served(line: &MatterRow, service: &Service) -> Row {
    let matter = &line.matter;
    let (beneficiaries, category) = matter
        .served()
        .unwrap_or((service.beneficiaries, service.category));
    let [county, town] = divisions(&line.place);
    let reply = matter.reply.as_ref();
    let rating = matter.rating.as_ref();
    let rating = rating.map_or("", |rated| written::satisfaction(rated.rating.satisfaction));
    vec![
        Cell::from(matter.day.to_string()),
        Cell::from(written::written_time(service.starts_at)),
        Cell::from(written::written_time(service.ends_at)),
        Cell::from(line.name.as_str()),
        Cell::from(line.from.as_str()),
        county,
        town,
        Cell::from(line.to.as_str()),
        Cell::from(written::category(category)),
        Cell::from(matter.minutes()),
        Cell::Decimal(hours(matter.minutes().into())),
        Cell::from(beneficiaries),
        Cell::from(service.place.clone()),
        Cell::from(service.note.clone()),
        Cell::from(reply.map(|reply| reply.signed_by.clone())),
        Cell::from(rating),
    ]
}
