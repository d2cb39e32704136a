//! Dashboards: which cells a question needs, and what they add up to.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use serde::de::DeserializeOwned;
use shared::api::{
    Dashboard, DayFigures, OrganisationFigures, UnconfirmedList, VenueList, VenueUse,
};
use shared::codes::Code;
use shared::ids::{ActivityId, OrganisationId, OrganisationPath, VenueId};
use shared::permission::{Action, Authority};
use shared::rollup::{
    ACTIVITIES_SHOWN, DAYS_SHOWN, Facet, Figures, OVERDUE_DAYS, Range, Span, before, cover,
    cover_by,
};
use shared::time::Day;
use shared::wire;
use shared::words::Measure;

use super::{Office, ServiceError};
use crate::audit::AuditEvent;
use crate::rollup::{CellDamaged, CellRow, Sum};
use crate::store::StoreError;
use crate::store::figures::{
    ActivitiesWanted, BeneathRow, CellsWanted, DashboardRows, DashboardWanted, Depth,
    UnconfirmedPlace, VenuePlace, VenuesWanted,
};

/// Days when nothing is asked for.
const DEFAULT_DAYS: i32 = 30;
/// Rows of one list at most.
const ROWS: usize = 100;
/// The first and the last day of any question: whatever waits belongs to one between them.
const EVER: (Day, Day) = (Day(-25_567), Day(84_006));

/// What a dashboard is asked for; the highest organisation that the reader oversees when none is named.
#[derive(Clone, Debug, Default)]
pub struct DashboardQuestion {
    /// The organisation.
    pub organisation: Option<OrganisationId>,
    /// First day, included.
    pub from: Option<Day>,
    /// Last day, included; today when none is named.
    pub to: Option<Day>,
    /// What alone is counted.
    pub facet: Option<Facet>,
}

/// Which venues are asked for.
#[derive(Clone, Debug, Default)]
pub struct VenuesQuestion<'a> {
    /// The organisation.
    pub organisation: Option<OrganisationId>,
    /// First day, included.
    pub from: Option<Day>,
    /// Last day, included; today when none is named.
    pub to: Option<Day>,
    /// Which of them.
    pub used: VenueUse,
    /// What an earlier answer says to ask after.
    pub after: Option<&'a str>,
}

/// The period of a question, and what it is counted under.
pub(crate) struct Asked {
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) today: Day,
    pub(crate) facet: Option<Facet>,
}

impl Office {
    /// Returns the numbers of an organisation.
    ///
    /// # Errors
    /// [`Code::Forbidden`], or [`Code::RequestMalformed`] for a period that is none.
    pub async fn dashboard(
        &self,
        authority: &Authority,
        question: DashboardQuestion,
    ) -> Result<Dashboard, ServiceError> {
        let now = self.now();
        let (from, to) = period(question.from, question.to, now.day())?;
        let asked = Asked {
            from,
            to,
            today: now.day(),
            facet: question.facet,
        };
        let event = AuditEvent::DashboardRead;
        let overseen = self
            .overseen(authority, question.organisation, event)
            .await?;
        let rows = self.store.dashboard(asked.wanted(overseen.path)).await?;
        let mut rows = rows.ok_or(Code::Forbidden)?;
        let line = std::mem::take(&mut rows.line);
        let mut above: Vec<_> = line
            .into_iter()
            .filter(|record| authority.may(Action::Oversee, &record.path))
            .map(|record| record.summary)
            .collect();
        let organisation = above.pop().ok_or(Code::Forbidden)?;
        let numbers = asked.add_up(&rows).map_err(StoreError::from)?;
        Ok(Dashboard {
            organisation,
            above,
            from,
            to,
            facet: asked.facet,
            figures: numbers.figures,
            before: numbers.before,
            facets: numbers.facets,
            waiting: numbers.waiting,
            overdue: numbers.overdue,
            beneath: numbers.beneath,
            days: numbers.days,
            months: numbers.months,
            activities: rows.activities,
            read_at: now,
        })
    }

