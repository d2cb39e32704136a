//! The real divisions, from the lists in `data/`.

use serde::Deserialize;
use shared::ids::AreaCode;

/// The real divisions of the city.
pub(super) struct Gazetteer {
    /// The city's code.
    pub city: AreaCode,
    /// The city's name.
    pub name: String,
    /// The counties, without the high-tech zone.
    pub counties: Vec<County>,
    /// The towns and the high-tech zone.
    pub towns: Vec<Town>,
}

/// A county.
pub(super) struct County {
    /// The code.
    pub code: AreaCode,
    /// The name.
    pub name: String,
}

/// A town.
pub(super) struct Town {
    /// The code.
    pub code: AreaCode,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: TownKind,
    /// The county it lies in.
    pub county: AreaCode,
    /// How many communities it has.
    pub communities: usize,
    /// How many villages it has beside them.
    pub villages: usize,
}

/// A kind of division at the level of towns.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TownKind {
    Subdistrict,
    Town,
    EthnicTownship,
    /// The high-tech zone: in the area tree beneath Sihui, run by the city.
    FunctionalZone,
}

#[derive(Deserialize)]
struct CountyRow {
    code6: String,
    name: String,
    level: String,
}

#[derive(Deserialize)]
struct TownRow {
    code9: AreaCode,
    name: String,
    r#type: TownKind,
    county_code: AreaCode,
    residents_committees: usize,
    village_committees: usize,
}

impl Gazetteer {
    /// Reads the lists that the binary carries.
    pub(super) fn embedded() -> Self {
        let rows: Vec<CountyRow> = read(include_str!("../../data/zhaoqing_counties.csv"));
        let code = |text: &str| AreaCode::parse(text).expect("the list of counties has good codes");
        let mut counties = Vec::new();
        let mut city = None;
        for row in rows {
            match row.level.as_str() {
                "city" => city = Some((code(&row.code6), row.name)),
                // The zone stands among the towns as well, where its place in the area tree is.
                "functional_zone" => {}
                _ => counties.push(County {
                    code: code(&row.code6),
                    name: row.name,
                }),
            }
        }
        let (city, name) = city.expect("the list of counties begins with the city");
        let towns: Vec<TownRow> = read(include_str!("../../data/zhaoqing_towns.csv"));
        let towns = towns.into_iter().map(Town::from).collect();
        Self {
            city,
            name,
            counties,
            towns,
        }
    }
}

impl From<TownRow> for Town {
    fn from(row: TownRow) -> Self {
        Self {
            code: row.code9,
            name: row.name,
            kind: row.r#type,
            county: row.county_code,
            communities: row.residents_committees,
            villages: row.village_committees,
        }
    }
}

fn read<T: for<'d> Deserialize<'d>>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .collect::<Result<_, _>>()
        .expect("the lists of divisions have the form of their rows; the demo's tests read them")
}
