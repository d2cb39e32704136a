//! What can be taken away as a file, and how far such a file has come.

use serde::{Deserialize, Serialize};

/// How far an export has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportProgress {
    /// Rows written.
    pub rows: u64,
    /// Rows that there were when it began.
    pub of: u64,
}

/// What can be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExportTable {
    /// 签到台账: a row for each outcome.
    Attendance,
    /// 双报到台账: a row for each registration.
    Registrations,
    /// 服务台账: a row for each service that counts.
    Service,
    /// 活动台账: a row for each activity.
    Activities,
    /// 数据汇总: the tables of a dashboard.
    Figures,
}

/// One of the tables of a dashboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FiguresPart {
    /// 主要数字: each measure, of the period, of the one before, and of what waits.
    #[default]
    Figures,
    /// 分类
    Facets,
    /// 下级组织
    Organisations,
    /// 按日
    Days,
    /// 按月
    Months,
    /// 场所
    Venues,
}

impl ExportTable {
    /// Every table.
    pub const ALL: [Self; 5] = [
        Self::Attendance,
        Self::Registrations,
        Self::Service,
        Self::Activities,
        Self::Figures,
    ];

    /// Returns the word of the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attendance => "attendance",
            Self::Registrations => "registrations",
            Self::Service => "service",
            Self::Activities => "activities",
            Self::Figures => "figures",
        }
    }

    /// Reads the word of an address.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.as_str() == text)
    }
}

impl FiguresPart {
    /// Every part, in the order of a workbook's sheets.
    pub const ALL: [Self; 6] = [
        Self::Figures,
        Self::Facets,
        Self::Organisations,
        Self::Days,
        Self::Months,
        Self::Venues,
    ];

    /// Returns the word of the query.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Facets => "facets",
            Self::Organisations => "organisations",
            Self::Days => "days",
            Self::Months => "months",
            Self::Venues => "venues",
        }
    }

    /// Reads the word of a query.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.as_str() == text)
    }
}
