//! What a dashboard shows, as its address tells it: `/overview/ORGANISATION/PERIOD/FACET`. So back,
//! a reload and a link that somebody sent lead to the same numbers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use shared::ids::OrganisationId;
use shared::rollup::Facet;
use shared::time::Day;

use super::period::Period;

/// What stays as it is in a path. Source: RFC 3986, section 3.3, and the colon of a facet.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

/// What an address asks for; what it leaves out is the reader's own organisation, this week, and
/// everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) organisation: Option<OrganisationId>,
    pub(super) period: Option<Period>,
    pub(super) facet: Option<Facet>,
}

/// A dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    pub(super) organisation: OrganisationId,
    pub(super) period: Period,
    pub(super) facet: Option<Facet>,
}

impl Place {
    /// Reads a path, `None` when it is another page's.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        if parts.next() != Some("overview") {
            return None;
        }
        let organisation = parts.next().and_then(|id| id.parse().ok());
        let period = parts.next().and_then(Period::parse);
        let facet = parts.next().and_then(|facet| {
            let facet = percent_decode_str(facet).decode_utf8().ok()?;
            facet.parse().ok()
        });
        Some(Self {
            organisation,
            period,
            facet,
        })
    }

    /// Fills in what the address leaves out.
    pub(super) fn view(self, own: OrganisationId, today: Day) -> View {
        View {
            organisation: self.organisation.unwrap_or(own),
            period: self.period.unwrap_or_else(|| Period::usual(today)),
            facet: self.facet,
        }
    }
}

impl View {
    /// Returns its address.
    pub(super) fn path(&self) -> String {
        let path = format!("/overview/{}/{}", self.organisation, self.period.word());
        match &self.facet {
            Some(facet) => format!("{path}/{}", encoded(facet)),
            None => path,
        }
    }

    /// Returns the same of another organisation.
    pub(super) fn of(&self, organisation: OrganisationId) -> Self {
        Self {
            organisation,
            ..self.clone()
        }
    }

    /// Returns the same of another period.
    pub(super) fn during(&self, period: Period) -> Self {
        Self {
            period,
            ..self.clone()
        }
    }

    /// Returns the same of a facet alone, or of everything.
    pub(super) fn only(&self, facet: Option<Facet>) -> Self {
        Self {
            facet,
            ..self.clone()
        }
    }
}

/// Writes a facet as paths and queries have it.
pub(super) fn encoded(facet: &Facet) -> String {
    utf8_percent_encode(&facet.to_string(), KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_address_leads_to_the_view_that_wrote_it() {
        let organisation = OrganisationId(Uuid::from_u128(7));
        for facet in [
            None,
            Some("kind:lecture"),
            Some("campaign:西江 党旗红/2026"),
        ] {
            let view = View {
                organisation,
                period: Period::Year(2026),
                facet: facet.map(|facet| facet.parse().unwrap()),
            };
            let path = view.path();
            assert!(path.is_ascii());
            assert_eq!(path.split('/').count(), if facet.is_some() { 5 } else { 4 });
            let nobody = OrganisationId(Uuid::nil());
            let read = Place::parse(&path).unwrap().view(nobody, Day(0));
            assert_eq!(read, view);
        }
    }

    #[test]
    fn what_an_address_leaves_out_or_spoils_is_the_usual() {
        let own = OrganisationId(Uuid::from_u128(7));
        let today = Day::of(2026, 11, 28);
        for path in ["/overview", "/overview/", "/overview/nobody/never/nothing"] {
            let view = Place::parse(path).unwrap().view(own, today);
            assert_eq!(view.organisation, own);
            assert_eq!(view.period, Period::Week(Day::of(2026, 11, 23)));
            assert_eq!(view.facet, None);
        }
        assert_eq!(Place::parse("/records"), None);
    }
}