    /// Returns the venues of an organisation and of those beneath it.
    ///
    /// # Errors
    /// As [`Office::dashboard`].
    pub async fn venues(
        &self,
        authority: &Authority,
        question: VenuesQuestion<'_>,
    ) -> Result<VenueList, ServiceError> {
        let (from, to) = period(question.from, question.to, self.now().day())?;
        let event = AuditEvent::DashboardRead;
        let overseen = self
            .overseen(authority, question.organisation, event)
            .await?;
        let after: Option<(OrganisationPath, String, VenueId)> = place(question.after)?;
        let wanted = VenuesWanted {
            path: overseen.path,
            from,
            to,
            unused: match question.used {
                VenueUse::Any => false,
                VenueUse::Unused => true,
            },
            after: after.map(|(path, name, venue)| VenuePlace { path, name, venue }),
            limit: ROWS + 1,
        };
        let mut found = self.store.venues(wanted).await?;
        let has_more = found.rows.len() > ROWS;
        found.rows.truncate(ROWS);
        let last = found.rows.last().filter(|_| has_more);
        let next = last.map(|(path, row)| placed(&(path, &row.venue.name, row.venue.id)));
        Ok(VenueList {
            organisation: overseen.summary,
            from,
            to,
            all: found.all,
            used: found.used,
            rows: found.rows.into_iter().map(|(_, row)| row).collect(),
            next,
        })
    }

    /// Returns the activities of which something waits to be confirmed.
    ///
    /// # Errors
    /// As [`Office::dashboard`].
    pub async fn unconfirmed(
        &self,
        authority: &Authority,
        organisation: Option<OrganisationId>,
        after: Option<&str>,
    ) -> Result<UnconfirmedList, ServiceError> {
        let event = AuditEvent::DashboardRead;
        let overseen = self.overseen(authority, organisation, event).await?;
        let after: Option<(Day, ActivityId)> = place(after)?;
        let after = after.map(|(day, activity)| UnconfirmedPlace { day, activity });
        let found = self.store.unconfirmed(overseen.path, after, ROWS + 1);
        let mut found = found.await?;
        let has_more = found.len() > ROWS;
        found.truncate(ROWS);
        let last = found.last().filter(|_| has_more);
        let next = last.map(|(day, row)| placed(&(day, row.activity.activity)));
        Ok(UnconfirmedList {
            organisation: overseen.summary,
            rows: found.into_iter().map(|(_, row)| row).collect(),
            next,
        })
    }
}

/// Returns the period that is asked for.
fn period(from: Option<Day>, to: Option<Day>, today: Day) -> Result<(Day, Day), Code> {
    let to = to.unwrap_or(today);
    let from = from.unwrap_or(to.plus(1 - DEFAULT_DAYS));
    if to < from {
        return Err(Code::RequestMalformed);
    }
    Ok((from, to))
}

/// Reads a place in a list.
fn place<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, Code> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    let place = bytes.and_then(|bytes| wire::decode(&bytes).ok());
    place.map(Some).ok_or(Code::RequestMalformed)
}

/// Writes a place in a list.
fn placed<T: serde::Serialize>(place: &T) -> String {
    BASE64URL_NOPAD.encode(&wire::encode(place))
}

/// What the cells add up to.
pub(crate) struct Numbers {
    pub(crate) figures: Figures,
    pub(crate) before: Figures,
    pub(crate) facets: Vec<(Facet, Figures)>,
    pub(crate) waiting: Figures,
    pub(crate) overdue: Figures,
    pub(crate) beneath: Vec<OrganisationFigures>,
    pub(crate) days: Vec<DayFigures>,
    pub(crate) months: Vec<DayFigures>,
}

