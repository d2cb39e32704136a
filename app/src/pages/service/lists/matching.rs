//! What of the lists suits a person, and why.

use shared::records::{Listing, MemberRegistration};
use shared::words::{FreeTime, ServiceCategory};

/// One reason for which something on the lists suits a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A skill that is required.
    Skill(String),
    /// A category that the person is interested in.
    Interest(ServiceCategory),
    /// A time that the person has.
    Time(FreeTime),
}

/// Returns why something suits a person: their skills and interests. That they have time is a reason
/// only beside another, or everything on a weekend would suit.
pub(super) fn reasons(listing: &Listing, form: &MemberRegistration) -> Vec<Reason> {
    let skills = listing.skills.iter().filter(|wanted| {
        let mut own = form.skills.iter();
        own.any(|own| is_same_skill(own, wanted))
    });
    let mut reasons: Vec<Reason> = skills.cloned().map(Reason::Skill).collect();
    if form.interests.contains(&listing.category) {
        reasons.push(Reason::Interest(listing.category));
    }
    if !reasons.is_empty() {
        let times = listing
            .times
            .iter()
            .filter(|time| form.times.contains(time));
        reasons.extend(times.copied().map(Reason::Time));
    }
    reasons
}

/// Tells whether two words mean one skill: 电工 and 电工维修 do.
fn is_same_skill(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    one.contains(&other) || other.contains(&one)
}

#[cfg(test)]
mod tests {
    use shared::ids::ListingId;
    use shared::words::ListingKind;
    use uuid::Uuid;

    use super::*;

    fn listing(skills: &[&str], category: ServiceCategory, times: &[FreeTime]) -> Listing {
        Listing {
            listing: ListingId(Uuid::nil()),
            seed: Uuid::nil(),
            revises: None,
            kind: ListingKind::Need,
            title: "title".to_owned(),
            text: String::new(),
            category,
            skills: skills.iter().map(|&skill| skill.to_owned()).collect(),
            times: times.to_vec(),
            places: 2,
            place: None,
            until: None,
            closed: None,
        }
    }

    fn member() -> MemberRegistration {
        MemberRegistration {
            name: "name".to_owned(),
            phone: "13800008000".to_owned(),
            workplace: "school".to_owned(),
            branch: "branch".to_owned(),
            party_post: None,
            grid: None,
            skills: vec!["电工".to_owned()],
            interests: vec![ServiceCategory::Health],
            times: vec![FreeTime::Weekends],
            until: None,
            note: None,
        }
    }

    #[test]
    fn skills_and_interests_are_reasons_and_time_one_more() {
        let weekend = [FreeTime::Evenings, FreeTime::Weekends];
        let both = listing(&["电工维修", "英语"], ServiceCategory::Health, &weekend);
        assert_eq!(
            reasons(&both, &member()),
            [
                Reason::Skill("电工维修".to_owned()),
                Reason::Interest(ServiceCategory::Health),
                Reason::Time(FreeTime::Weekends),
            ]
        );
    }

    #[test]
    fn time_alone_is_no_reason() {
        let only_time = listing(&[], ServiceCategory::Other, &[FreeTime::Weekends]);
        assert_eq!(reasons(&only_time, &member()), []);
    }
}
