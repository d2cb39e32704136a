//! Dashboards: which cells a question needs, and what they add up to.

mod recall;

use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use serde::de::DeserializeOwned;
use shared::api::{
    Dashboard, DayFigures, OrganisationFigures, UnconfirmedList, VenueList, VenueUse,
};
use shared::codes::Code;
use shared::ids::{ActivityId, OrganisationId, OrganisationPath, VenueId};
use shared::rollup::{
    ACTIVITIES_SHOWN, DAYS_SHOWN, Facet, Figures, OVERDUE_DAYS, Range, Span, before, cover,
    cover_by, split,
};
use shared::time::Day;
use shared::wire;
use shared::words::Measure;

use super::reader::{Oversees, Reader};
use super::{Office, ServiceError};
use crate::audit::AuditEvent;
use crate::rollup::{CellDamaged, Sum};
use crate::store::StoreError;
use crate::store::figures::{
    ActivitiesWanted, BeneathRow, CellRun, CellsWanted, DashboardRows, DashboardWanted, Depth,
    UnconfirmedPlace, VenuePlace, VenuesWanted,
};

pub use recall::Sums;
use recall::{Added, Recall};

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
    path: OrganisationPath,
    recall: Arc<Recall>,
}

impl Office {
    /// Returns the numbers of an organisation.
    ///
    /// # Errors
    /// [`Code::Forbidden`], or [`Code::RequestMalformed`] for a period that is none.
    pub async fn dashboard(
        &self,
        reader: &Reader,
        question: DashboardQuestion,
    ) -> Result<Dashboard, ServiceError> {
        let now = self.now();
        let (from, to) = period(question.from, question.to, now.day())?;
        let event = AuditEvent::DashboardRead;
        let overseen = self.overseen(reader, question.organisation, event).await?;
        let period = (from, to, now.day());
        let sums = self.sums.clone();
        let asked = Asked::new(overseen.path, period, question.facet, sums);
        let rows = self.store.dashboard(asked.wanted()).await?;
        let mut rows = rows.ok_or(Code::Forbidden)?;
        let line = std::mem::take(&mut rows.line);
        let mut above: Vec<_> = line
            .into_iter()
            .filter(|record| reader.oversees(&record.path))
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
        reader: &Reader,
        question: VenuesQuestion<'_>,
    ) -> Result<VenueList, ServiceError> {
        let (from, to) = period(question.from, question.to, self.now().day())?;
        let event = AuditEvent::DashboardRead;
        let overseen = self.overseen(reader, question.organisation, event).await?;
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
        reader: &Reader,
        organisation: Option<OrganisationId>,
        after: Option<&str>,
    ) -> Result<UnconfirmedList, ServiceError> {
        let event = AuditEvent::DashboardRead;
        let overseen = self.overseen(reader, organisation, event).await?;
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
pub(super) fn period(from: Option<Day>, to: Option<Day>, today: Day) -> Result<(Day, Day), Code> {
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
    pub(crate) fn new(
        path: OrganisationPath,
        (from, to, today): (Day, Day, Day),
        facet: Option<Facet>,
        sums: Arc<Sums>,
    ) -> Self {
        Self {
            from,
            to,
            today,
            path,
            recall: Arc::new(Recall::new(sums, facet.clone())),
            facet,
        }
    }

    /// Returns which cells are needed. The lists of its own are those that [`Asked::add_up`] reads.
    pub(crate) fn wanted(&self) -> DashboardWanted {
        let (sets, figures) = match self.facet {
            None => (Depth::Sets, Depth::Figures),
            Some(_) => (Depth::Facets, Depth::Facets),
        };
        let cells = |ranges: Vec<Range>, depth| CellsWanted { ranges, depth };
        let (before_from, before_to) = before(self.from, self.to);
        let overdue = cover(EVER.0, self.today.plus(-1 - OVERDUE_DAYS));
        let days = cover_by(Span::Day, self.first_shown(), self.to);
        let months = if self.is_long() {
            cover_by(Span::Month, self.from, self.to)
        } else {
            Vec::new()
        };
        let parts = |ranges: Vec<Range>, within| {
            let ranges = ranges.into_iter();
            ranges.flat_map(|range| split(range, within)).collect()
        };
        DashboardWanted {
            path: self.path.clone(),
            own: vec![
                cells(cover(self.from, self.to), Depth::Facets),
                cells(cover(before_from, before_to), sets),
                cells(cover(EVER.0, EVER.1), Depth::Figures),
                cells(overdue, Depth::Figures),
                cells(parts(days, Span::Month), figures),
                cells(parts(months, Span::Year), figures),
            ],
            beneath: cells(cover(self.from, self.to), sets),
            activities: ActivitiesWanted {
                from: self.from,
                to: self.to,
                facet: self.facet.clone(),
                limit: ACTIVITIES_SHOWN,
            },
            memory: self.recall.clone(),
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
        let wanted = self.wanted();
        let own = |index: usize| {
            let runs = rows.own.get(index).map_or(&[][..], Vec::as_slice);
            self.added(self.path.as_str(), wanted.own[index].depth, runs)
        };
        let waits = |measure| Measure::WAITING.contains(&measure);
        let all = own(0)?;
        let mut facets: BTreeMap<&Facet, Sum> = BTreeMap::new();
        for (facet, sum) in all.iter().flat_map(|added| &added.facets) {
            facets.entry(facet).or_default().add_sum(sum);
        }
        let facets = facets.into_iter();
        let depth = wanted.beneath.depth;
        let beneath = rows.beneath.iter().map(|row| self.beneath(row, depth));
        Ok(Numbers {
            figures: asked(&all),
            before: asked(&own(1)?),
            facets: facets
                .map(|(facet, sum)| (facet.clone(), sum.figures()))
                .collect(),
            waiting: whole(&own(2)?).only(waits),
            overdue: whole(&own(3)?).only(waits),
            beneath: beneath.collect::<Result<_, _>>()?,
            days: by(Span::Day, &own(4)?),
            months: by(Span::Month, &own(5)?),
        })
    }

    fn added(
        &self,
        scope: &str,
        depth: Depth,
        runs: &[CellRun],
    ) -> Result<Vec<Arc<Added>>, CellDamaged> {
        let runs = runs.iter();
        runs.map(|run| self.recall.added(scope, depth, run))
            .collect()
    }

    fn beneath(&self, row: &BeneathRow, depth: Depth) -> Result<OrganisationFigures, CellDamaged> {
        Ok(OrganisationFigures {
            organisation: row.organisation.clone(),
            figures: asked(&self.added(row.path.as_str(), depth, &row.cells)?),
            has_beneath: row.has_beneath,
        })
    }
}

/// Returns what is asked for of some runs.
fn asked(runs: &[Arc<Added>]) -> Figures {
    let mut sum = Sum::default();
    for added in runs {
        sum.add_sum(&added.asked);
    }
    sum.figures()
}

fn whole(runs: &[Arc<Added>]) -> Figures {
    let mut sum = Sum::default();
    for added in runs {
        sum.add_sum(&added.whole);
    }
    sum.figures()
}

/// Adds cells up to the spans in which they lie, of the measures that pictures show.
fn by(span: Span, runs: &[Arc<Added>]) -> Vec<DayFigures> {
    let mut sums: BTreeMap<Day, Figures> = BTreeMap::new();
    for (day, figures) in runs.iter().flat_map(|added| &added.series) {
        let sum = sums.entry(span.start(*day)).or_default();
        for measure in Measure::PICTURED {
            sum.add(measure, figures.get(measure));
        }
    }
    let days = sums.into_iter().filter(|(_, figures)| !figures.is_empty());
    days.map(|(day, figures)| DayFigures { day, figures })
        .collect()
}