impl Asked {
    /// Returns which cells are needed. The lists of its own are those that [`Asked::add_up`] reads.
    pub(crate) fn wanted(&self, path: OrganisationPath) -> DashboardWanted {
        let (sets, figures) = match self.facet {
            None => (Depth::Sets, Depth::Figures),
            Some(_) => (Depth::Facets, Depth::Facets),
        };
        let cells = |ranges: Vec<Range>, depth| CellsWanted { ranges, depth };
        let (before_from, before_to) = before(self.from, self.to);
        let overdue = cover(EVER.0, self.today.plus(-1 - OVERDUE_DAYS));
        let months = if self.is_long() {
            cover_by(Span::Month, self.from, self.to)
        } else {
            Vec::new()
        };
        DashboardWanted {
            path,
            own: vec![
                cells(cover(self.from, self.to), Depth::Facets),
                cells(cover(before_from, before_to), sets),
                cells(cover(EVER.0, EVER.1), Depth::Figures),
                cells(overdue, Depth::Figures),
                cells(cover_by(Span::Day, self.first_shown(), self.to), figures),
                cells(months, figures),
            ],
            beneath: cells(cover(self.from, self.to), sets),
            activities: ActivitiesWanted {
                from: self.from,
                to: self.to,
                facet: self.facet.clone(),
                limit: ACTIVITIES_SHOWN,
            },
        }
    }

    fn is_long(&self) -> bool {
        self.from < self.first_shown()
    }

    fn first_shown(&self) -> Day {
        self.from.max(self.to.plus(1 - DAYS_SHOWN))
    }

    /// Adds the cells up.
    ///
    /// # Errors
    /// [`CellDamaged`].
    pub(crate) fn add_up(&self, rows: &DashboardRows) -> Result<Numbers, CellDamaged> {
        let own = |index: usize| rows.own.get(index).map_or(&[][..], Vec::as_slice);
        let waits = |measure| Measure::WAITING.contains(&measure);
        let mut facets: BTreeMap<Facet, Sum> = BTreeMap::new();
        if self.facet.is_none() {
            for (_, row) in own(0) {
                Sum::add_facets(&mut facets, row)?;
            }
        }
        let facets = facets.into_iter();
        Ok(Numbers {
            figures: self.sum(own(0).iter().map(|(_, row)| row))?,
            before: self.sum(own(1).iter().map(|(_, row)| row))?,
            facets: facets.map(|(facet, sum)| (facet, sum.figures())).collect(),
            waiting: whole(own(2))?.only(waits),
            overdue: whole(own(3))?.only(waits),
            beneath: rows
                .beneath
                .iter()
                .map(|row| self.beneath(row))
                .collect::<Result<_, _>>()?,
            days: self.by(Span::Day, own(4))?,
            months: self.by(Span::Month, own(5))?,
        })
    }

    fn sum<'a>(&self, rows: impl Iterator<Item = &'a CellRow>) -> Result<Figures, CellDamaged> {
        let mut sum = Sum::default();
        for row in rows {
            sum.add(row, self.facet.as_ref())?;
        }
        Ok(sum.figures())
    }

    fn beneath(&self, row: &BeneathRow) -> Result<OrganisationFigures, CellDamaged> {
        Ok(OrganisationFigures {
            organisation: row.organisation.clone(),
            figures: self.sum(row.cells.iter())?,
            has_beneath: row.has_beneath,
        })
    }

    /// Adds days up to the spans in which they lie. Distinct people do not add up.
    fn by(&self, span: Span, rows: &[(Day, CellRow)]) -> Result<Vec<DayFigures>, CellDamaged> {
        let mut sums: BTreeMap<Day, Figures> = BTreeMap::new();
        for (day, row) in rows {
            let figures = self.sum([row].into_iter())?;
            let figures = figures.only(|measure| !Measure::DISTINCT.contains(&measure));
            let sum = sums.entry(span.start(*day)).or_default();
            sum.add_all(&figures, 1);
        }
        let days = sums.into_iter().filter(|(_, figures)| !figures.is_empty());
        Ok(days
            .map(|(day, figures)| DayFigures { day, figures })
            .collect())
    }
}

fn whole(rows: &[(Day, CellRow)]) -> Result<Figures, CellDamaged> {
    let mut sum = Sum::default();
    for (_, row) in rows {
        sum.add(row, None)?;
    }
    Ok(sum.figures())
}
