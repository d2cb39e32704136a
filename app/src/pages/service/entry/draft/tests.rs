use serde_bytes::ByteArray;
use shared::ids::PhotoHash;
use shared::time::{Day, HOUR_MS};
use uuid::Uuid;

use super::*;

fn filled() -> ServiceDraft {
    ServiceDraft {
        to: Some(OrganisationId(Uuid::from_u128(7))),
        day: "2026-11-22".to_owned(),
        starts: "08:30".to_owned(),
        ends: "11:00".to_owned(),
        category: Some(ServiceCategory::SafetyPatrol),
        beneficiaries: " 40 ".to_owned(),
        ..ServiceDraft::default()
    }
}

fn fault(draft: &ServiceDraft, place: Place) -> Option<Fault> {
    draft.faults().get(&place).copied()
}

#[test]
fn a_filled_form_is_a_record_of_all_the_time_between() {
    let (to, service) = filled().read().unwrap();
    assert_eq!(to, OrganisationId(Uuid::from_u128(7)));
    assert_eq!(service.minutes, 150);
    assert_eq!(service.beneficiaries, 40);
    assert_eq!(
        service.starts_at,
        Day::of(2026, 11, 22)
            .start()
            .plus(8 * HOUR_MS + 30 * MINUTE_MS)
    );
    assert!(service.is_well_formed());
}

#[test]
fn a_rest_is_taken_off_and_comes_back_when_the_form_is_opened_again() {
    let rested = ServiceDraft {
        minutes: "120".to_owned(),
        last_day: "2026-11-23".to_owned(),
        ends: "01:00".to_owned(),
        starts: "22:00".to_owned(),
        ..filled()
    };
    let (to, service) = rested.read().unwrap();
    assert_eq!((service.minutes, service.span_minutes()), (120, 180));
    let again = ServiceDraft::of(to, &service);
    assert_eq!(again.minutes, "120");
    assert_eq!(again.read().unwrap(), (to, service));
}

#[test]
fn a_draft_that_is_kept_names_its_photo_as_the_phone_looks_for_it_and_so_does_its_record() {
    let photo = Photo {
        hash: PhotoHash(ByteArray::new([7; 32])),
        bytes: 90_000,
    };
    let draft = ServiceDraft {
        photo: Some(photo),
        ..filled()
    };
    let kept = serde_json::to_string(&draft).unwrap();
    assert!(kept.contains(&serde_json::to_string(&photo.hash).unwrap()));
    let again: ServiceDraft = serde_json::from_str(&kept).unwrap();
    let (to, service) = again.read().unwrap();
    assert_eq!(service.photo, Some(photo));
    assert_eq!(ServiceDraft::of(to, &service).photo, Some(photo));
}

#[test]
fn times_that_cannot_be_are_told_beside_their_fields() {
    let backwards = ServiceDraft {
        ends: "08:00".to_owned(),
        ..filled()
    };
    assert_eq!(fault(&backwards, Place::Ends), Some(Fault::NotAfter));
    let long = ServiceDraft {
        last_day: "2026-12-05".to_owned(),
        ..filled()
    };
    assert_eq!(fault(&long, Place::LastDay), Some(Fault::OverAWeek));
    let many = ServiceDraft {
        minutes: "151".to_owned(),
        ..filled()
    };
    assert_eq!(fault(&many, Place::Minutes), Some(Fault::OverSpan(150)));
    let none = ServiceDraft {
        minutes: "0".to_owned(),
        beneficiaries: "many".to_owned(),
        ..filled()
    };
    assert_eq!(
        fault(&none, Place::Minutes),
        Some(Fault::NoNumber(1, MINUTES))
    );
    assert_eq!(
        fault(&none, Place::Beneficiaries),
        Some(Fault::NoNumber(0, PEOPLE))
    );
}

#[test]
fn an_empty_form_says_what_is_missing() {
    let empty = ServiceDraft::on(Day::of(2026, 11, 22).start(), None);
    let missing: Vec<Place> = empty.faults().into_keys().collect();
    assert_eq!(
        missing,
        [
            Place::To,
            Place::Starts,
            Place::Ends,
            Place::Category,
            Place::Beneficiaries
        ]
    );
}

#[test]
fn what_is_odd_is_told_and_forbids_nothing() {
    let draft = filled();
    let (_, ends_at) = draft.times().unwrap();
    assert_eq!(draft.doubts(ends_at), []);
    assert_eq!(draft.doubts(ends_at.plus(-1)), [Doubt::InFuture]);
    assert_eq!(
        draft.doubts(ends_at.plus(BACK_DATED_MS + 1)),
        [Doubt::BackDated]
    );
    let long = ServiceDraft {
        ends: "20:31".to_owned(),
        ..filled()
    };
    assert_eq!(long.doubts(ends_at.plus(DAY_MS)), [Doubt::Overlong]);
    assert!(long.read().is_ok());
}

#[test]
fn a_timer_of_seconds_is_a_minute_and_one_past_midnight_ends_the_day_after() {
    let start = Day::of(2026, 11, 22)
        .start()
        .plus(23 * HOUR_MS + 59 * MINUTE_MS);
    let seconds = ServiceDraft::default().timed(start.plus(-HOUR_MS), start.plus(5 - HOUR_MS));
    assert_eq!(
        (seconds.starts.as_str(), seconds.ends.as_str()),
        ("22:59", "23:00")
    );
    assert_eq!(seconds.last_day, "");
    let night = ServiceDraft::default().timed(start, start.plus(2 * HOUR_MS));
    assert_eq!(night.last_day, "2026-11-23");
    assert_eq!(night.ends, "01:59");
}

#[test]
fn what_was_typed_stays_when_a_timer_or_a_listing_fills_its_part() {
    let typed = ServiceDraft {
        note: "patrol".to_owned(),
        category: Some(ServiceCategory::Other),
        ..ServiceDraft::default()
    };
    let community = OrganisationId(Uuid::from_u128(1));
    let listing = ListingId(Uuid::from_u128(2));
    let start = Day::of(2026, 11, 22).start();
    let filled = typed.timed(start, start.plus(HOUR_MS)).for_listing(
        community,
        listing,
        ServiceCategory::Health,
    );
    assert_eq!(filled.note, "patrol");
    assert_eq!(filled.category, Some(ServiceCategory::Other));
    assert_eq!(
        (filled.to, filled.listing),
        (Some(community), Some(listing))
    );
}
