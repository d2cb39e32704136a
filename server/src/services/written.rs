//! The words that files write. Each stands for one of a closed list of the domain.

use shared::reconcile::{Attendance, Confirmation, Flag, Outcome, Source};
use shared::time::{CITY_OFFSET_MS, DAY_MS, Timestamp};
use shared::words::{
    ActivityKind, FreeTime, Grade, MarkKind, Measure, MeetingKind, OrganisationKind,
    OutreachSector, RequestKind, RequestState, Satisfaction, ServiceCategory, VenueKind,
};

/// Writes an instant by the city's clock: `2026-11-22 19:30`.
pub(super) fn written_time(at: Timestamp) -> String {
    let minute = at.0.saturating_add(CITY_OFFSET_MS).rem_euclid(DAY_MS) / 60_000;
    format!("{} {:02}:{:02}", at.day(), minute / 60, minute % 60)
}

/// Writes when somebody checked in, the first time that they did.
pub(super) fn came_at(outcome: &Outcome) -> Option<String> {
    let check_ins = outcome.evidence.iter().filter(|piece| match piece.source {
        Source::Claim(_) => true,
        Source::Left
        | Source::Leave
        | Source::Objection
        | Source::Mark { .. }
        | Source::LateEntry { .. }
        | Source::ProxyEntry { .. }
        | Source::Witness { .. }
        | Source::Ruling { .. } => false,
    });
    let first = check_ins.map(|piece| piece.recorded_at).min();
    first.map(written_time)
}

pub(super) const fn attendance(attendance: Attendance) -> &'static str {
    match attendance {
        Attendance::Expected => "未签到",
        Attendance::Present => "到场",
        Attendance::Late => "迟到",
        Attendance::Excused => "请假",
        Attendance::LeaveAsked => "请假待答复",
        Attendance::Absent => "缺席",
        Attendance::MadeUp => "补课",
        Attendance::Disputed => "待核实",
        Attendance::Unmatched(_) => "待核对",
    }
}

pub(super) const fn mark(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Present => "到场",
        MarkKind::Late => "迟到",
        MarkKind::Excused => "请假",
        MarkKind::Absent => "缺席",
        MarkKind::MadeUp => "补课",
        MarkKind::Expected => "应到",
        MarkKind::Withdrawn => "已撤回",
    }
}

pub(super) const fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
        Grade::D => "D",
    }
}

pub(super) const fn kind(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Lecture => "初心讲坛",
        ActivityKind::PartyLecture => "党课",
        ActivityKind::OutreachTalk => "六进宣讲",
        ActivityKind::ThemeDay => "主题党日",
        ActivityKind::Meeting => "三会一课",
        ActivityKind::Training => "党校班次",
        ActivityKind::Oath => "重温入党誓词",
        ActivityKind::ServiceAction => "志愿服务活动",
    }
}

pub(super) const fn meeting(kind: MeetingKind) -> &'static str {
    match kind {
        MeetingKind::GeneralMeeting => "支部党员大会",
        MeetingKind::CommitteeMeeting => "支部委员会",
        MeetingKind::GroupMeeting => "党小组会",
    }
}

pub(super) const fn outreach(sector: OutreachSector) -> &'static str {
    match sector {
        OutreachSector::Offices => "进机关",
        OutreachSector::Enterprises => "进企业",
        OutreachSector::Villages => "进农村",
        OutreachSector::Communities => "进社区",
        OutreachSector::Schools => "进校园",
        OutreachSector::Online => "进网络",
    }
}

pub(super) const fn category(category: ServiceCategory) -> &'static str {
    match category {
        ServiceCategory::PartyBuilding => "组织建设",
        ServiceCategory::LegalAid => "法律咨询与援助",
        ServiceCategory::Assistance => "助困扶残与就业援助",
        ServiceCategory::CommunityGovernance => "社区治理",
        ServiceCategory::Health => "健康医疗",
        ServiceCategory::CultureSports => "文化体育",
        ServiceCategory::SafetyPatrol => "安全宣传与治安巡逻",
        ServiceCategory::Other => "其他",
    }
}

pub(super) const fn satisfaction(satisfaction: Satisfaction) -> &'static str {
    match satisfaction {
        Satisfaction::Satisfied => "满意",
        Satisfaction::Fair => "基本满意",
        Satisfaction::Unsatisfied => "不满意",
    }
}

pub(super) const fn confirmation(confirmation: Confirmation) -> &'static str {
    match confirmation {
        Confirmation::Confirmed => "已确认",
        Confirmation::Waiting => "待确认",
    }
}

