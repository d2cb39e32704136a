//! The tables of a dashboard.

use shared::api::{Dashboard, DayFigures, FiguresPart, OrganisationSummary, VenueFigures};
use shared::rollup::{Facet, Figures};
use shared::words::Measure;

use super::table::{Cell, Column, Row, Table, divisions};
use crate::services::written;

/// What is written of a venue.
const AT_VENUES: [Measure; 4] = [
    Measure::Activities,
    Measure::Cancelled,
    Measure::Attendances,
    Measure::People,
];

/// Returns a part with its rows; the venues are those of all pages.
pub(super) fn part(
    part: FiguresPart,
    dashboard: &Dashboard,
    venues: &[VenueFigures],
) -> (Table, Vec<Row>) {
    let (title, columns, rows) = match part {
        FiguresPart::Figures => ("主要数字", key_columns(), key_figures(dashboard)),
        FiguresPart::Facets => (
            "分类",
            measured(&[Column("分类", 12.0), Column("名称", 20.0)], Measure::ALL),
            facets(&dashboard.facets),
        ),
        FiguresPart::Organisations => (
            "下级组织",
            measured(&PLACED, Measure::ALL),
            organisations(dashboard),
        ),
        FiguresPart::Days => ("按日", by_day("日期"), days(&dashboard.days, 10)),
        FiguresPart::Months => ("按月", by_day("月份"), days(&dashboard.months, 7)),
        FiguresPart::Venues => (
            "场所",
            measured(&VENUES, &AT_VENUES),
            venues.iter().map(venue).collect(),
        ),
    };
    (Table { title, columns }, rows)
}

const PLACED: [Column; 3] = [
    Column("县区", 12.0),
    Column("镇街", 12.0),
    Column("组织", 26.0),
];
const VENUES: [Column; 6] = [
    PLACED[0],
    PLACED[1],
    PLACED[2],
    Column("场所", 24.0),
    Column("类型", 14.0),
    Column("最近使用", 11.0),
];

fn key_columns() -> Vec<Column> {
    vec![
        Column("指标", 24.0),
        Column("本期", 12.0),
        Column("上期", 12.0),
        Column("现有待办", 12.0),
        Column("其中超过七天", 14.0),
    ]
}

fn key_figures(dashboard: &Dashboard) -> Vec<Row> {
    let row = |measure: Measure| {
        let waiting = |figures: &Figures| {
            if Measure::WAITING.contains(&measure) {
                Cell::from(figures.get(measure))
            } else {
                Cell::Empty
            }
        };
        vec![
            Cell::from(written::measure(measure)),
            Cell::from(dashboard.figures.get(measure)),
            Cell::from(dashboard.before.get(measure)),
            waiting(&dashboard.waiting),
            waiting(&dashboard.overdue),
        ]
    };
    Measure::ALL.iter().copied().map(row).collect()
}

fn facets(facets: &[(Facet, Figures)]) -> Vec<Row> {
    let row = |(facet, figures): &(Facet, Figures)| {
        let (what, name) = match facet {
            Facet::Kind(kind) => ("活动类别", written::kind(*kind).to_owned()),
            Facet::Sector(sector) => ("六进宣讲", written::outreach(*sector).to_owned()),
            Facet::Campaign(campaign) => ("专题", campaign.clone()),
            Facet::Category(category) => ("服务类别", written::category(*category).to_owned()),
        };
        let mut row = vec![Cell::from(what), Cell::from(name)];
        row.extend(numbers(figures, Measure::ALL));
        row
    };
    facets.iter().map(row).collect()
}

fn organisations(dashboard: &Dashboard) -> Vec<Row> {
    let rows = dashboard.beneath.iter().map(|beneath| {
        let mut row = placed(&beneath.organisation);
        row.extend(numbers(&beneath.figures, Measure::ALL));
        row
    });
    rows.collect()
}

fn placed(organisation: &OrganisationSummary) -> Row {
    let [county, town] = divisions(&organisation.place);
    vec![county, town, Cell::from(organisation.name.as_str())]
}

fn by_day(heading: &'static str) -> Vec<Column> {
    measured(&[Column(heading, 11.0)], &Measure::PICTURED)
}

/// Different people of a day do not add up, so they are left out.
/// Writes as many characters of each date as tell days or months apart.
fn days(days: &[DayFigures], characters: usize) -> Vec<Row> {
    let rows = days.iter().map(|day| {
        let date: String = day.day.to_string().chars().take(characters).collect();
        let mut row = vec![Cell::from(date)];
        row.extend(numbers(&day.figures, &Measure::PICTURED));
        row
    });
    rows.collect()
}

