//! What registrations, the lists and service are called on the screen.

use shared::project::Party;
use shared::reconcile::{Matter, MatterFlag};
use shared::words::{
    FreeTime, ListingKind, RequestKind, RequestState, Satisfaction, ServiceCategory,
};

use crate::locale::format_number;
use crate::t;

pub(super) fn category_name(category: ServiceCategory) -> String {
    match category {
        ServiceCategory::PartyBuilding => t!(service.category.party_building),
        ServiceCategory::LegalAid => t!(service.category.legal_aid),
        ServiceCategory::Assistance => t!(service.category.assistance),
        ServiceCategory::CommunityGovernance => t!(service.category.community_governance),
        ServiceCategory::Health => t!(service.category.health),
        ServiceCategory::CultureSports => t!(service.category.culture_sports),
        ServiceCategory::SafetyPatrol => t!(service.category.safety_patrol),
        ServiceCategory::Other => t!(service.category.other),
    }
}

pub(super) fn listing_kind_name(kind: ListingKind) -> String {
    match kind {
        ListingKind::Need => t!(listing.kind.need),
        ListingKind::Resource => t!(listing.kind.resource),
        ListingKind::Project => t!(listing.kind.project),
        ListingKind::MicroWish => t!(listing.kind.micro_wish),
        ListingKind::VolunteerPost => t!(listing.kind.volunteer_post),
    }
}

pub(super) fn free_time_name(time: FreeTime) -> String {
    match time {
        FreeTime::Weekdays => t!(free_time.weekdays),
        FreeTime::Evenings => t!(free_time.evenings),
        FreeTime::Weekends => t!(free_time.weekends),
        FreeTime::Holidays => t!(free_time.holidays),
    }
}

pub(super) fn satisfaction_name(satisfaction: Satisfaction) -> String {
    match satisfaction {
        Satisfaction::Satisfied => t!(satisfaction.satisfied),
        Satisfaction::Fair => t!(satisfaction.fair),
        Satisfaction::Unsatisfied => t!(satisfaction.unsatisfied),
    }
}

/// How a request stands, in the words of its kind: a registration is accepted, a service approved.
pub(super) fn state_name(matter: &Matter) -> String {
    let is_registration = match matter.kind() {
        RequestKind::MemberRegistration | RequestKind::OrganisationRegistration => true,
        RequestKind::Service | RequestKind::Pledge => false,
    };
    match matter.state {
        RequestState::Waiting if is_registration => t!(matter.state.waiting_registration),
        RequestState::Waiting => t!(matter.state.waiting),
        RequestState::Taken => t!(matter.state.taken),
        RequestState::Contested => t!(matter.state.contested),
        RequestState::Accepted if is_registration => t!(matter.state.registered),
        RequestState::Accepted => t!(matter.state.accepted),
        RequestState::Corrected => t!(matter.state.corrected),
        RequestState::Returned => t!(matter.state.returned),
        RequestState::Withdrawn if is_registration => t!(matter.state.ended),
        RequestState::Withdrawn => t!(matter.state.withdrawn),
        RequestState::Replaced => t!(matter.state.replaced),
        RequestState::Joined => t!(matter.state.joined),
        RequestState::Disputed => t!(matter.state.disputed),
    }
}

pub(super) fn flag_name(flag: MatterFlag) -> String {
    match flag {
        MatterFlag::Overlong => t!(matter.flag.overlong),
        MatterFlag::Overlapping => t!(matter.flag.overlapping),
        MatterFlag::BackDated => t!(matter.flag.back_dated),
        MatterFlag::InFuture => t!(matter.flag.in_future),
        MatterFlag::ListingClosed => t!(matter.flag.listing_closed),
        MatterFlag::ListingUnknown => t!(matter.flag.listing_unknown),
        MatterFlag::Crossed => t!(matter.flag.crossed),
        MatterFlag::AcceptedTwice => t!(matter.flag.accepted_twice),
        MatterFlag::SelfDecided => t!(matter.flag.self_decided),
    }
}

/// Minutes as hours, with a decimal where it is not whole: 1.5 小时.
pub(super) fn hours(minutes: i64) -> String {
    t!(service.hours, hours = hours_number(minutes))
}

/// The same where the unit is told elsewhere: 1.5.
pub(super) fn hours_number(minutes: i64) -> String {
    let tenths = (minutes * 10 + 30) / 60;
    let (whole, part) = (tenths / 10, tenths % 10);
    if part == 0 {
        format_number(whole)
    } else {
        format!("{}.{part}", format_number(whole))
    }
}

/// Tells whether a team's leader entered it for the person.
pub(super) fn is_by_team(matter: &Matter) -> bool {
    match matter.asker {
        Party::Organisation(_) => true,
        Party::Member(_) => false,
    }
}
