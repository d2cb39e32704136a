//! How much of everything the made-up city has.

use std::collections::BTreeSet;
use std::fmt;

use shared::ids::{ListingId, MemberId, OrganisationId};
use shared::records::{Record, Subject};
use shared::words::{OrganisationKind, VenueKind};

use super::DemoCity;

/// How much of everything the made-up city has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Halls, at all four levels.
    pub halls: usize,
    /// Service centres.
    pub service_centres: usize,
    /// Party schools.
    pub party_schools: usize,
    /// Education bases.
    pub edu_bases: usize,
    /// Organisations of every kind.
    pub organisations: usize,
    /// Vanguard teams among them.
    pub teams: usize,
    /// Provisional branches among them.
    pub provisional_branches: usize,
    /// People of the roster.
    pub people: usize,
    /// Those of them who are in a vanguard team.
    pub team_members: usize,
    /// Planned activities.
    pub activities: usize,
    /// Forms with which members register, those that were put right or moved among them.
    pub member_registrations: usize,
    /// Forms with which units register.
    pub organisation_registrations: usize,
    /// What stands on the lists.
    pub listings: usize,
    /// Claims on it.
    pub pledges: usize,
    /// Service records.
    pub services: usize,
    /// What was answered to all of these.
    pub replies: usize,
    /// How work was found.
    pub ratings: usize,
}

impl Census {
    /// Counts a city.
    pub fn of(city: &DemoCity) -> Self {
        let mut census = Self {
            organisations: city.changes.organisations.len(),
            people: city.changes.people.len(),
            activities: city.plans.len(),
            ..Self::default()
        };
        for venue in &city.changes.venues {
            match venue.kind {
                VenueKind::Hall => census.halls += 1,
                VenueKind::ServiceCentre => census.service_centres += 1,
                VenueKind::PartySchool => census.party_schools += 1,
                VenueKind::EduBase => census.edu_bases += 1,
            }
        }
        census.count_teams(city);
        census.count_statements(city);
        census
    }

    fn count_teams(&mut self, city: &DemoCity) {
        let of_kind = |kind| {
            let held = city.changes.organisations.iter();
            held.filter(move |held| held.kind == kind)
                .map(|held| held.id)
        };
        let teams: BTreeSet<OrganisationId> = of_kind(OrganisationKind::VanguardTeam).collect();
        let places = city.changes.memberships.iter();
        let members: BTreeSet<MemberId> = places
            .filter(|place| teams.contains(&place.organisation))
            .map(|place| place.member)
            .collect();
        self.teams = teams.len();
        self.provisional_branches = of_kind(OrganisationKind::ProvisionalBranch).count();
        self.team_members = members.len();
    }

    fn count_statements(&mut self, city: &DemoCity) {
        let mut listings: BTreeSet<ListingId> = BTreeSet::new();
        for statement in &city.statements {
            match &statement.entry.record {
                Record::Request(request) => match request.subject {
                    Subject::MemberRegistration(_) => self.member_registrations += 1,
                    Subject::OrganisationRegistration(_) => self.organisation_registrations += 1,
                    Subject::Service(_) => self.services += 1,
                    Subject::Pledge(_) => self.pledges += 1,
                },
                Record::Reply(_) => self.replies += 1,
                Record::Rating(_) => self.ratings += 1,
                Record::Listing(listing) => {
                    listings.insert(listing.listing);
                }
                Record::Withdrawal(_)
                | Record::Claim(_)
                | Record::Plan(_)
                | Record::HostKey(_)
                | Record::Mark(_)
                | Record::Visitor(_)
                | Record::Ruling(_) => {}
            }
        }
        self.listings = listings.len();
    }
}

impl fmt::Display for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            halls,
            service_centres,
            party_schools,
            edu_bases,
            organisations,
            teams,
            provisional_branches,
            people,
            team_members,
            activities,
            member_registrations,
            organisation_registrations,
            listings,
            pledges,
            services,
            replies,
            ratings,
        } = self;
        writeln!(
            f,
            "  {halls} halls, {service_centres} service centres, {party_schools} party schools, {edu_bases} education bases"
        )?;
        writeln!(
            f,
            "  {organisations} organisations, {teams} teams and {provisional_branches} provisional branches among them"
        )?;
        writeln!(
            f,
            "  {people} people, {team_members} of them in teams; {activities} activities"
        )?;
        writeln!(
            f,
            "  registrations of {member_registrations} members and {organisation_registrations} units, {services} services"
        )?;
        write!(
            f,
            "  {listings} on the lists with {pledges} claims; {replies} replies, {ratings} ratings"
        )
    }
}