fn venue(line: &VenueFigures) -> Row {
    let mut row = placed(&line.organisation);
    row.extend([
        Cell::from(line.venue.name.as_str()),
        Cell::from(written::venue(line.venue.kind)),
        Cell::from(line.last_used.map(|day| day.to_string())),
    ]);
    row.extend(numbers(&line.figures, &AT_VENUES));
    row
}

fn measured(first: &[Column], measures: &[Measure]) -> Vec<Column> {
    let measures = measures.iter();
    let columns = measures.map(|measure| Column(written::measure(*measure), 12.0));
    first.iter().copied().chain(columns).collect()
}

fn numbers(figures: &Figures, measures: &[Measure]) -> Vec<Cell> {
    let measures = measures.iter();
    measures
        .map(|measure| Cell::from(figures.get(*measure)))
        .collect()
}

#[cfg(test)]
mod tests {
    use shared::api::OrganisationFigures;
    use shared::ids::OrganisationId;
    use shared::time::{Day, Timestamp};
    use shared::words::{ActivityKind, OrganisationKind};
    use uuid::Uuid;

    use super::*;

    fn dashboard() -> Dashboard {
        let figures = |numbers: &[(Measure, i64)]| {
            let mut figures = Figures::default();
            for (measure, number) in numbers {
                figures.add(*measure, *number);
            }
            figures
        };
        let organisation = OrganisationSummary {
            id: OrganisationId(Uuid::nil()),
            name: "回龙镇党委".to_owned(),
            kind: OrganisationKind::Committee,
            place: vec!["高要区".to_owned(), "回龙镇".to_owned()],
        };
        let held = figures(&[(Measure::Activities, 2), (Measure::People, 3)]);
        let month = Day::of(2026, 11, 1);
        Dashboard {
            organisation: organisation.clone(),
            above: Vec::new(),
            from: month,
            to: Day::of(2026, 11, 30),
            facet: None,
            figures: held.clone(),
            before: figures(&[(Measure::Activities, 1)]),
            facets: vec![
                (Facet::Kind(ActivityKind::Lecture), held.clone()),
                (Facet::Campaign("西江党旗红".to_owned()), held.clone()),
            ],
            waiting: figures(&[(Measure::Unconfirmed, 5)]),
            overdue: figures(&[(Measure::Unconfirmed, 4)]),
            beneath: vec![OrganisationFigures {
                organisation,
                figures: held.clone(),
                has_beneath: false,
            }],
            days: vec![DayFigures {
                day: month,
                figures: held.clone(),
            }],
            months: vec![DayFigures {
                day: month,
                figures: held,
            }],
            activities: Vec::new(),
            read_at: Timestamp(0),
        }
    }

    #[test]
    fn every_row_is_as_long_as_its_headings() {
        for wanted in FiguresPart::ALL {
            let (table, rows) = part(wanted, &dashboard(), &[]);
            for row in rows {
                assert_eq!(row.len(), table.columns.len(), "{wanted:?}");
            }
        }
    }

    #[test]
    fn key_figures_stand_beside_those_before_and_what_waits() {
        let (_, rows) = part(FiguresPart::Figures, &dashboard(), &[]);
        let number = Cell::Number;
        let activities = [
            Cell::from("活动场次"),
            number(2),
            number(1),
            Cell::Empty,
            Cell::Empty,
        ];
        assert_eq!(rows[0], activities);
        let unconfirmed = rows.iter().find(|row| row[0] == Cell::from("待确认签到"));
        let waits = [
            Cell::from("待确认签到"),
            number(0),
            number(0),
            number(5),
            number(4),
        ];
        assert_eq!(unconfirmed.unwrap(), &waits);
    }

    #[test]
    fn months_are_named_and_leave_distinct_people_out() {
        let (table, rows) = part(FiguresPart::Months, &dashboard(), &[]);
        assert_eq!(rows[0][0], Cell::from("2026-11"));
        let people = written::measure(Measure::People);
        assert!(table.columns.iter().all(|column| column.0 != people));
        let (table, rows) = part(FiguresPart::Facets, &dashboard(), &[]);
        assert!(table.columns.iter().any(|column| column.0 == people));
        assert_eq!(rows[1][..2], [Cell::from("专题"), Cell::from("西江党旗红")]);
    }
}
