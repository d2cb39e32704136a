//! The words of the domain that are closed lists. What a person reads is in the app's locales.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        /// A word is written as text. The derive does not see a name that comes out of a macro.
        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($word,)+]))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl $name {
            /// Every word of the list, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the word as documents, tables and files write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads the word, `None` when the list does not hold it.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    )+};
}

words! {
    /// A level of the area tree.
    AreaLevel {
        /// 市
        City = "city",
        /// 县区
        County = "county",
        /// 镇街
        Town = "town",
        /// 村社区
        Village = "village",
    }

    /// A kind of organisation.
    OrganisationKind {
        /// 党委
        Committee = "committee",
        /// 工委
        WorkCommittee = "work_committee",
        /// 党总支
        GeneralBranch = "general_branch",
        /// 党支部
        Branch = "branch",
        /// 临时党支部
        ProvisionalBranch = "provisional_branch",
        /// 邻里先锋队
        VanguardTeam = "vanguard_team",
        /// 党员突击队
        TaskForce = "task_force",
        /// 单位
        Unit = "unit",
    }

    /// A kind of venue.
    VenueKind {
        /// 初心堂
        Hall = "hall",
        /// 党群服务中心
        ServiceCentre = "service_centre",
        /// 镇街党校
        PartySchool = "party_school",
        /// 教育基地
        EduBase = "edu_base",
    }

    /// What a person may do for an organisation and all beneath it.
    Role {
        /// 签到员/主持
        Host = "host",
        /// 联络员/组织员
        Coordinator = "coordinator",
        /// The owner's administrator.
        Administrator = "administrator",
    }

    /// A kind of activity.
    ActivityKind {
        /// 初心讲坛
        Lecture = "lecture",
        /// 党课
        PartyLecture = "party_lecture",
        /// 六进宣讲
        OutreachTalk = "outreach_talk",
        /// 主题党日
        ThemeDay = "theme_day",
        /// 三会一课
        Meeting = "meeting",
        /// 党校班次
        Training = "training",
        /// 重温入党誓词
        Oath = "oath",
        /// 志愿服务活动
        ServiceAction = "service_action",
    }

    /// A grade of evidence, the strongest first.
    Grade {
        /// Witnessed by the host, nonce no older than 60 s.
        A = "a",
        /// A one-way scan that reached the server within 2 minutes.
        B = "b",
        /// A one-way scan that came later.
        C = "c",
        /// Self-reported, a typed code, or paper.
        D = "d",
    }

    /// What a host says of one person.
    MarkKind {
        /// 到场
        Present = "present",
        /// 迟到
        Late = "late",
        /// 请假
        Excused = "excused",
        /// 缺席
        Absent = "absent",
        /// 补课: not there, and made up for it.
        MadeUp = "made_up",
        /// 应到: invited.
        Expected = "expected",
        /// What the mark corrects is taken back, and nothing is said in its place.
        Withdrawn = "withdrawn",
    }

    /// 三会一课, without the party lecture, which is a kind of activity.
    MeetingKind {
        /// 支部党员大会
        GeneralMeeting = "general_meeting",
        /// 支部委员会
        CommitteeMeeting = "committee_meeting",
        /// 党小组会
        GroupMeeting = "group_meeting",
    }

    /// Where an outreach talk goes: the six of 六进宣讲.
    OutreachSector {
        /// 进机关
        Offices = "offices",
        /// 进企业
        Enterprises = "enterprises",
        /// 进农村
        Villages = "villages",
        /// 进社区
        Communities = "communities",
        /// 进校园
        Schools = "schools",
        /// 进网络
        Online = "online",
    }

    /// One of the things on a community's lists.
    ListingKind {
        /// 需求
        Need = "need",
        /// 资源
        Resource = "resource",
        /// 项目
        Project = "project",
        /// 微心愿
        MicroWish = "micro_wish",
        /// 岗位
        VolunteerPost = "volunteer_post",
    }

    /// The eight categories of service.
    ServiceCategory {
        /// 组织建设
        PartyBuilding = "party_building",
        /// 法律咨询与援助
        LegalAid = "legal_aid",
        /// 助困扶残与就业援助
        Assistance = "assistance",
        /// 社区治理
        CommunityGovernance = "community_governance",
        /// 健康医疗
        Health = "health",
        /// 文化体育
        CultureSports = "culture_sports",
        /// 安全宣传与治安巡逻
        SafetyPatrol = "safety_patrol",
        /// 其他
        Other = "other",
    }

    /// When somebody has time, or is needed.
    FreeTime {
        /// 工作日白天
        Weekdays = "weekdays",
        /// 工作日晚上
        Evenings = "evenings",
        /// 周末
        Weekends = "weekends",
        /// 节假日
        Holidays = "holidays",
    }

    /// How content a community is with work that was done. It is about the work and never summed.
    Satisfaction {
        /// 满意
        Satisfied = "satisfied",
        /// 基本满意
        Fair = "fair",
        /// 不满意
        Unsatisfied = "unsatisfied",
    }

    /// What a dashboard counts. Roll-ups know a measure by its place in this list: a new one is added at
    /// the end.
    Measure {
        /// 场次: activities planned and not called off.
        Activities = "activities",
        /// Activities that were called off.
        Cancelled = "cancelled",
        /// 人次: people counted present, late ones among them.
        Attendances = "attendances",
        /// 去重人数: different people among the attendances.
        People = "people",
        /// Attendances of grade A.
        GradeA = "grade_a",
        /// Attendances of grade B.
        GradeB = "grade_b",
        /// Attendances of grade C.
        GradeC = "grade_c",
        /// Attendances of grade D.
        GradeD = "grade_d",
        /// 应到: people who were invited, or of whom it is said that they were missing or excused.
        Expected = "expected",
        /// 实到 of those who were expected.
        ExpectedPresent = "expected_present",
        /// 迟到, among the attendances.
        Late = "late",
        /// 请假
        Excused = "excused",
        /// 缺席
        Absent = "absent",
        /// 补课
        MadeUp = "made_up",
        /// Outcomes that wait for a host or a coordinator.
        Unconfirmed = "unconfirmed",
        /// Outcomes in dispute.
        Disputed = "disputed",
        /// Registrations of members that a community has accepted.
        MemberRegistrations = "member_registrations",
        /// Registrations of members that wait.
        MemberRegistrationsWaiting = "member_registrations_waiting",
        /// Registrations of units that a community has accepted.
        OrganisationRegistrations = "org_registrations",
        /// Registrations of units that wait.
        OrganisationRegistrationsWaiting = "org_registrations_waiting",
        /// 服务人次: services that count, one a person and service.
        Services = "services",
        /// Minutes of these.
        ServiceMinutes = "service_minutes",
        /// People served, as they were counted service by service.
        Beneficiaries = "beneficiaries",
        /// Different people who served.
        Volunteers = "volunteers",
        /// Services that wait.
        ServicesWaiting = "services_waiting",
        /// Of the services, those that a team or a unit entered.
        TeamServices = "team_services",
        /// Minutes of these.
        TeamMinutes = "team_minutes",
        /// Different teams and units that entered services.
        Teams = "teams",
        /// 已认领: places taken of what stands on the lists.
        Claims = "claims",
        /// Claims that wait.
        ClaimsWaiting = "claims_waiting",
        /// Registrations, services and claims on which two coordinators differ.
        RequestsDisputed = "requests_disputed",
    }

    /// What a request is about.
    RequestKind {
        /// 在职党员报到
        MemberRegistration = "member_registration",
        /// 单位党组织报到
        OrganisationRegistration = "org_registration",
        /// 红马甲服务
        Service = "service_record",
        /// 认领
        Pledge = "claim",
    }

    /// How a request stands.
    RequestState {
        /// 待处理: nobody has decided.
        Waiting = "waiting",
        /// 已认领: there is room, so nobody needs to decide.
        Taken = "taken",
        /// 待社区确定: more have claimed than there are places.
        Contested = "contested",
        /// 已接收 or 已通过
        Accepted = "accepted",
        /// 更正后通过
        Corrected = "corrected",
        /// 已退回
        Returned = "returned",
        /// 已注销 or 已撤回, by the one who asked.
        Withdrawn = "withdrawn",
        /// A later request stands in its place.
        Replaced = "replaced",
        /// Another record tells of the same service, and that one counts.
        Joined = "joined",
        /// Two coordinators decided differently without knowing of each other.
        Disputed = "disputed",
    }
}

impl OrganisationKind {
    /// Tells whether people are in it beside their home branch.
    pub const fn is_team(self) -> bool {
        match self {
            Self::ProvisionalBranch | Self::VanguardTeam | Self::TaskForce => true,
            Self::Committee
            | Self::WorkCommittee
            | Self::GeneralBranch
            | Self::Branch
            | Self::Unit => false,
        }
    }
}

impl ActivityKind {
    /// Tells whether people also check out: where the hours count.
    pub const fn checks_out(self) -> bool {
        match self {
            Self::Training | Self::ServiceAction => true,
            Self::Lecture
            | Self::PartyLecture
            | Self::OutreachTalk
            | Self::ThemeDay
            | Self::Meeting
            | Self::Oath => false,
        }
    }
}