pub(super) const fn flag(flag: Flag) -> &'static str {
    match flag {
        Flag::CodeStale => "签到码已过期",
        Flag::CodeForged => "签到码不是主持手机的",
        Flag::HostUnknown => "出示签到码的手机不属于本组织",
        Flag::HostRevoked => "出示签到码的手机已停用",
        Flag::AnswerForged => "回应码不是本人手机的",
        Flag::AnswerStale => "主持扫码时已过期",
        Flag::ClockOff => "手机时间不准",
        Flag::OutOfOrder => "记录先后不一致",
        Flag::OutsideWindow => "不在活动时间内",
    }
}

/// How a piece of evidence was entered; none for what says nothing of presence.
pub(super) const fn entry(source: Source) -> Option<&'static str> {
    match source {
        Source::Claim(_) => Some("本人签到"),
        Source::Mark { .. } => Some("现场点名"),
        Source::Witness { .. } => Some("现场互扫"),
        Source::LateEntry { .. } => Some("补录"),
        Source::ProxyEntry { .. } => Some("代录"),
        Source::Ruling { .. } => Some("裁定"),
        Source::Left | Source::Leave | Source::Objection => None,
    }
}

pub(super) const fn registration(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::MemberRegistration => "在职党员报到",
        RequestKind::OrganisationRegistration => "单位党组织报到",
        RequestKind::Service => "红马甲服务",
        RequestKind::Pledge => "认领",
    }
}

pub(super) const fn state(state: RequestState) -> &'static str {
    match state {
        RequestState::Waiting => "待处理",
        RequestState::Taken => "已认领",
        RequestState::Contested => "待社区确定",
        RequestState::Accepted => "已接收",
        RequestState::Corrected => "更正后通过",
        RequestState::Returned => "已退回",
        RequestState::Withdrawn => "已注销",
        RequestState::Replaced => "已被新的报到代替",
        RequestState::Joined => "与另一条记录合并",
        RequestState::Disputed => "待核实",
    }
}

pub(super) const fn organisation(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::Committee => "党委",
        OrganisationKind::WorkCommittee => "工委",
        OrganisationKind::GeneralBranch => "党总支",
        OrganisationKind::Branch => "党支部",
        OrganisationKind::ProvisionalBranch => "临时党支部",
        OrganisationKind::VanguardTeam => "邻里先锋队",
        OrganisationKind::TaskForce => "党员突击队",
        OrganisationKind::Unit => "单位",
    }
}

pub(super) const fn free_time(time: FreeTime) -> &'static str {
    match time {
        FreeTime::Weekdays => "工作日白天",
        FreeTime::Evenings => "工作日晚上",
        FreeTime::Weekends => "周末",
        FreeTime::Holidays => "节假日",
    }
}

pub(super) const fn venue(kind: VenueKind) -> &'static str {
    match kind {
        VenueKind::Hall => "初心堂",
        VenueKind::ServiceCentre => "党群服务中心",
        VenueKind::PartySchool => "镇街党校",
        VenueKind::EduBase => "教育基地",
    }
}

pub(super) const fn measure(measure: Measure) -> &'static str {
    match measure {
        Measure::Activities => "活动场次",
        Measure::Cancelled => "已取消场次",
        Measure::Attendances => "到场人次",
        Measure::People => "到场去重人数",
        Measure::GradeA => "凭证 A 级",
        Measure::GradeB => "凭证 B 级",
        Measure::GradeC => "凭证 C 级",
        Measure::GradeD => "凭证 D 级",
        Measure::Expected => "应到人次",
        Measure::ExpectedPresent => "应到中实到",
        Measure::Late => "迟到",
        Measure::Excused => "请假",
        Measure::Absent => "缺席",
        Measure::MadeUp => "补课",
        Measure::Unconfirmed => "待确认签到",
        Measure::Disputed => "待核实签到",
        Measure::MemberRegistrations => "在职党员报到",
        Measure::MemberRegistrationsWaiting => "待处理党员报到",
        Measure::OrganisationRegistrations => "单位党组织报到",
        Measure::OrganisationRegistrationsWaiting => "待处理单位报到",
        Measure::Services => "服务人次",
        Measure::ServiceMinutes => "服务时长（分钟）",
        Measure::Beneficiaries => "服务群众人次",
        Measure::Volunteers => "服务去重人数",
        Measure::ServicesWaiting => "待审核服务",
        Measure::TeamServices => "其中队伍服务人次",
        Measure::TeamMinutes => "其中队伍服务时长（分钟）",
        Measure::Teams => "参与服务队伍数",
        Measure::Claims => "已认领",
        Measure::ClaimsWaiting => "待确定认领",
        Measure::RequestsDisputed => "待核实事项",
    }
}
